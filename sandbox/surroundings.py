"""What holds around a worker that something else has enclosed, as a process inside can tell without trying much.

Invariants: "on" is written only for what was looked at in this very process; nothing here changes anything. What takes
an attempt to find out (limits of memory and of processes, a connection) is for a probe.
"""

from __future__ import annotations

import contextlib
import os

from .jail import kernel
from .jail.namespaces import CELL

ROOT, CELL_MOUNT, USER, CAPABILITIES = "read-only root", "/cell", "own user", "no capabilities"
NO_NEW_PRIVILEGES, SECCOMP, NETWORK = "no new privileges", "seccomp", "network"
LOOKED_AT = (ROOT, CELL_MOUNT, USER, CAPABILITIES, NO_NEW_PRIVILEGES, SECCOMP, NETWORK)
"""Every mechanism that ``look`` tells of."""
OF_WORKERS = ("resource limits", "processes", "landlock")
"""What a worker in a container closes by itself; the second only where it may have no processes."""
_FILTERED = 2
_LOOPBACK = ["lo"]


def look() -> dict[str, str]:
    """Each mechanism with "on", or "off: why"."""
    return {
        ROOT: _told(_flags("/", os.ST_RDONLY), "the root file system can be written to"),
        CELL_MOUNT: _told(_flags(CELL, os.ST_NOEXEC | os.ST_NOSUID | os.ST_NODEV), "programs in it may be started"),
        USER: _told(os.geteuid() != 0, "the worker is root"),
        CAPABILITIES: _told(_capabilities() == 0, "the worker has some"),
        NO_NEW_PRIVILEGES: _told(kernel.prctl(kernel.PR_GET_NO_NEW_PRIVS) == 1, "programs may gain some"),
        SECCOMP: _told(kernel.prctl(kernel.PR_GET_SECCOMP) == _FILTERED, "system calls are not filtered"),
        NETWORK: _network(),
    }


def _told(holds: bool, otherwise: str) -> str:
    return "on" if holds else f"off: {otherwise}"


def _flags(path: str, wanted: int) -> bool:
    return os.statvfs(path).f_flag & wanted == wanted


def _capabilities() -> int:
    """Those that this process has, may take or inherit; -1 where nobody can tell. Read, since not every filter of
    system calls lets them be asked for."""
    sets = {b"CapInh", b"CapPrm", b"CapEff", b"CapAmb"}
    found = -1
    with contextlib.suppress(OSError, ValueError), open("/proc/self/status", "rb") as lines:
        for line in lines:
            name, _, value = line.partition(b":")
            if name in sets:
                found = max(found, int(value, 16))
    return found


def _network() -> str:
    """On: there is none but the loopback."""
    try:
        with open("/proc/self/net/dev", encoding="utf-8") as lines:
            found = [line.partition(":")[0].strip() for line in lines if ":" in line]
    except OSError as error:
        return f"off: nobody can tell which interfaces there are: {error.strerror}"
    return _told(found in (_LOOPBACK, []), f"there are interfaces beside the loopback: {', '.join(found)}"[:200])
