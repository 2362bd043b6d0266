"""Whether two values are the same to the last bit: types, structure, sharing, cycles, nan bits."""

from __future__ import annotations

import json
import struct
from typing import Any

from sandbox.values import EnumValue, Record, decode, encode


def wire(value: Any, **options: Any) -> Any:
    """What ``json`` carries: the document as the other side reads it."""
    return json.loads(json.dumps(encode(value, strict=True, **options), allow_nan=False, ensure_ascii=True))


def travelled(value: Any, **options: Any) -> Any:
    """The value as it arrives."""
    return decode(wire(value, **options))


def same(a: Any, b: Any, met: dict[int, int] | None = None) -> bool:
    """Exact equality; containers must be shared in the same way on both sides."""
    met = {} if met is None else met
    if type(a) is not type(b):
        return False
    if type(a) is float:
        return struct.pack("<d", a) == struct.pack("<d", b)
    if type(a) is complex:
        return same(a.real, b.real) and same(a.imag, b.imag)
    if type(a) not in (list, tuple, dict, set, frozenset, slice, Record, EnumValue):
        return bool(a == b)
    if type(a) in (list, dict, set, Record) or id(a) in met:
        if id(a) in met:
            return met[id(a)] == id(b)
        met[id(a)] = id(b)
    if type(a) is slice:
        return same([a.start, a.stop, a.step], [b.start, b.stop, b.step], met)
    if type(a) is Record:
        return a.type == b.type and same(dict(a.fields), dict(b.fields), met) and same(a.base, b.base, met)
    if type(a) is EnumValue:
        return a == b and same(a.value, b.value, met)
    if len(a) != len(b):
        return False
    if isinstance(a, set | frozenset):
        return sorted(map(_shown, a)) == sorted(map(_shown, b))
    if type(a) is dict:
        return all(same(x, y, met) and same(v, w, met) for (x, v), (y, w) in zip(a.items(), b.items(), strict=True))
    return all(same(x, y, met) for x, y in zip(a, b, strict=True))


def _shown(value: Any) -> str:
    """A text that equal members of sets share, whatever the order of the sets within them."""
    inner: Any = repr(value)
    if type(value) is frozenset:
        inner = sorted(map(_shown, value))
    elif type(value) is tuple:
        inner = list(map(_shown, value))
    elif type(value) is slice:
        inner = list(map(_shown, (value.start, value.stop, value.step)))
    return f"{type(value).__name__} {inner}"
