"""The control group of a container, as its first process sees it: what the kernel counts there, if it shows it.

Invariants: read only; None or 0 where nobody can tell (no control groups, or those of another kernel's making).
"""

from __future__ import annotations

import contextlib

_V2, _V1 = "/sys/fs/cgroup", "/sys/fs/cgroup/memory"
_V1_CPU = "/sys/fs/cgroup/cpuacct/cpuacct.usage"


class OwnGroup:
    """Looks at the files that are there when it is made."""

    def __init__(self) -> None:
        self._cpu = next((path for path in (f"{_V2}/cpu.stat", _V1_CPU) if _read(path)), "")
        events = (f"{_V2}/memory.events", f"{_V1}/memory.oom_control")
        self._events = next((path for path in events if b"oom_kill " in _read(path)), "")

    def cpu_us(self) -> int | None:
        """Microseconds of CPU of everything in the container so far."""
        text = _read(self._cpu) if self._cpu else b""
        if self._cpu == _V1_CPU:
            return int(text) // 1000 if text.strip().isdigit() else None
        return _field(text, b"usage_usec")

    def oom_kills(self) -> int:
        """How many processes the kernel has ended for the container's memory limit."""
        return (_field(_read(self._events), b"oom_kill") or 0) if self._events else 0


def _field(text: bytes, name: bytes) -> int | None:
    for line in text.splitlines():
        key, _, value = line.partition(b" ")
        if key == name and value.isdigit():
            return int(value)
    return None


def _read(path: str) -> bytes:
    with contextlib.suppress(OSError), open(path, "rb") as file:
        return file.read(4096)
    return b""
