"""Pausing of containers that nobody waits for: a frozen guest uses no processor.

Invariants: a container is paused only while nobody waits for its worker, and goes on before anything is sent to it; one
thread of this process pauses them all, and ends when there are none; who cannot be paused is left alone.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator


class Idle:
    """One container's times. ``pause`` and ``go_on`` change its state; they raise nothing that matters."""

    def __init__(self, after_s: float, pause: Callable[[], bool], go_on: Callable[[], object]) -> None:
        """``pause`` tells whether it worked."""
        self._after_s = after_s
        self._pause, self._go_on = pause, go_on
        self._lock = threading.Lock()
        self._waiting = 0
        self._paused = False
        self.due = time.monotonic() + after_s

    @contextlib.contextmanager
    def wanted(self) -> Iterator[None]:
        """Somebody waits for the worker meanwhile."""
        self._begin()
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= 1
                self.due = time.monotonic() + self._after_s

    def _begin(self) -> None:
        with self._lock:
            self._waiting += 1
            if self._paused:
                self._paused = False
                self._go_on()

    def look(self) -> None:
        """Pause it if it is time."""
        with self._lock:
            now = time.monotonic()
            if self._paused or self._waiting or now < self.due:
                self.due = max(self.due, now + self._after_s) if self._paused or self._waiting else self.due
                return
            self._paused = self._pause()
            self.due = now + self._after_s

    def end(self) -> None:
        """It goes on, to be removed."""
        self._begin()


class Watch:
    """Looks at all containers that may be paused, each when it is due."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._watched: set[Idle] = set()
        self._thread: threading.Thread | None = None

    def add(self, idle: Idle) -> None:
        """Look at it from now on."""
        with self._changed:
            self._watched.add(idle)
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="hardcell-pause", daemon=True)
                self._thread.start()
            self._changed.notify()

    def remove(self, idle: Idle) -> None:
        """Look at it no more."""
        with self._changed:
            self._watched.discard(idle)
            self._changed.notify()

    def _look(self) -> None:
        while True:
            with self._changed:
                if not self._watched:
                    self._thread = None
                    return
                idle = min(self._watched, key=lambda one: one.due)
                if (left := idle.due - time.monotonic()) > 0:
                    self._changed.wait(left)
                    continue
            idle.look()


WATCH = Watch()
"""That of this process."""
