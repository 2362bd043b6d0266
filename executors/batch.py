"""Many programs, each in a session of its own: bounded at once, results in order, nothing that was done is lost.

Invariants: one program's failure is one item's failure; an item is done when its session has ended; whatever breaks
off the batch (an exception in ``progress``, Ctrl-C, a cancelled task) leaves the items that are done, ends the runs in
flight, and leaves no thread; running the batch again goes on with the rest.
"""

from __future__ import annotations

import asyncio
import dataclasses
import math
import queue
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from sandbox.errors import SessionClosed
from sandbox.result import Result

from .arguments import check_code

if TYPE_CHECKING:
    from .base import Executor
    from .pool import ExecutorPool


@dataclasses.dataclass(frozen=True)
class Item:
    """One program that has been run. ``error``: why it has no result, which was no fault of the guest's."""

    index: int
    code: str
    result: Result | None
    error: Exception | None = None


Progress = Callable[[int, int, Item], object]
"""Told of each item as it is done: how many are, of how many, and which. Called where ``run`` was called."""


class Batch:
    """Made by ``ExecutorPool.batch``. ``items``: by place, None for what has not been done."""

    def __init__(
        self,
        pool: ExecutorPool,
        programs: Iterable[str],
        concurrency: int,
        *,
        tools: Mapping[str, Callable[..., Any]] | None = None,
        variables: Mapping[str, Any] | None = None,
    ) -> None:
        if isinstance(programs, str):
            raise TypeError("programs is a list of programs, not one string")
        self._programs = list(programs)
        for code in self._programs:
            check_code(code)
        self._pool = pool
        self._concurrency = concurrency
        self._tools = tools
        self._variables = variables
        self.items: list[Item | None] = [None] * len(self._programs)

    @property
    def results(self) -> list[Result | None]:
        """The results by place, None for what has none."""
        return [item.result if item else None for item in self.items]

    @property
    def done(self) -> int:
        """How many items are done."""
        return sum(item is not None for item in self.items)

    def _left(self) -> list[int]:
        return [index for index, item in enumerate(self.items) if item is None]

    def _keep(self, item: Item, progress: Progress | None) -> None:
        self.items[item.index] = item
        if progress is not None:
            progress(self.done, len(self.items), item)

    def run(self, progress: Progress | None = None) -> None:
        """Run what has not been done and wait for all of it. What ``progress`` raises ends the batch and is raised."""
        work = _Work(self._left())
        threads = [
            threading.Thread(target=self._serve, args=(work,), name="hardcell-batch", daemon=True)
            for _ in range(min(self._concurrency, len(work.left)))
        ]
        wanted = len(work.left)
        try:
            for thread in threads:
                thread.start()
            for _ in range(wanted):
                item = work.done.get()
                if isinstance(item, BaseException):
                    raise item
                self._keep(item, progress)
        finally:
            work.stop(self._pool)
            for thread in threads:
                if thread.ident is not None:
                    thread.join()
            while not work.done.empty():
                item = work.done.get()
                if isinstance(item, Item):
                    self._keep(item, None)

    def _serve(self, work: _Work) -> None:
        while (index := work.take()) is not None:
            code = self._programs[index]
            try:
                with self._pool.lend(math.inf, work.wait) as executor, work.in_flight(executor):
                    equip(executor, self._tools, self._variables)
                    item = Item(index, code, executor.run(code))
            except Exception as error:
                item = Item(index, code, None, error)
            except BaseException as error:  # out of a tool; it is for the one who runs the batch
                work.done.put(error)
                return
            if not work.stopped:
                work.done.put(item)

    async def arun(self, progress: Progress | None = None) -> None:
        """``run`` without blocking the event loop; cancelling it ends the runs in flight."""
        left = iter(self._left())

        async def serve() -> None:
            for index in left:
                code = self._programs[index]
                try:
                    result = await self._pool.arun(
                        code, tools=self._tools, variables=self._variables, timeout_s=math.inf
                    )
                    item = Item(index, code, result)
                except Exception as error:
                    item = Item(index, code, None, error)
                self._keep(item, progress)

        tasks = [asyncio.ensure_future(serve()) for _ in range(min(self._concurrency, len(self._left())))]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def equip(
    executor: Executor, tools: Mapping[str, Callable[..., Any]] | None, variables: Mapping[str, Any] | None
) -> None:
    """Give a fresh session its tools and variables."""
    if tools:
        executor.send_tools(tools)
    if variables:
        executor.send_variables(variables)


class _Work:
    """What the threads of a running batch share."""

    def __init__(self, left: list[int]) -> None:
        self.left = left
        self.done: queue.SimpleQueue[Item | BaseException] = queue.SimpleQueue()
        self.stopped = False
        self._lock = threading.Lock()
        self._next = iter(left)
        self._in_flight: set[Executor] = set()
        self._waiting: dict[int, Future[None]] = {}

    def take(self) -> int | None:
        """The next place, or None when there is no more to do."""
        with self._lock:
            return None if self.stopped else next(self._next, None)

    def wait(self, future: Future[None]) -> None:
        """This thread begins to wait for a session, unless the batch was stopped meanwhile."""
        with self._lock:
            if self.stopped:
                raise SessionClosed("the batch was stopped")
            self._waiting[threading.get_ident()] = future

    def in_flight(self, executor: Executor) -> _InFlight:
        """For the length of a ``with`` block ``stop`` ends this executor."""
        return _InFlight(self, executor)

    def enter(self, executor: Executor) -> None:
        """From now on ``stop`` ends it."""
        with self._lock:
            self._in_flight.add(executor)
            stopped = self.stopped
        if stopped:
            executor.close()

    def leave(self, executor: Executor) -> None:
        """It is over."""
        with self._lock:
            self._in_flight.discard(executor)

    def stop(self, pool: ExecutorPool) -> None:
        """Nothing new is begun, nobody waits on, and what is in flight ends at once."""
        with self._lock:
            self.stopped = True
            executors, waiting = list(self._in_flight), list(self._waiting.values())
        for future in waiting:
            pool.give_up(future)
        for executor in executors:
            executor.close()


class _InFlight:
    """One executor of a running batch."""

    __slots__ = ("_executor", "_work")

    def __init__(self, work: _Work, executor: Executor) -> None:
        self._work = work
        self._executor = executor

    def __enter__(self) -> None:
        self._work.enter(self._executor)

    def __exit__(self, *_: object) -> None:
        self._work.leave(self._executor)
