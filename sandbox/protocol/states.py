"""Which frame may follow which: one dict, states × kinds.

Invariants: a kind has one sender (``frames.SENDER``), so the pair (state, kind) says everything; what is not in
the table is a protocol error; ``event``, ``call`` and ``done`` exist only during a run.
"""

from __future__ import annotations

from typing import Literal

State = Literal["new", "starting", "idle", "running", "calling", "asked", "closed", "broken"]

TRANSITIONS: dict[tuple[State, str], State] = {
    ("new", "start"): "starting",
    ("starting", "hello"): "idle",
    ("starting", "fail"): "closed",
    ("idle", "run"): "running",
    ("idle", "tools"): "asked",
    ("idle", "set"): "asked",
    ("idle", "file"): "asked",
    ("idle", "bye"): "closed",
    ("running", "event"): "running",
    ("running", "call"): "calling",
    ("running", "done"): "idle",
    ("calling", "answer"): "running",
    ("asked", "ok"): "idle",
    ("asked", "fail"): "idle",
}
