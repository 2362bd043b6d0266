"""What a checkpoint adds to a run: the same ``1+1`` in two sessions, one of which goes back when a run fails.

Runs alternate between the two, so that a slow moment of the machine meets both; medians are reported, in ms. With a
pause before each run the copy for it is there already, as it is for an agent that waits for its model; without one the
run waits for it. What the machine itself takes to copy a process is measured beside: a bare interpreter that holds the
same forks, and waits for a child that writes to five hundred pages and ends.
"""

from __future__ import annotations

import dataclasses
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from executors import create_executor
from executors.base import Executor
from executors.rollback import Rollback

RUNS = 200
PAUSE_S = 0.01
STATES = {
    "nothing": "x = 1",
    "50 MB of bytes": "x = bytearray(50_000_000)",
    "50 MB of small objects": "x = [str(n) for n in range(800_000)]",
    "1 file": "x = open('f', 'w').write('x' * 1000)",
    "1,000 files": "x = [open(f'f{n}', 'w').write('x' * 1000) for n in range(1000)]",
}
_BARE = """
import os, sys, time
exec(sys.argv[1])
pages = bytearray(500 << 12)
times = []
for _ in range(int(sys.argv[2])):
    begun = time.perf_counter()
    pid = os.fork()
    if not pid:
        for at in range(0, len(pages), 4096):
            pages[at] = 1
        os._exit(0)
    os.waitpid(pid, 0)
    times.append(time.perf_counter() - begun)
print(sorted(times)[len(times) // 2] * 1e3)
"""


@dataclasses.dataclass(frozen=True)
class Cost:
    """``state``: what the session holds. Each pair: without a checkpoint and with one, in ms. ``bare_ms``: of the
    interpreter that does nothing but fork; None for states of files."""

    state: str
    paused_ms: tuple[float, float]
    at_once_ms: tuple[float, float]
    bare_ms: float | None


def measure(runs: int = RUNS) -> Iterator[Cost]:
    """One row for each state."""
    for state, program in STATES.items():
        with (
            create_executor("local", rollback=False) as plain,
            create_executor("local", rollback=Rollback(up_to_mb=200)) as checkpointed,
        ):
            for session in (plain, checkpointed):
                session.run(program).raise_for_error()
                session.run("1+1").raise_for_error()
            paused, at_once = (_pair(plain, checkpointed, runs, pause) for pause in (PAUSE_S, 0.0))
        yield Cost(state, paused, at_once, None if "file" in state else _bare(program, runs))


def _pair(plain: Executor, checkpointed: Executor, runs: int, pause_s: float) -> tuple[float, float]:
    times = [(_one(plain, pause_s), _one(checkpointed, pause_s)) for _ in range(runs)]
    first, second = (statistics.median(column) * 1e3 for column in zip(*times, strict=True))
    return first, second


def _one(session: Executor, pause_s: float) -> float:
    time.sleep(pause_s)
    begun = time.perf_counter()
    session.run("1+1").raise_for_error()
    return time.perf_counter() - begun


def _bare(program: str, runs: int) -> float:
    command = [sys.executable, "-I", "-S", "-c", _BARE, program, str(runs)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
