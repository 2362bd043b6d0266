"""enum: the library's classes, with the functional form (``Enum("Color", "RED GREEN")``) checked.

Invariants: a guest's enumeration is an ``enum.Enum``; the functional form takes only plain identifiers, so that no
special method enters a class past the engine's class builder.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

from ..names import SPECIAL_METHODS
from ..stand_ins import CLEAN_BASES
from .gadgets import check_identifier
from .module import Metaclass
from .registry import subclassable
from .runtime import Runtime
from .spec import Spec, because, words


class GuestEnumType(enum.EnumType):
    """Metaclass of guests' enumerations."""

    def __new__(metacls, cls: Any, bases: Any, classdict: Any, **options: Any) -> Any:
        # The library asks whether its own ReprEnum is among the bases.
        real = tuple(enum.ReprEnum if base is _REPR_ENUM else base for base in bases)
        return super().__new__(metacls, cls, real, classdict, **options)

    def __call__(cls, value: Any, *args: Any, **options: Any) -> Any:
        if "names" in options or (not cls._member_names_ and (args or options.get("type") is not None)):
            given = [options.pop("names")] if "names" in options else list(args[:1])
            checked = [_check_members(each) for each in given]
            check_identifier(value, "an enumeration's name")
            if args[1:] or set(options) - {"start", "module", "qualname", "type", "boundary"}:
                raise TypeError("the functional form of Enum takes a name, members and options in guest code")
            options["module"] = "__main__"
            _check_text(options.get("qualname"))
            if options.get("type") is not None:
                _check_mixin(options["type"])
            return super().__call__(value, *checked, **options)
        return super().__call__(value, *args, **options)

    # The base classes stand for the library's own, so that an IntEnum still is an Enum.
    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, _REAL[cls]) if cls in _REAL else type.__instancecheck__(cls, instance)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, _REAL[cls]) if cls in _REAL else type.__subclasscheck__(cls, subclass)


def _check_text(value: object) -> None:
    if value is not None and type(value) is not str:
        raise TypeError("the qualified name of an enumeration must be a plain str")


def _check_mixin(cls: object) -> None:
    """The class of the members' values is a base: one that a class statement takes without a question."""
    if isinstance(cls, type) and not issubclass(cls, type):
        if cls in CLEAN_BASES or subclassable(cls) or cls.__module__ == "__main__":
            return
    raise TypeError("type= of an enumeration takes a reviewed class in guest code; write a class statement")


def _check_members(names: Any) -> Any:
    if type(names) is str:
        names = names.replace(",", " ").split()
    if isinstance(names, Mapping):
        pairs = [(key, names[key]) for key in names]
        for key, _value in pairs:
            _check_member(key)
        return pairs
    members = [(*member,) if isinstance(member, (tuple, list)) else member for member in names]
    for member in members:
        _check_member(member[0] if type(member) is tuple else member)
    return members


def _check_member(name: object) -> None:
    if type(name) is str and name in _METHODS:
        return
    check_identifier(name, "a member's name")


_METHODS = SPECIAL_METHODS - {"__subclasshook__", "__subclasscheck__"}
"""What members may come with: special methods that a class statement takes as they are."""


_REPR_ENUM: Any = None


class Enum(enum.Enum, metaclass=GuestEnumType):
    """``enum.Enum``."""


class IntEnum(enum.IntEnum, metaclass=GuestEnumType):
    """``enum.IntEnum``."""


class StrEnum(enum.StrEnum, metaclass=GuestEnumType):
    """``enum.StrEnum``."""


class Flag(enum.Flag, metaclass=GuestEnumType):
    """``enum.Flag``."""


class IntFlag(enum.IntFlag, metaclass=GuestEnumType):
    """``enum.IntFlag``."""


class ReprEnum(enum.Enum, metaclass=GuestEnumType):
    """Stands for ``enum.ReprEnum``, which takes its place when a class is made."""


_REPR_ENUM = ReprEnum
_REAL: dict[type, type] = {
    Enum: enum.Enum,
    IntEnum: enum.IntEnum,
    StrEnum: enum.StrEnum,
    Flag: enum.Flag,
    IntFlag: enum.IntFlag,
    ReprEnum: enum.ReprEnum,
}
ENUM_BASES: dict[type, type] = {real: own for own, real in _REAL.items()}
"""The library's classes of enumerations, and what guests see in their place."""
for _cls in _REAL:
    _cls.__module__ = "enum"


def _build(real: Any, runtime: Runtime) -> Mapping[str, object]:
    metaclass = Metaclass(GuestEnumType, real.EnumType)
    return {cls.__name__: cls for cls in _REAL} | {"EnumMeta": metaclass, "EnumType": metaclass}


SPECS = (
    Spec(
        name="enum",
        names=words(
            """CONFORM CONTINUOUS EJECT EnumCheck FlagBoundary KEEP NAMED_FLAGS STRICT UNIQUE auto member nonmember
            property show_flag_values unique verify"""
        ),
        own=words("Enum EnumMeta EnumType Flag IntEnum IntFlag ReprEnum StrEnum"),
        bases=words("Enum Flag IntEnum IntFlag ReprEnum StrEnum"),
        left_out=because(
            process="global_enum global_enum_repr global_flag_repr global_str",
            pickle="pickle_by_enum_name pickle_by_global_name",
            classes="EnumDict",
        ),
        build=_build,
    ),
)
