"""Audit events: one line of the trail each.

Invariants: an event holds plain JSON data only; ``origin`` tells who says so ("worker" events are claims of
a process that the guest shares); a refusal or limit is recorded before it is raised.
"""

from __future__ import annotations

import dataclasses
import json
import math
import time
from collections.abc import Mapping
from typing import Any, Literal

Origin = Literal["host", "worker"]

EVENT_TYPES = frozenset(
    {
        "session.started",
        "session.ended",
        "session.saved",
        "session.restored",
        "run.started",
        "run.ended",
        "checkpoint.failed",
        "session.forked",
        "decision",
        "import.refused",
        "refused",
        "limit",
        "tool.called",
        "tool.ended",
        "file.written",
        "file.read",
        "final_answer",
        "artifact",
        "crash",
        "display",
        "events.left_out",
    }
)
MAX_FIELD = 2048
MAX_FIELDS = 32


@dataclasses.dataclass(frozen=True)
class Event:
    """``type`` is one of EVENT_TYPES; ``time`` is seconds since the epoch; ``data`` is small JSON data."""

    type: str
    origin: Origin
    time: float
    data: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON lines."""
        return {"type": self.type, "origin": self.origin, "time": round(self.time, 6), "data": dict(self.data)}

    def to_json(self) -> str:
        """One ASCII line."""
        return json.dumps(self.to_dict(), ensure_ascii=True, separators=(",", ":"), sort_keys=True)


def host_event(type: str, /, **data: Any) -> Event:
    """An event that the host itself saw."""
    if type not in EVENT_TYPES:
        raise ValueError(f"unknown event type {type!r}")
    return Event(type, "host", time.time(), data)


def worker_event(frame: Mapping[str, Any]) -> Event:
    """An event as a worker claims it: type and fields checked, long text cut, nothing else believed.

    Raises:
        ValueError: the claim is not of an event's form.
    """
    kind, data = frame.get("type"), frame.get("data", {})
    if type(kind) is not str or kind not in EVENT_TYPES or type(data) is not dict or len(data) > MAX_FIELDS:
        raise ValueError("malformed event")
    clean: dict[str, Any] = {}
    for key, value in data.items():
        if type(key) is not str or len(key) > 64 or type(value) not in (str, int, float, bool, type(None)):
            raise ValueError("malformed event data")
        if type(value) is float and not math.isfinite(value):
            raise ValueError("malformed event data")
        clean[key] = value[:MAX_FIELD] if type(value) is str else value
    return Event(kind, "worker", time.time(), clean)
