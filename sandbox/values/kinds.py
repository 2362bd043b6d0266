"""The kinds of value that exist only on the receiving side, and the bounds both sides keep.

Invariants: frozen; equality and hashing never look inside guest data, so they cost nothing and run nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Record:
    """An instance of a class that the receiver does not have: its class name and its fields.

    ``base`` is the builtin value of an instance of a subclass of list, dict, str, … (the items of a named tuple).
    A Record is equal only to itself, as the guest object it stands for was one object: compare ``fields``.
    """

    type: str
    fields: Mapping[str, Any]
    base: Any = None

    def __repr__(self) -> str:
        from .text import safe_repr

        return safe_repr(self)


@dataclasses.dataclass(frozen=True, slots=True)
class EnumValue:
    """A member of an enum that the receiver does not have. Equal when class name and member name are."""

    type: str
    name: str
    value: Any = dataclasses.field(compare=False)

    def __repr__(self) -> str:
        from .text import safe_repr

        return safe_repr(self)


@dataclasses.dataclass(frozen=True, slots=True)
class Opaque:
    """A last value that cannot travel: its type, its repr (≤ 2 KiB), and which part was in the way, and why."""

    type: str
    repr: str
    path: str = ""
    reason: str = ""


@dataclasses.dataclass(frozen=True)
class Bounds:
    """What one value may come to.

    ``nodes`` counts containers, members of sets and keys; kinds that are dear to build count for several
    (``PRICE``). ``int_bits`` bounds an int, ``digits`` a Decimal's coefficient, ``ratio_bits`` each part of a
    Fraction. ``same_hash`` is how many keys of one dict or set may share a hash; ``hash_work`` is the number of
    leaves that may be hashed in all. ``bytes`` bounds the encoded size (checked as a lower bound while encoding).
    """

    depth: int = 90
    nodes: int = 80_000
    int_bits: int = 1 << 20
    digits: int = 4300
    exponent: int = 1_000_000
    ratio_bits: int = 1 << 14
    same_hash: int = 32
    hash_work: int = 200_000
    key_weight: int = 10_000
    zones: int = 64
    bytes: int = 16 << 20


BOUNDS = Bounds()
PRICE = {
    "bytearray": 2,
    "datetime": 6,
    "decimal": 2,
    "deque": 3,
    "Counter": 3,
    "OrderedDict": 3,
    "defaultdict": 3,
    "dict": 3,
    "enum": 5,
    "fraction": 8,
    "frozenset": 4,
    "ndarray": 20,
    "npscalar": 20,
    "nt": 5,
    "path": 14,
    "rec": 4,
    "ref": 2,
    "set": 4,
    "slice": 3,
    "tuple": 2,
    "timezone": 2,
    "uuid": 5,
    "zone": 4,
    "NA": 3,
    "NaT": 3,
    "column": 120,
    "date": 3,
    "time": 3,
    "timedelta": 3,
    "frame": 600,
    "image": 80,
    "index": 120,
    "interval": 25,
    "mindex": 240,
    "period": 25,
    "rindex": 40,
    "series": 295,
    "span": 6,
    "stamp": 55,
}
"""Nodes that a kind counts for: about what it costs to build, in small lists."""
PLAIN_INT = 1 << 63
"""Ints below this magnitude travel as JSON numbers."""
FACTORIES = {kind.__name__: kind for kind in (bool, bytes, dict, float, frozenset, int, list, set, str, tuple)}
"""The ``default_factory`` values that a defaultdict keeps."""
