"""Values as typed JSON: how every value crosses between host and guest, in both directions.

Invariants: no pickle, no evaluation, no class looked up by name beyond a closed table; plain scalars, lists and
str-keyed dicts travel as plain JSON, everything else as ``{"$": tag, ...}``; encoding runs no code of the value's
class; decoding is bounded in depth, count, digits and hashing before anything is built.

What arrives: builtins, the datetime family, Decimal, Fraction, UUID, paths (as PurePath), numpy arrays and scalars
(a ``Record`` where there is no numpy), frames, series, indexes, arrays and single values of pandas (a ``Table`` where
there is no pandas), deque, Counter, OrderedDict, defaultdict (a factory outside a short list
becomes None), enum members as ``EnumValue``, instances, named tuples, exceptions and instances of subclasses of
builtins as ``Record``.
"""

from .decode import decode, decode_each
from .encode import encode, encode_each
from .kinds import BOUNDS, Bounds, EnumValue, Opaque, Record
from .tables import Table
from .text import guest_repr, safe_repr, short_repr

__all__ = [
    "BOUNDS",
    "Bounds",
    "EnumValue",
    "Opaque",
    "Record",
    "Table",
    "decode",
    "decode_each",
    "encode",
    "encode_each",
    "guest_repr",
    "safe_repr",
    "short_repr",
]
