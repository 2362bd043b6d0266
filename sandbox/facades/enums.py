"""enum: the library's classes, with the functional form (``Enum("Color", "RED GREEN")``) checked.

Invariants: a guest's enumeration is an ``enum.Enum``; the functional form takes no special name that a class
statement would refuse or look at, so that nothing enters a class past the engine's class builder.
"""

from __future__ import annotations

import enum
import sys
from collections.abc import Mapping
from typing import Any, NoReturn

from ..library_names import private_names
from ..names import NATIVE_PRIVATE, SPECIAL_METHODS, is_dunder
from ..refusals import explain
from ..stand_ins import CLEAN_BASES
from .module import metaclass_of_guests
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
        if _makes_a_class(cls, args, options):
            if args:
                args = (_checked_members(cls, args[0], options), *args[1:])
            elif "names" in options:
                options["names"] = _checked_members(cls, options["names"], options)
            _check_options(value, options)
            options["module"] = "__main__"
        return super().__call__(value, *args, **options)

    # The base classes stand for the library's own, so that an IntEnum still is an Enum.
    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, _REAL[cls]) if cls in _REAL else type.__instancecheck__(cls, instance)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, _REAL[cls]) if cls in _REAL else type.__subclasscheck__(cls, subclass)


def _makes_a_class(cls: Any, args: tuple[Any, ...], options: Mapping[str, Any]) -> bool:
    if sys.version_info < (3, 12):
        return (args[0] if args else options.get("names")) is not None
    return not cls._member_map_ and bool(args or options)


def _refuse(code: str, what: str) -> NoReturn:
    """The classes of this module are those of the whole process: they know no engine that could stop the run."""
    raise TypeError(f"[{code}] {explain(code, what)}")


def _check_options(name: object, options: Mapping[str, Any]) -> None:
    for text in (name, options.get("qualname")):
        if isinstance(text, str) and type(text) is not str:
            _refuse("HC109", "an enumeration's name of a str subclass")
    if options.get("module") not in (None, "__main__"):
        _refuse("HC105", "another module of an enumeration made by a call")
    mixin = options.get("type")
    if mixin is not None and not _is_open_base(mixin):
        _refuse("HC107", "type= of an enumeration made by a call")


def _is_open_base(cls: object) -> bool:
    """The class of the members' values is a base: one that a class statement takes without a question."""
    if not isinstance(cls, type) or issubclass(cls, type):
        return False
    return cls in CLEAN_BASES or subclassable(cls) or cls.__module__ == "__main__"


def _checked_members(cls: Any, names: Any, options: Mapping[str, Any]) -> Any:
    """What the library makes of ``names``, as a list of names or of pairs: nothing is read twice."""
    if isinstance(names, str):
        if type(names) is not str:
            _refuse("HC109", "members in a str subclass")
        names = names.replace(",", " ").split()
    taken = _private_names((*cls.__mro__, *getattr(options.get("type"), "__mro__", ())))
    if isinstance(names, (tuple, list)) and names and isinstance(names[0], str):
        members = list(names)
        for name in members:
            _check_member(name, taken)
        return members
    if names is None:
        return None
    pairs = []
    for item in names:
        name, value = (item, names[item]) if isinstance(item, str) else item
        _check_member(name, taken)
        pairs.append((name, value))
    return pairs


def _check_member(name: Any, taken: frozenset[str]) -> None:
    if not isinstance(name, str):
        return  # the library's own error follows
    if type(name) is not str:
        _refuse("HC109", "a member's name of a str subclass")
    if is_dunder(name) and name not in _METHODS:
        _refuse("HC106", f"defining {name!r} in an enumeration made by a call")
    if name in taken:
        _refuse("HC102", f"binding {name!r} in an enumeration over a library class")


def _private_names(bases: tuple[type, ...]) -> frozenset[str]:
    """What library classes among the bases use, the enumerations' own aside: they look at such names themselves."""
    library = (base for base in bases if base not in CLEAN_BASES and base.__module__ not in ("enum", "__main__"))
    return frozenset().union(*map(private_names, library)) - NATIVE_PRIVATE


_METHODS = SPECIAL_METHODS - {"__subclasshook__", "__subclasscheck__", "__getattr__"}
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
ENUM_TYPE = metaclass_of_guests(GuestEnumType, enum.EnumType)
ENUM_BASES: dict[type, type] = {
    **{real: own for own, real in _REAL.items()},
    **dict.fromkeys((GuestEnumType, enum.EnumType), ENUM_TYPE),
}
"""The library's classes of enumerations, and what guests see in their place."""
for _cls in _REAL:
    _cls.__module__ = "enum"


def _build(real: Any, runtime: Runtime) -> Mapping[str, object]:
    return {cls.__name__: cls for cls in _REAL} | dict.fromkeys(("EnumMeta", "EnumType"), ENUM_TYPE)


SPECS = (
    Spec(
        name="enum",
        names=words(
            """CONFORM CONTINUOUS EJECT EnumCheck FlagBoundary KEEP NAMED_FLAGS STRICT UNIQUE auto member nonmember
            property show_flag_values unique verify"""
        ),
        own=words("Enum EnumMeta EnumType Flag IntEnum IntFlag ReprEnum StrEnum"),
        bases=words("Enum Flag IntEnum IntFlag ReprEnum StrEnum"),
        settable={"auto": ("value",)},
        left_out=because(
            process="global_enum global_enum_repr global_flag_repr global_str",
            pickle="pickle_by_enum_name pickle_by_global_name",
            classes="EnumDict",
        ),
        build=_build,
    ),
)
