"""What a branch of a session costs: ``fork()`` and its first run, by what the session holds; medians in ms."""

from __future__ import annotations

import dataclasses
import statistics
import time
from collections.abc import Iterator

from executors import create_executor
from executors.base import Executor

FORKS = 60
STATES = {
    "nothing": "x = 1",
    "50 MB of bytes": "x = bytearray(50_000_000)",
    "50 MB of small objects": "x = [str(n) for n in range(800_000)]",
    "100 files": "x = [open(f'f{n}', 'w').write('x' * 1000) for n in range(100)]",
}


@dataclasses.dataclass(frozen=True)
class Fork:
    """``state``: what the session holds."""

    state: str
    fork_ms: float
    run_ms: float


def measure(forks: int = FORKS) -> Iterator[Fork]:
    """One row for each state."""
    for state, program in STATES.items():
        with create_executor("local", branches=1) as session:
            session.run(program).raise_for_error()
            times = [_one(session) for _ in range(forks)]
        forked, run = (statistics.median(column) * 1e3 for column in zip(*times, strict=True))
        yield Fork(state, forked, run)


def _one(session: Executor) -> tuple[float, float]:
    begun = time.perf_counter()
    with session.fork() as branch:
        forked = time.perf_counter()
        branch.run("1+1").raise_for_error()
        return forked - begun, time.perf_counter() - forked
