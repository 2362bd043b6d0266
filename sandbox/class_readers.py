"""How the special attributes of classes and the dictionaries of objects are read; see ``readers``.

Invariants: those of ``readers``.
"""

from __future__ import annotations

import abc
import enum
import functools
import types
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from . import names
from .stand_ins import StandIn

if TYPE_CHECKING:
    from .guards import Guards

Reader = Callable[["Guards", Any], Any]

_type_mro = type.__dict__["__mro__"].__get__
_type_dict = type.__dict__["__dict__"].__get__
DATA = (type(None), bool, int, float, complex, str, bytes, type(...))
"""Types of plain data, which lead nowhere."""


def read_class(guards: Guards, value: Any) -> Any:
    return guards.type_of(value)


def read_classes(attribute: str) -> Reader:
    """For ``__mro__`` and the like, also where a proxy forwards them."""

    def read(guards: Guards, value: Any) -> Any:
        found = getattr(value, attribute)
        if type(found) is tuple:
            return guards.show_classes(found)
        return guards.show_class(found) if issubclass(type(found), type) else found

    return read


def read_without_type(attribute: str) -> Reader:
    """For what typing notes of classes that guests named themselves: as it is, but for the real ``type``."""

    def read(guards: Guards, value: Any) -> Any:
        found = getattr(value, attribute)
        if type(found) is tuple:
            return tuple(guards.type if each is type else each for each in found)
        return guards.type if found is type else found

    return read


def read_mro(guards: Guards, value: Any) -> Any:
    found = value.mro
    if isinstance(found, types.BuiltinMethodType) and issubclass(type(found.__self__), type):
        cls: Any = found.__self__
        return lambda: list(guards.show_classes(type.mro(cls)))
    if isinstance(found, types.MethodDescriptorType):
        return lambda cls: list(guards.show_classes(type.mro(cls)))
    return found


_OF_OBJECTS = frozenset({"__dict__", "__weakref__"})


class ObjectAttribute:
    """What a class' dictionary shows for ``__dict__`` and ``__weakref__`` of its objects: each read is the gate's."""

    __slots__ = ("__guards", "__name__", "__owner")

    def __init__(self, guards: Guards, owner: type, name: str) -> None:
        self.__guards = guards
        self.__owner = owner
        self.__name__ = name

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        if not issubclass(type(instance), self.__owner):
            given, of = type(instance).__name__, self.__owner.__name__
            raise TypeError(f"descriptor {self.__name__!r} for {of!r} objects doesn't apply to a {given!r} object")
        return self.__guards.getattr(instance, self.__name__)

    def __eq__(self, other: object) -> bool:
        return type(other) is ObjectAttribute and other.__owner is self.__owner and other.__name__ == self.__name__

    def __hash__(self) -> int:
        return hash((self.__owner, self.__name__))

    def __repr__(self) -> str:
        return f"<attribute {self.__name__!r} of {self.__owner.__name__!r} objects>"


ObjectAttribute.__name__ = ObjectAttribute.__qualname__ = "getset_descriptor"


def _class_dict(guards: Guards, cls: type) -> dict[str, Any]:
    """A guest class' dictionary: what its code bound as it is, what the library added as the gate gives it."""
    stored = guards.classes.get(cls, set(_type_dict(cls)) - _OF_OBJECTS) | {"__module__", "__doc__"}
    found: dict[str, Any] = {}
    for name, value in _type_dict(cls).items():
        if name in stored or type(value) in DATA:
            found[name] = value
        elif name in _OF_OBJECTS:
            found[name] = ObjectAttribute(guards, cls, name)
        elif names.is_dunder(name) and names.classify(name) != "refused":
            found[name] = guards.load_special(cls, name)
    return found


_BINDING = (classmethod, staticmethod)


class LibraryDictionary(Mapping[str, Any]):
    """The dictionary of a library class: its names as they are, each value through the gate or refused."""

    __slots__ = ("__cls", "__guards")

    def __init__(self, guards: Guards, cls: type) -> None:
        if not guards.is_shown(cls) or type(cls) is StandIn:
            guards.refuse("HC101", "attribute '__dict__' of a class")
        self.__guards = guards
        self.__cls = cls
        if cls.__module__ == "enum":  # one of the engine's own over the library's
            behind = (real for real, shown in guards.stand_ins.items() if shown is cls and real.__module__ == "enum")
            self.__cls = next(behind, cls)

    def __getitem__(self, name: str) -> Any:
        stored = _type_dict(self.__cls)[name]
        try:
            found = self.__guards.getattr(self.__cls, name)
        except AttributeError:  # a descriptor that is there for instances only
            self.__guards.refuse("HC101", f"{name!r} in the '__dict__' of a class")
        if type(stored) is types.ClassMethodDescriptorType and type(found) is types.BuiltinMethodType:
            return stored  # it looks at the class that it is given
        if type(stored) in (*_BINDING, types.ClassMethodDescriptorType) and found is not stored:
            self.__guards.refuse("HC101", f"{name!r} in the '__dict__' of a class")
        return found

    def __contains__(self, name: object) -> bool:
        return name in _type_dict(self.__cls)

    def __iter__(self) -> Iterator[str]:
        return iter(list(_type_dict(self.__cls)))

    def __len__(self) -> int:
        return len(_type_dict(self.__cls))

    def __repr__(self) -> str:
        return f"mappingproxy({dict(self)!r})"


def read_dict(guards: Guards, value: Any) -> Any:
    cls = type(value)
    if issubclass(cls, type):
        if not guards.is_guest_class(value):
            return LibraryDictionary(guards, value)
        return types.MappingProxyType(_class_dict(guards, value))
    own = guards.memory.dictionary if guards.memory is not None else _dictionary
    if cls in guards.open_types or guards.is_guest_function(value) or cls is types.SimpleNamespace:
        return own(value)
    if guards.is_guest_class(cls):
        if cls in guards.open_types:  # adopted just now
            return own(value)
        taken = guards.taken(cls)
        return types.MappingProxyType({k: v for k, v in value.__dict__.items() if k not in taken})
    if (issubclass(cls, BaseException) and guards.is_shown(cls)) or _is_plain_record(cls):
        return own(value)
    if cls in (staticmethod, classmethod) and wraps_guests(guards, value):
        return own(value)
    if not hasattr(value, "__dict__"):
        raise AttributeError(f"'{cls.__name__}' object has no attribute '__dict__'")
    if issubclass(cls, functools.partial):
        return types.MappingProxyType(value.__dict__)
    guards.refuse("HC101", f"attribute '__dict__' of a '{cls.__name__}' object")


def wraps_guests(guards: Guards, value: Any) -> bool:
    """Whether a static or class method is of the guest's making: what it copied from its function is the guest's."""
    return guards.is_guest_function(value.__func__) or type(value.__func__) in DATA


def _dictionary(value: Any) -> Any:
    return value.__dict__


def _is_plain_record(cls: type) -> bool:
    return (cls.__module__, cls.__name__) == ("argparse", "Namespace")


def read_register(guards: Guards, value: Any) -> Any:
    """``ABC.register``: a library class is entered nowhere, since every engine of the process would see it."""
    found = value.register
    if getattr(found, "__func__", found) is not abc.ABCMeta.register:
        return found
    if type(found) is not types.MethodType:
        guards.refuse("HC101", "ABCMeta.register without its class")

    def register(subclass: Any) -> Any:
        if not guards.is_guest_class(found.__self__) and not guards.is_guest_class(subclass):
            guards.refuse("HC105", "registering a library class with a library class")
        return found(subclass)

    return register


def read_of_enum(attribute: str) -> Reader:
    """What enumerations keep of themselves: numbers, the class of their values; of guests' own, copies of tables."""

    def read(guards: Guards, value: Any) -> Any:
        cls = value if issubclass(type(value), type) else type(value)
        found = getattr(value, attribute, None)
        own = guards.is_guest_class(cls)
        if not issubclass(cls, enum.Enum) or (type(found) is dict and not own):
            guards.refuse("HC101", f"attribute {attribute!r} of a '{type(value).__name__}' object")
        found = getattr(value, attribute)
        if issubclass(type(found), type):
            return guards.show_class(found)
        return dict(found) if type(found) is dict else found

    return read
