"""Classes of the guest, made again from their parts.

Invariants: classes come to be through the engine's own rules for class statements; hooks (``__init_subclass__``,
metaclass methods) are stored when all classes are there, so that none of them runs.
"""

from __future__ import annotations

import abc
import dataclasses
import functools
import types
import typing
from typing import TYPE_CHECKING, Any

from ..errors import DecodeError
from ..values import instances
from .class_saver import DATACLASS_OPTIONS, HOOKS, namespace_of

if TYPE_CHECKING:
    from .loader import Loader

_LATER: Any = None
_FIELD_OPTIONS = frozenset({"init", "repr", "hash", "compare", "kw_only", "default", "default_factory", "metadata"})
_FUNCTIONS = (types.FunctionType, property, staticmethod, classmethod)


def load(loader: Loader, doc: dict[str, Any], depth: int) -> Any:
    """The class of a node."""
    number = loader.begin()
    name = _identifier(doc["n"])
    if doc["k"] == "typeddict":
        return loader.finish(number, _typed_dict(loader, name, doc, depth))
    body: dict[str, Any] = {"__module__": "__main__", "__qualname__": loader.text(doc["q"])}
    members: list[Any] = []
    if doc["k"] == "namedtuple":
        fields, (defaults,) = doc["f"], loader.whole([doc["v"]], depth)
        made = _named_tuple(loader, name, fields, defaults)
    elif doc["k"] == "enum":
        bases = _bases(loader, doc, depth)
        members = doc["e"]
    elif doc["k"] == "class":
        bases = _bases(loader, doc, depth)
        (meta,) = loader.whole([None if doc["m"] == "abc" else doc["m"]], depth)
    else:
        raise DecodeError("not a snapshot: a class of unknown kind")
    if doc["k"] == "enum":
        values = loader.whole(members, depth)
        body |= {_identifier(key): value for key, value in zip(values[::2], values[1::2], strict=True)}
    (text,) = loader.whole([doc["doc"]], depth)
    if text is not None:
        body["__doc__"] = text
    if "slots" in doc:
        (body["__slots__"],) = loader.whole([doc["slots"]], depth)
    if doc["k"] != "enum":
        body |= _shell(loader, doc, depth)
    if doc["k"] == "namedtuple":
        for key, value in body.items():
            if key not in ("__slots__", "__module__"):
                _store(loader, made, key, value)
    elif doc["k"] == "enum":
        made = loader.world.new_class(name, bases, {}, body)
    else:
        options = {"metaclass": loader.world.load_from("abc", "ABCMeta")} if doc["m"] == "abc" else {}
        if meta is not None:
            options = {"metaclass": meta}
        if any(isinstance(base, type) and instances.is_kind_of(base, type) for base in bases) and doc["s"]:
            _no_functions(doc["s"])
        made = loader.world.new_class(name, bases, options, body)
    if not loader.world.is_guest_class(made):
        raise DecodeError("not a snapshot: a class that is none")
    loader.finish(number, made)
    loader.classes_made.append(made)
    loader.later(lambda items: _finish(loader, made, doc, items))
    return made


def _identifier(name: Any) -> str:
    if type(name) is not str or not name.isidentifier() or len(name) > 1000:
        raise DecodeError("not a snapshot: malformed name of a class")
    return name


def _bases(loader: Loader, doc: dict[str, Any], depth: int) -> tuple[Any, ...]:
    found = tuple(loader.whole(doc["b"], depth))
    for base in found:
        if not isinstance(base, (type, types.GenericAlias)) and type(base).__module__ != "typing":
            raise DecodeError("not a snapshot: a base that is no class")
    return found


def _shell(loader: Loader, doc: dict[str, Any], depth: int) -> dict[str, Any]:
    """The functions, and a place for each attribute that comes later."""
    found: dict[str, Any] = {}
    for row in doc["s"]:
        if type(row) is not list or len(row) != 2:
            raise DecodeError("not a snapshot: malformed class")
        name = loader.text(row[0])
        if row[1] is not None:
            (found[name],) = loader.whole([row[1]], depth)
            if name in HOOKS or type(found[name]) not in (_FUNCTIONS if name != "__annotations__" else (dict,)):
                raise DecodeError("not a snapshot: a class with more than functions when it is made")
        elif not name.startswith("__") or name == "__hash__":
            found[name] = _LATER
        elif name == "__annotations__":
            found[name] = {}
    return found


def _no_functions(rows: list[Any]) -> None:
    """The methods of a metaclass come when all classes are there."""
    if any(row[1] is not None for row in rows):
        raise DecodeError("not a snapshot: a metaclass with functions when it is made")


def _named_tuple(loader: Loader, name: str, fields: Any, defaults: Any) -> Any:
    if type(fields) is not list or type(defaults) is not dict or not set(defaults) <= set(map(loader.text, fields)):
        raise DecodeError("not a snapshot: malformed named tuple")
    make = loader.world.load_from("collections", "namedtuple")
    values = [defaults[field] for field in fields if field in defaults]
    return make(name, fields, defaults=values, module="__main__")


def _typed_dict(loader: Loader, name: str, doc: dict[str, Any], depth: int) -> Any:
    (hints,) = loader.whole([doc["h"]], depth)
    (text,) = loader.whole([doc["doc"]], depth)
    if type(hints) is not dict or type(doc["r"]) is not list or not all(type(key) is str for key in hints):
        raise DecodeError("not a snapshot: malformed TypedDict")
    given = {key: hint if key in doc["r"] else typing.NotRequired[_bare(hint)] for key, hint in hints.items()}
    made = loader.world.load_from("typing", "TypedDict")(name, given)
    made.__annotations__, made.__total__, made.__module__ = hints, doc["t"] is True, "__main__"
    if type(text) is str:
        made.__doc__ = text
    return made


def _bare(hint: Any) -> Any:
    """A hint without the ``NotRequired`` or ``Required`` around it."""
    return hint.__args__[0] if typing.get_origin(hint) in (typing.NotRequired, typing.Required) else hint


def _store(loader: Loader, cls: Any, name: str, value: Any) -> None:
    loader.world.check_store(cls, name, value)
    type.__setattr__(cls, name, value)


def _finish(loader: Loader, cls: Any, doc: dict[str, Any], items: list[Any]) -> None:
    """Dataclass first, then the attributes as they were."""
    if len(items) < 3:
        raise DecodeError("not a snapshot: malformed class")
    described, registered, fields = items[:3]
    attributes = dict(loader.pairs_in(items[3:]))
    if described is not None:
        _make_dataclass(loader, cls, described, attributes.get("__annotations__", {}))
    is_metaclass = instances.is_kind_of(cls, type)
    for name, value in attributes.items():
        if name in HOOKS or is_metaclass:
            loader.last(functools.partial(_store, loader, cls, name, value))
        elif not (doc["k"] == "enum" and name in cls._member_map_):
            _store(loader, cls, name, value)
    if doc.get("o") is True:
        loader.world.load_from("functools", "total_ordering")(cls)
    if doc.get("r") is True:
        loader.world.load_from("typing", "runtime_checkable")(cls)
    if doc["k"] == "enum":
        _member_fields(loader, cls, fields)
    for each in registered:
        loader.last(functools.partial(abc.ABCMeta.register, cls, each))


def _member_fields(loader: Loader, cls: Any, flat: Any) -> None:
    if type(flat) is not list:
        raise DecodeError("not a snapshot: malformed enumeration")
    for name, held in loader.pairs_in(flat):
        member = cls._member_map_.get(name)
        if member is None or type(held) is not dict:
            raise DecodeError("not a snapshot: malformed enumeration")
        for key, value in held.items():
            loader.world.check_store(member, loader.text(key), value)
            instances.set_field(member, key, value)


def _make_dataclass(loader: Loader, cls: Any, described: Any, hints: Any) -> None:
    """Apply ``dataclass`` as it was applied before; what annotations as text meant is told by the document."""
    if type(described) is not list or len(described) != 2 or type(hints) is not dict:
        raise DecodeError("not a snapshot: malformed dataclass")
    options, rows = described
    space = namespace_of(cls)
    members = {name: value for name, value in space.items() if type(value) is types.MemberDescriptorType}
    field: Any = loader.world.load_from("dataclasses", "field")
    given: dict[str, Any] = {name: hint for name, hint in hints.items() if hint is dataclasses.KW_ONLY}
    for name, pseudo, settings in rows:
        if type(settings) is not dict or not set(settings) <= _FIELD_OPTIONS or name not in hints:
            raise DecodeError("not a snapshot: malformed dataclass")
        given[name] = {"class": typing.ClassVar, "init": dataclasses.InitVar[object]}.get(pseudo, hints[name])
        if pseudo != "class" and (not pseudo or settings):
            _store(loader, cls, name, field(**settings))
    _store(loader, cls, "__annotations__", {name: given[name] for name in hints if name in given})
    wanted = {name: options[name] for name in DATACLASS_OPTIONS if type(options[name]) is bool}
    loader.world.load_from("dataclasses", "dataclass")(cls, match_args=False, **wanted)
    for name, hint in hints.items():
        if name in cls.__dataclass_fields__:
            cls.__dataclass_fields__[name].type = hint
    for name, value in members.items():
        type.__setattr__(cls, name, value)
    for name in ("match_args", "kw_only", "slots", "weakref_slot"):
        if hasattr(cls.__dataclass_params__, name):
            setattr(cls.__dataclass_params__, name, options.get(name, name == "match_args") is True)
