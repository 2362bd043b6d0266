"""Typed JSON to value: the hostile side.

Invariants: a closed table of tags; depth, count, digits and hashing are bounded before anything is built; the only
exception that leaves is ``DecodeError``. ``decode`` owns the document it is given and reuses its lists and dicts.
"""

from __future__ import annotations

import binascii
import collections
import datetime
import re
import struct
from collections.abc import Callable, Mapping
from typing import Any

from ..errors import DecodeError
from . import arrays, instances
from .keys import KeyFault, KeyGuard
from .kinds import BOUNDS, FACTORIES, PRICE, Bounds, EnumValue, Opaque, Record

_ATOMS = frozenset({str, int, float, bool, type(None)})
_ZONE_KEY = re.compile(r"[A-Za-z0-9_+\-]{1,40}(?:/[A-Za-z0-9_+\-]{1,40}){0,3}")
_MOST_TEXT = 4096
_MOST_NAME = 200
_Json = dict[str, Any]


def decode(doc: Any, *, classes: Mapping[str, type] | None = None, bounds: Bounds = BOUNDS) -> Any:
    """The value of a document that ``json.loads`` made.

    Records whose type is in ``classes`` become instances of that class, made without ``__init__`` (a worker passes the
    guest's classes; the host passes none).

    Raises:
        DecodeError: the document is malformed or beyond the bounds.
    """
    if type(doc) in _ATOMS:
        return doc
    try:
        if type(doc) is dict and doc.get("$") == "opaque":
            return _opaque(doc)
        return _Decoder(classes or {}, bounds).value(doc, 0)
    except DecodeError:
        raise
    except KeyFault as fault:
        raise DecodeError(f"not a value: {fault}") from None
    except RecursionError:
        raise DecodeError("not a value: nested too deep") from None
    except Exception as error:
        raise DecodeError(f"not a value: {type(error).__name__} while decoding") from None


class _Unfinished:
    """Stands for a tuple, frozenset or named tuple whose members are still being decoded."""

    __slots__ = ("places",)

    def __init__(self) -> None:
        self.places: list[tuple[Any, Any]] = []


class _Decoder:
    """The state of decoding one value."""

    __slots__ = ("bounds", "keys", "classes", "nodes", "objects", "zones")

    def __init__(self, classes: Mapping[str, type], bounds: Bounds) -> None:
        self.classes = classes
        self.bounds = bounds
        self.nodes = bounds.nodes
        self.objects: list[Any] = []
        self.zones: dict[str, datetime.tzinfo] = {}
        self.keys = KeyGuard(bounds)

    def value(self, doc: Any, depth: int) -> Any:
        """One value; may be an ``_Unfinished``, which only ``fill`` accepts."""
        kind = type(doc)
        if kind is list:
            self.enter(depth)
            self.objects.append(doc)
            self.fill(doc, doc, depth + 1)
            return doc
        if kind is dict:
            self.enter(depth)
            if "$" in doc:
                return self.tagged(doc, depth + 1)
            self.objects.append(doc)
            for key, item in doc.items():
                if type(item) not in _ATOMS:
                    self.place(doc, key, self.value(item, depth + 1))
            return doc
        if kind in _ATOMS:
            return doc
        raise DecodeError("not a value: not JSON")

    def enter(self, depth: int) -> None:
        """Count one container."""
        self.nodes -= 1
        if self.nodes < 0:
            raise DecodeError(f"not a value: more than {self.bounds.nodes} parts")
        if depth > self.bounds.depth + 1:
            raise DecodeError("not a value: nested too deep")

    def spend(self, nodes: int) -> None:
        """Count what is dear to build."""
        self.nodes -= nodes
        if self.nodes < 0:
            raise DecodeError(f"not a value: more than {self.bounds.nodes} parts")

    def fill(self, target: Any, items: list[Any], depth: int) -> None:
        """Decode ``items`` into the same places of ``target``, which has as many."""
        for index, item in enumerate(items):
            if type(item) not in _ATOMS:
                self.place(target, index, self.value(item, depth))

    def place(self, target: Any, key: Any, value: Any) -> None:
        """Store a member; one that is unfinished is stored again when it is done."""
        if type(value) is _Unfinished:
            value.places.append((target, key))
        else:
            target[key] = value

    def whole(self, doc: Any, depth: int) -> list[Any]:
        """Members that must be complete at once: those of immutable or hashing containers."""
        if type(doc) is not list:
            raise DecodeError("not a value: members must be a list")
        for index, item in enumerate(doc):
            if type(item) not in _ATOMS:
                value = self.value(item, depth)
                if type(value) is _Unfinished:
                    raise DecodeError("not a value: an immutable container that contains itself")
                doc[index] = value
        return doc

    def tagged(self, doc: _Json, depth: int) -> Any:
        """A value with a tag of the closed table."""
        tag = doc["$"]
        build = _TAGS.get(tag) if type(tag) is str else None
        if build is None:
            raise DecodeError("not a value: unknown tag")
        return build(self, doc, depth)

    def finish(self, number: int, value: Any) -> Any:
        """Put a completed immutable where it was referred to before."""
        unfinished = self.objects[number]
        self.objects[number] = value
        for target, key in unfinished.places:
            target[key] = value
        return value

    def frozen(self, doc: _Json, depth: int, build: Callable[[list[Any]], Any]) -> Any:
        """An immutable container."""
        number = len(self.objects)
        self.objects.append(_Unfinished())
        return self.finish(number, build(self.whole(doc["v"], depth)))

    def ref(self, doc: _Json, depth: int) -> Any:
        number = doc["v"]
        if type(number) is not int or not 0 <= number < len(self.objects):
            raise DecodeError("not a value: reference to nothing")
        return self.objects[number]

    def hashed(self, keys: list[Any]) -> list[Any]:
        """Keys that are safe to hash."""
        self.spend(len(keys))
        self.keys.check(keys)
        return keys

    def pairs(self, target: Any, doc: Any, depth: int) -> Any:
        """Fill a dict from keys and values in turn."""
        if type(doc) is not list or len(doc) % 2:
            raise DecodeError("not a value: keys and values must pair")
        self.objects.append(target)
        values: list[tuple[int, _Unfinished]] = []
        for index, item in enumerate(doc):
            if type(item) in _ATOMS:
                continue
            value = doc[index] = self.value(item, depth)
            if type(value) is _Unfinished:
                if index % 2 == 0:
                    raise DecodeError("not a value: an immutable container that contains itself")
                values.append((index, value))
        self.hashed(doc[::2])
        # Counter.update would add, and dict.update would bypass the order of an OrderedDict.
        update = collections.OrderedDict.update if type(target) is collections.OrderedDict else dict.update
        update(target, zip(doc[::2], doc[1::2], strict=True))
        for index, unfinished in values:
            unfinished.places.append((target, doc[index - 1]))
        return target

    def set_(self, doc: _Json, depth: int) -> Any:
        found: set[Any] = set()
        self.objects.append(found)
        found.update(self.hashed(self.whole(doc["v"], depth)))
        return found

    def deque(self, doc: _Json, depth: int) -> Any:
        most, items = doc["m"], doc["v"]
        if type(items) is not list or (most is not None and (type(most) is not int or most < len(items))):
            raise DecodeError("not a value: malformed deque")
        found: collections.deque[Any] = collections.deque(maxlen=most)
        self.objects.append(found)
        later: list[tuple[int, _Unfinished]] = []
        for index, item in enumerate(items):
            if type(item) not in _ATOMS:
                value = items[index] = self.value(item, depth)
                if type(value) is _Unfinished:
                    later.append((index, value))
        found.extend(items)
        for index, unfinished in later:
            unfinished.places.append((found, index))
        return found

    def defaultdict(self, doc: _Json, depth: int) -> Any:
        name = doc["d"]
        factory = None if name is None else FACTORIES[name]
        return self.pairs(collections.defaultdict(factory), doc["v"], depth)

    def record(self, doc: _Json, depth: int) -> Any:
        name, flat = _name(doc["t"]), doc["f"]
        self.spend(PRICE["rec"])
        if type(flat) is not list or len(flat) % 2:
            raise DecodeError("not a value: malformed record")
        cls = self.classes.get(name)
        if cls is not None and instances.base_of(cls) is None and instances.is_plain(cls) and "b" not in doc:
            return self.instance(cls, flat, depth)
        fields: dict[str, Any] = {}
        record = Record(name, fields)
        self.objects.append(record)
        for index in range(0, len(flat), 2):
            key = _name(flat[index])
            fields[key] = None
            self.place(fields, key, self.value(flat[index + 1], depth))
        self.spend(len(fields))
        if "b" in doc:
            object.__setattr__(record, "base", self.whole([doc["b"]], depth)[0])
        return record

    def instance(self, cls: type, flat: list[Any], depth: int) -> Any:
        """An instance of a class the receiver gave, made without its ``__init__``."""
        made: object = object.__new__(cls)
        self.objects.append(made)
        fields = _Fields(made)
        for index in range(0, len(flat), 2):
            self.place(fields, _name(flat[index]), self.value(flat[index + 1], depth))
        return made

    def named_tuple(self, doc: _Json, depth: int) -> Any:
        name, names = _name(doc["t"]), doc["n"]
        self.spend(PRICE["nt"])
        if type(names) is not list or type(doc["v"]) is not list or len(names) != len(doc["v"]):
            raise DecodeError("not a value: malformed named tuple")
        cls = self.classes.get(name)

        def build(items: list[Any]) -> Any:
            if cls is not None and instances.base_of(cls) is tuple:
                return tuple.__new__(cls, items)
            return Record(name, dict(zip(map(_name, names), items, strict=True)), tuple(items))

        return self.frozen(doc, depth, build)

    def enum(self, doc: _Json, depth: int) -> Any:
        self.spend(PRICE["enum"])
        number = len(self.objects)
        self.objects.append(_Unfinished())
        name, member = _name(doc["t"]), _name(doc["n"])
        (value,) = self.whole([doc["v"]], depth)
        members = instances.in_namespace(self.classes[name], "_member_map_") if name in self.classes else None
        if type(members) is dict and member in members:
            return self.finish(number, members[member])
        return self.finish(number, EnumValue(name, member, value))

    def array(self, doc: _Json, depth: int) -> Any:
        self.spend(PRICE["ndarray"])
        found = arrays.rebuild(doc["$"], doc["d"], _raw(doc["v"]), doc["s"])
        self.objects.append(found)
        return found

    def zone(self, doc: Any) -> datetime.tzinfo | None:
        """A time zone; zone data is read at most once a key and ``bounds.zones`` times a value."""
        if doc is None:
            return None
        if type(doc) is not dict or doc.get("$") not in ("timezone", "zone"):
            raise DecodeError("not a value: malformed time zone")
        if doc["$"] == "timezone":
            offset, name = datetime.timedelta(*_ints(doc["v"], 3)), doc["n"]
            return datetime.timezone(offset) if name is None else datetime.timezone(offset, _name(name))
        key = doc["v"]
        if type(key) is str and key in self.zones:
            return self.zones[key]
        if type(key) is not str or not _ZONE_KEY.fullmatch(key) or len(self.zones) >= self.bounds.zones:
            raise DecodeError("not a value: malformed time zone, or too many of them")
        import zoneinfo

        self.zones[key] = zoneinfo.ZoneInfo(key)
        return self.zones[key]

    def time(self, doc: _Json, depth: int) -> Any:
        hour, minute, second, micro, fold = _ints(doc["v"], 5)
        return datetime.time(hour, minute, second, micro, tzinfo=self.zone(doc["z"]), fold=fold)

    def datetime(self, doc: _Json, depth: int) -> Any:
        self.spend(PRICE["datetime"])
        *parts, fold = _ints(doc["v"], 8)
        return datetime.datetime(*parts, tzinfo=self.zone(doc["z"]), fold=fold)  # type: ignore[misc, arg-type]

    def decimal(self, doc: _Json, depth: int) -> Any:
        import decimal

        text = doc["v"]
        if type(text) is not str or len(text) > self.bounds.digits + 20 or not text.isascii():
            raise DecodeError("not a value: malformed Decimal")
        found = decimal.Decimal(text)
        if found.is_finite() and abs(found.as_tuple().exponent) > self.bounds.exponent:  # type: ignore[arg-type]
            raise DecodeError("not a value: a Decimal's exponent is too large")
        return found

    def fraction(self, doc: _Json, depth: int) -> Any:
        import fractions

        self.spend(PRICE["fraction"])
        above, below = doc["v"]
        most = self.bounds.ratio_bits
        return fractions.Fraction(_integer(above, most), _integer(below, most))

    def uuid(self, doc: _Json, depth: int) -> Any:
        import uuid

        self.spend(PRICE["uuid"])
        return uuid.UUID(int=_integer(doc["v"], 128))

    def path(self, doc: _Json, depth: int) -> Any:
        import pathlib

        self.spend(PRICE["path"])
        text = self.value(doc["v"], depth) if type(doc["v"]) is dict else doc["v"]
        if type(text) is not str or len(text) > _MOST_TEXT:
            raise DecodeError("not a value: malformed path")
        return _PATHS[doc["k"]](pathlib, text)


class _Fields:
    """Item assignment that stores into an instance."""

    __slots__ = ("owner",)

    def __init__(self, owner: object) -> None:
        self.owner = owner

    def __setitem__(self, name: str, value: object) -> None:
        instances.set_field(self.owner, name, value)


def _opaque(doc: _Json) -> Opaque:
    fields = (doc["t"], doc["r"], doc["p"], doc["w"])
    if not all(type(field) is str and len(field) <= _MOST_TEXT for field in fields):
        raise DecodeError("not a value: malformed description")
    return Opaque(*fields)


def _name(text: Any) -> str:
    if type(text) is not str or len(text) > _MOST_NAME:
        raise DecodeError("not a value: malformed name")
    return text


def _raw(text: Any) -> bytes:
    if type(text) is not str:
        raise DecodeError("not a value: malformed bytes")
    return binascii.a2b_base64(text, strict_mode=True) if text else b""


def _integer(text: Any, most: int) -> int:
    if type(text) is not str or len(text) > most // 4 + 2:
        raise DecodeError("not a value: malformed or too large integer")
    return int(text, 16)


def _real(text: Any) -> float:
    if type(text) is not str or len(text) != 16:
        raise DecodeError("not a value: malformed float")
    found: float = struct.unpack(">d", bytes.fromhex(text))[0]
    return found


def _ints(doc: Any, count: int) -> list[int]:
    if type(doc) is not list or len(doc) != count or not all(type(item) is int for item in doc):
        raise DecodeError("not a value: malformed date or time")
    return doc


def _bytearray(decoder: _Decoder, doc: _Json, depth: int) -> Any:
    found = bytearray(_raw(doc["v"]))
    decoder.objects.append(found)
    return found


def _slice(items: list[Any]) -> slice:
    if len(items) != 3:
        raise DecodeError("not a value: malformed slice")
    return slice(*items)


def _frozenset(decoder: _Decoder, doc: _Json, depth: int) -> Any:
    return decoder.frozen(doc, depth, lambda items: frozenset(decoder.hashed(items)))


def _counter(decoder: _Decoder, doc: _Json, depth: int) -> Any:
    return decoder.pairs(collections.Counter(), doc["v"], depth)


def _ordered(decoder: _Decoder, doc: _Json, depth: int) -> Any:
    return decoder.pairs(collections.OrderedDict(), doc["v"], depth)


_PATHS: dict[str, Callable[[Any, str], Any]] = {
    "posix": lambda pathlib, text: pathlib.PurePosixPath(text),
    "windows": lambda pathlib, text: pathlib.PureWindowsPath(text),
}
_Build = Callable[[_Decoder, _Json, int], Any]
_TAGS: dict[str, _Build] = {
    "ref": _Decoder.ref,
    "int": lambda decoder, doc, depth: _integer(doc["v"], decoder.bounds.int_bits),
    "float": lambda decoder, doc, depth: _real(doc["v"]),
    "complex": lambda decoder, doc, depth: complex(*map(_real, doc["v"])),
    "str": lambda decoder, doc, depth: _raw(doc["v"]).decode("utf-8", "surrogatepass"),
    "bytes": lambda decoder, doc, depth: _raw(doc["v"]),
    "bytearray": _bytearray,
    "...": lambda decoder, doc, depth: ...,
    "tuple": lambda decoder, doc, depth: decoder.frozen(doc, depth, tuple),
    "dict": lambda decoder, doc, depth: decoder.pairs({}, doc["v"], depth),
    "set": _Decoder.set_,
    "frozenset": _frozenset,
    "range": lambda decoder, doc, depth: range(*(_integer(part, 1 << 12) for part in doc["v"])),
    "slice": lambda decoder, doc, depth: decoder.frozen(doc, depth, _slice),
    "date": lambda decoder, doc, depth: datetime.date(*_ints(doc["v"], 3)),
    "time": _Decoder.time,
    "datetime": _Decoder.datetime,
    "timedelta": lambda decoder, doc, depth: datetime.timedelta(*_ints(doc["v"], 3)),
    "timezone": lambda decoder, doc, depth: decoder.zone(doc),
    "zone": lambda decoder, doc, depth: decoder.zone(doc),
    "decimal": _Decoder.decimal,
    "fraction": _Decoder.fraction,
    "uuid": _Decoder.uuid,
    "path": _Decoder.path,
    "deque": _Decoder.deque,
    "Counter": _counter,
    "OrderedDict": _ordered,
    "defaultdict": _Decoder.defaultdict,
    "rec": _Decoder.record,
    "nt": _Decoder.named_tuple,
    "enum": _Decoder.enum,
    "ndarray": _Decoder.array,
    "npscalar": _Decoder.array,
}
