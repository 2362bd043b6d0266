"""Resource limits of one worker.

Invariants: hard limits equal soft ones, but for the stack; a ceiling that is already lower stays.
"""

from __future__ import annotations

import os
import resource

MB = 1 << 20
STACK_MB = 64
OWN_MB = 4
"""Room for the worker's own needs beyond the guest's growth: its reserve, and what it has yet to write to."""


def address_space(proc: int) -> int:
    """Bytes of address space that this process has now. ``proc`` is a descriptor of a /proc."""
    fd = os.open("self/statm", os.O_RDONLY | os.O_CLOEXEC, dir_fd=proc)
    try:
        return int(os.read(fd, 128).split()[0]) * resource.getpagesize()
    finally:
        os.close(fd)


def wanted(*, idle_bytes: int, memory_mb: int, open_files: int, disk_mb: int, processes: int | None) -> dict[int, int]:
    """The limits by resource. ``idle_bytes`` is the address space before the guest's growth; ``processes`` is how
    many the guest may add, None where they cannot be counted (then fork is refused elsewhere)."""
    limits = {
        resource.RLIMIT_AS: idle_bytes + (memory_mb + OWN_MB) * MB,
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
