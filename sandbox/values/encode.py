"""Value to typed JSON.

Invariants: dispatch on the exact type, found by identity, so no code of a guest's class or metaclass runs; containers
are numbered in the order they are met, which is how ``ref`` names them and how the decoder counts them too; what
encodes here decodes there, since both keep the same bounds and prices.
"""

from __future__ import annotations

import datetime
import math
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..errors import EncodeError
from . import arrays, frames, instances, moments, records, scalars
from .fault import Fault
from .keys import KeyFault, KeyGuard
from .kinds import BOUNDS, FACTORIES, PLAIN_INT, PRICE, Bounds, EnumValue, Opaque, Record
from .text import guest_repr

_REPR_CHARS = 2048


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
    return _encoded(Encoder(guest_module, bounds), value, strict, name)


def encode_each(
    values: Iterable[tuple[str, object]], *, guest_module: str | None = None, bounds: Bounds = BOUNDS
) -> list[Any]:
    """Named values that travel together, strictly: they share the bounds of one.

    Raises:
        EncodeError: a part of one cannot travel, or they are too much together.
    """
    encoder = Encoder(guest_module, bounds)
    return [_encoded(encoder, value, True, name) for name, value in values]


def _encoded(encoder: Encoder, value: object, strict: bool, name: str) -> Any:
    kind = type(value)
    encoder.seen = {}
    try:
        return encoder.value(value, 0)
    except Fault as fault:
        path = name + "".join(reversed(fault.trail))
        reason, culprit = fault.reason, instances.type_name(fault.kind)
    except RecursionError:
        path, reason, culprit = name, "it is nested too deep", instances.type_name(kind)
    except Exception as error:
        path, reason, culprit = name, f"reading it raised {type(error).__name__}", instances.type_name(kind)
    if strict:
        raise EncodeError(f"{path} ({culprit}) cannot travel: {reason}", path=path, type_name=culprit)
    shown = guest_repr(value, _REPR_CHARS)
    return {"$": "opaque", "t": instances.type_name(kind), "r": _ascii(shown), "p": _ascii(path), "w": _ascii(reason)}


def _ascii(text: str) -> str:
    """Text that survives JSON whatever surrogates it holds."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


class Encoder:
    """The state of encoding one value."""

    __slots__ = ("bounds", "guest_module", "keep", "keys", "left", "nodes", "open", "seen")

    def __init__(self, guest_module: str | None, bounds: Bounds) -> None:
        self.guest_module = guest_module
        self.bounds = bounds
        self.nodes = bounds.nodes
        self.left = bounds.bytes
        self.seen: dict[int, int] = {}
        self.keep: list[object] = []
        self.open: set[int] = set()
        self.keys = KeyGuard(bounds)

    @property
    def numpy(self) -> Any:
        """numpy, which is there when an array is."""
        return sys.modules["numpy"]

    @property
    def pandas(self) -> Any:
        """pandas, which is there when a frame is."""
        return sys.modules["pandas"]

    def value(self, value: Any, depth: int) -> Any:
        """One value, or a reference when it was met before."""
        kind = type(value)
        leaf = _LEAVES.get(id(kind))
        if leaf is not None:
            found = leaf(self, value)
            if type(found) is dict:
                self.spend(PRICE.get(found["$"], 1), kind)
            return found
        self.spend(1, kind)
        known = self.seen.get(id(value))
        if known is not None:
            if known in self.open:
                raise Fault(kind, "it contains itself, which only lists, dicts and instances can")
            self.spend(PRICE["ref"] - 1, kind)
            return {"$": "ref", "v": known}
        if depth > self.bounds.depth:
            raise Fault(kind, f"it is nested deeper than {self.bounds.depth}")
        container = _CONTAINERS.get(id(kind))
        if container is not None:
            self.number(value)
            found = container(self, value, depth + 1)
        else:
            found = self.other(value, kind, depth + 1)
        if type(found) is dict and "$" in found:
            self.spend(PRICE.get(found["$"], 1) - 1, kind)
        return found

    def number(self, value: object) -> None:
        """Give a container its number, in the order that the decoder counts."""
        self.seen[id(value)] = len(self.seen)

    def spend(self, nodes: int, kind: type, size: int = 0) -> None:
        """Count against the bounds."""
        self.nodes -= nodes
        self.left -= size
        if self.nodes < 0:
            raise Fault(kind, f"the whole has more than {self.bounds.nodes} parts")
        if self.left < 0:
            raise Fault(kind, f"the whole is larger than {self.bounds.bytes} bytes")

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
        except Fault as fault:
            fault.trail.append(f"[{len(found)}]")
            raise
        return found

    def dict_(self, value: dict[Any, Any], depth: int) -> Any:
        pairs = list(dict.items(value))
        if not all(type(key) is str and key.isascii() and key != "$" for key, _ in pairs):
            return {"$": "dict", "v": self.pairs(pairs, depth)}
        found: dict[str, Any] = {}
        for key, item in pairs:
            self.left -= len(key) + 4
            try:
                found[key] = self.value(item, depth)
            except Fault as fault:
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
            except Fault as fault:
                fault.trail.append(f".keys()[{len(found) // 2}]")
                raise
            try:
                found.append(self.value(item, depth))
            except Fault as fault:
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
            raise Fault(dict, f"it has {fault}") from None

    def other(self, value: Any, kind: type, depth: int) -> Any:
        """Kinds of modules that may not be imported, then instances."""
        place = (instances.module_of(kind), instances.type_name(kind))
        lazy = _LAZY.get(place)
        if lazy is not None and getattr(sys.modules.get(place[0]), place[1], None) is kind:
            return lazy(self, value, depth)
        pure = getattr(sys.modules.get("pathlib"), "PurePath", None)
        if pure is not None and place[0] in _PATH_MODULES and instances.is_kind_of(kind, pure):
            return scalars.encode_path(self, value)
        encode_kind = frames.encoder_of(kind)
        if encode_kind is not None:
            single = frames.is_single(encode_kind)
            return encode_kind(self, value, depth) if single else self.closed(encode_kind, value, depth)
        array = arrays.describe(value, kind, self.left)
        if array is None:
            return records.encode_instance(self, value, kind, depth)
        if isinstance(array, str):
            raise Fault(kind, array)
        self.number(value)
        self.spend(0, kind, len(array[2]) * 4 // 3)
        return {"$": array[0], "d": array[1], "v": scalars.base64(array[2]), "s": array[3]}

    def closed(self, encode_kind: _Container, value: Any, depth: int) -> Any:
        """A container that is built only when all its members are."""
        self.number(value)
        number = self.seen[id(value)]
        self.open.add(number)
        found = encode_kind(self, value, depth)
        self.open.discard(number)
        return found

    def field(self, value: Any, name: str, depth: int) -> Any:
        """The value of one field."""
        try:
            return self.value(value, depth)
        except Fault as fault:
            fault.trail.append(f".{name}")
            raise


def _shown_key(key: Any) -> str:
    """A key as a path shows it."""
    if type(key) is int and key.bit_length() < 256:
        return repr(key)
    return repr(key[:80]) if type(key) in (str, bytes) else "…"


def _hashes_safely(key: Any, depth: int = 0) -> bool:
    """Whether hashing the key runs no guest code (its type is builtin, all the way down)."""
    kind = type(key)
    if kind is tuple or kind is frozenset:
        return depth < 8 and len(key) < 64 and all(_hashes_safely(item, depth + 1) for item in key)
    return id(kind) in _LEAVES


def _set(encoder: Encoder, value: Any, depth: int) -> Any:
    kind = type(value)
    members = list(kind.__iter__(value))
    encoder.members(members)
    return {"$": kind.__name__, "v": encoder.items(members, depth)}


def _slice(encoder: Encoder, value: slice, depth: int) -> Any:
    parts = (("start", value.start), ("stop", value.stop), ("step", value.step))
    return {"$": "slice", "v": [encoder.field(part, name, depth) for name, part in parts]}


def _deque(encoder: Encoder, value: Any, depth: int) -> Any:
    encoder.number(value)
    return {"$": "deque", "m": value.maxlen, "v": encoder.items(list(value), depth)}


def _dict_kind(encoder: Encoder, value: Any, depth: int) -> Any:
    encoder.number(value)
    return {"$": type(value).__name__, "v": encoder.pairs(list(type(value).items(value)), depth)}


def _defaultdict(encoder: Encoder, value: Any, depth: int) -> Any:
    encoder.number(value)
    factory = value.default_factory
    name = next((name for name, kind in FACTORIES.items() if kind is factory), None)
    return {"$": "defaultdict", "d": name, "v": encoder.pairs(list(dict.items(value)), depth)}


def _opaque(encoder: Encoder, value: Opaque, depth: int) -> Any:
    raise Fault(Opaque, "it only describes a value that could not travel")


_Leaf = Callable[[Encoder, Any], Any]
_Container = Callable[[Encoder, Any, int], Any]


def _tuple(encoder: Encoder, value: tuple[Any, ...], depth: int) -> Any:
    return {"$": "tuple", "v": encoder.items(value, depth)}


def _lazily(leaf: _Leaf) -> _Container:
    return lambda encoder, value, depth: leaf(encoder, value)


_LEAVES: dict[int, _Leaf] = {
    id(type(None)): lambda encoder, value: None,
    id(bool): lambda encoder, value: value,
    id(int): scalars.encode_int,
    id(float): scalars.encode_float,
    id(complex): scalars.encode_complex,
    id(str): scalars.encode_str,
    id(bytes): scalars.encode_bytes,
    id(range): scalars.encode_range,
    id(type(Ellipsis)): lambda encoder, value: {"$": "..."},
    id(datetime.date): moments.encode_date,
    id(datetime.time): moments.encode_time,
    id(datetime.datetime): moments.encode_datetime,
    id(datetime.timedelta): moments.encode_delta,
    id(datetime.timezone): moments.encode_zone,
}
_CONTAINERS: dict[int, _Container] = {
    id(list): Encoder.items,
    id(tuple): _tuple,
    id(dict): Encoder.dict_,
    id(set): _set,
    id(frozenset): _set,
    id(bytearray): _lazily(scalars.encode_bytearray),
    id(slice): _slice,
    id(Record): records.encode_record,
    id(EnumValue): records.encode_enum_value,
    id(Opaque): _opaque,
}
_LAZY: dict[tuple[str, str], _Container] = {
    ("decimal", "Decimal"): _lazily(scalars.encode_decimal),
    ("fractions", "Fraction"): _lazily(scalars.encode_fraction),
    ("uuid", "UUID"): _lazily(scalars.encode_uuid),
    ("zoneinfo", "ZoneInfo"): _lazily(moments.encode_zone),
    ("collections", "deque"): _deque,
    ("collections", "Counter"): _dict_kind,
    ("collections", "OrderedDict"): _dict_kind,
    ("collections", "defaultdict"): _defaultdict,
}
_PATH_MODULES = frozenset({"pathlib", "pathlib._local"})
"""The facade's paths name the module that they stand for."""
_ONLY_FLOAT, _ONLY_INT = {id(float)}, {id(int)}
