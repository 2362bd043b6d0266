"""queue and concurrent.futures in one thread.

Invariants: no thread and no process is started; an operation that would wait for another thread for ever raises
instead of hanging.
"""

from __future__ import annotations

import concurrent.futures as _futures
import queue as _queue
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from .runtime import Runtime


class InlineExecutor(_futures.Executor):
    """Runs each call when it is submitted."""

    def __init__(self, max_workers: int | None = None, *args: Any, **options: Any) -> None:
        if max_workers is not None and max_workers <= 0:
            raise ValueError("max_workers must be greater than 0")
        self._closed = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Call now; a future that is done."""
        if self._closed:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future: _futures.Future[Any] = _futures.Future()
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
    return {
        name: type(name, (InlineExecutor,), {"__module__": "concurrent.futures"})
        for name in ("ProcessPoolExecutor", "ThreadPoolExecutor")
    }


def build_queue(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def patient(base: Any) -> type:
        class Queue(base):  # type: ignore[misc]
            """A queue that never waits for another thread."""

            def get(self, block: bool = True, timeout: float | None = None) -> Any:
                """Take an item."""
                if block and timeout is None and not self.qsize():
                    raise RuntimeError("queue.get() would wait for ever: guest code runs in one thread")
                return super().get(block and timeout is not None and not self.qsize(), timeout and min(timeout, 1.0))

            def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
                """Add an item."""
                full = 0 < self.maxsize <= self.qsize()
                if block and timeout is None and full:
                    raise RuntimeError("queue.put() would wait for ever: guest code runs in one thread")
                super().put(item, block and timeout is not None and full, timeout and min(timeout, 1.0))

            def join(self) -> None:
                """Check that every item was marked as done."""
                if self.unfinished_tasks:
                    raise RuntimeError("queue.join() would wait for ever: guest code runs in one thread")

        Queue.__module__ = "queue"
        Queue.__name__ = Queue.__qualname__ = base.__name__
        return Queue

    return {name: patient(getattr(_queue, name)) for name in ("LifoQueue", "PriorityQueue", "Queue")}
