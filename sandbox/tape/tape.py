"""Tape: sources that note each reading, or give again what was noted.

A tape travels as ``{"readings": rows, "cut": bool, "problem": text}``; a row is ``[clock, nanoseconds]`` or
``["u", hex]`` for random bytes. One tape for each run: out with ``done`` when it was made, in with ``run`` when it is
to be played.

Invariants: bounded in rows and bytes, and ``cut`` when a run made more; playing never stops a guest: at the first
reading that does not fit, the problem is noted, and from then on the nearest reading of the kind has to do.
"""

from __future__ import annotations

from typing import Any

from .fixed import STEP_NS
from .sources import CLOCKS, Clock, Live, Sources

MAX_READINGS = 10_000
MAX_RANDOM = 64 << 10
"""Random bytes that the tape of one run keeps."""
_MAX_NS = 1 << 63
_RANDOM = "u"
_HEX = frozenset("0123456789abcdef")


class Tape:
    """Sources of a session that is recorded or replayed. ``begin`` and ``end`` stand around each run."""

    def __init__(self, live: Sources | None = None) -> None:
        self._live = Live() if live is None else live
        self.skips_waits = self._live.skips_waits
        self._given: list[Any] | None = None
        self._place = 0
        self._cut = False
        self._problem = ""
        self._made: list[Any] = []
        self._room = MAX_RANDOM
        self._latest: dict[str, int] = {}

    def begin(self, tape: dict[str, Any] | None) -> None:
        """A run begins: make a tape, or play the one given (it passed ``is_tape``)."""
        self._given = None if tape is None else tape["readings"]
        self._cut = tape is not None and tape["cut"]
        self._made, self._place, self._problem, self._room = [], 0, "", MAX_RANDOM
        self._latest = {}

    def end(self) -> dict[str, Any]:
        """What the run made of its tape."""
        if self._given is None:
            return {"readings": self._made, "cut": self._cut, "problem": ""}
        left = len(self._given) - self._place
        if left and not self._problem:
            self._problem = f"the run made {self._place} readings of clock and random source, {left} less than recorded"
        return {"readings": [], "cut": self._cut, "problem": self._problem}

    def drop(self) -> None:
        """Keep nothing of this run, which has no room for its tape."""
        self._made, self._cut = [], True

    def clock_ns(self, clock: Clock) -> int:
        if self._given is not None:
            row = self._next(clock, None)
            if row is not None:
                return int(row)
        value = self._live.clock_ns(clock)
        self._note(clock, value)
        return value

    def random_bytes(self, size: int) -> bytes:
        if self._given is not None:
            row = self._next(_RANDOM, size)
            if row is not None:
                return bytes.fromhex(row)
        data = self._live.random_bytes(size)
        self._room -= size
        self._note(_RANDOM, data.hex() if self._room >= 0 else None)
        return data

    def sleep(self, seconds: float) -> None:
        self._live.sleep(seconds)

    def _note(self, kind: str, value: int | str | None) -> None:
        if self._given is not None or self._cut:
            return
        if value is None or len(self._made) >= MAX_READINGS:
            self._cut = True
            return
        self._made.append([kind, value])

    def _next(self, kind: str, size: int | None) -> Any:
        """The next reading of the tape; None when there is none of this kind."""
        assert self._given is not None
        wanted = (kind, size)
        if self._place < len(self._given) and _kind(self._given[self._place]) == wanted:
            value = self._given[self._place][1]
            self._place += 1
        else:
            self._note_problem(wanted)
            value = self._another(wanted)
        if kind != _RANDOM and value is not None:
            self._latest[kind] = value
        return value

    def _note_problem(self, wanted: tuple[str, int | None]) -> None:
        given, place = self._given or [], self._place
        if self._problem or (self._cut and place >= len(given)):
            return
        if place >= len(given):
            self._problem = f"the run asked for {_what(*wanted)}, which is one reading more than recorded"
        else:
            recorded = _what(*_kind(given[place]))
            self._problem = f"reading {place + 1} was of {_what(*wanted)}; the recording has {recorded}"

    def _another(self, wanted: tuple[str, int | None]) -> Any:
        """A later reading of this kind; else a clock goes on from its latest one, so that waiting for it ends."""
        assert self._given is not None
        for place in range(self._place, len(self._given)):
            if _kind(self._given[place]) == wanted:
                return self._given.pop(place)[1]
        latest = None if self._cut else self._latest.get(wanted[0])
        return None if latest is None else latest + STEP_NS


def _kind(row: list[Any]) -> tuple[str, int | None]:
    """Of what a reading is, and how many bytes random ones are."""
    return row[0], len(row[1]) // 2 if row[0] == _RANDOM else None


def _what(kind: str, size: int | None) -> str:
    return f"{size} random bytes" if kind == _RANDOM else CLOCKS[kind]


def is_tape(value: Any) -> bool:
    """Whether this is a tape as it travels: exact fields and types, within the bounds."""
    return (
        type(value) is dict
        and value.keys() == {"readings", "cut", "problem"}
        and type(value["cut"]) is bool
        and type(value["problem"]) is str
        and len(value["problem"]) <= 1024
        and type(value["readings"]) is list
        and len(value["readings"]) <= MAX_READINGS
        and all(map(_is_reading, value["readings"]))
        and sum(len(row[1]) for row in value["readings"] if row[0] == _RANDOM) <= 2 * MAX_RANDOM
    )


def _is_reading(row: Any) -> bool:
    if type(row) is not list or len(row) != 2 or type(row[0]) is not str:
        return False
    kind, reading = row
    if kind == _RANDOM:
        return type(reading) is str and len(reading) % 2 == 0 and _HEX.issuperset(reading)
    return kind in CLOCKS and type(reading) is int and 0 <= reading < _MAX_NS
