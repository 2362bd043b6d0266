"""The time that a worker gets to stop by itself, once it was asked to.

Invariants: it begins when it is made; a worker that had the processor for ``CPU_S`` and did not stop will not; one that
waits for the processor, as on a busy machine, loses its state only after ``WALL_S``; nothing the worker does makes it
longer than that.
"""

from __future__ import annotations

import time
from collections.abc import Callable

CPU_S = 0.25
WALL_S = 1.0
INTERRUPT_GRACE_S = 1.0
"""What a run has that was stopped from outside, by Ctrl-C or a call: it has broken no limit, so its CPU is not read."""
LOOK_S = 0.01


class Grace:
    """``read_cpu`` gives the worker's CPU seconds so far; without it, only the wall clock counts."""

    def __init__(self, wall_s: float = WALL_S, read_cpu: Callable[[], float] | None = None) -> None:
        self._ends = time.monotonic() + wall_s
        self._read_cpu = read_cpu
        self._cpu_ends = read_cpu() + CPU_S if read_cpu else 0.0

    def wall_left_s(self) -> float:
        """Seconds of the wall clock that are left, whatever the worker does; 0 when there are none."""
        return max(0.0, self._ends - time.monotonic())

    def remaining_s(self) -> float:
        """Seconds until it must be looked at again; 0 when it is over and the worker is to be killed."""
        left = self.wall_left_s()
        if self._read_cpu is None:
            return left
        cpu_left = self._cpu_ends - self._read_cpu()
        return min(left, max(LOOK_S, cpu_left)) if cpu_left > 0 else 0.0
