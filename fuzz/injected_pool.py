"""Faults among the workers of a pool: what is handed out works or says that it does not."""

from __future__ import annotations

import contextlib
import os
import random
import signal
from collections.abc import Callable

from executors import ExecutorPool
from sandbox.errors import HardcellError
from sandbox.limits import Limits


def pool_fault(chance: random.Random, workers: Callable[[], list[int]]) -> list[str]:
    """Kill or stop some of ``workers()`` around runs of a pool; what was wrong."""
    problems = []
    with ExecutorPool("local", size=2, min_isolation="none", limits=Limits(wall_s=0.5, total_wall_s=2)) as pool:
        for _ in range(4):
            for pid in workers():
                if chance.random() < 0.25:
                    with contextlib.suppress(OSError):
                        os.kill(pid, chance.choice((signal.SIGKILL, signal.SIGSTOP)))
            try:
                result = pool.run("x = 20\nx + 1")
            except HardcellError:
                continue
            if result.error is None and result.value != 21:
                problems.append(f"a session of the pool computed {result.value!r}")
            elif result.error is not None and result.state == "kept":
                problems.append(f"a run that failed is kept: {result.error}")
    return problems
