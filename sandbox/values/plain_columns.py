"""The bytes of an array as Python's own numbers, moments and spans, for receivers without numpy.

Invariants: nothing is rounded: what Python's own classes cannot hold comes as a Record.
"""

from __future__ import annotations

import array
import datetime
import struct
from typing import Any

from .kinds import Record

_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_NAT = -(1 << 63)
_CODES = {"i": {1: "b", 2: "h", 4: "i", 8: "q"}, "u": {1: "B", 2: "H", 4: "I", 8: "Q"}, "f": {4: "f", 8: "d"}}
_EPOCH = datetime.datetime(1970, 1, 1)


def numbers_of(code: str, data: bytes) -> list[Any]:
    """The items of an array of one of the dtypes that columns have."""
    family, size = code[1], int(code[2]) if code[1] not in "mM" else 8
    if family == "b":
        return [byte != 0 for byte in data]
    if family == "M":
        return moments_of(code, data, None)
    if family == "m":
        return [span(number, code[4:-1]) for number in array.array("q", data)]
    if family == "c":
        parts = array.array("f" if code == "<c8" else "d", data)
        return list(map(complex, parts[::2], parts[1::2]))
    if size == 2 and family == "f":
        return [item[0] for item in struct.iter_unpack("<e", data)]
    return array.array(_CODES[family][size], data).tolist()


def moments_of(code: str, data: bytes, zone: datetime.tzinfo | None) -> list[Any]:
    """Moments of an array of dtype ``datetime64``, counted in UTC when there is a zone."""
    return [moment(number, code[4:-1], zone) for number in array.array("q", data)]


def moment(number: int, unit: str, zone: datetime.tzinfo | None) -> Any:
    """A datetime, or a Record of what it cannot hold; None for NaT."""
    if number == _NAT:
        return None
    seconds, rest = divmod(number, _PER_SECOND[unit])
    micro, lost = divmod(rest * 1_000_000, _PER_SECOND[unit])
    try:
        found = _EPOCH + datetime.timedelta(seconds=seconds, microseconds=micro)
        if not lost:
            return found if zone is None else found.replace(tzinfo=datetime.UTC).astimezone(zone)
    except OverflowError:
        pass
    return Record("pandas.Timestamp", {"value": number, "unit": unit, "zone": zone})


def span(number: int, unit: str) -> Any:
    """A timedelta, or a Record of what it cannot hold; None for NaT."""
    if number == _NAT:
        return None
    seconds, rest = divmod(number, _PER_SECOND[unit])
    micro, lost = divmod(rest * 1_000_000, _PER_SECOND[unit])
    try:
        found = datetime.timedelta(seconds=seconds, microseconds=micro)
        if not lost:
            return found
    except OverflowError:
        pass
    return Record("pandas.Timedelta", {"value": number, "unit": unit})
