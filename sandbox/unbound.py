"""Methods and properties of library classes taken from the class: they work on its instances and on nothing else.

A method written in Python takes any first argument. Called with a guest's object it would hand to that object's
methods what it means for its own (``Path.stat`` gives ``os.stat`` away), or store attributes on whatever it is given.
The function of a property reads private attributes by name (``Handler.name`` reads ``_name``), of any object.

Invariants: what CPython checks for methods written in C holds for all library methods.
"""

from __future__ import annotations

import types
from typing import Any

_type_mro = type.__dict__["__mro__"].__get__
_type_dict = type.__dict__["__dict__"].__get__


class UnboundMethod:
    """A library function that checks its first argument; binds like a function."""

    __slots__ = ("__function", "__name__", "__owner", "__qualname__")

    def __init__(self, owner: type, function: types.FunctionType) -> None:
        self.__owner = owner
        self.__function = function
        self.__name__ = function.__name__
        self.__qualname__ = function.__qualname__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not args or not issubclass(type(args[0]), self.__owner):
            given = f"a '{type(args[0]).__name__}' object" if args else "no object"
            owner = self.__owner.__name__
            raise TypeError(f"descriptor '{self.__name__}' for '{owner}' objects doesn't apply to {given}")
        return self.__function(*args, **kwargs)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)

    def __repr__(self) -> str:
        return f"<function {self.__qualname__}>"


def owned(owner: type, found: property) -> property:
    """A library's property whose functions check their first argument."""

    def checked(function: Any) -> Any:
        def call(instance: Any, *value: Any) -> Any:
            if not issubclass(type(instance), owner):
                given = f"a '{type(instance).__name__}' object"
                raise TypeError(f"property of '{owner.__name__}' objects doesn't apply to {given}")
            return function(instance, *value)

        return None if function is None else call

    made = property(checked(found.fget), checked(found.fset), checked(found.fdel), found.__doc__)
    if found.__isabstractmethod__:
        made.fget.__isabstractmethod__ = True  # type: ignore[union-attr]
    return made


def owner_of(cls: type, name: str) -> type | None:
    """The class in whose body the plain method or property ``name`` of ``cls`` is; None for static methods and the
    like."""
    for base in _type_mro(cls):
        if name in _type_dict(base):
            return base if type(_type_dict(base)[name]) in (types.FunctionType, property) else None
    return None
