"""Run errors as plain data and back.

Invariants: what is sent passes the schema of ``frames``; what is rebuilt is one of the error classes, with text of
bounded length; a worker's error is a claim, and nothing in it is evaluated.
"""

from __future__ import annotations

import math
from typing import Any

from sandbox import means
from sandbox.errors import GuestError, LimitExceeded, PolicyViolation, RunError, WorkerCrashed

MAX_MESSAGE = 8 << 10
MAX_TRACEBACK = 24 << 10
_CLASSES: dict[str, type[RunError]] = {
    "guest": GuestError,
    "policy": PolicyViolation,
    "crash": WorkerCrashed,
}


def clip(text: str, limit: int) -> str:
    """``text``, its middle left out when it is longer than ``limit`` characters."""
    if len(text) <= limit:
        return text
    half = (limit - 40) // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"


def to_plain(error: RunError) -> dict[str, Any]:
    """The error as the fields of a frame."""
    plain: dict[str, Any] = {
        "kind": error.kind,
        "type": error.type[:200] or "Error",
        "message": clip(error.message, MAX_MESSAGE),
        "code": error.code[:16],
        "line": _place(error.line),
        "column": _place(error.column),
        "recovery": error.recovery,
        "traceback": clip(error.traceback, MAX_TRACEBACK),
    }
    if isinstance(error, LimitExceeded):
        plain |= {
            "limit": error.limit,
            "allowed": _amount(error.allowed),
            "used": _amount(error.used),
            "how": error.how,
        }
    return plain


def from_plain(plain: dict[str, Any]) -> RunError:
    """The error that a checked frame claims."""
    common: dict[str, Any] = {
        "type": plain["type"],
        "code": plain["code"],
        "line": plain["line"],
        "column": plain["column"],
        "recovery": plain["recovery"],
        "traceback": clip(plain["traceback"], MAX_TRACEBACK),
    }
    message = clip(plain["message"], MAX_MESSAGE)
    if plain["kind"] == "limit":
        how = plain.get("how", "")
        return LimitExceeded(
            message,
            limit=plain.get("limit", ""),
            allowed=plain.get("allowed"),
            used=plain.get("used"),
            how=how if how in means.OF_WORKERS else means.WORKER,
            **common,
        )
    return _CLASSES[plain["kind"]](message, **common)


def _place(value: int | None) -> int | None:
    return value if type(value) is int and value >= 0 else None


def _amount(value: float | None) -> float | None:
    return value if type(value) in (int, float) and math.isfinite(value or 0) else None
