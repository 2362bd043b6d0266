"""Faults among the workers of a pool: what is handed out works or says that it does not.

Invariants: no call of the pool takes longer than its deadline and what the campaign allows; a cancelled caller leaves
the pool as it was for the others.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import time
from collections.abc import Callable
from typing import Any

from executors import ExecutorPool
from sandbox.errors import HardcellError
from sandbox.limits import Limits
from sandbox.result import Result

CODE, VALUE = "x = 20\nx + 1", 21
LIMITS = Limits(wall_s=0.5, total_wall_s=2)
_CALLS = 4


class PoolFault:
    """Kills or stops some of ``workers()`` around the calls of a pool. ``happened``: how many; ``problems``: what was
    wrong; ``longest_s``: what the longest call took, less the time for which ``gaps()`` says that nothing ran."""

    def __init__(self, chance: random.Random, workers: Callable[[], list[int]], gaps: Callable[[], float]) -> None:
        self._chance = chance
        self._workers = workers
        self._gaps = gaps
        self.happened = 0
        self.longest_s = 0.0
        self.problems: list[str] = []

    def run(self) -> None:
        """A pool of its own, from the beginning to its end: used by threads, or in an event loop."""
        if self._chance.random() < 0.5:
            asyncio.run(self._in_a_loop())
        else:
            self._in_threads()

    def _in_threads(self) -> None:
        with ExecutorPool("local", size=2, min_isolation="none", limits=LIMITS) as pool:
            for _ in range(_CALLS):
                self._strike()
                begun = self._begin()
                with contextlib.suppress(HardcellError):
                    self._check(pool.run(CODE))
                self._end(begun)
            self._strike()
            self._check_all(pool.map([CODE] * 3).items)
            begun = self._begin()
        self._end(begun)

    async def _in_a_loop(self) -> None:
        async with ExecutorPool("local", size=2, min_isolation="none", limits=LIMITS) as pool:
            for _ in range(_CALLS):
                self._strike()
                begun = self._begin()
                with contextlib.suppress(HardcellError):
                    async with pool.acheckout() as executor:
                        self._strike()
                        if self._chance.random() < 0.3:
                            with contextlib.suppress(TimeoutError):
                                await asyncio.wait_for(executor.arun("while True: pass"), 0.05)
                        else:
                            self._check(await executor.arun(CODE))
                self._end(begun)
            self._strike()
            self._check_all((await pool.amap([CODE] * 3)).items)
            begun = self._begin()
        self._end(begun)

    def _strike(self) -> None:
        for pid in self._workers():
            if self._chance.random() < 0.25:
                with contextlib.suppress(OSError):
                    os.kill(pid, self._chance.choice((signal.SIGKILL, signal.SIGSTOP)))
                    self.happened += 1

    def _begin(self) -> float:
        return time.monotonic() - self._gaps()

    def _end(self, begun: float) -> None:
        self.longest_s = max(self.longest_s, self._begin() - begun)

    def _check_all(self, items: list[Any]) -> None:
        for item in items:
            if item is None:
                self.problems.append("a program of a batch was not run")
            elif item.result is not None:
                self._check(item.result)

    def _check(self, result: Result) -> None:
        if result.error is None and result.value != VALUE:
            self.problems.append(f"a session of the pool computed {result.value!r}")
        elif result.error is not None and result.state == "kept":
            self.problems.append(f"a run that failed is kept: {result.error}")
