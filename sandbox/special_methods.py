"""Special methods as CPython's own syntax finds them: in the classes of an object, past its dictionary and metaclass.

Invariants: nothing of the guest's runs but the ``__get__`` of a descriptor of its own.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

_type_mro = type.__dict__["__mro__"].__get__
_type_dict = type.__dict__["__dict__"].__get__
_Function, _Method = types.FunctionType, types.MethodType
MISSING: Any = object()
"""Stands for what is not there: None is a special method that cannot be called."""


def find(cls: type, name: str) -> Any:
    """What stands by that name in the body of the class, or of the first base that has it, or MISSING."""
    for base in _type_mro(cls):
        namespace = _type_dict(base)
        if name in namespace:
            return namespace[name]
    return MISSING


_GETS = {
    kind: find(kind, "__get__")
    for kind in (types.FunctionType, types.MethodDescriptorType, types.WrapperDescriptorType, types.MethodType,
                 classmethod, staticmethod, property)
}  # fmt: skip
"""How the usual descriptors bind: what the walk over their classes would give."""


def bound(owner: Any, name: str) -> Any:
    """The special method bound to its object, or MISSING.

    Raises:
        BaseException: whatever the ``__get__`` of a guest's descriptor raises.
    """
    cls = type(owner)
    found = find(cls, name)
    if found is MISSING:
        return MISSING
    kind = type(found)
    get = _GETS[kind] if kind in _GETS else find(kind, "__get__")
    return found if get is MISSING else get(found, owner, cls)


def manager_methods(entering: str, leaving: str, asynchronous: str) -> Callable[[Any], tuple[Any, Any]]:
    """What gives the two methods of a context manager, bound in this order, or raises CPython's TypeError."""

    def methods(owner: Any) -> tuple[Any, Any]:
        for base in _type_mro(type(owner)):
            namespace = _type_dict(base)
            if entering in namespace and leaving in namespace:  # most managers: both are functions of one class
                enter, leave = namespace[entering], namespace[leaving]
                if type(enter) is _Function is type(leave):
                    return _Method(enter, owner), _Method(leave, owner)
            if entering in namespace or leaving in namespace:
                break
        enter = bound(owner, entering)
        leave = MISSING if enter is MISSING else bound(owner, leaving)
        if leave is MISSING:
            missed = "" if enter is MISSING else f" (missed {leaving} method)"
            name = type(owner).__name__
            raise TypeError(f"'{name}' object does not support the {asynchronous}context manager protocol{missed}")
        return enter, leave

    return methods


manager = manager_methods("__enter__", "__exit__", "")
async_manager = manager_methods("__aenter__", "__aexit__", "asynchronous ")
