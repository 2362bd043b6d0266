"""Objects of the library that a snapshot carries beyond the codec: each kind by what it is made from.

Invariants: a closed table of exact types; only C descriptors and the library's own reviewed methods are called; what
is made again is made by the class that guest code itself would call.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import io
import operator
import random
import re
import sys
import types
import typing
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..values import instances
from . import callables, generators, hints, objects, shared_arrays

if TYPE_CHECKING:
    from .loader import Loader
    from .saver import Item, Saver

BUILTIN_DATA: tuple[type, ...] = (
    object, int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset, typing.Generic,
)  # fmt: skip
CLEAN: frozenset[Any] = frozenset(BUILTIN_DATA) | {
    each for each in vars(__import__("builtins")).values() if isinstance(each, type) and issubclass(each, BaseException)
}
"""Library classes whose instances keep no state that a snapshot does not read."""
_CLEAN_MODULES = frozenset({"typing", "enum", "abc", "collections.abc"})


def is_clean(base: type) -> bool:
    """Whether a library class leaves all state of an instance where a snapshot reads it."""
    if base in CLEAN or instances.module_of(base) in _CLEAN_MODULES:
        return True
    return instances.is_kind_of(base, BaseException) and instances.is_python(base)


ERROR_DATA = ("name", "path", "filename", "filename2")
_CACHED = type(functools.lru_cache(lambda: None))

Save = Callable[["Saver", Any, int], Any]
Load = Callable[["Loader", dict[str, Any], int], Any]


KINDS: dict[str, Any] = {each.__name__: each for each in (type(None), type(...), type(NotImplemented))}
"""Classes of builtin constants, which have no name among the builtins."""


def kind_name(value: Any) -> str | None:
    """The name of such a class."""
    return next((name for name, kind in KINDS.items() if kind is value), None)


# ---- enumerations and exceptions
def is_member(value: object) -> bool:
    """Whether it is a member of an enumeration."""
    return instances.is_kind_of(type(value), enum.Enum)


def member_name(value: Any) -> tuple[str | None, Any]:
    """The name of a member that its class lists, else None; and its value."""
    held = instances.own_dict(value) or {}
    members = instances.in_namespace(type(value), "_member_map_")
    name = held.get("_name_")
    listed = type(name) is str and type(members) is dict and members.get(name) is value
    return (name if listed else None), held.get("_value_")


def exception_links(value: BaseException) -> list[Item]:
    """Cause, context, whether the context is shown, and what some builtin exceptions hold; as ``Loader`` takes them."""
    read = BaseException.__dict__
    data: dict[str, Any] = {}
    for name in ERROR_DATA:
        member = instances.in_namespace(type(value), name)
        held = member.__get__(value) if type(member) is types.MemberDescriptorType else None
        if type(held) in (str, bytes):
            data[name] = held
    return [
        (".__cause__", read["__cause__"].__get__(value)),
        (".__context__", read["__context__"].__get__(value)),
        (".__suppress_context__", read["__suppress_context__"].__get__(value)),
        ("", data),
    ]


# ---- the table
_SAVE: dict[type, Save] = {
    functools.partial: callables.save_partial,
    types.MethodType: callables.save_method,
    types.BuiltinFunctionType: callables.save_attribute,
    types.MethodDescriptorType: callables.save_descriptor,
    operator.itemgetter: callables.save_item_getter,
    dataclasses.InitVar: hints.save_init_variable,
    property: callables.save_property,
    staticmethod: callables.save_wrapper,
    classmethod: callables.save_wrapper,
    _CACHED: callables.save_cached,
    types.SimpleNamespace: objects.save_namespace,
    object: objects.save_plain_object,
    re.Pattern: objects.save_pattern,
    types.GenericAlias: hints.save_alias,
    types.UnionType: hints.save_alias,
    typing.TypeVar: hints.save_type_variable,
    typing.ParamSpec: hints.save_type_variable,
    typing.TypeVarTuple: hints.save_type_variable,
    random.Random: generators.save_generator,
    io.StringIO: objects.save_buffer,
    io.BytesIO: objects.save_buffer,
}
_SAVE_BY_NAME: dict[tuple[str, str], Save] = {
    ("functools", "cached_property"): callables.save_cached_property,
    ("numpy.random._generator", "Generator"): generators.save_numpy_generator,
    ("array", "array"): objects.save_array,
    **{("pathlib", name): objects.save_path for name in objects.PATHS},
    **{("pathlib._local", name): objects.save_path for name in objects.PATHS},
}
LOAD: dict[str, Load] = {
    "partial": callables.load_partial,
    "method": callables.load_method,
    "attr": callables.load_attribute,
    "property": callables.load_property,
    "itemgetter": callables.load_item_getter,
    "initvar": hints.load_init_variable,
    "staticmethod": callables.load_wrapper,
    "classmethod": callables.load_wrapper,
    "cached": callables.load_cached,
    "manager": callables.load_manager,
    "cached_property": callables.load_cached_property,
    "namespace": objects.load_namespace,
    "object": objects.load_plain_object,
    "pattern": objects.load_pattern,
    "alias": hints.load_alias,
    "union": hints.load_union,
    "typevar": hints.load_type_variable,
    "random": generators.load_generator,
    "generator": generators.load_numpy_generator,
    "dtype": objects.load_dtype,
    "view": shared_arrays.load_view,
    "buffer": objects.load_buffer,
    "array": objects.load_array,
    "cell_path": objects.load_path,
    "libtuple": objects.load_named_tuple,
}


def save(saver: Saver, value: Any, kind: type, depth: int) -> Any:
    """The node of a library object of the table; None when it is none."""
    found = _SAVE.get(kind)
    if found is None:
        found = _SAVE_BY_NAME.get((instances.module_of(kind), instances.type_name(kind)))
    if found is None and kind is types.FunctionType and value.__code__ in callables.OF_MANAGERS:
        found = callables.save_manager
    if found is None and instances.module_of(kind) == "typing" and hasattr(kind, "__reduce__"):
        found = hints.save_alias if kind.__name__.endswith("Alias") else None
    if found is None and _is_dtype(kind):
        found = objects.save_dtype
    if found is None and saver.world.place(kind) is not None and instances.base_of(kind) is tuple:
        found = objects.save_named_tuple if type(instances.in_namespace(kind, "_fields")) is tuple else None
    return None if found is None else found(saver, value, depth)


def _is_dtype(kind: type) -> bool:
    numpy = sys.modules.get("numpy")
    return numpy is not None and instances.is_kind_of(kind, numpy.dtype)
