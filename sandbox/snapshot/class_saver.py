"""Classes of the guest: bases and functions at once, all other attributes as a part.

Invariants: a class is written as what it is now, not as the statement that once made it, so no class body runs again
and later changes travel; what a library generated (dataclasses, enumerations, named tuples) is written as what it was
generated from.
"""

from __future__ import annotations

import _abc  # type: ignore[import-not-found,unused-ignore]
import abc
import collections
import dataclasses
import enum
import functools
import types
import typing
from typing import TYPE_CHECKING, Any

from ..values import instances
from ..values.fault import Fault

if TYPE_CHECKING:
    from .saver import Item, Saver

namespace_of: Any = type.__dict__["__dict__"].__get__
"""A class's own attributes, whatever its metaclass says."""
bases_of: Any = type.__dict__["__bases__"].__get__

HOOKS = frozenset({"__init_subclass__", "__set_name__"})
"""What Python calls while classes are made: they come when all classes are there."""
GENERATED_BY_DATACLASS = frozenset(
    f"__{name}__"
    for name in """init repr eq lt le gt ge hash setattr delattr replace getstate setstate
    dataclass_fields dataclass_params""".split()
)
DATACLASS_OPTIONS = ("init", "repr", "eq", "order", "unsafe_hash", "frozen")
_NEVER = frozenset(
    """__module__ __qualname__ __doc__ __dict__ __weakref__ __orig_bases__ __parameters__ __abstractmethods__ _abc_impl
    __slots__ __classcell__ _is_protocol _is_runtime_protocol __protocol_attrs__ __non_callable_proto_members__
    __callable_proto_members_only__""".split()
)
_OF_ENUMERATIONS = frozenset(
    """_member_names_ _member_map_ _value2member_map_ _unhashable_values_ _unhashable_values_map_ _hashable_values_
    _use_args_ _member_type_ _new_member_ __new_member__ _value_repr_ _flag_mask_ _singles_mask_ _all_bits_ _inverted_
    _boundary_ _sort_order_ _numeric_repr_ _order_ _ignore_ __new__ __reduce_ex__""".split()
)
_OF_MEMBERS = frozenset({"_value_", "_name_", "__objclass__", "_sort_order_"})
_OF_NAMED_TUPLES = frozenset(vars(collections.namedtuple("_OF_NAMED_TUPLES", ()))) | {"_field_types"}
_ORDERING = frozenset(name for rows in vars(functools)["_convert"].values() for name, _ in rows)
_ORDERED = frozenset(function for rows in vars(functools)["_convert"].values() for _, function in rows)
_DESCRIPTORS = (types.GetSetDescriptorType, types.MemberDescriptorType)


def save(saver: Saver, cls: type, depth: int) -> Any:
    """The node of a class."""
    space = namespace_of(cls)
    if type(cls).__name__ == "_TypedDictMeta":
        return _typed_dict(saver, cls, space, depth)
    saver.number(cls)
    found: dict[str, Any] = {"$": "class", "n": _text(cls, cls.__name__), "q": _text(cls, cls.__qualname__)}
    if "_fields" in space and bases_of(cls) == (tuple,) and type(space["_fields"]) is tuple:
        defaults = dict(space.get("_field_defaults", {}))
        saver.keep.append(defaults)
        found |= {"k": "namedtuple", "f": list(space["_fields"]), "v": saver.value(defaults, depth)}
        left_out = _OF_NAMED_TUPLES - {"__doc__"} | set(space["_fields"]) | _NEVER
    elif instances.is_kind_of(cls, enum.Enum):
        members = _members(saver, cls, space, depth)
        found |= {"k": "enum", "b": _bases(saver, cls, space, depth), "e": members}
        left_out = _OF_ENUMERATIONS | _NEVER | set(space["_member_map_"])
    else:
        found |= {"k": "class", "b": _bases(saver, cls, space, depth), "m": _metaclass(saver, cls, depth)}
        left_out = _NEVER
    found["doc"] = saver.value(space.get("__doc__"), depth)
    if "__slots__" in space:
        found["slots"] = saver.value(space["__slots__"], depth)
    fields = space.get("__dataclass_fields__")
    if fields is not None:
        left_out = left_out | {"__dataclass_fields__", "__dataclass_params__"}
    attributes = _attributes(saver, cls, space, left_out)
    if any(value in _ORDERED for value in space.values() if type(value) is types.FunctionType):
        found["o"] = True
    if found["k"] != "enum":
        found["s"] = _shell(saver, cls, attributes, depth)
        attributes = [(name, value) for name, value in attributes if not _at_once(saver, cls, name, value)]
    if getattr(cls, "_is_runtime_protocol", False) and "_is_runtime_protocol" in space:
        found["r"] = True
    saver.later(cls, lambda: _part(saver, cls, space, attributes))
    return found


def _text(cls: type, text: Any) -> str:
    if type(text) is not str or len(text) > 1000:
        raise Fault(cls, "a class has a name that is no plain text, or a long one")
    return text


def _bases(saver: Saver, cls: type, space: Any, depth: int) -> list[Any]:
    given = space.get("__orig_bases__")
    return saver.items(given if type(given) is tuple else bases_of(cls), depth)


_KNOWN_METACLASSES = (type, abc.ABCMeta, type(typing.Protocol))


def _metaclass(saver: Saver, cls: type, depth: int) -> Any:
    """The guest's metaclass; null where the bases bring it along, or it is ``type``; "abc" for ``ABCMeta``."""
    meta = type(cls)
    if saver.world.is_guest_class(meta):
        return saver.value(meta, depth)
    if meta not in _KNOWN_METACLASSES:
        raise Fault(cls, f"the metaclass {instances.type_name(meta)!r} is a library's")
    inherited = any(instances.is_kind_of(type(base), meta) for base in bases_of(cls))
    return "abc" if meta is abc.ABCMeta and not inherited else None


def _attributes(saver: Saver, cls: type, space: Any, left_out: frozenset[str] | set[str]) -> list[tuple[str, Any]]:
    found = []
    is_dataclass = "__dataclass_fields__" in space
    for name, value in space.items():
        if type(name) is not str:
            raise Fault(cls, "it has an attribute whose name is not a plain str")
        if name in left_out or type(value) in _DESCRIPTORS or type(value) is enum.property:
            continue
        own = saver.world.is_guest_function(value)
        if is_dataclass and name in GENERATED_BY_DATACLASS and not own and (type(value) in _MADE or value is None):
            continue
        if type(value) is types.FunctionType and not own:
            if value in _ORDERED or instances.is_kind_of(cls, enum.Enum):
                continue
        if name in ("__init__", "__subclasshook__") and "_is_protocol" in space and not own:
            continue
        if instances.is_kind_of(cls, enum.Enum) and not own and (type(value) in _MADE or _is_librarys(saver, value)):
            continue
        found.append((name, value))
    return found


def _is_librarys(saver: Saver, value: Any) -> bool:
    """Whether it wraps a function of the library."""
    return type(value) in (staticmethod, classmethod) and not saver.world.is_guest_function(value.__func__)


_MADE = (types.FunctionType, types.WrapperDescriptorType, types.MethodDescriptorType)


def _at_once(saver: Saver, cls: type, name: str, value: Any) -> bool:
    """Whether an attribute is there when the class is made: functions, and what wraps them."""
    if name in HOOKS or instances.is_kind_of(cls, type):
        return False
    kind = type(value)
    if kind in (staticmethod, classmethod):
        return saver.world.is_guest_function(value.__func__)
    if kind is property:
        return all(each is None or saver.world.is_guest_function(each) for each in (value.fget, value.fset, value.fdel))
    return saver.world.is_guest_function(value)


def _shell(saver: Saver, cls: type, attributes: list[tuple[str, Any]], depth: int) -> list[Any]:
    """Names in order, each with its node, or null for those that come with the part."""
    found: list[Any] = []
    protocol = getattr(cls, "_is_protocol", False)
    for name, value in attributes:
        if name in HOOKS:
            continue
        at_once = _at_once(saver, cls, name, value) or (protocol and name == "__annotations__")
        found.append([name, saver.field(value, name, depth) if at_once else None])
    return found


def _members(saver: Saver, cls: Any, space: Any, depth: int) -> list[Any]:
    """Names and values of an enumeration, aliases included."""
    flat: list[Any] = []
    base = instances.base_of(cls)
    for name, member in space["_member_map_"].items():
        held = instances.own_dict(member) or {}
        value = held.get("_value_")
        if base is not None and base is not tuple and instances.base_value(member, base) != value:
            raise Fault(cls, "it is an enumeration whose members have other values than their class")
        flat += (name, saver.field(value, name, depth))
    return flat


def _typed_dict(saver: Saver, cls: Any, space: Any, depth: int) -> Any:
    saver.number(cls)
    hints = dict(space.get("__annotations__", {}))
    for base in reversed([each for each in space.get("__orig_bases__", ()) if isinstance(each, type)]):
        hints = {**vars(base).get("__annotations__", {}), **hints}
    required = sorted(name for name in hints if name in space["__required_keys__"])
    saver.keep.append(hints)
    node = saver.value(hints, depth)
    doc, total = saver.value(space.get("__doc__"), depth), space.get("__total__") is True
    return {
        "$": "class",
        "k": "typeddict",
        "n": _text(cls, cls.__name__),
        "h": node,
        "r": required,
        "t": total,
        "doc": doc,
    }


def _part(saver: Saver, cls: type, space: Any, attributes: list[tuple[str, Any]]) -> list[Item]:
    """What is stored when the classes are there: dataclass, registered classes, fields of members, attributes."""
    described: list[Any] = [_dataclass(cls, space), _registered(cls), _member_fields(cls, space)]
    saver.keep.append(described)
    found: list[Item] = [("", each) for each in described]
    for name, value in attributes:
        found += (("", name), (f".{name}", value))
    return found


def _dataclass(cls: type, space: Any) -> Any:
    """None, or options and fields of a dataclass."""
    if "__dataclass_fields__" not in space:
        return None
    params = space["__dataclass_params__"]
    options = {name: getattr(params, name) for name in dir(params) if not name.startswith("_")}
    own = space.get("__annotations__", {})
    rows = []
    for name, field in space["__dataclass_fields__"].items():
        if name not in own:
            continue
        kind = vars(dataclasses)["_FIELD_CLASSVAR"], vars(dataclasses)["_FIELD_INITVAR"]
        pseudo = "class" if field._field_type is kind[0] else "init" if field._field_type is kind[1] else ""
        given: dict[str, Any] = {
            each: getattr(field, each) for each in ("init", "repr", "hash", "compare", "kw_only") if not pseudo
        }
        if field.default is not dataclasses.MISSING:
            given["default"] = field.default
        if field.default_factory is not dataclasses.MISSING:
            given["default_factory"] = field.default_factory
        if field.metadata:
            given["metadata"] = dict(field.metadata)
        rows.append([name, pseudo, {key: value for key, value in given.items() if value is not dataclasses.MISSING}])
    return [options, rows]


def _registered(cls: type) -> list[Any]:
    """The virtual subclasses of an abstract class."""
    if not isinstance(type(cls), type) or not instances.is_kind_of(type(cls), abc.ABCMeta):
        return []
    return [each for each in (reference() for reference in _abc._get_dump(cls)[0]) if each is not None]


def _member_fields(cls: Any, space: Any) -> list[Any]:
    """Names of members, and the fields that ``__init__`` or ``__new__`` gave them."""
    if not instances.is_kind_of(cls, enum.Enum):
        return []
    found: list[Any] = []
    for name, member in space["_member_map_"].items():
        held = instances.own_dict(member) or {}
        extra = {key: value for key, value in held.items() if key not in _OF_MEMBERS}
        if extra and held.get("_name_") == name:
            found += (name, extra)
    return found
