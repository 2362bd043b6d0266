"""Time from nothing to an answer: a fresh jailed session against starting the bare interpreter.

Pairs are interleaved, so that a slow moment of the machine meets both sides; medians are reported, in milliseconds.
"""

from __future__ import annotations

import dataclasses
import os
import statistics
import sys
import time

from executors import create_executor

PAIRS = 200
CALLS = 2_000


@dataclasses.dataclass(frozen=True)
class Latency:
    """Medians in milliseconds."""

    session_ms: float
    spawn_ms: float
    call_ms: float


def measure(pairs: int = PAIRS, calls: int = CALLS) -> Latency:
    """``pairs`` fresh sessions with ``1+1`` against as many interpreter starts, then ``calls`` in a live session that
    makes no checkpoints (what those cost is a table of its own)."""
    interpreter = os.path.realpath(sys.executable)
    _session()
    _spawn(interpreter)
    sessions, spawns = [], []
    for _ in range(pairs):
        spawns.append(_spawn(interpreter))
        sessions.append(_session())
    return Latency(
        session_ms=statistics.median(sessions) * 1e3,
        spawn_ms=statistics.median(spawns) * 1e3,
        call_ms=statistics.median(_calls(calls)) * 1e3,
    )


def _session() -> float:
    start = time.perf_counter()
    with create_executor("local") as executor:
        result = executor.run("1+1")
        elapsed = time.perf_counter() - start
    if result.value != 2:
        raise RuntimeError(f"1+1 gave {result.value!r}, error {result.error}")
    return elapsed


def _spawn(interpreter: str) -> float:
    start = time.perf_counter()
    child = os.posix_spawn(interpreter, [interpreter, "-I", "-S", "-c", "pass"], {})
    os.waitpid(child, 0)
    return time.perf_counter() - start


def _calls(count: int) -> list[float]:
    times = []
    with create_executor("local", rollback=False) as executor:
        executor.run("1+1")
        for _ in range(count):
            start = time.perf_counter()
            executor.run("1+1")
            times.append(time.perf_counter() - start)
    return times
