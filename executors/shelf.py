"""Started sessions that nobody has used yet, kept ready ahead of need.

Invariants: a session leaves the shelf once and never comes back; none that died or was stopped leaves it; one thread
fills it, in quiet moments as long as enough are left, and ends with the shelf; what fails while filling is left for
the caller who needs a session, since he can be told.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections import deque
from collections.abc import Callable

from .base import Executor

QUIET_S = 0.005
"""How long nothing must have been taken before the shelf is filled up: the filling would slow down the sessions that
were just given out. Below half the size nobody waits for quiet."""
LOOK_S = 1.0
"""How often it is looked whether something is missing, or can be started again, when nobody says so."""


class Shelf:
    """Keeps ``size`` executors of ``make()`` started."""

    def __init__(self, make: Callable[[], Executor], size: int) -> None:
        self._make = make
        self._size = size
        self._ready: deque[Executor] = deque()
        self._changed = threading.Condition()
        self._takes = 0
        self._replaced = 0
        self._failed = False
        self._closed = False
        self._process = os.getpid()
        self._filler = threading.Thread(target=self._fill, name="hardcell-pool", daemon=True)
        self._filler.start()

    @property
    def ready(self) -> int:
        """How many are ready."""
        return len(self._ready)

    @property
    def replaced(self) -> int:
        """How many died or were stopped before anybody got them."""
        return self._replaced

    def take(self) -> Executor:
        """A started session: a ready one, else one that is started now.

        Raises:
            BackendUnavailable: none can be had.
        """
        return self._pick() or self._started()

    def _started(self) -> Executor:
        """A session that is started now. Raises as ``take``."""
        executor = self._make()
        try:
            executor.start()
        except BaseException:
            executor.close()
            raise
        return executor

    def _pick(self) -> Executor | None:
        found: Executor | None = None
        dead = []
        with self._changed:
            self._takes += 1
            while self._ready and found is None:
                executor = self._ready.popleft()
                if executor.alive:
                    found = executor
                else:
                    dead.append(executor)
            self._replaced += len(dead)
            if self._is_low:
                self._look_again()
        for executor in dead:
            executor.close()
        return found

    def refill(self) -> None:
        """A session that was taken is over: a good moment to start others."""
        with self._changed:
            self._look_again()

    def _look_again(self) -> None:
        self._failed = False
        self._changed.notify_all()

    def wait_full(self, timeout_s: float | None) -> bool:
        """Whether as many as wanted became ready within the time. False, too, when no more can be started."""
        with self._changed:
            self._look_again()
            self._changed.wait_for(lambda: self._closed or self._failed or self._full, timeout_s)
            return self._full

    @property
    def _is_low(self) -> bool:
        return len(self._ready) * 2 < self._size

    @property
    def _full(self) -> bool:
        return len(self._ready) >= self._size

    def _fill(self) -> None:
        while self._wait_for_work():
            try:
                executor = self._started()
            except Exception:
                with self._changed:
                    self._failed = True
                    self._changed.notify_all()
                continue
            with self._changed:
                # Asked once ahead, it answers faster when it is handed out.
                if not self._closed and executor.alive:
                    self._ready.append(executor)
                    self._changed.notify_all()
                    continue
            executor.close()

    def _wait_for_work(self) -> bool:
        """Wait until one more is wanted; False when the shelf was closed."""
        with self._changed:
            while not self._closed:
                if self._full or self._failed:
                    self._changed.wait(LOOK_S)
                    self._failed = False
                    continue
                takes = self._takes
                if takes and not self._is_low:
                    self._changed.wait(QUIET_S)
                    if takes != self._takes:
                        continue
                return not self._closed
            return False

    def close(self) -> None:
        """End the thread and every session on the shelf. Idempotent; in a forked child there is nothing to end."""
        if os.getpid() != self._process:
            return
        with self._changed:
            self._closed = True
            ready, self._ready = list(self._ready), deque()
            self._changed.notify_all()
        for executor in ready:
            executor.close()
        if threading.current_thread() is not self._filler:
            with contextlib.suppress(RuntimeError):
                self._filler.join()
