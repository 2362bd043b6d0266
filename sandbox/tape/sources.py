"""Sources: what everything unpredictable that a guest can read comes from.

Invariants: three clocks and random bytes are all there is; whatever else differs between two runs is derived from them.
"""

from __future__ import annotations

import os
from typing import Literal, Protocol

from .. import machine

Clock = Literal["t", "m", "c"]
"""``t``: nanoseconds since the epoch; ``m``: monotonic nanoseconds; ``c``: nanoseconds of processor time."""

CLOCKS: dict[str, str] = {"t": "the time of day", "m": "the monotonic clock", "c": "the processor clock"}

# Bound at import, which is before anything is patched.
_CLOCKS = {"t": machine.time_ns, "m": machine.monotonic_ns, "c": machine.process_time_ns}
_random_bytes = os.urandom


class Sources(Protocol):
    """``skips_waits``: sleeping takes no time."""

    skips_waits: bool

    def clock_ns(self, clock: Clock) -> int:
        """A reading of a clock, in nanoseconds."""
        ...

    def random_bytes(self, size: int) -> bytes:
        """That many bytes nobody can guess, unless the source says otherwise."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let time pass. ``seconds`` is not negative."""
        ...


class Live:
    """The machine's own."""

    skips_waits = False

    def clock_ns(self, clock: Clock) -> int:
        return _CLOCKS[clock]()

    def random_bytes(self, size: int) -> bytes:
        return _random_bytes(size)

    def sleep(self, seconds: float) -> None:
        machine.sleep(seconds)
