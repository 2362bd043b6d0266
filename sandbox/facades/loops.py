"""asyncio without the operating system: an event loop of the engine's own that only computes and sleeps.

Invariants: the loop opens no descriptor, starts no thread and no process, and offers only the methods listed here;
guests never hold a transport or a policy; a recorded outcome (``Stop``) leaves the loop although tasks store the
exceptions of their coroutines.
"""

from __future__ import annotations

import asyncio
import time
import types
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, NoReturn

from ..engine import Stop
from .clock import pause
from .runtime import Runtime
from .spec import words


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
        super().set_task_factory(self._make_task)
        super().set_exception_handler(self._tell)

    def time(self) -> float:
        """Monotonic seconds."""
        return time.monotonic()

    def set_debug(self, enabled: bool) -> None:
        """Leave it off: what is shown with it on are lines of the library's and the engine's own files."""
        if enabled and hasattr(self, "_selector"):
            self._runtime.refuse("HC202", "the event loop's set_debug(True)")
        self._debug = False

    def _process_events(self, event_list: list[Any]) -> None:
        """Nothing: the selector gives no events."""

    def _run_once(self) -> None:
        super()._run_once()  # type: ignore[misc]
        if self._stopped_by is not None:
            raise self._stopped_by
        self._runtime.charge(1)

    def _asyncgen_finalizer_hook(self, agen: Any) -> None:
        self._asyncgens.discard(agen)  # type: ignore[attr-defined]
        if not self.is_closed():
            self.call_soon(self.create_task, agen.aclose())

    def _make_task(self, loop: Any, coro: Any, **options: Any) -> asyncio.Task[Any]:
        task = CellTask(_Watched(self, coro), loop=loop, **options)
        task._shown = (coro, self._runtime)
        return task

    def default_exception_handler(self, context: Mapping[str, Any]) -> None:
        """Tell on the guest's stderr."""
        self._tell(self, context)

    def run_in_executor(self, executor: object, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]
        """Call the function at once, since guest code runs in one thread; a future that is done."""
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future

    def _tell(self, loop: Any, context: Mapping[str, Any]) -> None:
        if self._stopped_by is not None:
            return
        error = context.get("exception")
        lines = self._runtime.format_exception(error, error.__traceback__) if isinstance(error, Exception) else []
        self._runtime.streams.stderr.write(f"{context.get('message')}\n" + "".join(lines))


class _Watched(Coroutine[Any, Any, Any]):
    """A task's coroutine. A task keeps its exception to itself; ``Stop`` must end the run at once.

    No coroutine round the other one: that would not have begun when a task is cancelled early, and the other would see
    nothing of it.
    """

    __slots__ = ("_coro", "_loop")

    def __init__(self, loop: CellLoop, coro: Coroutine[Any, Any, Any]) -> None:
        self._loop = loop
        self._coro = coro

    def send(self, value: Any) -> Any:
        """One step."""
        try:
            return self._coro.send(value)
        except Stop as stop:
            self._loop._stopped_by = self._loop._stopped_by or stop
            raise

    def throw(self, *error: Any) -> Any:
        """One step, with an exception."""
        try:
            return self._coro.throw(*error)
        except Stop as stop:
            self._loop._stopped_by = self._loop._stopped_by or stop
            raise

    def close(self) -> None:
        """End it."""
        self._coro.close()

    def __await__(self) -> Any:
        return self._coro.__await__()


def _refused(name: str) -> Callable[..., Any]:
    def refuse(self: CellLoop, *args: Any, **options: Any) -> Any:
        self._runtime.refuse("HC202", f"the event loop's {name}()")

    refuse.__name__ = refuse.__qualname__ = name
    return refuse


_OFFERED = frozenset(
    words(
        """call_at call_exception_handler call_later call_soon close create_future create_task
        default_exception_handler get_debug is_closed is_running run_forever run_in_executor run_until_complete
        set_debug shutdown_asyncgens shutdown_default_executor stop time"""
    )
)
for _name in dir(asyncio.BaseEventLoop):
    if not _name.startswith("_") and _name not in _OFFERED:
        setattr(CellLoop, _name, _refused(_name))
CellLoop.__module__, CellLoop.__name__, CellLoop.__qualname__ = "asyncio", "EventLoop", "EventLoop"


class _Described(Coroutine[Any, Any, Any]):
    """A coroutine as reprs of tasks need it: its name, whether it is done, and the guest's line."""

    def __init__(self, coro: types.CoroutineType[Any, Any, Any], runtime: Runtime) -> None:
        self.__name__, self.__qualname__ = coro.__name__, coro.__qualname__
        self.cr_running, self.cr_code = coro.cr_running, coro.cr_code
        line = runtime.line_of(coro)
        self.cr_frame = None if coro.cr_frame is None else types.SimpleNamespace(f_lineno=line)

    def send(self, value: Any) -> NoReturn:
        """Not to be run."""
        raise TypeError("a description cannot be run")

    def throw(self, *error: Any) -> NoReturn:
        """Not to be run."""
        raise TypeError("a description cannot be run")

    def close(self) -> None:
        """Nothing."""

    def __await__(self) -> NoReturn:
        raise TypeError("a description cannot be awaited")


class CellTask(asyncio.Task[Any]):
    """``asyncio.Task`` without its ways to frames."""

    _shown: tuple[Any, Runtime]

    @property
    def _coro(self) -> Any:
        # What the library's repr of a task looks at.
        coro, runtime = self._shown
        return _Described(coro, runtime) if isinstance(coro, types.CoroutineType) else coro

    def get_coro(self) -> Any:
        """The coroutine that the guest gave."""
        return self._shown[0]

    def get_stack(self, *, limit: int | None = None) -> list[Any]:
        """No frames."""
        return []

    def print_stack(self, *, limit: int | None = None, file: Any = None) -> None:
        """Nothing."""


CellTask.__module__, CellTask.__name__, CellTask.__qualname__ = "asyncio", "Task", "Task"


def run_loop(runtime: Runtime, main: Any, loop: CellLoop) -> Any:
    """Run one coroutine on a fresh loop, then cancel what is left of its tasks, as ``asyncio.run`` does."""
    try:
        return loop.run_until_complete(main)
    finally:
        _finish(loop)


def _finish(loop: CellLoop) -> None:
    if loop._stopped_by is None:
        _cancel_all(loop)
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
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


def build(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def run(main: Any, *, debug: Any = None, loop_factory: Any = None) -> Any:
        if asyncio._get_running_loop() is not None:
            raise RuntimeError("asyncio.run() cannot be called from a running event loop")
        if not asyncio.iscoroutine(main):
            raise ValueError(f"a coroutine was expected, got {main!r}")
        return run_loop(runtime, main, CellLoop(runtime))

    def get_running_loop() -> CellLoop:
        loop = asyncio._get_running_loop()
        if not isinstance(loop, CellLoop):
            raise RuntimeError("no running event loop")
        return loop

    def new_event_loop() -> CellLoop:
        return CellLoop(runtime)

    def get_event_loop() -> CellLoop:
        return get_running_loop() if asyncio._get_running_loop() is not None else new_event_loop()

    def set_event_loop_policy(policy: None, /) -> None:
        if policy is not None:
            runtime.refuse("HC202", "set_event_loop_policy() with a policy")

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

        def get_loop(self) -> CellLoop:
            """The loop."""
            self._loop = self._loop or CellLoop(runtime)
            return self._loop

        def close(self) -> None:
            """Cancel what is left and close the loop."""
            if self._loop is not None and not self._loop.is_closed():
                _finish(self._loop)

    Runner.__module__, Runner.__qualname__ = "asyncio", "Runner"
    return {
        "EventLoop": CellLoop,
        "Runner": Runner,
        "Task": CellTask,
        "all_tasks": all_tasks,
        "current_task": current_task,
        "get_event_loop": get_event_loop,
        "get_running_loop": get_running_loop,
        "new_event_loop": new_event_loop,
        "run": run,
        "set_event_loop": lambda loop: None,
        "set_event_loop_policy": set_event_loop_policy,
        "to_thread": to_thread,
    }
