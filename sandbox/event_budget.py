"""How many events a run tells, and what becomes of those that are too many.

Invariants: what is left out is counted, and the last refusal or limit among it is told at the end of the run, so that
a guest that makes many events hides how many it made, but not what ended it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

MOST_EVENTS = 1000
LEFT_OUT = "events.left_out"
_KEPT = frozenset({"refused", "import.refused", "limit"})


class EventBudget:
    """For one worker; ``begin`` with each run."""

    def __init__(self) -> None:
        self._told = 0
        self._left_out = 0
        self._last: tuple[str, Mapping[str, Any]] | None = None

    def begin(self) -> None:
        """Nothing was told in this run."""
        self._told = self._left_out = 0
        self._last = None

    def admits(self, kind: str, data: Mapping[str, Any]) -> bool:
        """Whether this event is told now."""
        if self._told < MOST_EVENTS:
            self._told += 1
            return True
        self._left_out += 1
        if kind in _KEPT:
            self._last = kind, dict(data)
        return False

    def end(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """What is told last of all: the last refusal or limit that was left out, and how many events were."""
        if self._last is not None:
            yield self._last
        if left_out := self._left_out - (self._last is not None):
            yield LEFT_OUT, {"count": left_out}
