"""Programs that are small and ask for much: each ends in a limit or a MemoryError after a bounded number of operations.

No jail stands around them here. What only a jail ends, by its clock or its memory, is in ``sandbox.unpriced``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from executors import create_executor
from sandbox.errors import LimitExceeded, WorkerCrashed
from sandbox.limits import Limits
from sandbox.unpriced import UNPRICED

OPS = 1_000_000
MEMORY_MB = 64
BOMBS = {
    # numbers
    "10 ** 10 ** 8": "ops",
    "3 ** 10 ** 15": "ops",
    "pow(7, 10 ** 9)": "ops",
    "pow(7, 1 << 300_000, (1 << 300_000) - 1)": "ops",
    "1 << 10 ** 12": "ops",
    "1 << 10 ** 9": "memory_mb",
    "x = 12345678901\nfor _ in range(60): x = x * x": "ops",
    "x = 12345678901\nfor _ in range(60): x *= x": "ops",
    "x = 3\nfor _ in range(60): x **= 2": "ops",
    "import operator\nx = 3\nfor _ in range(60): x = operator.mul(x, x)": "ops",
    "import math\nmath.factorial(10 ** 8)": "ops",
    "import math\nmath.gcd((1 << 20_000_000) | 1, (1 << 10_000_000) | 1)": "ops",
    "import math\nmath.lcm((1 << 20_000_000) | 1, (1 << 10_000_000) | 1)": "ops",
    "import math\nmath.isqrt((1 << 100_000_000) | 1)": "ops",
    "import os\nos.urandom(10 ** 9)": "memory_mb",
    "import secrets\nsecrets.randbits(10 ** 10)": "memory_mb",
    "import logging\nlogging.warning('%999999999d', 1)": "memory_mb",
    "import math\nmath.comb(10 ** 9, 10 ** 8)": "ops",
    "import math\nmath.perm(10 ** 9, 10 ** 8)": "ops",
    "import math\nmath.prod(range(1, 10 ** 9))": "ops",
    "import math\nmath.prod([1 << 100_000] * 10_000)": "ops",
    "from fractions import Fraction\nFraction(3, 7) ** 10 ** 9": "ops",
    "import decimal\ndecimal.getcontext().prec = 10 ** 9": "HC303",
    "import decimal\nwith decimal.localcontext(prec=10 ** 9): pass": "HC303",
    "round(5, -10 ** 9)": "ops",
    "(1).to_bytes(10 ** 10, 'big')": "memory_mb",
    "(3).__pow__(10 ** 10)": "ops",
    # repeats
    "[0] * 10 ** 10": "memory_mb",
    "n = 10 ** 10\n'ab' * n": "memory_mb",
    "n = 10 ** 10\ns = 'é'\nn * s": "memory_mb",
    "s = (1, 2)\nn = 10 ** 10\ns * n": "memory_mb",
    "b'x' * 10 ** 10": "memory_mb",
    "bytearray(1) * 10 ** 10": "memory_mb",
    "x = [1]\nx *= 10 ** 10": "memory_mb",
    "class A: pass\na = A()\na.x = 'x'\na.x *= 10 ** 10": "memory_mb",
    "d = {'k': [0]}\nd['k'] *= 10 ** 10": "memory_mb",
    "import operator\noperator.mul([0], 10 ** 10)": "memory_mb",
    "import operator\noperator.imul([0], 10 ** 10)": "memory_mb",
    "[0].__mul__(10 ** 10)": "memory_mb",
    "import array\narray.array('d', [0]) * 10 ** 10": "memory_mb",
    "import collections\ncollections.deque([0]) * 10 ** 10": "memory_mb",
    "class L(list): pass\nL([0]) * 10 ** 10": "memory_mb",
    "while True: [0] * 1_000_000": "ops",
    # widths
    "f'{1:>9000000000}'": "memory_mb",
    "n = 9_000_000_000\nf'{1:>{n}}'": "memory_mb",
    "f'{1.5:.9000000000f}'": "memory_mb",
    "'{:>9000000000}'.format(1)": "memory_mb",
    "'{:>{}}'.format(1, 9_000_000_000)": "memory_mb",
    "'{x:9000000000}'.format_map({'x': 1})": "memory_mb",
    "import string\nstring.Formatter().format('{:9000000000}', 1)": "memory_mb",
    "format(1, '9000000000')": "memory_mb",
    "(1).__format__('9000000000')": "memory_mb",
    "'%9000000000d' % 1": "memory_mb",
    "'%*d' % (9_000_000_000, 1)": "memory_mb",
    "fmt = '%.9000000000f'\nx = 1.5\nfmt % x": "memory_mb",
    "b'%9000000000d' % 1": "memory_mb",
    "from decimal import Decimal\nformat(Decimal('1e900000000'), 'f')": "memory_mb",
    "'x'.ljust(10 ** 10)": "memory_mb",
    "'x'.rjust(10 ** 10, '-')": "memory_mb",
    "'x'.center(10 ** 10)": "memory_mb",
    "'x'.zfill(10 ** 10)": "memory_mb",
    "b'x'.ljust(10 ** 10)": "memory_mb",
    "str.ljust('x', 10 ** 10)": "memory_mb",
    "f = 'x'.ljust\nf(10 ** 10)": "memory_mb",
    "getattr('x', 'ljust')(10 ** 10)": "memory_mb",
    "'\\t'.expandtabs(10 ** 10)": "memory_mb",
    "s = 'a' * 100_000\ns.replace('a', s)": "memory_mb",
    "s = 'a' * 100_000\ns.translate({97: s})": "memory_mb",
    "import json\njson.dumps([1], indent=10 ** 9)": "memory_mb",
    "import struct\nstruct.pack('999999999x')": "memory_mb",
    # native code that reads to the end
    "list(range(10 ** 10))": "memory_mb",
    "tuple(range(10 ** 10))": "memory_mb",
    "set(range(10 ** 10))": "memory_mb",
    "sorted(range(10 ** 10))": "memory_mb",
    "[*range(10 ** 10)]": "memory_mb",
    "print(*range(10 ** 10))": "memory_mb",
    "sum(range(10 ** 10))": "ops",
    "max(range(10 ** 10))": "ops",
    "all(range(1, 10 ** 10))": "ops",
    "bytes(10 ** 10)": "memory_mb",
    "bytearray(10 ** 10)": "memory_mb",
    "x = []\nx.extend(range(10 ** 10))": "memory_mb",
    "import itertools\nlist(itertools.repeat(0, 10 ** 9))": "ops",
    "import itertools\nsum(itertools.count())": "ops",
    "import itertools\nany(itertools.repeat(0))": "ops",
    "import itertools\nmin(itertools.count())": "ops",
    "import itertools\nlist(itertools.product(range(1000), repeat=5))": "ops",
    "import itertools\nlist(itertools.permutations(range(20)))": "ops",
    "import itertools\nsum(1 for _ in itertools.combinations(range(100), 50))": "ops",
    "import itertools\nlist(zip(itertools.count(), itertools.cycle('ab')))": "ops",
    "import itertools\nlist(map(str, itertools.count()))": "ops",
    "import itertools\nlist(enumerate(itertools.repeat(1)))": "ops",
    "import itertools\nlist(filter(None, itertools.repeat(0)))": "ops",
    "import itertools\n''.join(itertools.repeat('x'))": "ops",
    "import itertools\ndict.fromkeys(itertools.count())": "ops",
    "import itertools\nset().union(itertools.count())": "ops",
    "import itertools\nitertools.product(itertools.count())": "ops",
    "import itertools\na, *b = itertools.count()": "ops",
    "import itertools\ndef g():\n    yield from itertools.repeat(0)\nlist(g())": "ops",
    "import itertools\n-1 in itertools.count()": "ops",
    "from itertools import count\nfrom collections import deque\ndeque(count(), maxlen=1)": "ops",
    "from itertools import count\nfrom collections import Counter\nCounter(count())": "ops",
    "import functools, itertools, operator\nfunctools.reduce(operator.add, itertools.count())": "ops",
    "import heapq, itertools\nheapq.nlargest(3, itertools.count())": "ops",
    "import statistics\nstatistics.mean(range(10 ** 10))": "ops",
    "list(iter(int, 1))": "ops",
    "import random\nrandom.choices([1], k=10 ** 9)": "memory_mb",
    "import random\nrandom.randbytes(10 ** 9)": "memory_mb",
    "import zlib\nmade = zlib.compressobj()\ndata = [made.compress(bytes(1_000_000)) for _ in range(70)]\n"
    "zlib.decompress(b''.join(data) + made.flush())": "memory_mb",
    "import itertools\nlist(itertools.chain.from_iterable(itertools.repeat([])))": "ops",
    "import itertools\nnext(itertools.islice(itertools.count(), 10 ** 12, None))": "ops",
    "def g():\n    yield from range(10 ** 10)\nsum(g())": "ops",
}


def kind(error: Any) -> str:
    return error.limit if isinstance(error, LimitExceeded) else getattr(error, "code", "") or repr(error)


@pytest.mark.parametrize("code", BOMBS)
def test_a_bomb_ends_in_a_limit(bench: Callable[..., Any], code: str) -> None:
    outcome = bench(ops=OPS, memory_mb=MEMORY_MB, wall_s=60).run(code)
    assert kind(outcome.error) == BOMBS[code]
    assert outcome.ops <= OPS


def end_of(error: Any) -> str:
    return "crash" if isinstance(error, WorkerCrashed) else kind(error)


@pytest.mark.parametrize("name", UNPRICED)
def test_what_has_no_price_ends_behind_the_jail(name: str) -> None:
    row = UNPRICED[name]
    limits = Limits(wall_s=20) if "crash" in row.ends else Limits(wall_s=1, memory_mb=64)
    with create_executor("local", limits=limits) as executor:
        result = executor.run(row.code)
        assert end_of(result.error) in row.ends, result.error
        assert result.state in (("rolled_back", "lost") if "crash" in row.ends else ("rolled_back", "lost", "kept"))
        assert executor.run("1 + 1").value == 2


CATCHABLE = ["[0] * 10 ** 10", "list(range(10 ** 10))", "f'{1:>9000000000}'", "'x'.ljust(10 ** 10)", "bytes(10 ** 10)"]


@pytest.mark.parametrize("code", CATCHABLE)
def test_a_refused_allocation_can_be_caught(bench: Callable[..., Any], code: str) -> None:
    assert bench(memory_mb=64).value(f"try: {code}\nexcept MemoryError as e: caught = str(e)\ncaught") == ""


def test_errors_of_priced_operations_are_cpythons(bench: Callable[..., Any]) -> None:
    for code in ("[0] * 10 ** 30", "1 << -1", "'x' * 'y'", "[1] * 1.5", "f'{1:>99999999999999999999}'", "'x'.ljust()"):
        with pytest.raises(Exception) as raised:
            eval(code)
        error = bench().run(code).error
        assert (error.type, error.message) == (type(raised.value).__name__, str(raised.value)), code
