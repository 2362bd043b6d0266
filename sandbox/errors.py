"""The error tree: five kinds, never mixed.

::

    HardcellError
    ├── RunError                     what `result.error` may hold; has kind, type, code, line, column, recovery
    │   ├── GuestError               kind "guest":  the guest's own exception or syntax error
    │   ├── PolicyViolation          kind "policy": something the policy does not allow
    │   ├── LimitExceeded            kind "limit":  a limit was reached (which, allowed, used)
    │   ├── WorkerCrashed            kind "crash":  the worker died during a run
    │   └── ProtocolError            kind "crash":  a peer broke the worker protocol
    │       ├── LocalProtocolError   our own side tried something the protocol forbids (a bug of ours)
    │       └── RemoteProtocolError  the peer sent something hostile or broken
    ├── BackendUnavailable           kind "backend": raised; names the repair or the install command
    ├── SessionBusy, SessionClosed   kind "usage":  raised
    ├── PoolExhausted                kind "usage":  raised; no session of a pool became free in time
    ├── EncodeError (ValueError)     kind "usage":  raised; names the path of the value that cannot travel
    ├── DecodeError (ValueError)     what came over the wire is not a value
    └── SnapshotError (ValueError)   kind "usage":  raised; a snapshot is refused, the session is as it was

Invariants: messages are plain text for a person or a model: what happened, where, what to do instead.
Guest objects are never stored in an error.
"""

from __future__ import annotations

from typing import ClassVar, Literal

Kind = Literal["guest", "policy", "limit", "crash", "backend", "usage"]
Recovery = Literal["retry", "rewrite", "ask", "escalate"]

EXIT_STATUS: dict[str, int] = {"guest": 1, "usage": 2, "policy": 3, "limit": 4, "crash": 5, "backend": 5}
"""Exit status of the command line for each kind; 0 is success."""


class HardcellError(Exception):
    """Base of everything hardcell raises on purpose."""

    kind: ClassVar[Kind] = "usage"


class RunError(HardcellError):
    """How a run failed, as shown in ``result.error``.

    ``type`` is the guest-visible type name (``"ZeroDivisionError"``), ``code`` a stable identifier
    (``"HC101"``; empty for guest errors), ``line`` and ``column`` are 1-based guest positions or None,
    ``traceback`` is text with guest lines only.
    """

    kind: ClassVar[Kind] = "guest"
    default_recovery: ClassVar[Recovery] = "rewrite"

    def __init__(
        self,
        message: str,
        *,
        type: str | None = None,
        code: str = "",
        line: int | None = None,
        column: int | None = None,
        recovery: Recovery | None = None,
        traceback: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.type = type or self.__class__.__name__
        self.code = code
        self.line = line
        self.column = column
        self.recovery: Recovery = recovery or self.default_recovery
        self.traceback = traceback

    def __str__(self) -> str:
        place = f" (line {self.line})" if self.line is not None else ""
        code = f"[{self.code}] " if self.code else ""
        return f"{code}{self.type}: {self.message}{place}"


class GuestError(RunError):
    """The guest's own exception, with guest line and caret."""

    kind: ClassVar[Kind] = "guest"


class PolicyViolation(RunError):
    """The guest asked for something its policy does not allow."""

    kind: ClassVar[Kind] = "policy"


class LimitExceeded(RunError):
    """A limit ended the run. ``limit`` names it; ``allowed`` and ``used`` are in the limit's own unit.

    ``how`` tells what enforced it (``"worker"``, ``"host deadline"``, ``"rlimit"``, …).
    """

    kind: ClassVar[Kind] = "limit"

    def __init__(
        self,
        message: str,
        *,
        limit: str,
        allowed: float | None = None,
        used: float | None = None,
        how: str = "",
        type: str | None = None,
        code: str = "",
        line: int | None = None,
        column: int | None = None,
        recovery: Recovery | None = None,
        traceback: str = "",
    ) -> None:
        super().__init__(
            message,
            type=type,
            code=code,
            line=line,
            column=column,
            recovery=recovery,
            traceback=traceback,
        )
        self.limit = limit
        self.allowed = allowed
        self.used = used
        self.how = how


class WorkerCrashed(RunError):
    """The worker died, or left its interpreter, during a run."""

    kind: ClassVar[Kind] = "crash"
    default_recovery: ClassVar[Recovery] = "retry"


class ProtocolError(RunError):
    """The worker protocol was broken."""

    kind: ClassVar[Kind] = "crash"
    default_recovery: ClassVar[Recovery] = "escalate"


class LocalProtocolError(ProtocolError):
    """Our own side tried to send something the protocol forbids now: a bug in hardcell.

    ``size`` is the characters of a frame that was too large, else None.
    """

    size: int | None = None


class RemoteProtocolError(ProtocolError):
    """The peer sent something the protocol forbids: hostile or broken."""


class BackendUnavailable(HardcellError):
    """The enclosure cannot be had: not installed, unreachable, or below the asked isolation.

    ``repair`` is the exact command or setting that mends it, for a person to copy.
    """

    kind: ClassVar[Kind] = "backend"

    def __init__(self, message: str, *, repair: str = "") -> None:
        super().__init__(f"{message}\n{repair}" if repair else message)
        self.message = message
        self.repair = repair


class SessionBusy(HardcellError):
    """One session serves one caller at a time; it is running something now."""


class SessionClosed(HardcellError):
    """The session was closed, or its worker is gone."""


class PoolExhausted(HardcellError):
    """Every session of the pool is out, and none came back in time. Trying again later is right."""


class EncodeError(HardcellError, ValueError):
    """A value cannot travel. ``path`` is where in the value (``"rows[3].owner"``), ``type_name`` what is there."""

    def __init__(self, message: str, *, path: str = "", type_name: str = "") -> None:
        super().__init__(message)
        self.path = path
        self.type_name = type_name


class DecodeError(HardcellError, ValueError):
    """What came over the wire is not a value of the codec."""


class SnapshotError(HardcellError, ValueError):
    """A snapshot is refused: tampered with, of another format, not signed, or not for this session."""
