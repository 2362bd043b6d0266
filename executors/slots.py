"""Who may have a session of a pool now: a bounded number at once, the others in the order in which they came.

Invariants: a slot that was given is given back or was withdrawn, exactly once; nobody waits when a slot is free; after
``close`` everybody who waits is told so. Any thread may call; no lock is held while anything else runs.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future

from sandbox.errors import PoolExhausted, SessionClosed


class Slots:
    """``count`` slots, and at most ``max_waiting`` callers who wait for one (None: any number)."""

    def __init__(self, count: int, max_waiting: int | None) -> None:
        self._lock = threading.Lock()
        self._count = count
        self._free = count
        self._waiting: deque[Future[None]] = deque()
        self._max_waiting = max_waiting
        self._empty = threading.Event()
        self._empty.set()
        self._closed = False

    @property
    def taken(self) -> int:
        """How many are given now."""
        return self._count - self._free

    @property
    def waiting(self) -> int:
        """How many callers wait."""
        return len(self._waiting)

    def take(self) -> bool:
        """Take a slot if one is free."""
        with self._lock:
            if self._closed or not self._free:
                return False
            self._free -= 1
            self._empty.clear()
            return True

    def ask(self) -> Future[None]:
        """A future that is done when the slot is the caller's; who gives up waiting calls ``withdraw`` with it.

        Raises:
            PoolExhausted: too many wait already.
            SessionClosed: after ``close``.
        """
        future: Future[None] = Future()
        with self._lock:
            if self._closed:
                raise SessionClosed("the pool was closed; make a new one")
            if self._free:
                self._free -= 1
                self._empty.clear()
                future.set_result(None)
            elif self._max_waiting is not None and len(self._waiting) >= self._max_waiting:
                raise PoolExhausted(
                    f"all {self._count} sessions of the pool are out and {len(self._waiting)} callers wait already; "
                    "try again later, or raise max_sessions or max_waiting"
                )
            else:
                self._waiting.append(future)
        return future

    def cancel(self, future: Future[None]) -> bool:
        """Take a caller out of the queue, from any thread: his ``wait`` ends. False when he does not wait any more."""
        with self._lock:
            if future not in self._waiting:
                return False
            self._waiting.remove(future)
        return future.cancel()

    def withdraw(self, future: Future[None]) -> None:
        """Give up waiting; a slot that was given meanwhile is given back."""
        if not self.cancel(future) and not future.cancelled() and future.exception() is None:
            self.give_back()

    def give_back(self) -> None:
        """The slot is free: for the one who waits longest, or for the next who asks."""
        while True:
            with self._lock:
                future = self._waiting.popleft() if self._waiting else None
                if future is None:
                    self._free += 1
                    if self._free == self._count:
                        self._empty.set()
                    return
            if future.set_running_or_notify_cancel():
                future.set_result(None)
                return

    def close(self) -> None:
        """No more slots: those who wait get SessionClosed."""
        with self._lock:
            self._closed = True
            waiting, self._waiting = list(self._waiting), deque()
        for future in waiting:
            if future.set_running_or_notify_cancel():
                future.set_exception(SessionClosed("the pool was closed while waiting for a session"))

    def wait_empty(self, timeout_s: float | None) -> bool:
        """Whether all slots were given back within the time."""
        return self._empty.wait(timeout_s)


def wait(slots: Slots, timeout_s: float, asked: Callable[[Future[None]], object] = lambda future: None) -> None:
    """Wait here until a slot is ours. ``asked`` is told of the future that is waited for.

    Raises:
        PoolExhausted: none became free in time, or too many wait.
        SessionClosed: the pool was closed, or the waiting cancelled.
    """
    if slots.take():
        return
    future = slots.ask()
    try:
        asked(future)
        future.result(finite(timeout_s))
    except TimeoutError:
        slots.withdraw(future)
        raise exhausted(slots, timeout_s) from None
    except CancelledError:
        raise SessionClosed("the waiting for a session was cancelled") from None
    except BaseException:
        slots.withdraw(future)
        raise


def finite(timeout_s: float) -> float | None:
    """A timeout as the library takes it: None for one without end."""
    return None if math.isinf(timeout_s) else timeout_s


def exhausted(slots: Slots, timeout_s: float) -> PoolExhausted:
    """The error of one who waited in vain."""
    return PoolExhausted(
        f"none of the pool's {slots.taken} sessions came back within {timeout_s:g} s; "
        "try again later, raise max_sessions, or wait longer"
    )
