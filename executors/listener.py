"""Who listens to a session's events, and what it means when that fails.

Invariants: hearing never raises; a function that fails is told to the log and nothing else happens; an audit log that
fails is remembered, so that the act its record tells of can be refused.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from sandbox.errors import BackendUnavailable, PolicyViolation
from sandbox.events import Event
from sandbox.refusals import explain

from .audit import AuditLog

_log = logging.getLogger("hardcell")


class Listener:
    """Calls ``on_event`` with each event of one session.

    Raises:
        TypeError: ``on_event`` is not callable.
    """

    def __init__(self, on_event: Callable[[Event], None] | None = None) -> None:
        if on_event is not None and not callable(on_event):
            raise TypeError("on_event must be callable: Event -> None")
        self._must_hear = isinstance(on_event, AuditLog)
        self._hear = on_event.for_session() if isinstance(on_event, AuditLog) else on_event
        self._failure = ""

    def __call__(self, event: Event) -> bool:
        """Hand on one event. False when it had to be audited and could not."""
        if self._hear is None:
            return True
        try:
            self._hear(event)
        except Exception as error:
            if self._must_hear:
                self._failure = f"{type(error).__name__}: {error}"
                _log.error("the audit log could not take %s: %s", event.type, self._failure)
                return False
            _log.exception("the event listener failed at %s", event.type)
        return True

    def renew(self) -> None:
        """A new run begins: what failed before is told by the audit log itself."""
        self._failure = ""

    def check(self) -> None:
        """Raises BackendUnavailable when an event of this run could not be audited: nothing may start."""
        if self._failure:
            raise self.unaudited("nothing was run")

    def unaudited(self, consequence: str) -> BackendUnavailable:
        """The error of an act whose record could not be written."""
        return BackendUnavailable(
            f"the audit log cannot be written, so {consequence} ({self._failure})",
            repair="make room for it, or make another AuditLog and another executor",
        )

    def refusal(self) -> PolicyViolation | None:
        """Why a run in flight may not go on, if its events cannot be audited any more."""
        if not self._failure:
            return None
        text = explain("HC503", f"the audit log could not be written ({self._failure})")
        return PolicyViolation(text, code="HC503", recovery="escalate")
