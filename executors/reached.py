"""A limit that ended a run, as the host tells it: with what the host itself measured, and as an event of its own.

Invariants: every LimitExceeded that a result has is an event ``limit`` of origin ``host`` with the same fields; what a
worker claims to have used gives way to what the host measured.
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox.errors import LimitExceeded, RunError
from sandbox.events import Event, host_event
from sandbox.refusals import LIMIT_CODES, explain


def exceeded(limit: str, allowed: float, used: float, how: str) -> LimitExceeded:
    """The error of a limit that the host itself saw passed."""
    code = LIMIT_CODES[limit]
    return LimitExceeded(
        explain(code, f"{limit}={allowed} was not enough"),
        limit=limit,
        allowed=allowed,
        used=used,
        how=how,
        code=code,
    )


def tell(
    error: RunError | None, verdict: RunError | None, memory_mb: Callable[[], float], record: Callable[[Event], None]
) -> None:
    """Complete the error of a run and record it, unless it is the host's own ``verdict``, which has been recorded.

    ``memory_mb`` reads the worker's peak growth.
    """
    if not isinstance(error, LimitExceeded) or error is verdict:
        return
    if error.limit == "memory_mb" and (measured := memory_mb()):
        error.used = round(measured, 3)
    record(host_event("limit", limit=error.limit, allowed=error.allowed, used=error.used, how=error.how))
