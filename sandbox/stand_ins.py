"""Which builtin classes guests may hold, and what stands for those they must not.

Invariants: a stand-in compares, prints and answers isinstance as the class behind it, and leads nowhere.
"""

from __future__ import annotations

import abc
import collections.abc
import enum
import functools
import types
import typing
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .engine import ToolError
from .values import EnumValue, Record

REVIEWED_BUILTINS: frozenset[type] = frozenset(
    {
        object, bool, int, float, complex, str, bytes, bytearray, memoryview, list, tuple, dict, set, frozenset, range,
        slice, property, classmethod, staticmethod, enumerate, zip, map, filter, reversed, super,
        type(None), type(NotImplemented), type(Ellipsis), type({}.keys()), type({}.values()), type({}.items()),
        type(iter([])), type(iter(())), type(iter({})), type(iter(set())), type(iter("")), type(iter(b"")),
        type(iter(range(0))), type(iter({}.values())), type(iter({}.items())), type(reversed([])),
        types.MappingProxyType, types.SimpleNamespace, types.GenericAlias, types.UnionType,
        ToolError, Record, EnumValue,
    }
    | {e for e in vars(__import__("builtins")).values() if isinstance(e, type) and issubclass(e, BaseException)}
)  # fmt: skip

CLEAN_BASES: frozenset[type] = frozenset(
    {object, bool, int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset, property}
    | {e for e in REVIEWED_BUILTINS if issubclass(e, BaseException)}
)
"""Bases without a private attribute of their own."""

CLEAN_MODULES = frozenset({"typing", "enum", "abc", "collections.abc"})
"""Modules whose base classes keep their private names to those of ``names.NATIVE_PRIVATE``."""


class StandIn(type):
    """A class shown to guests in place of one they must not hold: it compares, prints and answers isinstance."""

    if TYPE_CHECKING:
        _real: tuple[type, ...]
        _call: Callable[..., Any] | None

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, cls._real)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return subclass is cls or issubclass(subclass, cls._real)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls._call is None:
            raise TypeError(f"cannot create '{cls.__name__}' instances")
        return cls._call(*args, **kwargs)

    def __repr__(cls) -> str:
        place = "" if cls.__module__ == "builtins" else f"{cls.__module__}."
        return f"<class '{place}{cls.__name__}'>"

    def __getitem__(cls, item: Any) -> Any:
        return types.GenericAlias(cls, item)

    def __or__(cls, other: Any) -> Any:
        return typing.Union[cls, other]  # noqa: UP007

    def __ror__(cls, other: Any) -> Any:
        return typing.Union[other, cls]  # noqa: UP007

    def __setattr__(cls, name: str, value: object) -> None:
        raise TypeError(f"cannot set '{name}' attribute of immutable type '{cls.__name__}'")


def stand_in(
    name: str,
    real: tuple[type, ...],
    make: Callable[..., Any] | None = None,
    module: str = "builtins",
    methods: Mapping[str, Any] | None = None,
    bases: tuple[type, ...] = (),
) -> StandIn:
    """A stand-in class named ``name`` for the ``real`` ones; ``make`` is what calling it does."""
    body = {"_real": real, "_call": None if make is None else staticmethod(make), "__module__": module}
    return StandIn(name, bases, {**body, **(methods or {}), "__slots__": ()})


def _with_methods(name: str, real: type) -> StandIn:
    """A stand-in that has the public methods of what it stands for, and those of its protocol."""
    methods = {each: value for each, value in vars(real).items() if each in _METHODS}
    return stand_in(name, (real,), methods=methods)


_METHODS = frozenset("""send throw close asend athrow aclose __next__ __iter__ __await__ __anext__ __aiter__""".split())
FUNCTION = stand_in("function", (types.FunctionType,))
BUILTIN_FUNCTION = stand_in("builtin_function_or_method", (types.BuiltinFunctionType,))
METHOD = stand_in("method", (types.MethodType,))
GENERATOR = _with_methods("generator", types.GeneratorType)
COROUTINE = _with_methods("coroutine", types.CoroutineType)
ASYNC_GENERATOR = _with_methods("async_generator", types.AsyncGeneratorType)
TRACEBACK = stand_in("traceback", (types.TracebackType,))
KEY = stand_in("KeyWrapper", (type(functools.cmp_to_key(len)),), module="functools")  # type: ignore[arg-type]
_STANDS_FOR: tuple[tuple[Any, tuple[StandIn, ...]], ...] = (
    (collections.abc.Callable, (FUNCTION, BUILTIN_FUNCTION, METHOD)),
    (collections.abc.Generator, (GENERATOR,)),
    (collections.abc.Coroutine, (COROUTINE,)),
    (collections.abc.AsyncGenerator, (ASYNC_GENERATOR,)),
)
for _abstract, _kinds in _STANDS_FOR:
    for _kind in _kinds:
        _abstract.register(_kind)
STAND_INS: dict[type, StandIn] = {
    real: stand
    for stand in (FUNCTION, BUILTIN_FUNCTION, METHOD, GENERATOR, COROUTINE, ASYNC_GENERATOR, TRACEBACK, KEY)
    for real in stand._real
}


def _with_heirs(cls: type) -> set[type]:
    heirs: list[type] = type.__subclasses__(cls)
    return {cls}.union(*map(_with_heirs, heirs))


_typing: Any = typing
CLASS_TYPES: frozenset[type] = frozenset(
    {type, StandIn, super, abc.ABCMeta, enum.EnumType, types.GenericAlias}
    | {type(typing.Protocol), type(typing.Any), _typing.NamedTupleMeta, _typing._TypedDictMeta}
    | {type(collections.abc.Callable[[], int])}
    | {type(cls) for cls in vars(collections.abc).values() if isinstance(cls, type)}
    | _with_heirs(_typing._BaseGenericAlias)
)
"""Types of the classes that guests can hold, and of objects that forward attributes to a class."""
