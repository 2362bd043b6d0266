"""Columns of time and of intervals: moments in a zone, periods, pairs of bounds; and the names of frequencies.

Invariants: frequencies are of a closed list; the exact numbers travel, so nanoseconds and far years survive.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

from ..errors import DecodeError
from . import moments
from .columns import Column, Json, Numbers, Workshop
from .plain_columns import moments_of

if TYPE_CHECKING:
    from .decode import Decoder
    from .encode import Encoder

_CLOSED = frozenset({"left", "right", "both", "neither"})
_TICKS = frozenset("D h min s ms us ns".split())
_FREQUENCIES = frozenset("B W ME MS BME BMS SME SMS QE QS BQE BQS YE YS BYE BYS".split())
_PERIODS = frozenset("Y Q M W B".split())
_FREQUENCY = re.compile(r"-?[0-9]{0,6}([A-Za-z]{1,3})(-[A-Z]{3})?")
_NAT = -(1 << 63)


def frequency(text: Any, *, periods: bool = False) -> str:
    """The name of a frequency, of a closed list.

    Raises:
        ValueError: another name.
    """
    match = _FREQUENCY.fullmatch(text) if type(text) is str else None
    if match is None or match[1] not in _TICKS | (_PERIODS if periods else _FREQUENCIES):
        raise ValueError("a frequency that does not travel")
    return str(text)


def is_tick(text: str) -> bool:
    """Whether moments of this frequency are evenly spaced, so that checking them is cheap."""
    match = _FREQUENCY.fullmatch(text)
    return match is not None and match[1] in _TICKS


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Zoned(Column):
    """Moments in a time zone: the moments in UTC, and the zone."""

    kind = "tz"
    held: Numbers
    zone: Any

    def __len__(self) -> int:
        return len(self.held)

    def doc(self, encoder: Encoder, depth: int) -> Json:
        return {"x": self.held.doc(encoder, depth), "z": moments.encode_zone(encoder, self.zone)}

    @classmethod
    def read(cls, decoder: Decoder, doc: Json, depth: int) -> Zoned:
        held, zone = Numbers.read(decoder, doc["x"], depth), moments.zone_of(decoder, doc["z"])
        if held.code[1] != "M" or zone is None:
            raise DecodeError("not a value: malformed moments in a zone")
        return cls(held, zone)

    def plain(self) -> list[Any]:
        return moments_of(self.held.code, self.held.data, self.zone)

    def array(self, shop: Workshop) -> Any:
        index = shop.pandas.DatetimeIndex(self.held.array(shop), copy=False)
        return index.tz_localize("UTC").tz_convert(self.zone).array

    @property
    def dtype(self) -> str:
        return f"{self.held.dtype[:-1]}, {self.zone}]"


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Periods(Column):
    """Spans of a calendar, numbered since 1970."""

    kind = "period"
    held: Numbers
    every: str

    def __len__(self) -> int:
        return len(self.held)

    def doc(self, encoder: Encoder, depth: int) -> Json:
        return {"x": self.held.doc(encoder, depth), "f": self.every}

    @classmethod
    def read(cls, decoder: Decoder, doc: Json, depth: int) -> Periods:
        held = Numbers.read(decoder, doc["x"], depth)
        if held.code != "<i8":
            raise DecodeError("not a value: malformed periods")
        return cls(held, frequency(doc["f"], periods=True))

    def plain(self) -> list[Any]:
        from .stamps import neutral_period

        return [None if number == _NAT else neutral_period(number, self.every) for number in self.held.plain()]

    def array(self, shop: Workshop) -> Any:
        dtype = shop.pandas.PeriodDtype(self.every)
        return shop.pandas.arrays.PeriodArray(self.held.array(shop), dtype=dtype)

    @property
    def dtype(self) -> str:
        return f"period[{self.every}]"


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Intervals(Column):
    """Pairs of bounds."""

    kind = "interval"
    left: Column
    right: Column
    closed: str

    def __len__(self) -> int:
        return len(self.left)

    def doc(self, encoder: Encoder, depth: int) -> Json:
        from .column_kinds import write

        return {"l": write(self.left, encoder, depth), "r": write(self.right, encoder, depth), "c": self.closed}

    @classmethod
    def read(cls, decoder: Decoder, doc: Json, depth: int) -> Intervals:
        from .column_kinds import read

        left, right, closed = read(decoder, doc["l"], depth), read(decoder, doc["r"], depth), doc["c"]
        bounds = (Numbers, Zoned)
        if type(left) not in bounds or type(right) is not type(left) or left.dtype != right.dtype:
            raise DecodeError("not a value: malformed intervals")
        if type(closed) is not str or closed not in _CLOSED or len(left) != len(right):
            raise DecodeError("not a value: malformed intervals")
        return cls(left, right, closed)

    def plain(self) -> list[Any]:
        from .stamps import neutral_interval

        pairs = zip(self.left.plain(), self.right.plain(), strict=True)
        return [None if low is None or low != low else neutral_interval(low, high, self.closed) for low, high in pairs]

    def array(self, shop: Workshop) -> Any:
        left, right = self.left.array(shop), self.right.array(shop)
        return shop.pandas.arrays.IntervalArray.from_arrays(left, right, closed=self.closed)

    @property
    def dtype(self) -> str:
        return f"interval[{self.left.dtype}, {self.closed}]"
