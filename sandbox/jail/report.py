"""What truly holds around this worker, found by trying, and the level that it amounts to.

Invariants: "on" is written only for what was verified in this process after it was set up; a mechanism that should
stand and does not raises ``WallBroken``, so that the worker ends; the level follows from the mechanisms alone.
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Mapping

from . import kernel, namespaces, privileges, rlimits, seccomp

FILE_WALLS = ("namespaces", "landlock")
LEVELS = ("none", "L1", "L2", "L3")
_NAMESPACE_TITLES = {
    "user": "user namespace",
    "mnt": "mount namespace",
    "net": "network namespace",
    "ipc": "ipc namespace",
    "uts": "uts namespace",
    "cgroup": "cgroup namespace",
    "pid": "pid namespace",
}
_SECCOMP_FILTER_MODE = 2


class WallBroken(Exception):
    """A part of the wall was set up and does not hold."""


def _hold(condition: bool, what: str) -> str:
    if not condition:
        raise WallBroken(f"{what} was set up and does not hold")
    return "on"


def level(mechanisms: Mapping[str, str]) -> str:
    """The jail's level: L3 with all three walls, L2 with seccomp and one of the file walls, else L1 or none."""
    standing = [mechanisms.get(name) == "on" for name in FILE_WALLS]
    if mechanisms.get("seccomp") == "on" and any(standing):
        return "L3" if all(standing) else "L2"
    return "L1" if "on" in (mechanisms.get("resource limits"), mechanisms.get("seccomp")) else "none"


def verify_namespaces(proc: int, zygote: Mapping[str, str]) -> dict[str, str]:
    """Every namespace differs from the zygote's, and this is pid 1."""
    own = namespaces.identities(proc)
    verified = {title: _hold(own[name] != zygote[name], title) for name, title in _NAMESPACE_TITLES.items()}
    _hold(os.getpid() == 1, "pid namespace")
    return verified


def verify_root() -> dict[str, str]:
    """The root is the one that was built, and /cell a mount of its own that executes nothing."""
    root, cell = os.statvfs("/"), os.statvfs(namespaces.CELL)
    closed = os.ST_RDONLY | os.ST_NOSUID | os.ST_NODEV | os.ST_NOEXEC
    _hold(root.f_flag & closed == closed and not os.path.exists("/proc/self"), "own root")
    closed = os.ST_NOSUID | os.ST_NODEV | os.ST_NOEXEC
    _hold(cell.f_flag & closed == closed, "/cell")
    return {"own root": "on"}


def verify_privileges() -> dict[str, str]:
    """No capability, nothing to gain by exec, no dump."""
    no_bounding = os.geteuid() != 0 or kernel.prctl(kernel.PR_CAPBSET_READ, 21) == 0
    return {
        "no capabilities": _hold(not any(privileges.capabilities()) and no_bounding, "no capabilities"),
        "no new privileges": _hold(kernel.prctl(kernel.PR_GET_NO_NEW_PRIVS) == 1, "no new privileges"),
        "not dumpable": _hold(kernel.prctl(kernel.PR_GET_DUMPABLE) == 0, "not dumpable"),
    }


def verify_limits(limits: dict[int, int]) -> dict[str, str]:
    """The resource limits read back."""
    return {"resource limits": _hold(rlimits.hold(limits), "resource limits")}


def verify_landlock() -> dict[str, str]:
    """The root directory, which nothing grants, cannot be opened."""
    try:
        os.close(os.open("/", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
    except PermissionError:
        return {"landlock": "on"}
    raise WallBroken("landlock was set up and does not hold")


def verify_seccomp() -> dict[str, str]:
    """A filter is in force, and it is ours: a call that only ours answers with a certain errno."""
    _hold(kernel.prctl(kernel.PR_GET_SECCOMP) == _SECCOMP_FILTER_MODE, "seccomp")
    try:
        kernel.syscall(seccomp.PROBE_CALL, -1, None, ctypes.c_size_t(0), 0)
    except OSError as error:
        return {"seccomp": _hold(error.errno == seccomp.PROBE_ERRNO, "seccomp")}
    raise WallBroken("seccomp was set up and does not hold")


def refusal(error: OSError) -> str:
    """Why a mechanism is off, in a few words."""
    name = errno.errorcode.get(error.errno or 0, "error")
    return f"off: {name}: {error.strerror or error}"
