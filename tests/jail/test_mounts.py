"""What a worker's mounts and identity are, as full Python behind the jail sees them."""

from __future__ import annotations

from typing import Any

import pytest

from executors import create_executor
from sandbox.limits import Limits

SEEN = """
import os, sys
NAMES = {"ro": os.ST_RDONLY, "nosuid": os.ST_NOSUID, "nodev": os.ST_NODEV, "noexec": os.ST_NOEXEC}

def flags(path):
    held = os.statvfs(path).f_flag
    return " ".join(name for name, bit in NAMES.items() if held & bit)

seen = {"/": flags("/"), "/cell": flags("/cell"), "library": flags(os.path.dirname(os.__file__))}
seen |= {"zones": flags("/usr/share/zoneinfo")} if os.path.isdir("/usr/share/zoneinfo") else {}
HOSTS = ("/proc", "/sys", "/dev/null", "/etc/passwd", "/etc/hostname")
seen |= {"of the host": [path for path in HOSTS if os.path.exists(path)]}
seen |= {"ids": (os.getuid(), os.geteuid(), os.getgid(), os.getegid(), os.getgroups()), "pid": os.getpid()}
seen |= {"session": os.getsid(0), "umask": os.umask(0o077), "node": os.uname().nodename, "directory": os.getcwd()}
seen |= {"mode": oct(os.stat("/cell").st_mode), "free": sorted(fd for fd in range(3, 64) if is_open(fd))}
seen
"""
IS_OPEN = """
import os
def is_open(fd):
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True
"""


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What a worker that has full Python sees of itself."""
    limits = Limits(disk_mb=8)
    with create_executor("local", engine="cpython", limits=limits) as executor:
        if executor.isolation.level != "L3":
            pytest.skip(f"needs isolation L3: the jail reaches {executor.isolation.level} here")
        result = executor.run(IS_OPEN + SEEN)
        assert result.error is None, result.error
        found: dict[str, Any] = result.value
        return found


def test_mounts(seen: dict[str, Any]) -> None:
    assert seen["/"] == "ro nosuid nodev noexec"
    assert seen["/cell"] == "nosuid nodev noexec"
    assert seen["library"] == "ro nosuid nodev"
    assert seen.get("zones", "ro nosuid nodev") == "ro nosuid nodev"
    assert seen["of the host"] == []
    assert (seen["directory"], seen["mode"]) == ("/cell", "0o40700")


def test_identity(seen: dict[str, Any]) -> None:
    assert seen["ids"] == (1000, 1000, 1000, 1000, [])
    assert (seen["pid"], seen["session"], seen["umask"], seen["node"]) == (1, 1, 0o077, "cell")


def test_descriptors(seen: dict[str, Any]) -> None:
    assert seen["free"] == [3]
