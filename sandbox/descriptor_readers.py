"""How the methods of descriptors are read; see ``readers``.

Invariants: those of ``readers``.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .unbound import UnboundMethod

if TYPE_CHECKING:
    from .guards import Guards

Reader = Callable[["Guards", Any], Any]

_type_mro = type.__dict__["__mro__"].__get__
_type_dict = type.__dict__["__dict__"].__get__
_UNBOUND = (types.WrapperDescriptorType, types.FunctionType, UnboundMethod)
_BINDS_ITSELF = (types.FunctionType, types.MethodType, types.BuiltinFunctionType, property)


def named_as(made: Any, native: Any) -> Any:
    """A function of ours under the name of the one that it calls."""
    made.__name__, made.__qualname__ = native.__name__, native.__qualname__
    return made


def read_get(guards: Guards, value: Any) -> Any:
    """``__get__``: a library's descriptor that is given no class takes the object's, and hands the real one on."""
    of_class = type(value) in guards.class_types or issubclass(type(value), type)
    native = guards.load_from_class(value, "__get__") if of_class else value.__get__
    if type(value) in _BINDS_ITSELF or guards.is_guest_function(getattr(native, "__func__", native)):
        return native
    cls = value if issubclass(type(value), type) else type(value)
    owner = next((base for base in _type_mro(cls) if "__get__" in _type_dict(base)), None)
    if guards.is_guest_class(owner):
        return native  # whatever the guest's own code has put there
    first = 1 if type(native) in _UNBOUND else 0  # taken from the class, it is given the descriptor before

    def get(*args: Any) -> Any:
        given = args[first:]
        if given and given[0] is not None and (len(given) == 1 or (len(given) == 2 and given[1] is None)):
            return native(*args[: first + 1], guards.type_of(given[0]))
        return native(*args)

    return named_as(get, native)


def read_store(attribute: str) -> Reader:
    """``__set__`` and ``__delete__``: through a library's descriptor they are a store like any other."""

    def read(guards: Guards, value: Any) -> Any:
        native = getattr(value, attribute)
        if guards.is_guest_function(getattr(native, "__func__", native)):
            return native
        if guards.is_guest_class(value) and attribute in guards.classes[value]:
            return native  # whatever the guest's own code has put there
        function = getattr(value, "fset" if attribute == "__set__" else "fdel", None)
        if isinstance(value, property) and guards.is_guest_function(function):
            return native
        if type(value) not in (types.MemberDescriptorType, types.GetSetDescriptorType):
            guards.refuse("HC101", f"attribute {attribute!r} of a '{type(value).__name__}' object")

        def store(target: Any, *new: Any) -> None:
            guards.stores.check(target, guards.name(value.__name__), new[0] if new else None)
            native(target, *new)

        return store

    return read
