"""Resource limits of one worker.

Invariants: hard limits equal soft ones, but for the stack; a ceiling that is already lower stays.
"""

from __future__ import annotations

import dataclasses
import os
import resource

MB = 1 << 20
STACK_MB = 64
OWN_MB = 4
"""Room for the worker's own needs beyond the guest's growth: its reserve, and what it has yet to write to."""


@dataclasses.dataclass(frozen=True)
class Mapped:
    """Bytes that a process has mapped: ``space`` all of them, ``data`` what is private and may be written."""

    space: int
    data: int


def mapped(proc: int) -> Mapped:
    """What this process has mapped now. ``proc`` is a descriptor of a /proc."""
    fd = os.open("self/statm", os.O_RDONLY | os.O_CLOEXEC, dir_fd=proc)
    try:
        pages = [int(field) for field in os.read(fd, 128).split()]
    finally:
        os.close(fd)
    return Mapped(pages[0] * resource.getpagesize(), pages[5] * resource.getpagesize())


def wanted(*, idle: Mapped, memory_mb: int, open_files: int, disk_mb: int, processes: int | None) -> dict[int, int]:
    """The limits by resource. ``idle`` is what was mapped before the guest's growth; ``processes`` is how many the
    guest may add, None where they cannot be counted (then fork is refused elsewhere)."""
    growth = (memory_mb + OWN_MB) * MB
    limits = {
        resource.RLIMIT_AS: idle.space + growth,
        # Address space that libraries reserved and cannot write to yet would be the guest's without this one.
        resource.RLIMIT_DATA: idle.data + growth,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: open_files,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_FSIZE: disk_mb * MB,
    }
    if processes is not None:
        limits[resource.RLIMIT_NPROC] = processes + 1
    return limits


def apply(limits: dict[int, int]) -> None:
    """Set them for good.

    Raises:
        OSError: the kernel refused.
    """
    for kind, value in limits.items():
        lowered = _below(value, resource.getrlimit(kind)[1])
        resource.setrlimit(kind, (lowered, lowered))
    hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
    resource.setrlimit(resource.RLIMIT_STACK, (_below(STACK_MB * MB, hard), hard))


def hold(limits: dict[int, int]) -> bool:
    """Whether these limits, or lower ones, are in force now."""
    return all(
        0 <= hard <= value and soft <= value
        for kind, value in limits.items()
        for soft, hard in [resource.getrlimit(kind)]
    )


def _below(value: int, ceiling: int) -> int:
    return value if ceiling == resource.RLIM_INFINITY else min(value, ceiling)
