"""Steps: the events of a deterministic session, with nothing in them that was measured.

Invariants: the same program gives the same events, byte for byte: ``time`` counts the session's events in the place of
seconds, and durations and measured amounts are left out. When something really happened is in no event then.
"""

from __future__ import annotations

import dataclasses

from sandbox.events import Event

_MEASURED = frozenset({"wall_s", "seconds", "used"})


class Steps:
    """Counts the events of one session."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, event: Event) -> Event:
        """The event as it is told."""
        self._count += 1
        data = {name: value for name, value in event.data.items() if name not in _MEASURED}
        return dataclasses.replace(event, time=float(self._count), data=data)
