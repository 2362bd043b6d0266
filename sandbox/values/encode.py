"""Value to typed JSON.

Invariants: dispatch on the exact type, found by identity, so no code of a guest's class or metaclass runs; containers
are numbered in the order they are met, which is how ``ref`` names them and how the decoder counts them too; what
encodes here decodes there, since both keep the same bounds.
"""

from __future__ import annotations

import binascii
import datetime
import math
import struct
import sys
from collections.abc import Callable, Sequence
from typing import Any

from ..errors import EncodeError
from . import arrays, instances
from .keys import KeyFault, KeyGuard
from .kinds import BOUNDS, FACTORIES, PLAIN_INT, PRICE, Bounds, EnumValue, Opaque, Record
from .text import guest_repr

_REPR_BYTES = 2048
_IDENTIFIERS = 200


class _Fault(Exception):
    """A part cannot travel. ``trail`` grows outwards while the error passes the containers."""

    def __init__(self, kind: type, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.trail: list[str] = []


def encode(
    value: object,
    *,
    strict: bool,
    name: str = "value",
    guest_module: str | None = None,
    bounds: Bounds = BOUNDS,
) -> Any:
    """JSON-able data for ``value``, to be dumped before the value changes.

    ``name`` begins the path in errors. Instances travel as records when their class is a dataclass, a named tuple or
    an enum, or when its ``__module__`` is ``guest_module``; the worker names the guest's, the host names none, so that
    a tool cannot hand out the fields of a host object by mistake. With ``strict=False`` (worker only: it asks the
    value for its repr) what cannot travel becomes an ``Opaque``.

    Raises:
        EncodeError: a part of the value cannot travel (strict only); it names path and type.
    """
    kind = type(value)
    if value is None or kind is bool or (kind is int and -PLAIN_INT < value < PLAIN_INT):  # type: ignore[operator]
        return value
    encoder = _Encoder(guest_module, bounds)
    try:
        return encoder.value(value, 0)
    except _Fault as fault:
        path = name + "".join(reversed(fault.trail))
        reason, culprit = fault.reason, instances.type_name(fault.kind)
    except RecursionError:
        path, reason, culprit = name, "it is nested too deep", instances.type_name(kind)
    except Exception as error:
        path, reason, culprit = name, f"reading it raised {type(error).__name__}", instances.type_name(kind)
    if strict:
        raise EncodeError(f"{path} ({culprit}) cannot travel: {reason}", path=path, type_name=culprit)
    shown = guest_repr(value, _REPR_BYTES)
    return {"$": "opaque", "t": instances.type_name(kind), "r": _ascii(shown), "p": _ascii(path), "w": _ascii(reason)}


def _ascii(text: str) -> str:
    """Text that survives JSON whatever surrogates it holds."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


class _Encoder:
    """The state of encoding one value."""

    __slots__ = ("bounds", "guest_module", "keep", "keys", "left", "nodes", "seen")

    def __init__(self, guest_module: str | None, bounds: Bounds) -> None:
        self.guest_module = guest_module
        self.bounds = bounds
        self.nodes = bounds.nodes
        self.left = bounds.bytes
        self.seen: dict[int, int] = {}
        self.keep: list[object] = []
        self.keys = KeyGuard(bounds)

    def value(self, value: Any, depth: int) -> Any:
        """One value, a reference when it was met before."""
        kind = type(value)
        leaf = _LEAVES.get(id(kind))
        if leaf is not None:
            found = leaf(self, value)
            if type(found) is dict:
                self.spend(1, kind)
            return found
        known = self.seen.get(id(value))
        if known is not None:
            self.spend(1, kind)
            return {"$": "ref", "v": known}
        if depth > self.bounds.depth:
            raise _Fault(kind, f"it is nested deeper than {self.bounds.depth}")
        container = _CONTAINERS.get(id(kind))
        if container is not None:
            self.number(value)
            return container(self, value, depth + 1)
        return self.other(value, kind, depth + 1)

    def number(self, value: object) -> None:
        """Give a container its number, in the order that the decoder counts."""
        self.seen[id(value)] = len(self.seen)
        self.spend(1, type(value))

    def spend(self, nodes: int, kind: type, size: int = 0) -> None:
        """Count against the bounds."""
        self.nodes -= nodes
        self.left -= size
        if self.nodes < 0:
            raise _Fault(kind, f"the whole has more than {self.bounds.nodes} parts")
        if self.left < 0:
            raise _Fault(kind, f"the whole is larger than {self.bounds.bytes} bytes")

    def items(self, items: Sequence[Any], depth: int) -> list[Any]:
        """The members of a sequence."""
        self.spend(0, list, 2 * len(items))
        ids = set(map(id, map(type, items)))
        if (ids == _ONLY_FLOAT and all(map(math.isfinite, items))) or (
            ids == _ONLY_INT and max(items) < PLAIN_INT and -PLAIN_INT < min(items)
        ):
            return list(items)
        found: list[Any] = []
        try:
            for item in items:
                found.append(self.value(item, depth))
        except _Fault as fault:
            fault.trail.append(f"[{len(found)}]")
            raise
        return found

    def list_(self, value: list[Any], depth: int) -> Any:
        return self.items(value, depth)

    def dict_(self, value: dict[Any, Any], depth: int) -> Any:
        pairs = list(dict.items(value))
        if not all(type(key) is str and key.isascii() and key != "$" for key, _ in pairs):
            return {"$": "dict", "v": self.pairs(pairs, depth)}
        found: dict[str, Any] = {}
        for key, item in pairs:
            self.left -= len(key) + 4
            try:
                found[key] = self.value(item, depth)
            except _Fault as fault:
                fault.trail.append(f"[{key!r}]")
                raise
        return found

    def pairs(self, pairs: Sequence[tuple[Any, Any]], depth: int) -> list[Any]:
        """Keys and values in turn."""
        self.members([key for key, _ in pairs])
        found: list[Any] = []
        for key, item in pairs:
            try:
                found.append(self.value(key, depth))
            except _Fault as fault:
                fault.trail.append(f".keys()[{len(found) // 2}]")
                raise
            try:
                found.append(self.value(item, depth))
            except _Fault as fault:
                fault.trail.append(f"[{_shown_key(key)}]")
                raise
        return found

    def members(self, keys: Sequence[Any]) -> None:
        """Refuse here what the decoder would refuse to hash."""
        self.spend(len(keys), dict)
        safe = [key for key in keys if _hashes_safely(key)]
        try:
            self.keys.charge(len(keys) - len(safe))
            self.keys.check(safe)
        except KeyFault as fault:
            raise _Fault(dict, f"it has {fault}") from None

    def set_(self, value: Any, depth: int) -> Any:
        kind = type(value)
        members = list(kind.__iter__(value))
        self.members(members)
        return {"$": kind.__name__, "v": self.items(members, depth)}

    def other(self, value: Any, kind: type, depth: int) -> Any:
        """Kinds of modules that may not be imported, then instances."""
        place = (instances.module_of(kind), instances.type_name(kind))
        lazy = _LAZY.get(place)
        if lazy is not None and getattr(sys.modules.get(place[0]), place[1], None) is kind:
            self.spend(1, kind)
            return lazy(self, value, depth)
        array = arrays.describe(value, kind)
        if array is not None:
            if isinstance(array, str):
                raise _Fault(kind, array)
            self.number(value)
            self.spend(PRICE["ndarray"] - 1, kind, len(array[2]) * 4 // 3)
            return {"$": array[0], "d": array[1], "v": _base64(array[2]), "s": array[3]}
        return self.instance(value, kind, depth)

    def instance(self, value: Any, kind: type, depth: int) -> Any:
        """A member of an enum, a named tuple, an exception, or another instance of a class that may travel."""
        name = instances.type_name(kind)
        enum = getattr(sys.modules.get("enum"), "Enum", None)
        if enum is not None and instances.is_kind_of(kind, enum):
            self.number(value)
            self.spend(PRICE["enum"], kind)
            held = instances.own_dict(value) or {}
            member = held.get("_name_")
            found = self.field(held.get("_value_"), "value", depth)
            return {"$": "enum", "t": _word(name), "n": _word(member if type(member) is str else ""), "v": found}
        if instances.is_kind_of(kind, BaseException):
            if instances.is_heap(kind) and not self.travels(kind):
                raise _Fault(kind, "instances of this class do not travel; pass plain data")
            fields = {"args": instances.exception_args(value), **instances.fields_of(value)}
            return self.record(value, kind, fields, None, depth)
        if not self.travels(kind) or not instances.is_plain(kind):
            raise _Fault(kind, "this type does not travel; pass plain data such as str, list or dict")
        base = instances.base_of(kind)
        names = instances.in_namespace(kind, "_fields")
        if base is tuple and type(names) is tuple and all(type(item) is str for item in names):
            items = instances.base_value(value, tuple)
            if len(names) == len(items):
                self.number(value)
                self.spend(PRICE["nt"] - 1, kind)
                words = [_word(item) for item in names]
                return {"$": "nt", "t": _word(name), "n": words, "v": self.items(items, depth)}
        return self.record(value, kind, instances.fields_of(value), base, depth)

    def travels(self, kind: type) -> bool:
        """Whether instances of this class may travel as records."""
        if not instances.is_heap(kind):
            return False
        if self.guest_module is not None and instances.module_of(kind) == self.guest_module:
            return True
        if instances.in_namespace(kind, "__dataclass_fields__") is not None:
            return True
        return instances.base_of(kind) is tuple and type(instances.in_namespace(kind, "_fields")) is tuple

    def record(self, value: Any, kind: type, fields: dict[Any, Any], base: type | None, depth: int) -> Any:
        """An instance by its fields, and its builtin value if it has one."""
        self.number(value)
        self.spend(PRICE["rec"] - 1 + len(fields), kind)
        flat: list[Any] = []
        for name, item in fields.items():
            if type(name) is not str:
                raise _Fault(kind, "it has a field whose name is not a plain str")
            flat += (_word(name), self.field(item, name, depth))
        found = {"$": "rec", "t": _word(instances.type_name(kind)), "f": flat}
        if base is not None:
            held = instances.base_value(value, base)
            self.keep.append(held)
            found["b"] = self.value(held, depth)
        return found

    def field(self, value: Any, name: str, depth: int) -> Any:
        """The value of one field."""
        try:
            return self.value(value, depth)
        except _Fault as fault:
            fault.trail.append(f".{name}")
            raise


def _word(name: str) -> str:
    if len(name) > _IDENTIFIERS or not name.isprintable():
        raise _Fault(str, "a class or field has a name that is too long or not printable")
    return name


def _shown_key(key: Any) -> str:
    return repr(key)[:80] if type(key) in (str, int, float, bool, bytes, type(None)) and _short(key) else "…"


def _short(key: Any) -> bool:
    return key.bit_length() < 256 if type(key) is int else True


def _hashes_safely(key: Any, depth: int = 0) -> bool:
    """Whether hashing the key runs no guest code (its type is builtin, all the way down)."""
    kind = type(key)
    if kind is tuple or kind is frozenset:
        return depth < 8 and len(key) < 64 and all(_hashes_safely(item, depth + 1) for item in key)
    return id(kind) in _LEAVES


def _base64(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def _str(encoder: _Encoder, value: str) -> Any:
    encoder.spend(0, str, len(value))
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        return {"$": "str", "v": _base64(value.encode("utf-8", "surrogatepass"))}
    return value


def _int(encoder: _Encoder, value: int) -> Any:
    if -PLAIN_INT < value < PLAIN_INT:
        return value
    return {"$": "int", "v": _hex(encoder, value, encoder.bounds.int_bits)}


def _hex(encoder: _Encoder, value: int, most: int) -> str:
    if value.bit_length() > most:
        raise _Fault(int, f"it has more than {most} bits")
    encoder.spend(0, int, value.bit_length() // 4)
    return format(value, "x")


def _float(encoder: _Encoder, value: float) -> Any:
    return value if math.isfinite(value) else {"$": "float", "v": _bits(value)}


def _bits(value: float) -> str:
    return struct.pack(">d", value).hex()


def _bytes(encoder: _Encoder, value: bytes) -> Any:
    encoder.spend(0, bytes, len(value) * 4 // 3)
    return {"$": "bytes", "v": _base64(value)}


def _bytearray(encoder: _Encoder, value: bytearray, depth: int) -> Any:
    encoder.spend(0, bytearray, len(value) * 4 // 3)
    return {"$": "bytearray", "v": _base64(bytes(value))}


def _range(encoder: _Encoder, value: range) -> Any:
    return {"$": "range", "v": [_hex(encoder, part, 1 << 12) for part in (value.start, value.stop, value.step)]}


def _slice(encoder: _Encoder, value: slice, depth: int) -> Any:
    parts = (("start", value.start), ("stop", value.stop), ("step", value.step))
    return {"$": "slice", "v": [encoder.field(part, name, depth) for name, part in parts]}


def _record(encoder: _Encoder, value: Record, depth: int) -> Any:
    encoder.spend(PRICE["rec"] - 1 + len(value.fields), Record)
    flat: list[Any] = []
    for name, item in dict(value.fields).items():
        flat += (_word(name), encoder.field(item, name, depth))
    found = {"$": "rec", "t": _word(value.type), "f": flat}
    if value.base is not None:
        found["b"] = encoder.field(value.base, "base", depth)
    return found


def _enum_value(encoder: _Encoder, value: EnumValue, depth: int) -> Any:
    encoder.spend(PRICE["enum"] - 1, EnumValue)
    found = encoder.field(value.value, "value", depth)
    return {"$": "enum", "t": _word(value.type), "n": _word(value.name), "v": found}


def _delta(encoder: _Encoder, value: datetime.timedelta) -> Any:
    return {"$": "timedelta", "v": [value.days, value.seconds, value.microseconds]}


def _date(encoder: _Encoder, value: datetime.date) -> Any:
    return {"$": "date", "v": [value.year, value.month, value.day]}


def _zone(encoder: _Encoder, zone: datetime.tzinfo | None) -> Any:
    """A time zone: null, a fixed offset with its name, or a key of the time-zone data."""
    if zone is None:
        return None
    kind = type(zone)
    if kind is datetime.timezone:
        offset, *names = zone.__getinitargs__()  # type: ignore[attr-defined]
        name = _word(names[0]) if names else None
        return {"$": "timezone", "v": [offset.days, offset.seconds, offset.microseconds], "n": name}
    encoder.spend(PRICE["zone"], kind)
    if kind is getattr(sys.modules.get("zoneinfo"), "ZoneInfo", None) and type(zone.key) is str:  # type: ignore[attr-defined]
        return {"$": "zone", "v": _word(zone.key)}  # type: ignore[attr-defined]
    raise _Fault(kind, "only fixed offsets and zoneinfo zones with a key travel as time zones")


def _time(encoder: _Encoder, value: datetime.time) -> Any:
    parts = [value.hour, value.minute, value.second, value.microsecond, value.fold]
    return {"$": "time", "v": parts, "z": _zone(encoder, value.tzinfo)}


def _datetime(encoder: _Encoder, value: datetime.datetime) -> Any:
    encoder.spend(PRICE["datetime"], datetime.datetime)
    clock = [value.hour, value.minute, value.second, value.microsecond, value.fold]
    return {"$": "datetime", "v": [value.year, value.month, value.day, *clock], "z": _zone(encoder, value.tzinfo)}


def _decimal(encoder: _Encoder, value: Any, depth: int) -> Any:
    bounds = encoder.bounds
    _, digits, exponent = value.as_tuple()
    if len(digits) > bounds.digits or (type(exponent) is int and abs(exponent) > bounds.exponent):
        raise _Fault(type(value), f"it has more than {bounds.digits} digits, or an exponent beyond {bounds.exponent}")
    encoder.spend(0, type(value), len(digits))
    return {"$": "decimal", "v": str(value)}


def _fraction(encoder: _Encoder, value: Any, depth: int) -> Any:
    encoder.spend(PRICE["fraction"], type(value))
    most = encoder.bounds.ratio_bits
    return {"$": "fraction", "v": [_hex(encoder, value.numerator, most), _hex(encoder, value.denominator, most)]}


def _uuid(encoder: _Encoder, value: Any, depth: int) -> Any:
    encoder.spend(PRICE["uuid"], type(value))
    return {"$": "uuid", "v": format(value.int, "032x")}


def _path(encoder: _Encoder, value: Any, depth: int) -> Any:
    encoder.spend(PRICE["path"], type(value))
    flavour = "windows" if type(value).__name__ in ("WindowsPath", "PureWindowsPath") else "posix"
    return {"$": "path", "k": flavour, "v": _str(encoder, str(value))}


def _deque(encoder: _Encoder, value: Any, depth: int) -> Any:
    encoder.number(value)
    return {"$": "deque", "m": value.maxlen, "v": encoder.items(list(value), depth)}


def _dict_kind(encoder: _Encoder, value: Any, depth: int) -> Any:
    encoder.number(value)
    return {"$": type(value).__name__, "v": encoder.pairs(list(type(value).items(value)), depth)}


def _defaultdict(encoder: _Encoder, value: Any, depth: int) -> Any:
    encoder.number(value)
    factory = value.default_factory
    name = next((name for name, kind in FACTORIES.items() if kind is factory), None)
    return {"$": "defaultdict", "d": name, "v": encoder.pairs(list(dict.items(value)), depth)}


def _opaque(encoder: _Encoder, value: Opaque, depth: int) -> Any:
    raise _Fault(Opaque, "it only describes a value that could not travel")


_Leaf = Callable[[_Encoder, Any], Any]
_Container = Callable[[_Encoder, Any, int], Any]


def _tagged(tag: str) -> _Container:
    return lambda encoder, value, depth: {"$": tag, "v": encoder.items(value, depth)}


_LEAVES: dict[int, _Leaf] = {
    id(type(None)): lambda encoder, value: None,
    id(bool): lambda encoder, value: value,
    id(int): _int,
    id(float): _float,
    id(complex): lambda encoder, value: {"$": "complex", "v": [_bits(value.real), _bits(value.imag)]},
    id(str): _str,
    id(bytes): _bytes,
    id(range): _range,
    id(type(Ellipsis)): lambda encoder, value: {"$": "..."},
    id(datetime.date): _date,
    id(datetime.time): _time,
    id(datetime.datetime): _datetime,
    id(datetime.timedelta): _delta,
    id(datetime.timezone): _zone,
}
_CONTAINERS: dict[int, _Container] = {
    id(list): _Encoder.list_,
    id(tuple): _tagged("tuple"),
    id(dict): _Encoder.dict_,
    id(set): _Encoder.set_,
    id(frozenset): _Encoder.set_,
    id(bytearray): _bytearray,
    id(slice): _slice,
    id(Record): _record,
    id(EnumValue): _enum_value,
    id(Opaque): _opaque,
}
_LAZY: dict[tuple[str, str], _Container] = {
    ("decimal", "Decimal"): _decimal,
    ("fractions", "Fraction"): _fraction,
    ("uuid", "UUID"): _uuid,
    ("zoneinfo", "ZoneInfo"): lambda encoder, value, depth: _zone(encoder, value),
    ("collections", "deque"): _deque,
    ("collections", "Counter"): _dict_kind,
    ("collections", "OrderedDict"): _dict_kind,
    ("collections", "defaultdict"): _defaultdict,
    **{
        (module, name): _path
        for module in ("pathlib", "pathlib._local")
        for name in ("PosixPath", "PurePosixPath", "WindowsPath", "PureWindowsPath")
    },
}
_ONLY_FLOAT, _ONLY_INT = {id(float)}, {id(int)}
