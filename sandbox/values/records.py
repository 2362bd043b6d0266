"""Instances, enum members, named tuples and exceptions: by class name and fields, in both directions.

Invariants: an instance is read without running its class's code, and only when its class may travel: a dataclass, a
named tuple, an enum, an exception, or a class of the guest's own module. The receiver builds Record and EnumValue, or
an instance of a class that it itself named, never by looking a class up.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from ..errors import DecodeError
from . import instances
from .fault import Fault
from .kinds import EnumValue, Record

if TYPE_CHECKING:
    from .decode import Decoder
    from .encode import Encoder

_NAME_CHARS = 200


def word(name: str) -> str:
    """A class or field name that may travel.

    Raises:
        Fault: it is long, or not printable.
    """
    if len(name) > _NAME_CHARS or not name.isprintable():
        raise Fault(str, "a class or field has a name that is too long or not printable")
    return name


def checked(name: Any) -> str:
    """A class or field name as it arrived.

    Raises:
        DecodeError: it is not a str, or long.
    """
    if type(name) is not str or len(name) > _NAME_CHARS:
        raise DecodeError("not a value: malformed name")
    return name


def travels(kind: type, guest_module: str | None) -> bool:
    """Whether instances of this class may travel as records."""
    if not instances.is_heap(kind) or not instances.is_plain(kind):
        return False
    if guest_module is not None and instances.module_of(kind) == guest_module:
        return True
    if instances.in_namespace(kind, "__dataclass_fields__") is not None:
        return True
    return instances.base_of(kind) is tuple and type(instances.in_namespace(kind, "_fields")) is tuple


def encode_instance(encoder: Encoder, value: Any, kind: type, depth: int) -> Any:
    """An instance of a class that is not of the codec's own table."""
    enum = getattr(sys.modules.get("enum"), "Enum", None)
    if enum is not None and instances.is_kind_of(kind, enum):
        return _encode_member(encoder, value, kind, depth)
    if instances.is_kind_of(kind, BaseException):
        own = encoder.guest_module is not None and instances.module_of(kind) == encoder.guest_module
        if instances.is_heap(kind) and not own:
            raise Fault(kind, "exceptions of this class do not travel; pass their text")
        fields = {"args": instances.exception_args(value), **instances.fields_of(value)}
        return _encode_fields(encoder, value, kind, fields, None, depth)
    if not travels(kind, encoder.guest_module):
        raise Fault(kind, "this type does not travel; pass plain data such as str, list or dict")
    base = instances.base_of(kind)
    names = instances.in_namespace(kind, "_fields")
    if base is tuple and type(names) is tuple and all(type(item) is str for item in names):
        items = instances.base_value(value, tuple)
        if len(names) == len(items):
            encoder.number(value)
            words = [word(item) for item in names]
            return {"$": "nt", "t": word(instances.type_name(kind)), "n": words, "v": encoder.items(items, depth)}
    return _encode_fields(encoder, value, kind, instances.fields_of(value), base, depth)


def _encode_member(encoder: Encoder, value: Any, kind: type, depth: int) -> Any:
    encoder.number(value)
    held = instances.own_dict(value) or {}
    name = held.get("_name_")
    inner = encoder.field(held.get("_value_"), "value", depth)
    return {"$": "enum", "t": word(instances.type_name(kind)), "n": word(name if type(name) is str else ""), "v": inner}


def _encode_fields(
    encoder: Encoder, value: Any, kind: type, fields: dict[Any, Any], base: type | None, depth: int
) -> Any:
    encoder.number(value)
    encoder.spend(len(fields), kind)
    flat: list[Any] = []
    for name, item in fields.items():
        if type(name) is not str:
            raise Fault(kind, "it has a field whose name is not a plain str")
        flat += (word(name), encoder.field(item, name, depth))
    found = {"$": "rec", "t": word(instances.type_name(kind)), "f": flat}
    if base is not None:
        held = instances.base_value(value, base)
        encoder.keep.append(held)
        found["b"] = encoder.value(held, depth)
    return found


def encode_record(encoder: Encoder, value: Record, depth: int) -> Any:
    """A Record as the instance that it stands for."""
    if type(value.base) is tuple and len(value.base) == len(value.fields):
        if all(a is b for a, b in zip(value.fields.values(), value.base, strict=True)):
            words = [word(name) for name in value.fields]
            return {"$": "nt", "t": word(value.type), "n": words, "v": encoder.items(value.base, depth)}
    encoder.spend(len(value.fields), Record)
    flat: list[Any] = []
    for name, item in dict(value.fields).items():
        flat += (word(name), encoder.field(item, name, depth))
    found = {"$": "rec", "t": word(value.type), "f": flat}
    if value.base is not None:
        found["b"] = encoder.field(value.base, "base", depth)
    return found


def encode_enum_value(encoder: Encoder, value: EnumValue, depth: int) -> Any:
    """An EnumValue as the member that it stands for."""
    inner = encoder.field(value.value, "value", depth)
    return {"$": "enum", "t": word(value.type), "n": word(value.name), "v": inner}


class _Fields:
    """Item assignment that stores into an instance."""

    __slots__ = ("owner",)

    def __init__(self, owner: object) -> None:
        self.owner = owner

    def __setitem__(self, name: str, value: object) -> None:
        instances.set_field(self.owner, name, value)


def _is_special(key: Any) -> bool:
    """Whether a field would mean something to the language or a library if an instance had it."""
    return type(key) is str and key[:2] == "__" == key[-2:]


def decode_record(decoder: Decoder, doc: dict[str, Any], depth: int) -> Any:
    """A Record, or an instance of the receiver's class of that name, made without ``__init__``."""
    name, flat = checked(doc["t"]), doc["f"]
    if type(flat) is not list or len(flat) % 2:
        raise DecodeError("not a value: malformed record")
    decoder.spend(len(flat) // 2)
    cls = None if any(map(_is_special, flat[::2])) else decoder.classes.get(name)
    if cls is not None and "b" not in doc and instances.is_plain(cls) and instances.base_of(cls) is None:
        made: object = object.__new__(cls)
        decoder.objects.append(made)
        target: Any = _Fields(made)
    else:
        target = {}
        made = Record(name, target)
        decoder.objects.append(made)
    for index in range(0, len(flat), 2):
        key = checked(flat[index])
        if type(target) is dict:
            target[key] = None
        decoder.place(target, key, decoder.value(flat[index + 1], depth))
    if "b" in doc:
        object.__setattr__(made, "base", decoder.whole([doc["b"]], depth)[0])
    return made


def decode_named_tuple(decoder: Decoder, doc: dict[str, Any], depth: int) -> Any:
    """A Record with ``base``, or an instance of the receiver's named tuple of that name."""
    name, names = checked(doc["t"]), doc["n"]
    if type(names) is not list or type(doc["v"]) is not list or len(names) != len(doc["v"]):
        raise DecodeError("not a value: malformed named tuple")
    cls = decoder.classes.get(name)

    def build(items: list[Any]) -> Any:
        if cls is not None and instances.base_of(cls) is tuple:
            return tuple.__new__(cls, items)
        return Record(name, dict(zip(map(checked, names), items, strict=True)), tuple(items))

    return decoder.frozen(doc, depth, build)


def decode_member(decoder: Decoder, doc: dict[str, Any], depth: int) -> Any:
    """An EnumValue, or the member of the receiver's enum of that name."""
    number = decoder.begin()
    name, member = checked(doc["t"]), checked(doc["n"])
    (value,) = decoder.whole([doc["v"]], depth)
    cls = decoder.classes.get(name)
    members = instances.in_namespace(cls, "_member_map_") if cls is not None else None
    if type(members) is dict and member in members:
        return decoder.finish(number, members[member])
    return decoder.finish(number, EnumValue(name, member, value))
