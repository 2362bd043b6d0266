"""Keeps a run's clocks while host code holds the thread that pumps.

Invariants: the clocks are looked at by one thread at a time; the second thread exists only for a run that has such
code, and ends with it.
"""

from __future__ import annotations

import threading
from typing import Protocol, Self


class Clocked(Protocol):
    """A run in flight."""

    @property
    def finished(self) -> bool:
        """Whether its clocks matter no more."""
        ...

    def timeout_s(self) -> float:
        """Seconds until they must be looked at."""
        ...

    def tick(self) -> None:
        """Look at them."""
        ...


class Aside:
    """``with aside:`` around host code: meanwhile another thread looks at the clocks of ``run``. ``close`` when the
    run is over."""

    def __init__(self, run: Clocked) -> None:
        self._run = run
        self._changed = threading.Condition(threading.Lock())
        self._thread: threading.Thread | None = None
        self._busy = False
        self._over = False

    def __enter__(self) -> Self:
        with self._changed:
            self._busy = True
            self._changed.notify()
        if self._thread is None:
            self._thread = threading.Thread(target=self._look, name="hardcell-clocks", daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._busy = False

    def close(self) -> None:
        """End the thread. Idempotent."""
        thread, self._thread = self._thread, None
        if thread is not None:
            with self._changed:
                self._over = True
                self._changed.notify()
            thread.join()

    def _look(self) -> None:
        with self._changed:
            while not self._over:
                waits = self._busy and not self._run.finished
                self._changed.wait(self._run.timeout_s() if waits else None)
                if self._busy and not self._over and not self._run.finished:
                    self._run.tick()
