"""The CPU time of a process and all that descend from it, read from /proc.

Invariants: processes that end meanwhile are no error; what their parent has collected is in the parent's own account.
A parent that ignores the ends of its children collects nothing: their time is then seen only while they live.
"""

from __future__ import annotations

import contextlib
import os

_TICKS = os.sysconf("SC_CLK_TCK")
_AFTER_NAME = 2
_CPU = slice(13 - _AFTER_NAME, 17 - _AFTER_NAME)
"""utime, stime, cutime and cstime in /proc/PID/stat, counted from the field after the name."""
MOST = 4096


def cpu_s(pid: int) -> float:
    """CPU seconds of ``pid``, its descendants, and those that they have collected; to a hundredth of a second."""
    ticks, waiting, seen = 0, [pid], 0
    while waiting and seen < MOST:
        one, seen = waiting.pop(), seen + 1
        with contextlib.suppress(OSError, ValueError, IndexError):
            with open(f"/proc/{one}/stat", "rb") as file:
                ticks += sum(map(int, file.read().rpartition(b")")[2].split()[_CPU]))
            with open(f"/proc/{one}/task/{one}/children", "rb") as file:
                waiting += map(int, file.read().split())
    return ticks / _TICKS
