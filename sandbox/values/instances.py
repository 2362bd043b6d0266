"""Reading an instance without running any code of its class.

Invariants: only raw descriptors of ``type``, slots and ``__dict__`` are called, never an attribute look-up that a
class or metaclass could answer.
"""

from __future__ import annotations

import types
from typing import Any

from ..special_methods import MISSING, find

_get_mro = type.__dict__["__mro__"].__get__
_get_namespace = type.__dict__["__dict__"].__get__
_get_flags = type.__dict__["__flags__"].__get__
_get_name = type.__dict__["__name__"].__get__
_get_args = BaseException.__dict__["args"].__get__
_HEAP, _IMMUTABLE = 1 << 9, 1 << 8

Faithful = tuple[str, Any] | None
"""A builtin base and the instance's exact value of it."""


def mro(cls: type) -> tuple[type, ...]:
    """The classes of ``cls``, most derived first."""
    found: tuple[type, ...] = _get_mro(cls)
    return found


def type_name(cls: type) -> str:
    """The class's name as an exact str of at most 200 characters."""
    return str.__str__(_get_name(cls))[:200]


def is_heap(cls: type) -> bool:
    """Whether it was made at run time, with a namespace of its own for ``__module__``."""
    return bool(_get_flags(cls) & _HEAP)


def is_python(cls: type) -> bool:
    """Whether a class statement made it: the state of C types is out of reach, some of them are heap types too."""
    flags = _get_flags(cls)
    made_by_c = type(_get_namespace(cls).get("__new__")) is types.BuiltinFunctionType
    return bool(flags & _HEAP) and not flags & _IMMUTABLE and not made_by_c


def module_of(cls: type) -> str:
    """The ``__module__`` in the class's own namespace, or "" (also when it is not a plain str)."""
    name = _get_namespace(cls).get("__module__") if is_heap(cls) else type.__dict__["__module__"].__get__(cls)
    return name if type(name) is str else ""


def in_namespace(cls: type, name: str) -> Any:
    """The class attribute ``name`` as stored in the first class that has it, or None."""
    found = find(cls, name)
    return None if found is MISSING else found


def is_kind_of(cls: type, base: type) -> bool:
    """``issubclass`` without hooks."""
    return any(item is base for item in mro(cls))


def fields_of(value: object) -> dict[Any, Any]:
    """Slots and instance dictionary, in the order slots (base first), then dictionary."""
    found: dict[Any, Any] = {}
    for base in reversed(mro(type(value))):
        if not is_heap(base):
            continue
        for name, member in _get_namespace(base).items():
            if type(member) is types.MemberDescriptorType:
                try:
                    found[name] = member.__get__(value)
                except AttributeError:
                    continue
    found.update(own_dict(value) or {})
    return found


def own_dict(value: object) -> dict[Any, Any] | None:
    """The instance's real ``__dict__``, whatever its class says about it."""
    for base in mro(type(value)):
        member = _get_namespace(base).get("__dict__")
        if type(member) is types.GetSetDescriptorType:
            held = member.__get__(value)
            if type(held) is dict:
                return held
    return None


def set_field(value: object, name: str, item: object) -> None:
    """Store a field in its slot or the instance dictionary.

    Raises:
        ValueError: the class has no place for it.
    """
    for base in mro(type(value)):
        member = _get_namespace(base).get(name)
        if type(member) is types.MemberDescriptorType:
            member.__set__(value, item)
            return
    held = own_dict(value)
    if held is None:
        raise ValueError(f"{type_name(type(value))} has no field {name!r}")
    held[name] = item


_BASES: tuple[type, ...] = (int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset)


def base_of(cls: type) -> type | None:
    """The builtin data type that ``cls`` derives from, or None."""
    for item in mro(cls):
        for base in _BASES:
            if item is base:
                return base
    return None


def base_value(value: Any, base: type) -> Any:
    """The exact ``base`` value of an instance of one of its subclasses."""
    if base is int or base is float or base is complex:
        return base.__dict__["__pos__"](value)
    if base is str:
        return str.__str__(value)
    if base is dict:
        return dict(dict.items(value))
    if base is set or base is frozenset:
        return base(base.__dict__["__iter__"](value))
    return base.__dict__["__getitem__"](value, slice(None)) if base is not bytearray else bytearray.copy(value)


def is_plain(cls: type) -> bool:
    """Whether all state of an instance is in slots, dictionary, a builtin base, or exception arguments."""
    known = (*_BASES, object)
    return all(is_python(item) or any(item is base for base in known) for item in mro(cls))


def exception_args(value: BaseException) -> tuple[Any, ...]:
    """The ``args`` of an exception, as stored."""
    found: tuple[Any, ...] = _get_args(value)
    return found
