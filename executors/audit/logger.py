"""Records to the standard library's logging."""

from __future__ import annotations

import logging

from .chain import Record

TOLD = frozenset({"refused", "import.refused", "limit", "crash", "audit.lost"})
"""What is told as a warning."""


class Logging:
    """A copy of an audit log for a logger: each record's line as the message, at level INFO, refusals and limits at
    WARNING. Handlers of ``logging`` swallow their failures, so this copy never makes an act fail."""

    def __init__(self, logger: logging.Logger | None = None) -> None:
        self._logger = logger or logging.getLogger("hardcell.audit")

    def __call__(self, record: Record) -> None:
        """Log one record."""
        level = logging.WARNING if record.fields["type"] in TOLD else logging.INFO
        self._logger.log(level, "%s", record.line)
