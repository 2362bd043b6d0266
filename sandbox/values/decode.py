"""Typed JSON to value: the hostile side.

Invariants: a closed table of tags; depth, count, digits and hashing are bounded before anything is built; the only
exception that leaves is ``DecodeError``. ``decode`` owns the document it is given and reuses its lists and dicts.
"""

from __future__ import annotations

import collections
from collections.abc import Callable, Iterable, Mapping
from datetime import tzinfo
from typing import Any

from ..errors import DecodeError
from . import arrays, images, labels, moments, records, scalars, stamps, tables
from .columns import Workshop
from .keys import KeyFault, KeyGuard
from .kinds import BOUNDS, FACTORIES, PRICE, Bounds, Opaque
from .packages import Packages, imported

_ATOMS = frozenset({str, int, float, bool, type(None)})
_MOST_TEXT = 4096
_Json = dict[str, Any]


def decode(
    doc: Any,
    *,
    classes: Mapping[str, type] | None = None,
    bounds: Bounds = BOUNDS,
    packages: Packages = imported,
) -> Any:
    """The value of a document that ``json.loads`` made.

    Records whose type is in ``classes`` become instances of that class, made without ``__init__`` (a worker passes the
    guest's classes; the host passes none). ``packages`` gives the third-party packages whose kinds are built.

    Raises:
        DecodeError: the document is malformed or beyond the bounds.
    """
    return doc if type(doc) in _ATOMS else _decoded(Decoder(classes or {}, bounds, packages), doc)


def decode_each(docs: Iterable[Any], *, bounds: Bounds = BOUNDS, packages: Packages = imported) -> list[Any]:
    """The values of documents that came together: they share the bounds of one.

    Raises:
        DecodeError: one is malformed, or all together are beyond the bounds.
    """
    decoder = Decoder({}, bounds, packages)
    return [doc if type(doc) in _ATOMS else _decoded(decoder, doc) for doc in docs]


def _decoded(decoder: Decoder, doc: Any) -> Any:
    decoder.objects = []
    try:
        if type(doc) is dict and doc.get("$") == "opaque":
            return _opaque(doc)
        return decoder.value(doc, 0)
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


class Decoder:
    """The state of decoding one value."""

    __slots__ = ("bounds", "classes", "keys", "most", "nodes", "objects", "packages", "zones")

    def __init__(self, classes: Mapping[str, type], bounds: Bounds, packages: Packages = imported) -> None:
        self.classes = classes
        self.packages = packages
        self.bounds = bounds
        self.nodes = bounds.nodes
        self.most = bounds.depth + 1
        self.objects: list[Any] = []
        self.zones: dict[str, tzinfo] = {}
        self.keys = KeyGuard(bounds)

    def value(self, doc: Any, depth: int) -> Any:
        """One value; may be an ``_Unfinished``, which only ``place`` accepts."""
        kind = type(doc)
        if kind is not list and kind is not dict:
            if kind in _ATOMS:
                return doc
            raise DecodeError("not a value: not JSON")
        self.nodes -= 1
        if self.nodes < 0 or depth > self.most:
            raise DecodeError(f"not a value: nested too deep, or more than {self.bounds.nodes} parts")
        if kind is list:
            self.objects.append(doc)
            depth += 1
            for index, item in enumerate(doc):
                if type(item) not in _ATOMS:
                    value = doc[index] = self.value(item, depth)
                    if type(value) is _Unfinished:
                        value.places.append((doc, index))
            return doc
        if "$" in doc:
            found = _TAGS.get(doc["$"])
            if found is None:
                raise DecodeError("not a value: unknown tag")
            build, price = found
            self.nodes -= price
            return build(self, doc, depth + 1)
        self.objects.append(doc)
        depth += 1
        for key, item in doc.items():
            if type(item) not in _ATOMS:
                value = doc[key] = self.value(item, depth)
                if type(value) is _Unfinished:
                    value.places.append((doc, key))
        return doc

    def spend(self, nodes: int) -> None:
        """Count what is dear to build."""
        self.nodes -= nodes
        if self.nodes < 0:
            raise DecodeError(f"not a value: more than {self.bounds.nodes} parts")

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

    def begin(self) -> int:
        """Give an immutable its number before its members are decoded."""
        self.objects.append(_Unfinished())
        return len(self.objects) - 1

    def finish(self, number: int, value: Any) -> Any:
        """Put a completed immutable where it was referred to before."""
        unfinished = self.objects[number]
        self.objects[number] = value
        for target, key in unfinished.places:
            target[key] = value
        return value

    def frozen(self, doc: _Json, depth: int, build: Callable[[list[Any]], Any]) -> Any:
        """An immutable container."""
        items = doc["v"]
        if type(items) is list and _ATOMS.issuperset(map(type, items)):
            found = build(items)
            self.objects.append(found)
            return found
        number = self.begin()
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

    def workshop(self) -> Workshop | None:
        """What builds kinds of pandas, or None where they stay neutral."""
        pandas = self.packages("pandas")
        return None if pandas is None else Workshop(pandas, self.packages("numpy"), self.hashed)

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


def _opaque(doc: _Json) -> Opaque:
    fields = (doc["t"], doc["r"], doc["p"], doc["w"])
    if not all(type(field) is str and len(field) <= _MOST_TEXT for field in fields):
        raise DecodeError("not a value: malformed description")
    return Opaque(*fields)


def _tuple(decoder: Decoder, doc: _Json, depth: int) -> Any:
    items = doc["v"]
    if type(items) is list and _ATOMS.issuperset(map(type, items)):
        found = tuple(items)
        decoder.objects.append(found)
        return found
    return decoder.frozen(doc, depth, tuple)


def _slice(items: list[Any]) -> slice:
    if len(items) != 3:
        raise DecodeError("not a value: malformed slice")
    return slice(*items)


def _array(decoder: Decoder, doc: _Json, depth: int) -> Any:
    found = arrays.rebuild(doc["$"], doc["d"], scalars.raw(doc["v"]), doc["s"], decoder.packages("numpy"))
    decoder.objects.append(found)
    return found


def _counter(decoder: Decoder, doc: _Json, depth: int) -> Any:
    # Counter's own __init__ costs more than all the rest of it.
    return decoder.pairs(dict.__new__(collections.Counter), doc["v"], depth)


_Build = Callable[[Decoder, _Json, int], Any]
_BUILDS: dict[str, _Build] = {
    "ref": Decoder.ref,
    "int": scalars.decode_int,
    "float": scalars.decode_float,
    "complex": scalars.decode_complex,
    "str": scalars.decode_str,
    "bytes": scalars.decode_bytes,
    "bytearray": scalars.decode_bytearray,
    "...": lambda decoder, doc, depth: ...,
    "tuple": _tuple,
    "dict": lambda decoder, doc, depth: decoder.pairs({}, doc["v"], depth),
    "set": Decoder.set_,
    "frozenset": lambda decoder, doc, depth: decoder.frozen(doc, depth, lambda items: frozenset(decoder.hashed(items))),
    "range": scalars.decode_range,
    "slice": lambda decoder, doc, depth: decoder.frozen(doc, depth, _slice),
    "date": moments.decode_date,
    "time": moments.decode_time,
    "datetime": moments.decode_datetime,
    "timedelta": moments.decode_delta,
    "timezone": moments.decode_zone,
    "zone": moments.decode_zone,
    "decimal": scalars.decode_decimal,
    "fraction": scalars.decode_fraction,
    "uuid": scalars.decode_uuid,
    "path": scalars.decode_path,
    "deque": Decoder.deque,
    "Counter": _counter,
    "OrderedDict": lambda decoder, doc, depth: decoder.pairs(collections.OrderedDict(), doc["v"], depth),
    "defaultdict": Decoder.defaultdict,
    "rec": records.decode_record,
    "nt": records.decode_named_tuple,
    "enum": records.decode_member,
    "ndarray": _array,
    "npscalar": _array,
    "image": images.decode_image,
    "frame": tables.decode_frame,
    "series": tables.decode_series,
    "column": tables.decode_array,
    "index": labels.decode_index,
    "rindex": labels.decode_range,
    "mindex": labels.decode_levels,
    "stamp": stamps.decode_stamp,
    "span": stamps.decode_span,
    "period": stamps.decode_period,
    "interval": stamps.decode_interval,
    "NaT": stamps.decode_missing,
    "NA": stamps.decode_missing,
}
_TAGS: dict[str, tuple[_Build, int]] = {tag: (build, PRICE.get(tag, 1) - 1) for tag, build in _BUILDS.items()}
