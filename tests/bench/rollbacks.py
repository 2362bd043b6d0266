"""What a checkpoint adds to a run: the same ``1+1`` in two sessions, one of which goes back when a run fails.

Runs alternate between the two, so that a slow moment of the machine meets both; medians are reported, in ms.
"""

from __future__ import annotations

import dataclasses
import statistics
import time
from collections.abc import Iterator

from executors import create_executor
from executors.base import Executor
from executors.rollback import Rollback

RUNS = 200
STATES = {
    "nothing": "x = 1",
    "50 MB of bytes": "x = bytearray(50_000_000)",
    "50 MB of small objects": "x = [str(n) for n in range(800_000)]",
    "1 file": "x = open('f', 'w').write('x' * 1000)",
    "1,000 files": "x = [open(f'f{n}', 'w').write('x' * 1000) for n in range(1000)]",
}


@dataclasses.dataclass(frozen=True)
class Cost:
    """``state``: what the session holds."""

    state: str
    plain_ms: float
    checkpointed_ms: float


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
            times = [(_one(plain), _one(checkpointed)) for _ in range(runs)]
        first, second = (statistics.median(column) * 1e3 for column in zip(*times, strict=True))
        yield Cost(state, first, second)


def _one(session: Executor) -> float:
    begun = time.perf_counter()
    session.run("1+1").raise_for_error()
    return time.perf_counter() - begun
