"""The trail of one session: its events, kept for the next result and told to whoever listens.

Invariants: an event is kept and told in the order in which it was recorded; no more than ``MAX_EVENTS`` are kept,
and who takes them is told how many more there were; the listener hears all.
"""

from __future__ import annotations

from sandbox.events import Event, host_event

from .listener import Listener
from .steps import Steps
from .witness import Witness

MAX_EVENTS = 5000


class Trail:
    """Call it with an event to record it. ``steps``: what takes the place of times in deterministic sessions."""

    def __init__(self, listener: Listener, witness: Witness, steps: Steps | None) -> None:
        self._listener = listener
        self._witness = witness
        self._steps = steps
        self._events: list[Event] = []
        self._left_out = 0

    def __call__(self, event: Event) -> None:
        self._record(event)

    def certainly(self, event: Event, otherwise: str) -> None:
        """Record an act outside runs. ``otherwise``: what is said to have become of it when it cannot be audited.

        Raises:
            BackendUnavailable: the audit log could not take the event.
        """
        if not self._record(event):
            raise self._listener.unaudited(otherwise)

    def _record(self, event: Event) -> bool:
        if self._steps is not None:
            event = self._steps(event)
        if len(self._events) < MAX_EVENTS:
            self._events.append(event)
        else:
            self._left_out += 1
        heard = self._listener(event)
        self._witness.event(event)
        return heard

    def take(self) -> tuple[Event, ...]:
        """What was recorded since this was last asked; at its end how much was left out, if it was too much."""
        events, left_out = self._events, self._left_out
        self._events, self._left_out = [], 0
        if left_out:
            event = host_event("events.left_out", count=left_out)
            events.append(event if self._steps is None else self._steps(event))
        return tuple(events)
