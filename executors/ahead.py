"""The copy for the next run of a session, asked for when the last run has ended.

To copy a process takes as long as several small runs, and between two runs a session mostly waits for its caller. What
is not a run changes the session and not the copy: then the copy is given up, and none is made ahead until a run has
followed a run again.

Invariants: who takes a copy out owns it; there is one at most.
"""

from __future__ import annotations

from .link import ComingLink


class Ahead:
    """``on``: whether copies are made ahead at all."""

    def __init__(self, on: bool) -> None:
        self._on = on
        self._pays = True
        self._coming: ComingLink | None = None

    @property
    def wanted(self) -> bool:
        """Whether one is to be asked for now."""
        return self._on and self._pays and self._coming is None

    def put(self, coming: ComingLink) -> None:
        """It was asked for."""
        self._coming = coming

    def take(self) -> ComingLink | None:
        """The copy, for a run or at the end."""
        coming, self._coming = self._coming, None
        self._pays = True
        return coming

    def waste(self) -> ComingLink | None:
        """The copy, of which nobody has made use."""
        coming, self._coming = self._coming, None
        self._pays = self._pays and coming is None
        return coming
