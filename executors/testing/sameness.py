"""Whether two values are the same to the last bit: types, structure, sharing, cycles, the bits of a nan.

Invariants: equality of the values' own classes is believed only where it is exact.
"""

from __future__ import annotations

import struct
import sys
from typing import Any

from sandbox.values import EnumValue, Record

_CONTAINERS = (list, tuple, dict, set, frozenset, slice, Record, EnumValue)


def same(a: Any, b: Any, met: dict[int, tuple[Any, Any]] | None = None) -> bool:
    """Exact equality; containers must be shared in the same way on both sides.

    ``met`` holds what was compared by its id, alive, so that no later value gets that id.
    """
    met = {} if met is None else met
    if type(a) is not type(b):
        return False
    if type(a) is float:
        return struct.pack("<d", a) == struct.pack("<d", b)
    if type(a) is complex:
        return same(a.real, b.real) and same(a.imag, b.imag)
    if type(a) not in _CONTAINERS:
        return _same_of_package(a, b, met)
    if type(a) in (list, dict, set, Record) or id(a) in met:
        if id(a) in met:
            return met[id(a)][1] is b
        met[id(a)] = (a, b)
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


def _same_of_package(a: Any, b: Any, met: dict[int, tuple[Any, Any]]) -> bool:
    numpy: Any = sys.modules.get("numpy")
    if numpy is not None and isinstance(a, numpy.ndarray | numpy.generic):
        dtype = a.dtype.newbyteorder("<")
        return bool(dtype == b.dtype and a.shape == b.shape and a.astype(dtype).tobytes() == b.tobytes())
    pandas: Any = sys.modules.get("pandas")
    if pandas is None:
        return bool(a == b)
    if a is pandas.NaT or a is pandas.NA:
        return a is b
    if isinstance(a, pandas.DataFrame):
        columns = range(len(a.columns))
        return (
            _same_index(a.index, b.index)
            and _same_index(a.columns, b.columns)
            and all(_same_array(a.iloc[:, at].array, b.iloc[:, at].array, met) for at in columns)
            and same(a.attrs, b.attrs, met)
        )
    if isinstance(a, pandas.Series):
        return _same_index(a.index, b.index) and same(a.name, b.name) and _same_array(a.array, b.array, met)
    if isinstance(a, pandas.Index):
        return _same_index(a, b)
    if isinstance(a, pandas.api.extensions.ExtensionArray):
        return _same_array(a, b, met)
    if isinstance(a, pandas.Timestamp | pandas.Timedelta):
        return bool(a == b) and a.unit == b.unit and getattr(a, "fold", 0) == getattr(b, "fold", 0)
    return bool(a == b)


def _same_index(a: Any, b: Any) -> bool:
    return bool(a.identical(b)) and a.dtype == b.dtype and getattr(a, "freq", None) == getattr(b, "freq", None)


def _same_array(a: Any, b: Any, met: dict[int, tuple[Any, Any]]) -> bool:
    if a.dtype != b.dtype or len(a) != len(b):
        return False
    if a.dtype == object:
        return all(same(x, y, met) for x, y in zip(a, b, strict=True))
    return bool(a.equals(b))
