"""What an executor enforces and offers: which limit by what means, and which operations it has.

Invariants: said of a session that has started, from what its worker verified; the words of ``sandbox.means`` in an
entry of ``limits`` are what ``LimitExceeded.how`` may say, and ``not`` at its beginning means that nothing does; the
page docs/limits.md is generated from here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from sandbox import means

from .grace import CPU_S, WALL_S

NOT = "not"
_FOR_ITSELF = "the guest's process is the host's own"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Capabilities:
    """``limits``: for each field of ``Limits``, by what it is enforced, or "not: why".

    ``names_and_attributes``: the policy governs them. ``hard_deadline``: a run ends even inside native code.
    ``network``: guests have none. ``files``: /cell. The others are methods of an executor.
    """

    engine: str
    enclosure: str
    limits: Mapping[str, str]
    names_and_attributes: bool
    hard_deadline: bool
    network: bool
    files: bool = True
    interrupt: bool = True
    rollback: bool = False
    snapshot: bool = True
    fork: bool = False

    def holds(self, name: str) -> bool:
        """Whether the limit of that name is enforced, or the operation of that name is offered."""
        if name in self.limits:
            return not self.limits[name].startswith(NOT)
        return getattr(self, name, False) is True

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {**dataclasses.asdict(self), "limits": dict(self.limits)}


def capabilities_of(
    engine: str, enclosure: str, mechanisms: Mapping[str, str], *, rollback: bool = False, fork: bool = False
) -> Capabilities:
    """Of a worker of ``enclosure`` that verified these ``mechanisms``. ``rollback``: it can copy its process;
    ``fork``: there may be branches."""
    guarded = engine != "cpython"
    walled = enclosure != "inprocess"
    limits = _IN_CONTAINER if enclosure == "docker" else _in_jail(mechanisms) if walled else _IN_PROCESS
    own = {
        "ops": f"{means.ENGINE}: loop turns, calls and the prices of large operations"
        if guarded
        else f"{NOT}: nothing counts them; cpu_s and wall_s hold"
    }
    return Capabilities(
        engine=engine,
        enclosure=enclosure,
        limits=_EVERYWHERE | limits | own,
        names_and_attributes=guarded,
        hard_deadline=walled,
        network=walled or guarded,
        rollback=rollback,
        fork=fork,
    )


_EVERYWHERE = {
    "tool_calls": f"{means.HOST_COUNT}",
    "tool_wall_s": f"{means.HOST_DEADLINE}: a later answer is dropped and the guest told",
    "output_bytes": f"{means.HOST_COUNT}: of what arrives in the pipes; what comes after is dropped",
    "value_bytes": f"{means.WORKER}: nothing larger is encoded, and no end reads more",
    "snapshot_mb": f"{means.WORKER}: no larger document is written or unpacked, and the host reads no more",
}
_IN_PROCESS = {
    "wall_s": f"{means.ENGINE}: its clock, looked at every 64 operations; not inside native calls",
    "total_wall_s": f"{means.HOST_DEADLINE}: at tool calls only",
    "cpu_s": f"{NOT}: {_FOR_ITSELF}",
    "memory_mb": f"{NOT}: {_FOR_ITSELF}; only operations that have a price are refused when their result is larger",
    "processes": f"{NOT}: {_FOR_ITSELF}; no facade starts any",
    "open_files": f"{NOT}: {_FOR_ITSELF}",
    "disk_mb": f"{NOT}: {_FOR_ITSELF}; told when a run has ended ({means.HOST_COUNT})",
}

_ENDS_CONTAINER = f"{means.HOST_DEADLINE}: an interrupt, {WALL_S:g} s later the container is ended"
_ENDS_WORKER = (
    f"{means.HOST_DEADLINE}: an interrupt, then SIGKILL through a pidfd after {CPU_S:g} s of CPU or {WALL_S:g} s"
)
_IN_CONTAINER = {
    "wall_s": _ENDS_CONTAINER,
    "total_wall_s": _ENDS_CONTAINER,
    "cpu_s": f"{means.HOST_CLOCK}: what the container's first process reads of the worker's CPU clock, "
    "where it may fork of the container's account",
    "memory_mb": f"{means.RLIMIT}: address space and writable private memory above the idle worker's; each process; "
    f"{means.CGROUP}: all of the container, with its files",
    "processes": f"{means.CGROUP}: tasks of the container, threads too; {means.SECCOMP} when 0: every fork is refused",
    "open_files": f"{means.RLIMIT}: RLIMIT_NOFILE, each process",
    "disk_mb": f"{means.FILE_SYSTEM}: a tmpfs of that size, 1024 files and 64 a MB; {means.RLIMIT} for one file",
}


def _in_jail(mechanisms: Mapping[str, str]) -> dict[str, str]:
    own_root = mechanisms.get("own root") == "on"
    grouped = mechanisms.get("memory cgroup") == "on"
    filtered = mechanisms.get("seccomp") == "on"
    filtering = f"{means.SECCOMP}: every fork is refused" if filtered else f"{NOT}: nothing here counts or refuses them"
    return {
        "wall_s": _ENDS_WORKER,
        "total_wall_s": _ENDS_WORKER,
        "cpu_s": f"{means.HOST_CLOCK}: the worker's CPU clock; where it may fork, "
        + ("the account of its control group" if grouped else "with its descendants' times"),
        "memory_mb": f"{means.RLIMIT}: address space and writable private memory above the idle worker's; each process"
        + (f"; {means.CGROUP}: all of the session, with its files" if grouped else ""),
        "processes": f"{means.RLIMIT}: RLIMIT_NPROC in the session's own user namespace; {means.SECCOMP} when 0"
        if own_root
        else filtering,
        "open_files": f"{means.RLIMIT}: RLIMIT_NOFILE, each process",
        "disk_mb": f"{means.FILE_SYSTEM}: a tmpfs of that size, 1024 files and 64 a MB; {means.RLIMIT} for one file"
        if own_root
        else f"{means.HOST_COUNT}: every 0.2 s and at the end, unlinked files not; {means.RLIMIT} for one file",
    }
