"""What has no price in operations: only the process around the guest ends it, so in process nothing does.

The page docs/limitations.md is generated from this table, and each example is run by a test.

Invariants: no example harms more than the process it runs in; a row leaves the table when its operation gets a price.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True)
class Unpriced:
    """One such operation. ``ends`` are the limits that end it in the jail, or ``crash`` for the end of the worker."""

    code: str
    ends: frozenset[str]
    why: str


_TIME = frozenset({"wall_s", "cpu_s"})
_MEMORY = frozenset({"memory_mb", "wall_s"})
_CRASH = frozenset({"crash"})
_DEEP = frozenset({"crash", "memory_mb"})

UNPRICED: Mapping[str, Unpriced] = {
    "an alias of a native reader": Unpriced(
        "import itertools\nread = sum\nread(itertools.repeat(0))",
        _TIME,
        "calls are priced by the name they are written with",
    ),
    "concatenation": Unpriced(
        "s = 'x' * 1_000_000\nfor _ in range(12): s = s + s", frozenset({"memory_mb"}), "`+` is not looked at"
    ),
    "a pattern that backtracks": Unpriced(
        "import re\nre.match('(a+)+$', 'a' * 40 + 'b')", _TIME, "no price tells it from a pattern that does not"
    ),
    "a decimal written out": Unpriced(
        "from decimal import Decimal\nf'{Decimal(\"1e900000000\"):f}'", _MEMORY, "the exponent makes the size"
    ),
    "a decimal made an int": Unpriced(
        "from decimal import Decimal\nint(Decimal('1e90000000'))", _MEMORY, "the exponent makes the size"
    ),
    "a search in a range": Unpriced(
        "r = range(10 ** 12)\n0.5 in r", _TIME, "what is no int is compared with each number"
    ),
    "a slice replaced": Unpriced("x = []\nx[:] = range(10 ** 10)", _MEMORY, "stores are not looked at"),
    "a text joined with itself": Unpriced(
        "','.join(['x' * 1_000_000] * 2_000)", _MEMORY, "what is joined is not looked at"
    ),
    "a substitution": Unpriced(
        "import re\nre.sub('a', lambda found: 'b' * 100_000, 'a' * 100_000)", _MEMORY, "what it gives is not looked at"
    ),
    "a quotient of huge numbers": Unpriced(
        "a, b = (1 << 20_000_000) | 1, (1 << 10_000_000) | 1\na // b", _TIME, "quotients are not looked at"
    ),
    "a logarithm of many digits": Unpriced(
        "import decimal\ndecimal.getcontext().prec = 100_000\ndecimal.Decimal(2).ln()",
        _TIME,
        "methods of decimals are not looked at",
    ),
    "a fraction with an exponent": Unpriced(
        "from fractions import Fraction\nFraction('1e99999999')", _MEMORY | _TIME, "the exponent makes the size"
    ),
    "an output of any length": Unpriced(
        "import hashlib\nhashlib.shake_128(b'').digest(10 ** 9)", _MEMORY, "methods of digests are not looked at"
    ),
    "the hash of doubled tuples": Unpriced(
        "x = (1,)\nfor _ in range(60): x = (x, x)\nhash(x)", _TIME, "what is met twice is hashed twice"
    ),
    "doubled lists compared": Unpriced(
        "x, y = [1], [1]\nfor _ in range(60): x, y = [x, x], [y, y]\nx == y",
        _TIME,
        "what is met twice is compared twice",
    ),
    "doubled lists written out": Unpriced(
        "x = [1]\nfor _ in range(60): x = [x, x]\nrepr(x)", _MEMORY | _TIME, "what is met twice is written twice"
    ),
    "doubled tuples of classes": Unpriced(
        "x = (str, str)\nfor _ in range(60): x = (x, x)\nisinstance(1, x)", _TIME, "what is met twice is asked twice"
    ),
    "an indentation": Unpriced(
        "import json\njson.dumps([1], indent=2_000_000_000)", _MEMORY, "what the library fills up with is not looked at"
    ),
    "a padding": Unpriced(
        "import struct\nstruct.Struct('2000000000x').pack()", _MEMORY, "methods of compiled formats are not looked at"
    ),
    "a sample": Unpriced(
        "import random\nrandom.sample(range(10 ** 12), 10 ** 9)", _MEMORY | _TIME, "how much is drawn is not looked at"
    ),
    "a chain of maps": Unpriced(
        "x = iter([1])\nfor _ in range(1_000_000): x = map(abs, x)\nnext(x)", _CRASH, "CPython does not count its depth"
    ),
    "a chain of zips": Unpriced(
        "x = iter([1])\nfor _ in range(2_000_000): x = zip(x)\nnext(x)", _DEEP, "CPython does not count its depth"
    ),
    "the hash of nested tuples": Unpriced(
        "x = ()\nfor _ in range(1_500_000): x = (x,)\nhash(x)", _CRASH, "CPython does not count its depth"
    ),
}
