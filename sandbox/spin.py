"""A short busy wait before an idle one: an answer that is about to come costs no wake-up.

Waking a process on another processor costs 10 to 100 µs, as much as a small cell takes. Invariants: a wait spins for
at most ``SPIN_S``, and not at all where only one processor may be used, since there the other side could not go on,
or where there is no ``poll`` (Windows, some builds for WebAssembly).
"""

from __future__ import annotations

import os
import select

from .machine import perf_counter

SPIN_S = 150e-6
"""Seconds; about what a small cell takes there and back."""


def spin_s() -> float:
    """How long a wait of this process may spin, in seconds."""
    if not hasattr(select, "poll"):
        return 0.0
    try:
        processors = len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        processors = 1
    return SPIN_S if processors > 1 else 0.0


def spin(poll: select.poll, seconds: float) -> list[tuple[int, int]]:
    """What is ready within ``seconds``, looked at over and over; nothing when the time has passed."""
    ends = perf_counter() + seconds
    while perf_counter() < ends:
        if events := poll.poll(0):
            return events
    return []
