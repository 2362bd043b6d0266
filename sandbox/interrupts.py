"""The soft stop: how a run is ended from outside while its process lives on.

Invariants: a stop is raised only while guest code runs, at most once a run, and never inside a frame: there it waits
until the frame is whole. A stop that comes when no guest code runs is ignored.
"""

from __future__ import annotations

from .engine import Stop
from .errors import LimitExceeded


class Interrupts:
    """``guest`` is True while guest code may run; ``stop`` may be called by a signal handler.

    ``with interrupts:`` puts stops off, for as long as a frame is not whole.
    """

    def __init__(self) -> None:
        self.guest = False
        self._spent = False
        self._whole = 0
        self._pending = False

    def begin(self) -> None:
        """Guest code is about to run."""
        self._spent = self._pending = False
        self.guest = True

    def stop(self, *_: object) -> None:
        """Stop the guest now, or as soon as the frame in hand is whole. Has the signature of a signal handler."""
        if self._whole:
            self._pending = self.guest
        elif self.guest and not self._spent:
            self._spent = True
            raise Stop(LimitExceeded("the host interrupted the run", limit="interrupt", how="host"))

    def ask(self) -> None:
        """Stop the guest at its next ``check``, for callers that share its thread."""
        self._pending = self.guest

    def check(self) -> None:
        """Raise the stop that was put off."""
        if self._pending and not self._whole:
            self._pending = False
            self.stop()

    def __enter__(self) -> None:
        """No stop inside the block; one that came meanwhile is raised at its end."""
        self._whole += 1

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._whole -= 1
        if self._pending and kind is None:
            self.check()
