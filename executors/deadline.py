"""The host's clocks of one run: wall, total, tools and the worker's CPU; and its look at /cell.

Invariants: time is ``time.monotonic`` in seconds; tool time counts for ``total_wall_s`` and not for ``wall_s``; the
worker's CPU clock is read only when it could have passed its limit, sooner where it may have several processes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from sandbox import means
from sandbox.errors import LimitExceeded
from sandbox.limits import Limits

from .disk_gauge import DiskGauge
from .reached import exceeded


class Deadline:
    """Starts when it is made. ``cpu_s`` reads the worker's CPU clock, ``cpu_before_s`` is what it showed before;
    ``disk`` counts /cell where no file system does."""

    def __init__(self, limits: Limits, cpu_s: Callable[[], float], cpu_before_s: float, disk: DiskGauge | None) -> None:
        self._limits = limits
        self._read_cpu = cpu_s
        self._cpu_before = cpu_before_s
        self.begun = time.monotonic()
        self.tool_s = 0.0
        # Counting processors reads a file; one process cannot be on two.
        self._at_once = min(limits.processes + 1, os.cpu_count() or 1) if limits.processes else 1
        self._look_at_cpu = self.begun + limits.cpu_s / self._at_once
        self._disk = disk
        if disk:
            disk.begin()

    def wall_s(self) -> float:
        """Seconds of the run without its tools."""
        return time.monotonic() - self.begun - self.tool_s

    def cpu_used_s(self) -> float:
        """CPU seconds of the worker since the run began."""
        return max(0.0, self._read_cpu() - self._cpu_before)

    def wall_left_s(self) -> float:
        """Seconds until the wall clock's limits, 0 when they have passed."""
        ends = self.begun + min(self.tool_s + self._limits.wall_s, self._limits.total_wall_s)
        return max(0.0, ends - time.monotonic())

    def remaining_s(self) -> float:
        """Seconds until something must be looked at again; 0 when it is time."""
        look_at = min(self._look_at_cpu, self._disk.look_at) if self._disk else self._look_at_cpu
        return min(self.wall_left_s(), max(0.0, look_at - time.monotonic()))

    def passed(self) -> LimitExceeded | None:
        """The limit that has been passed by now, if any."""
        now = time.monotonic()
        total = now - self.begun
        if total - self.tool_s >= self._limits.wall_s:
            return exceeded("wall_s", self._limits.wall_s, total - self.tool_s, means.HOST_DEADLINE)
        if total >= self._limits.total_wall_s:
            return exceeded("total_wall_s", self._limits.total_wall_s, total, means.HOST_DEADLINE)
        if now >= self._look_at_cpu:
            used = self.cpu_used_s()
            if used >= self._limits.cpu_s:
                return exceeded("cpu_s", self._limits.cpu_s, used, means.HOST_CLOCK)
            self._look_at_cpu = now + max(0.01, (self._limits.cpu_s - used) / self._at_once)
        return self._disk.passed() if self._disk and now >= self._disk.look_at else None

    def left_behind(self) -> LimitExceeded | None:
        """The limit that what the run left behind is above, if any: for the end of a run."""
        return self._disk.passed() if self._disk else None
