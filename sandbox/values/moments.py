"""The datetime family, in both directions, as integers.

Invariants: only exact types of the standard library; time-zone data is named by key, read at most once a key and
``Bounds.zones`` keys a value.
"""

from __future__ import annotations

import datetime
import re
import sys
from typing import TYPE_CHECKING, Any

from ..errors import DecodeError
from . import instances
from .fault import Fault
from .records import checked, word

if TYPE_CHECKING:
    from .decode import Decoder
    from .encode import Encoder

_INT = {int}
_ZONE_KEY = re.compile(r"[A-Za-z0-9_+\-]{1,40}(?:/[A-Za-z0-9_+\-]{1,40}){0,3}")


def encode_delta(encoder: Encoder, value: datetime.timedelta) -> Any:
    """Days, seconds, microseconds."""
    return {"$": "timedelta", "v": [value.days, value.seconds, value.microseconds]}


def encode_date(encoder: Encoder, value: datetime.date) -> Any:
    """Year, month, day."""
    return {"$": "date", "v": [value.year, value.month, value.day]}


def encode_time(encoder: Encoder, value: datetime.time) -> Any:
    """The clock, the fold, the zone."""
    return {"$": "time", "v": _clock(value), "z": encode_zone(encoder, value.tzinfo)}


def encode_datetime(encoder: Encoder, value: datetime.datetime) -> Any:
    """The date, the clock, the fold, the zone."""
    parts = [value.year, value.month, value.day, *_clock(value)]
    return {"$": "datetime", "v": parts, "z": encode_zone(encoder, value.tzinfo)}


def _clock(value: datetime.time | datetime.datetime) -> list[int]:
    return [value.hour, value.minute, value.second, value.microsecond, value.fold]


def encode_zone(encoder: Encoder, zone: datetime.tzinfo | None) -> Any:
    """Null, a fixed offset with its name if it has one, or a key of the time-zone data."""
    if zone is None:
        return None
    if type(zone) is datetime.timezone:
        offset, *names = zone.__getinitargs__()  # type: ignore[attr-defined]
        name = word(names[0]) if names else None
        encoder.spend(4, type(zone))
        return {"$": "timezone", "v": [offset.days, offset.seconds, offset.microseconds], "n": name}
    key = _key(zone)
    if type(key) is not str:
        raise Fault(type(zone), "only fixed offsets and zoneinfo zones with a key travel as time zones")
    return {"$": "zone", "v": word(key)}


def _key(zone: datetime.tzinfo) -> Any:
    """The key of a zone of zoneinfo; also of pytz, as pandas 2 has them: it arrives as one of zoneinfo."""
    if type(zone) is getattr(sys.modules.get("zoneinfo"), "ZoneInfo", None):
        return getattr(zone, "key", None)
    pytz: Any = sys.modules.get("pytz.tzinfo")
    if pytz is not None and instances.is_kind_of(type(zone), pytz.BaseTzInfo):
        return getattr(zone, "zone", None)
    return None


def _ints(doc: Any, count: int) -> list[int]:
    if type(doc) is not list or len(doc) != count or set(map(type, doc)) != _INT:
        raise DecodeError("not a value: malformed date or time")
    return doc


def decode_delta(decoder: Decoder, doc: dict[str, Any], depth: int) -> Any:
    """The inverse of ``encode_delta``."""
    return datetime.timedelta(*_ints(doc["v"], 3))


def decode_date(decoder: Decoder, doc: dict[str, Any], depth: int) -> Any:
    """The inverse of ``encode_date``."""
    return datetime.date(*_ints(doc["v"], 3))


def decode_time(decoder: Decoder, doc: dict[str, Any], depth: int) -> Any:
    """The inverse of ``encode_time``."""
    hour, minute, second, micro, fold = _ints(doc["v"], 5)
    return datetime.time(hour, minute, second, micro, zone_of(decoder, doc["z"]), fold=fold)


def decode_datetime(decoder: Decoder, doc: dict[str, Any], depth: int) -> Any:
    """The inverse of ``encode_datetime``."""
    year, month, day, hour, minute, second, micro, fold = _ints(doc["v"], 8)
    return datetime.datetime(year, month, day, hour, minute, second, micro, zone_of(decoder, doc["z"]), fold=fold)


def decode_zone(decoder: Decoder, doc: dict[str, Any], depth: int) -> Any:
    """The inverse of ``encode_zone``."""
    return zone_of(decoder, doc)


def zone_of(decoder: Decoder, doc: Any) -> datetime.tzinfo | None:
    """The zone of a document, None where there is none."""
    if doc is None:
        return None
    if type(doc) is not dict or doc.get("$") not in ("timezone", "zone"):
        raise DecodeError("not a value: malformed time zone")
    if doc["$"] == "timezone":
        decoder.spend(4)
        offset, name = datetime.timedelta(*_ints(doc["v"], 3)), doc["n"]
        return datetime.timezone(offset) if name is None else datetime.timezone(offset, checked(name))
    key = doc["v"]
    if type(key) is not str or not _ZONE_KEY.fullmatch(key):
        raise DecodeError("not a value: malformed time zone")
    if key not in decoder.zones:
        if len(decoder.zones) >= decoder.bounds.zones:
            raise DecodeError(f"not a value: more than {decoder.bounds.zones} time zones")
        import zoneinfo

        decoder.zones[key] = zoneinfo.ZoneInfo(key)
    return decoder.zones[key]
