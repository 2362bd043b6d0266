"""The run that a session has in flight, and the wish to stop it, which may come before there is one.

Invariants: a wish counts for the call that holds the session when it comes, and for no later one; it may come from any
thread, and is heard by the one that pumps.
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox.errors import LimitExceeded, WorkerCrashed
from sandbox.events import Event, host_event

from .exchange import Run, interrupted


class InFlight:
    """What a session knows of its run, so that any thread can stop it."""

    def __init__(self) -> None:
        self._held = False
        self._stop_wanted = False
        self._run: Run | None = None

    def hold(self) -> None:
        """A call has the session from now on."""
        self._stop_wanted = False
        self._held = True

    def let_go(self) -> None:
        """It is over."""
        self._held = self._stop_wanted = False

    def stopped(self, record: Callable[[Event], None]) -> LimitExceeded | None:
        """The outcome of a run that was stopped before it began, which is recorded; None to go on."""
        if not self._stop_wanted:
            return None
        error = interrupted()
        record(host_event("limit", limit=error.limit, how=error.how))
        return error

    def begin(self, run: Run) -> None:
        """The worker has begun to read of this run."""
        self._run = run
        if self._stop_wanted:
            run.ask_stop(interrupted())

    def end(self) -> None:
        """There is none any more."""
        self._run = None

    def stop(self) -> None:
        """Stop the run, now or as soon as there is one; its worker is killed if it does not stop."""
        self._stop_wanted = self._held
        run = self._run
        if run is not None:
            run.ask_stop(interrupted())

    def closing(self) -> None:
        """The session is closed, and the run's worker about to be killed."""
        run = self._run
        if run is not None:
            run.ending = WorkerCrashed("the session was closed while it ran")
