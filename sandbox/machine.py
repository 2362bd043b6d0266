"""The machine's own clocks and file states, for the worker itself.

Invariants: bound at import, which is before anything of the process is patched for a guest (``sandbox.tape``); what
guests are given is never taken from here.
"""

from __future__ import annotations

from os import fstat
from os import stat as status_of
from time import monotonic, monotonic_ns, perf_counter, process_time_ns, sleep, time_ns

__all__ = [
    "fstat",
    "monotonic",
    "monotonic_ns",
    "perf_counter",
    "process_time_ns",
    "sleep",
    "status_of",
    "time_ns",
]
