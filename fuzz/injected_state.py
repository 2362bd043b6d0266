"""What a session is said to hold: by its results, its events, and nothing else.

Invariants: what was not reported is not believed; a loss that no event tells is a finding.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from sandbox.errors import LimitExceeded, RunError
from sandbox.events import Event

EITHER = -1
"""For ``n`` after a run that was stopped somewhere and kept: how far it came with its file is open, too."""


@dataclasses.dataclass(frozen=True)
class Held:
    """The variables ``n`` and ``v``, and the content of the file ``f``."""

    n: int | None = None
    v: int | None = None
    f: str | None = None

    def __str__(self) -> str:
        return ", ".join(str(value)[:12] for value in dataclasses.astuple(self))

    def fits(self, found: Held) -> bool:
        """Whether a session that holds ``found`` holds what was said."""
        if self.n == EITHER:
            return self.v == found.v
        return self == found


class Said:
    """``now`` is what the session holds, ``saved`` what its last snapshot does. ``rolls_back``: whether it undoes what
    fails."""

    def __init__(self, now: Held | None = None, *, rolls_back: bool) -> None:
        self.now = now or Held()
        self.saved: Held | None = None
        self.rolls_back = rolls_back
        self._told: set[str] = set()

    def hear(self, events: Sequence[Event]) -> None:
        """What became of the session's processes in an act."""
        self._told = {event.type for event in events}
        if "session.restored" in self._told:
            return
        for event in events:
            if event.type == "session.ended":
                self.now = self.saved or Held()
            elif event.type == "session.started" and "branch" not in event.data:
                self.now = self.saved if self.saved and "restored" in event.data else Held()

    def settle(self, outcome: Any, changes: dict[str, Any]) -> str | None:
        """``outcome`` is a result, an exception, or None for a request that was done; what is wrong with it."""
        state, error = getattr(outcome, "state", None), getattr(outcome, "error", None)
        if isinstance(outcome, Exception) or state == "rolled_back":
            return None
        if state == "lost":
            return None if "session.ended" in self._told else "a session is lost and goes on"
        if isinstance(error, LimitExceeded):
            changes = {**changes, "n": EITHER}
        elif error is not None and not self._may_keep(error):
            return f"a run that failed with {error} is kept"
        self.now = dataclasses.replace(self.now, **changes)
        return None

    def _may_keep(self, error: RunError) -> bool:
        undone = self.rolls_back and "checkpoint.failed" not in self._told
        return error.kind == "guest" or error.kind == "policy" and not undone
