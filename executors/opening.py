"""The first frame of a session: which engine the worker shall start, under which policy and limits.

Invariants: built from the same data in one place, so that a worker which was started ahead for a line knows it again.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

from sandbox.limits import Limits
from sandbox.policy import Policy
from sandbox.protocol import Frame
from sandbox.protocol.lines import Budget, encode

_MOST_KNOWN = 64
_LONGEST = 24 << 10
"""It travels as text inside JSON on its way through the zygote, where it may become twice as long."""


def start_frame(engine: str, policy: Policy, limits: Limits, tools: Sequence[str], *, taped: bool = False) -> Frame:
    """What the host sends first. ``taped``: the worker's clock and random numbers are noted, or played."""
    return {**_parts(engine, policy, limits), "tools": list(tools), **({"taped": True} if taped else {})}


@functools.lru_cache(_MOST_KNOWN)
def _parts(engine: str, policy: Policy, limits: Limits) -> Frame:
    """What is the same in the frames of all sessions of a policy; its users change nothing in it."""
    return {"t": "start", "engine": engine, "policy": policy.to_dict(), "limits": limits.to_dict()}


@functools.lru_cache(_MOST_KNOWN)
def start_line(engine: str, policy: Policy, limits: Limits) -> str:
    """The line of that frame for a session without tools, to start workers ahead for; empty when it is too long."""
    line = encode(start_frame(engine, policy, limits, ()), Budget()).decode("ascii")
    return line if len(line) <= _LONGEST else ""
