"""A pool of fresh sessions: started ahead of need, each used by one caller once.

::

    with ExecutorPool("local", size=8) as pool:
        with pool.checkout() as executor:
            executor.run("1 + 1")
        results = pool.map(programs).results

Invariants: a session that was out is ended when it comes back, never given out again; at most ``max_sessions`` are out
at once, and who waits longest is next; nothing here knows what a session is made of, only the Executor's surface;
after ``close`` no session, thread or descriptor of the pool is left.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import math
import os
import threading
import weakref
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self

from sandbox.errors import SessionClosed
from sandbox.limits import Limits
from sandbox.policy import Policy
from sandbox.result import Result

from .base import Executor
from .batch import Batch, Progress, equip
from .registry import create_executor
from .shelf import Shelf
from .slots import Slots, exhausted, finite, wait

TIMEOUT_S = 30.0
MOST = 1024


@dataclasses.dataclass(frozen=True)
class PoolStats:
    """What a pool is doing: sessions ``ready``, sessions ``out``, callers ``waiting``, and how many ready sessions were
    ``replaced`` since they died or were stopped before anybody got them."""

    ready: int
    out: int
    waiting: int
    replaced: int


class ExecutorPool:
    """Fresh sessions without the wait for their start. Use it as a context manager, or call ``close``."""

    def __init__(
        self,
        executor_type: str = "local",
        size: int = 4,
        *,
        max_sessions: int | None = None,
        max_waiting: int | None = None,
        timeout_s: float = TIMEOUT_S,
        policy: Policy | None = None,
        limits: Limits | None = None,
        **options: Any,
    ) -> None:
        """Begin to start sessions; returns at once.

        ``size`` sessions are kept ready; ``max_sessions`` may be out at once (default: ``size``). A checkout beyond
        that waits up to ``timeout_s`` seconds (``math.inf``: for ever), unless ``max_waiting`` callers wait already.
        The rest is as for ``create_executor``, and so are the errors.

        Raises:
            ValueError, TypeError: a number that is none or impossible; whatever ``create_executor`` refuses.
            BackendUnavailable: a known executor that cannot be had.
        """
        _check_count("size", size, 0)
        _check_count("max_sessions", max_sessions, 1)
        _check_count("max_waiting", max_waiting, 0)
        _check_timeout(timeout_s)
        policy = Policy.standard() if policy is None else policy
        limits = Limits() if limits is None else limits

        def make() -> Executor:
            return create_executor(executor_type, policy=policy, limits=limits, **options)

        make().close()  # what it refuses is told here and now
        self._timeout_s = timeout_s
        self._max_sessions = max_sessions or max(1, size)
        self._process = os.getpid()
        self._slots = Slots(self._max_sessions, max_waiting)
        self._out: set[Executor] = set()
        self._lock = threading.Lock()
        self._shelf = Shelf(make, size)
        self._finalizer = weakref.finalize(self, Shelf.close, self._shelf)

    # ---- one session

    def checkout(self, timeout_s: float | None = None) -> contextlib.AbstractContextManager[Executor]:
        """A fresh session for the length of a ``with`` block. ``timeout_s``: how long to wait, other than usual.

        Raises:
            PoolExhausted: none became free in time, or too many wait.
            SessionClosed: the pool was closed, or belongs to the parent process.
            BackendUnavailable: no session can be started.
            TypeError, ValueError: ``timeout_s`` is no time.
        """
        return self.lend(self._patience_s(timeout_s))

    @contextlib.contextmanager
    def lend(
        self, timeout_s: float, asked: Callable[[Future[None]], object] = lambda future: None
    ) -> Iterator[Executor]:
        """``checkout`` for those who may have to give up waiting: ``asked`` is told what ``give_up`` takes."""
        self._check_process()
        wait(self._slots, timeout_s, asked)
        try:
            executor = self._fresh()
            try:
                yield executor
            finally:
                self._end(executor)
        finally:
            self._slots.give_back()
            self._shelf.refill()

    def give_up(self, waiting: Future[None]) -> None:
        """End somebody's waiting for a session with SessionClosed, if he still waits."""
        self._slots.cancel(waiting)

    @contextlib.asynccontextmanager
    async def acheckout(self, timeout_s: float | None = None) -> AsyncIterator[Executor]:
        """``checkout`` without blocking the event loop; cancelling it gives the place in the queue away."""
        self._check_process()
        await self._await_slot(self._patience_s(timeout_s))
        try:
            executor = await _in_thread(self._fresh, undo=self._end)
            try:
                yield executor
            finally:
                await _in_thread(self._end, executor)
        finally:
            self._slots.give_back()
            self._shelf.refill()

    def _patience_s(self, timeout_s: float | None) -> float:
        if timeout_s is None:
            return self._timeout_s
        _check_timeout(timeout_s)
        return timeout_s

    async def _await_slot(self, timeout_s: float) -> None:
        if self._slots.take():
            return
        future = self._slots.ask()
        try:
            await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(future)), finite(timeout_s))
        except TimeoutError:
            self._slots.withdraw(future)
            raise exhausted(self._slots, timeout_s) from None
        except asyncio.CancelledError:
            self._slots.withdraw(future)
            raise

    def _fresh(self) -> Executor:
        executor = self._shelf.take()
        with self._lock:
            self._out.add(executor)
        return executor

    def _end(self, executor: Executor) -> None:
        executor.close()
        with self._lock:
            self._out.discard(executor)

    def _check_process(self) -> None:
        if os.getpid() != self._process:
            raise SessionClosed("the pool belongs to the process that made it; make a new one after fork()")

    # ---- whole runs

    def run(
        self,
        code: str,
        *,
        tools: Mapping[str, Callable[..., Any]] | None = None,
        variables: Mapping[str, Any] | None = None,
        timeout_s: float | None = None,
    ) -> Result:
        """Run one cell in a session of its own, which gets these tools and variables. Raises as ``checkout``, ``run``,
        ``send_tools`` and ``send_variables`` do."""
        with self.checkout(timeout_s) as executor:
            equip(executor, tools, variables)
            return executor.run(code)

    async def arun(
        self,
        code: str,
        *,
        tools: Mapping[str, Callable[..., Any]] | None = None,
        variables: Mapping[str, Any] | None = None,
        timeout_s: float | None = None,
    ) -> Result:
        """``run`` without blocking the event loop."""
        async with self.acheckout(timeout_s) as executor:
            await _in_thread(equip, executor, tools, variables)
            return await executor.arun(code)

    def batch(
        self,
        programs: Iterable[str],
        *,
        tools: Mapping[str, Callable[..., Any]] | None = None,
        variables: Mapping[str, Any] | None = None,
        concurrency: int | None = None,
    ) -> Batch:
        """Many programs, each for a session of its own; nothing runs before ``Batch.run``. ``concurrency``: how many
        run at once (default: ``max_sessions``). Tools are called from several threads then.

        Raises:
            TypeError: a program is not str.
            ValueError: a concurrency that is impossible.
        """
        _check_count("concurrency", concurrency, 1)
        most = min(concurrency or self._max_sessions, self._max_sessions)
        return Batch(self, programs, most, tools=tools, variables=variables)

    def map(self, programs: Iterable[str], *, progress: Progress | None = None, **options: Any) -> Batch:
        """Run many programs, each in a session of its own, and wait for all: ``batch`` and its ``run``."""
        batch = self.batch(programs, **options)
        batch.run(progress)
        return batch

    async def amap(self, programs: Iterable[str], *, progress: Progress | None = None, **options: Any) -> Batch:
        """``map`` without blocking the event loop."""
        batch = self.batch(programs, **options)
        await batch.arun(progress)
        return batch

    # ---- the pool

    @property
    def stats(self) -> PoolStats:
        """How many sessions and callers there are now."""
        return PoolStats(self._shelf.ready, self._slots.taken, self._slots.waiting, self._shelf.replaced)

    def wait_ready(self, timeout_s: float | None = TIMEOUT_S) -> bool:
        """Whether ``size`` sessions became ready within the time; False, too, when no more can be started."""
        self._check_process()
        if timeout_s is not None:
            _check_timeout(timeout_s)
        return self._shelf.wait_full(timeout_s)

    def close(self, wait: bool = True, timeout_s: float | None = None) -> bool:
        """Give out no more sessions, wait for those that are out, and end everything. Idempotent.

        ``wait``: whether to wait at all; ``timeout_s``: how long, None without end. Sessions that are out after that
        are ended under their callers, whose runs end as crashed. Returns whether none had to be.

        Raises:
            TypeError, ValueError: ``timeout_s`` is no time; nothing was closed.
        """
        if timeout_s is not None:
            _check_timeout(timeout_s)
        if os.getpid() != self._process:
            return True
        self._slots.close()
        drained = self._slots.wait_empty(timeout_s if wait else 0)
        with self._lock:
            left = list(self._out)
        for executor in left:
            executor.close()
        self._finalizer()
        return drained

    async def aclose(self, wait: bool = True, timeout_s: float | None = None) -> bool:
        """``close`` without blocking the event loop."""
        return await asyncio.to_thread(self.close, wait, timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(wait=kind is None)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose(wait=kind is None)


async def _in_thread(function: Callable[..., Any], *args: Any, undo: Callable[[Any], object] | None = None) -> Any:
    """Call in a thread and wait to the end even when cancelled; what it made then goes to ``undo``."""
    task = asyncio.ensure_future(asyncio.to_thread(function, *args))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if undo is not None and task.exception() is None:
            await asyncio.to_thread(undo, task.result())
        raise


def _check_count(name: str, value: object, least: int) -> None:
    if value is None and name != "size":
        return
    if type(value) is not int:
        raise TypeError(f"{name} must be an int, not {type(value).__name__}")
    if not least <= value <= MOST:
        raise ValueError(f"{name} must be between {least} and {MOST}, not {value}")


def _check_timeout(value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"timeout_s must be a number of seconds, not {type(value).__name__}")
    if not (value == math.inf or 0 <= value <= threading.TIMEOUT_MAX):
        raise ValueError(f"timeout_s must be 0 or more seconds, not {value!r}")
