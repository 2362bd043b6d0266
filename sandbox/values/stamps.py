"""Single moments, spans, periods and intervals of pandas, and its two signs for what is missing.

Invariants: the exact integer and its unit travel, so nanoseconds and times beyond datetime's years survive; without
pandas a moment or span is of the datetime family where that holds it exactly, else a Record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import DecodeError
from . import moments
from .calendars import frequency
from .fault import Fault
from .kinds import Record
from .plain_columns import moment, span

if TYPE_CHECKING:
    from .decode import Decoder
    from .encode import Encoder

Json = dict[str, Any]
_UNITS = ("s", "ms", "us", "ns")
_CLOSED = ("left", "right", "both", "neither")
_MOST = 1 << 63


def encode_stamp(encoder: Encoder, value: Any, depth: int) -> Json:
    """The count of units since 1970, the zone, the fold."""
    zone = moments.encode_zone(encoder, value.tzinfo)
    return {"$": "stamp", "v": value._value, "u": value.unit, "z": zone, "f": value.fold}


def decode_stamp(decoder: Decoder, doc: Json, depth: int) -> Any:
    """A Timestamp; without pandas a datetime."""
    number, unit, zone = _count(doc), doc["u"], moments.zone_of(decoder, doc["z"])
    if type(doc["f"]) is not int or doc["f"] not in (0, 1):
        raise DecodeError("not a value: malformed moment")
    pandas = decoder.packages("pandas")
    if pandas is None:
        found = moment(number, unit, zone)
        return found if type(found) is Record else found.replace(fold=doc["f"])
    made = pandas.Timestamp(decoder.packages("numpy").datetime64(number, unit))
    if zone is not None:
        return made.tz_localize("UTC").tz_convert(zone)
    return made.replace(fold=1) if doc["f"] else made


def encode_span(encoder: Encoder, value: Any, depth: int) -> Json:
    """The count of units."""
    return {"$": "span", "v": value._value, "u": value.unit}


def decode_span(decoder: Decoder, doc: Json, depth: int) -> Any:
    """A Timedelta; without pandas a timedelta."""
    number, pandas = _count(doc), decoder.packages("pandas")
    if pandas is None:
        return span(number, doc["u"])
    return pandas.Timedelta(decoder.packages("numpy").timedelta64(number, doc["u"]))


def _count(doc: Json) -> int:
    number, unit = doc["v"], doc["u"]
    if type(number) is not int or not -_MOST < number < _MOST or type(unit) is not str or unit not in _UNITS:
        raise DecodeError("not a value: malformed moment or span")
    return number


def encode_period(encoder: Encoder, value: Any, depth: int) -> Json:
    """Its number since 1970 and how long such periods are."""
    try:
        return {"$": "period", "v": value.ordinal, "f": frequency(value._dtype._freqstr, periods=True)}
    except ValueError as error:
        raise Fault(type(value), f"it has {error}") from None


def neutral_period(number: int, every: str) -> Record:
    """A period where there is no pandas."""
    return Record("pandas.Period", {"ordinal": number, "freq": every})


def decode_period(decoder: Decoder, doc: Json, depth: int) -> Any:
    """A Period."""
    number, every = doc["v"], frequency(doc["f"], periods=True)
    if type(number) is not int or not -_MOST < number < _MOST:
        raise DecodeError("not a value: malformed period")
    pandas = decoder.packages("pandas")
    return neutral_period(number, every) if pandas is None else pandas.Period(ordinal=number, freq=every)


def encode_interval(encoder: Encoder, value: Any, depth: int) -> Json:
    """Both bounds, and which of them are within."""
    bounds = [encoder.field(value.left, "left", depth), encoder.field(value.right, "right", depth)]
    return {"$": "interval", "v": bounds, "c": value.closed}


def neutral_interval(left: Any, right: Any, closed: str) -> Record:
    """An interval where there is no pandas."""
    return Record("pandas.Interval", {"left": left, "right": right, "closed": closed})


def decode_interval(decoder: Decoder, doc: Json, depth: int) -> Any:
    """An Interval of numbers, moments or spans."""
    bounds, closed = decoder.whole(doc["v"], depth), doc["c"]
    if len(bounds) != 2 or type(closed) is not str or closed not in _CLOSED:
        raise DecodeError("not a value: malformed interval")
    pandas = decoder.packages("pandas")
    if pandas is None:
        return neutral_interval(bounds[0], bounds[1], closed)
    kinds = {int, float, pandas.Timestamp, pandas.Timedelta}
    if not (
        set(map(type, bounds)) <= kinds or all(isinstance(each, decoder.packages("numpy").number) for each in bounds)
    ):
        raise DecodeError("not a value: malformed interval")
    return pandas.Interval(*bounds, closed=closed)


def encode_missing(encoder: Encoder, value: Any, depth: int) -> Json:
    """``NaT`` or ``NA``."""
    return {"$": "NaT" if type(value).__name__ == "NaTType" else "NA"}


def decode_missing(decoder: Decoder, doc: Json, depth: int) -> Any:
    """``pandas.NaT`` or ``pandas.NA``; without pandas a Record of that name."""
    pandas = decoder.packages("pandas")
    if pandas is None:
        return Record(f"pandas.{doc['$']}", {})
    return pandas.NaT if doc["$"] == "NaT" else pandas.NA
