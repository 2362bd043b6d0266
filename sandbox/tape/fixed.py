"""Fixed sources: the same readings in every session, whatever the machine and the day.

Invariants: each reading of a clock moves all clocks on, so that a loop that waits for time ends; sleeping moves them by
the time slept and takes none; the random bytes are a published sequence and protect nothing.
"""

from __future__ import annotations

import hashlib

from .sources import Clock

EPOCH_S = 1_735_689_600
"""The time of day at which every deterministic session begins: 2025-01-01 00:00:00 UTC."""
STEP_NS = 1_000_000
"""How far one reading moves the clocks: a millisecond."""
_BEGINNINGS: dict[Clock, int] = {"t": EPOCH_S * 10**9, "m": 1000 * 10**9, "c": 0}


class Fixed:
    """Sources of ``Policy(deterministic=True)``."""

    skips_waits = True

    def __init__(self) -> None:
        self._passed_ns = 0
        self._slept_ns = 0
        self._drawn = 0

    def clock_ns(self, clock: Clock) -> int:
        self._passed_ns += STEP_NS
        slept = 0 if clock == "c" else self._slept_ns
        return _BEGINNINGS[clock] + self._passed_ns + slept

    def random_bytes(self, size: int) -> bytes:
        self._drawn += 1
        return hashlib.shake_256(b"hardcell %d" % self._drawn).digest(size)

    def sleep(self, seconds: float) -> None:
        self._slept_ns += int(seconds * 10**9)
