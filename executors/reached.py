"""A limit that ended a run, as the host tells it: with what the host itself measured, and as an event of its own.

Invariants: every LimitExceeded that a result has is an event ``limit`` of origin ``host`` with the same fields; what a
worker claims to have used gives way to what the host measured.
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox.errors import LimitExceeded, RunError
from sandbox.events import Event, host_event

from .exchange import Run


def tell(error: RunError | None, run: Run, memory_mb: Callable[[], float], record: Callable[[Event], None]) -> None:
    """Complete the error and record it, unless the run has recorded it as its own verdict.

    ``memory_mb`` reads the worker's peak growth.
    """
    if not isinstance(error, LimitExceeded) or error is run.verdict:
        return
    if error.limit == "memory_mb" and (measured := memory_mb()):
        error.used = round(measured, 3)
    record(host_event("limit", limit=error.limit, allowed=error.allowed, used=error.used, how=error.how))
