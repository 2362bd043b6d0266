"""Which frame may follow which: one dict, states × kinds.

Invariants: a kind has one sender (``frames.SENDER``), so the pair (state, kind) says everything; what is not in
the table is a protocol error; ``event``, ``call`` and ``done`` exist only during a run. A worker is ``waiting`` while
a copy of its process goes on with the session over a stream of its own.
"""

from __future__ import annotations

from typing import Literal

State = Literal["new", "starting", "idle", "running", "calling", "asked", "waiting", "closed", "broken"]

TRANSITIONS: dict[tuple[State, str], State] = {
    ("new", "start"): "starting",
    ("starting", "hello"): "idle",
    ("starting", "fail"): "closed",
    ("idle", "run"): "running",
    ("idle", "tools"): "asked",
    ("idle", "set"): "asked",
    ("idle", "file"): "asked",
    ("idle", "branch"): "asked",
    ("idle", "checkpoint"): "waiting",
    ("idle", "snapshot"): "asked",
    ("idle", "restore"): "asked",
    ("idle", "bye"): "closed",
    ("waiting", "rollback"): "asked",
    ("waiting", "fail"): "idle",
    ("waiting", "bye"): "closed",
    ("running", "event"): "running",
    ("running", "call"): "calling",
    ("running", "done"): "idle",
    ("calling", "answer"): "running",
    ("asked", "ok"): "idle",
    ("asked", "fail"): "idle",
}
