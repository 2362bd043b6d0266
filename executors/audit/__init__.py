"""The audit trail that can be checked: chained records in a file, at syslog, in logging, at a callback.

``create_executor(..., on_event=AuditLog("audit.jsonl", key=key))``. Invariants: a record is written before the act it
tells of goes on, and where it cannot be written the act is refused; ``verify`` finds edit, removal, reorder and a cut
end. Without a key the chain finds accidents only: whoever can write the file can compute it anew.
"""

from __future__ import annotations

from .log import AuditLog
from .logger import Logging
from .syslog import Syslog
from .verify import Verdict, verify

__all__ = ["AuditLog", "Logging", "Syslog", "Verdict", "verify"]
