"""Writes docs/limits.md from ``Capabilities``: ``make docs``; ``--check`` only compares."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Sequence

from pages import publish

from executors.capabilities import Capabilities, capabilities_of
from sandbox.limits import Limits
from sandbox.refusals import LIMIT_CODES

_FULL = {"own root": "on", "namespaces": "on", "landlock": "on", "seccomp": "on"}
_GROUPED = {**_FULL, "memory cgroup": "on"}
_NO_NAMESPACES = {"namespaces": "off", "landlock": "on", "seccomp": "on"}
COLUMNS: dict[str, Capabilities] = {
    "jail, L3": capabilities_of("interpreter", "jail", _FULL, rollback=True),
    "jail, L3, engine `restricted`": capabilities_of("restricted", "jail", _FULL, rollback=True),
    "jail, L3, engine `cpython`": capabilities_of("cpython", "jail", _FULL),
    "jail, L3, with a control group": capabilities_of("interpreter", "jail", _GROUPED, rollback=True),
    "jail, L2 without namespaces": capabilities_of("interpreter", "jail", _NO_NAMESPACES),
    "container": capabilities_of("cpython", "docker", {}),
    "in process": capabilities_of("interpreter", "inprocess", {}),
}
HEAD = """# Limits

What enforces each limit, on each executor. The first words of a cell are what `LimitExceeded.how` says when a run ends
by the limit; `error.limit`, `.allowed` and `.used` say which, how much, and how much of it was used, and an event
`limit` of the host says the same. `executor.capabilities` has the column of a running session. This page is generated
from `executors/capabilities.py`: `make docs`.

Seconds, operations, output and tool calls count for a run; memory, processes, files and disk at every instant. A
refused allocation, file, block or process is first an exception that the guest can catch (`MemoryError`, `OSError`);
it is the limit when it ends the run. A value above `value_bytes` travels as its repr, and a final answer as an error.
"""
BEYOND = """## What else an executor has

`names_and_attributes`: the policy governs which names and attributes code may use. `hard_deadline`: a run ends in
time even inside native code. `network`: there is none for guests. `rollback` and
`fork`: as they are by default; ask for them with `rollback=` and `branches=`.
"""
_FLAGS = [field.name for field in dataclasses.fields(Capabilities) if field.type == "bool"]


def page() -> str:
    """The whole page."""
    columns = list(COLUMNS.values())
    parts = [HEAD, _row(["limit", "code", "default", *COLUMNS]), _rule(3 + len(COLUMNS))]
    for name, default in Limits().to_dict().items():
        code = LIMIT_CODES.get(name, "")
        parts.append(_row([f"`{name}`", code, f"{default:,}", *(column.limits[name] for column in columns)]))
    parts += ["", BEYOND, _row(["", *COLUMNS]), _rule(1 + len(COLUMNS))]
    parts += [_row([f"`{flag}`", *("yes" if column.holds(flag) else "no" for column in columns)]) for flag in _FLAGS]
    return "\n".join(parts) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _rule(count: int) -> str:
    return "|---" * count + "|"


if __name__ == "__main__":
    sys.exit(publish("limits.md", page(), sys.argv[1:]))
