"""Private attribute names that a library class uses, on itself or on its instances.

Invariants: a superset for classes written in Python: names bound in the class, and every private name that its
methods mention. A guest class over such a base may neither read, store nor define them.
"""

from __future__ import annotations

import types
import weakref
from collections.abc import Iterator
from typing import Any

_type_dict = type.__dict__["__dict__"].__get__
_known: weakref.WeakKeyDictionary[type, frozenset[str]] = weakref.WeakKeyDictionary()


def private_names(cls: type) -> frozenset[str]:
    """The single-underscored names that ``cls`` itself takes; its bases are not looked at."""
    found = _known.get(cls)
    if found is None:
        space = dict(_type_dict(cls))
        names = {*space, *(name for value in space.values() for code in _codes(value) for name in _mentioned(code))}
        found = _known[cls] = frozenset(name for name in names if _is_private(name))
    return found


def _is_private(name: object) -> bool:
    return type(name) is str and name.startswith("_") and not name.endswith("__")


def _codes(value: Any) -> Iterator[types.CodeType]:
    """The code of a function, or of what a descriptor wraps."""
    if type(value) is types.FunctionType:
        yield value.__code__
    elif isinstance(value, (classmethod, staticmethod)):
        yield from _codes(value.__func__)
    elif isinstance(value, property):
        for part in (value.fget, value.fset, value.fdel):
            yield from _codes(part)


def _mentioned(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for const in code.co_consts:
        if type(const) is str:
            yield const
        elif type(const) is types.CodeType:
            yield from _mentioned(const)
