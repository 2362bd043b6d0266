"""asyncio without the operating system: an event loop of the engine's own that only computes and sleeps.

Invariants: the loop opens no descriptor, starts no thread and no process; guests never hold the loop, its policy or
a transport; a recorded outcome (``Stop``) leaves the loop although tasks store the exceptions of their coroutines.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from ..engine import Stop
from .clock import pause
from .runtime import Runtime
from .spec import Spec, words


class SleepSelector:
    """What the loop waits with: nothing ever becomes ready, so waiting is sleeping."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def select(self, timeout: float | None = None) -> list[Any]:
        """Sleep.

        Raises:
            RuntimeError: nothing is left that could ever wake the loop.
        """
        if timeout is None:
            raise RuntimeError("deadlock: every task waits, and nothing can wake one")
        if timeout > 0:
            pause(self._runtime, timeout)
        return []


class CellLoop(asyncio.BaseEventLoop):
    """An event loop of timers and callbacks."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self._runtime = runtime
        self._stopped_by: BaseException | None = None
        self._selector = SleepSelector(runtime)
        self.set_task_factory(self._make_task)
        self.set_exception_handler(self._tell)

    def time(self) -> float:
        """Monotonic seconds."""
        return time.monotonic()

    def _process_events(self, event_list: list[Any]) -> None:
        """Nothing: the selector gives no events."""

    def _run_once(self) -> None:
        super()._run_once()  # type: ignore[misc]
        if self._stopped_by is not None:
            raise self._stopped_by
        self._runtime.charge(1)

    def _make_task(self, loop: Any, coro: Any, **options: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(self._watch(coro), loop=loop, **options)
        return task

    async def _watch(self, coro: Coroutine[Any, Any, Any]) -> Any:
        # A task keeps the exception of its coroutine to itself; Stop must end the run at once.
        try:
            return await coro
        except Stop as stop:
            self._stopped_by = self._stopped_by or stop
            raise

    def _tell(self, loop: Any, context: Mapping[str, Any]) -> None:
        error = context.get("exception")
        lines = self._runtime.format_exception(error) if isinstance(error, Exception) else []
        self._runtime.streams.stderr.write(f"{context.get('message')}\n" + "".join(lines))


class LoopView:
    """The running loop, as a guest may see it."""

    __slots__ = ("_loop",)

    def __init__(self, loop: CellLoop) -> None:
        self._loop = loop

    def time(self) -> float:
        """The loop's clock, seconds."""
        return self._loop.time()

    def create_task(self, coro: Any, *, name: str | None = None) -> asyncio.Task[Any]:
        """Start a task."""
        return self._loop.create_task(coro, name=name)

    def create_future(self) -> asyncio.Future[Any]:
        """A new future."""
        return self._loop.create_future()

    def call_soon(self, callback: Callable[..., object], *args: Any) -> asyncio.Handle:
        """Call at the loop's next turn."""
        return self._loop.call_soon(callback, *args)

    def call_later(self, delay: float, callback: Callable[..., object], *args: Any) -> asyncio.TimerHandle:
        """Call after some seconds."""
        return self._loop.call_later(delay, callback, *args)

    def call_at(self, when: float, callback: Callable[..., object], *args: Any) -> asyncio.TimerHandle:
        """Call at a time of the loop's clock."""
        return self._loop.call_at(when, callback, *args)

    async def run_in_executor(self, executor: object, func: Callable[..., Any], *args: Any) -> Any:
        """Call the function at once: guest code runs in one thread."""
        return func(*args)

    def is_running(self) -> bool:
        """Whether the loop runs now."""
        return self._loop.is_running()

    def is_closed(self) -> bool:
        """Whether the loop was closed."""
        return self._loop.is_closed()

    def run_until_complete(self, future: Any) -> Any:
        """Run until the future or coroutine is done; its result."""
        return self._loop.run_until_complete(future)

    def close(self) -> None:
        """Close the loop."""
        self._loop.close()

    def __repr__(self) -> str:
        return f"<EventLoop running={self.is_running()} closed={self.is_closed()}>"


def run_loop(runtime: Runtime, main: Any, loop: CellLoop) -> Any:
    """Run one coroutine on a fresh loop, then cancel what is left of its tasks, as ``asyncio.run`` does."""
    try:
        return loop.run_until_complete(main)
    finally:
        if loop._stopped_by is None:
            _cancel_all(loop)
            loop.run_until_complete(loop.shutdown_asyncgens())
        else:
            _abandon(loop)
        loop.close()


def _cancel_all(loop: CellLoop) -> None:
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    for task in tasks:
        if not task.cancelled() and task.exception() is not None:
            loop.call_exception_handler(
                {"message": "unhandled exception during asyncio.run() shutdown", "exception": task.exception()}
            )


def _abandon(loop: CellLoop) -> None:
    """Drop what is left without running guest code again."""
    for task in asyncio.all_tasks(loop):
        task._log_destroy_pending = False  # type: ignore[attr-defined]
    loop._ready.clear()  # type: ignore[attr-defined]
    loop._scheduled.clear()  # type: ignore[attr-defined]


def _build(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def run(main: Any, *, debug: Any = None, loop_factory: Any = None) -> Any:
        if asyncio._get_running_loop() is not None:
            raise RuntimeError("asyncio.run() cannot be called from a running event loop")
        if not asyncio.iscoroutine(main):
            raise ValueError(f"a coroutine was expected, got {main!r}")
        return run_loop(runtime, main, CellLoop(runtime))

    views: dict[int, LoopView] = {}

    def view(loop: Any) -> LoopView:
        found = views.get(id(loop))
        if found is None or found._loop is not loop:
            views.clear()
            found = views[id(loop)] = LoopView(loop)
        return found

    def get_running_loop() -> LoopView:
        loop = asyncio._get_running_loop()
        if not isinstance(loop, CellLoop):
            raise RuntimeError("no running event loop")
        return view(loop)

    def new_event_loop() -> LoopView:
        return view(CellLoop(runtime))

    def get_event_loop() -> LoopView:
        return get_running_loop() if asyncio._get_running_loop() is not None else new_event_loop()

    async def to_thread(func: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        return func(*args, **kwargs)

    def all_tasks(loop: object = None) -> set[asyncio.Task[Any]]:
        return asyncio.all_tasks()

    def current_task(loop: object = None) -> asyncio.Task[Any] | None:
        return asyncio.current_task()

    class Runner:
        """``asyncio.Runner``."""

        def __init__(self, *, debug: Any = None, loop_factory: Any = None) -> None:
            self._loop: CellLoop | None = None

        def __enter__(self) -> Any:
            self._loop = CellLoop(runtime)
            return self

        def __exit__(self, *exc: object) -> None:
            self.close()

        def run(self, coro: Any, *, context: Any = None) -> Any:
            """Run a coroutine."""
            self._loop = self._loop or CellLoop(runtime)
            return self._loop.run_until_complete(coro)

        def get_loop(self) -> LoopView:
            """The loop."""
            self._loop = self._loop or CellLoop(runtime)
            return view(self._loop)

        def close(self) -> None:
            """Cancel what is left and close the loop."""
            if self._loop is not None and not self._loop.is_closed():
                if self._loop._stopped_by is None:
                    _cancel_all(self._loop)
                else:
                    _abandon(self._loop)
                self._loop.close()

    Runner.__module__, Runner.__qualname__ = "asyncio", "Runner"
    return {
        "Runner": Runner,
        "all_tasks": all_tasks,
        "current_task": current_task,
        "get_event_loop": get_event_loop,
        "get_running_loop": get_running_loop,
        "new_event_loop": new_event_loop,
        "run": run,
        "set_event_loop": lambda loop: None,
        "to_thread": to_thread,
    }


SPECS = (
    Spec(
        name="asyncio",
        names=words(
            """ALL_COMPLETED Barrier BoundedSemaphore BrokenBarrierError CancelledError Condition Event
            FIRST_COMPLETED FIRST_EXCEPTION Future InvalidStateError LifoQueue Lock PriorityQueue Queue QueueEmpty
            QueueFull QueueShutDown Semaphore Task TaskGroup Timeout TimeoutError as_completed create_task
            ensure_future gather iscoroutine iscoroutinefunction isfuture shield sleep timeout timeout_at wait
            wait_for"""
        ),
        own=words(
            """Runner all_tasks current_task get_event_loop get_running_loop new_event_loop run set_event_loop
            to_thread"""
        ),
        bases=words("Queue LifoQueue PriorityQueue Lock Event Semaphore"),
        results=words("Handle TimerHandle futures._GatheringFuture tasks._GatheringFuture"),
        rest="system",
        build=_build,
    ),
)
