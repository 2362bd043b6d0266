"""queue and concurrent.futures in one thread.

Invariants: no thread and no process is started; guests hold no lock of the operating system's; an operation that
would wait for another thread for ever raises instead of hanging, and one with a timeout looks at the budget.
"""

from __future__ import annotations

import concurrent.futures as _futures
import queue as _queue
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar, NoReturn

from .clock import pause
from .runtime import Runtime


def _for_ever(what: str) -> NoReturn:
    raise RuntimeError(f"{what} would wait for ever: guest code runs in one thread")


class CellFuture(_futures.Future[Any]):
    """Base of an engine's ``concurrent.futures.Future``."""

    _runtime: ClassVar[Runtime]

    def _settle(self, timeout: float | None, what: str) -> None:
        if self.done():
            return
        if timeout is None:
            _for_ever(f"Future.{what}()")
        pause(self._runtime, timeout)

    def result(self, timeout: float | None = None) -> Any:
        """What the call returned, or raised."""
        self._settle(timeout, "result")
        return super().result(0)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """What the call raised."""
        self._settle(timeout, "exception")
        return super().exception(0)


class InlineExecutor(_futures.Executor):
    """Runs each call when it is submitted."""

    _future: ClassVar[type[_futures.Future[Any]]]

    def __init__(self, max_workers: int | None = None, *args: Any, **options: Any) -> None:
        if max_workers is not None and max_workers <= 0:
            raise ValueError("max_workers must be greater than 0")
        self._closed = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Call now; a future that is done."""
        if self._closed:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future = self._future()
        future.set_running_or_notify_cancel()
        try:
            result = fn(*args, **kwargs)
        except Exception as error:
            future.set_exception(error)
        else:
            future.set_result(result)
        return future

    def map(
        self, fn: Callable[..., Any], *iterables: Iterable[Any], timeout: Any = None, chunksize: int = 1
    ) -> Iterator[Any]:
        """The results in order."""
        futures = [self.submit(fn, *args) for args in zip(*iterables, strict=False)]
        return (future.result() for future in futures)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """No more calls."""
        self._closed = True


def build_futures(real: Any, runtime: Runtime) -> Mapping[str, object]:
    future = type("Future", (CellFuture,), {"_runtime": runtime, "__module__": "concurrent.futures._base"})

    def wait(fs: Any, timeout: float | None = None, return_when: str = _futures.ALL_COMPLETED) -> Any:
        given = set(fs)
        done, left = real.wait(given, 0, return_when)
        if not left or (return_when != _futures.ALL_COMPLETED and done):
            return real.wait(given, 0, return_when)
        if timeout is None:
            _for_ever("wait()")
        pause(runtime, timeout)
        return real.wait(given, 0, return_when)

    def as_completed(fs: Any, timeout: float | None = None) -> Iterator[Any]:
        left = set(fs)
        total = len(left)
        while done := {each for each in left if each.done()}:
            left -= done
            yield from done
        if left:
            if timeout is None:
                _for_ever("as_completed()")
            pause(runtime, timeout)
            raise TimeoutError(f"{len(left)} (of {total}) futures unfinished")

    pools = {
        name: type(name, (InlineExecutor,), {"_future": future, "__module__": "concurrent.futures"})
        for name in ("ProcessPoolExecutor", "ThreadPoolExecutor")
    }
    return {**pools, "Future": future, "as_completed": as_completed, "wait": wait}


class Idle:
    """Stands for a queue's lock and its conditions: nobody else could hold it, and nobody would notify."""

    __slots__ = ("_runtime",)

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def __enter__(self) -> bool:
        return True

    def __exit__(self, *exc: object) -> None:
        return None

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take it."""
        return True

    def release(self) -> None:
        """Give it back."""

    def locked(self) -> bool:
        """False."""
        return False

    def notify(self, n: int = 1) -> None:
        """Nobody waits."""

    def notify_all(self) -> None:
        """Nobody waits."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait in vain; False.

        Raises:
            RuntimeError: it would be for ever.
        """
        if timeout is None:
            _for_ever("wait()")
        pause(self._runtime, timeout)
        return False


def build_queue(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def patient(base: Any) -> type:
        class Queue(base):  # type: ignore[misc]
            """A queue that never waits for another thread."""

            def __init__(self, maxsize: int = 0) -> None:
                super().__init__(maxsize)
                self.mutex = self.not_empty = self.not_full = self.all_tasks_done = Idle(runtime)

            def get(self, block: bool = True, timeout: float | None = None) -> Any:
                """Take an item."""
                if block and timeout is None and not self.qsize():
                    _for_ever("queue.get()")
                return super().get(block and timeout is not None and not self.qsize(), timeout and min(timeout, 1.0))

            def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
                """Add an item."""
                full = 0 < self.maxsize <= self.qsize()
                if block and timeout is None and full:
                    _for_ever("queue.put()")
                super().put(item, block and timeout is not None and full, timeout and min(timeout, 1.0))

            def join(self) -> None:
                """Check that every item was marked as done."""
                if self.unfinished_tasks:
                    _for_ever("queue.join()")

        Queue.__module__ = "queue"
        Queue.__name__ = Queue.__qualname__ = base.__name__
        return Queue

    return {name: patient(getattr(_queue, name)) for name in ("LifoQueue", "PriorityQueue", "Queue")}
