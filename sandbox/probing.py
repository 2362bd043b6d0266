"""What truly holds inside a container, found by trying: the program of a throw-away container, run once per engine.

It is started with the limits that were asked for as JSON in its first argument and writes one ASCII JSON line a check,
``{"check": name, "seen": {...}}``. It reports what it saw and judges nothing; the host judges. Checks that may end the
whole container come last, each announced by ``{"check": name, "begun": true}``.

Invariants: no guest code runs here; what is tried does no harm where it is not refused; nothing is left behind.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import mmap
import os
import resource
import signal
import socket
import stat
import sys
from collections.abc import Callable
from typing import Any

from .jail import kernel
from .own_group import OwnGroup

CELL = "/cell"
FILTERED = "vmsplice"
"""The call that only our own filter of system calls answers with an errno of its own."""
_DOCUMENTATION_NET = ("192.0.2.1", 9)
"""TEST-NET-1 of RFC 5737: routed nowhere."""
_PAGE = 4096
_CHUNK = 1 << 20
_WORST = b"1000"
_PLACES = (
    "/",
    "/etc",
    "/opt",
    "/opt/hardcell",
    "/usr",
    "/usr/lib",
    "/var",
    "/tmp",
    "/home",
    "/root",
    "/srv",
    "/dev",
    "/run",
)
_MOST_DEVICES = 64


def main() -> None:
    """Run every check and end."""
    asked: dict[str, int] = json.loads(sys.argv[1])
    for name, check in _QUIET.items():
        _say(name, check())
    for name, dangerous in _DANGEROUS.items():
        if name in asked:
            _write({"check": name, "begun": True})
            _say(name, dangerous(asked[name]))
    _write({"check": "end", "begun": True})


def _say(name: str, seen: dict[str, Any]) -> None:
    _write({"check": name, "seen": seen})


def _write(line: dict[str, Any]) -> None:
    data = json.dumps(line).encode("ascii") + b"\n"
    while data:
        data = data[os.write(1, data) :]


def _errno_of(act: Callable[[], object]) -> int:
    """0 when it works."""
    try:
        act()
    except OSError as error:
        return error.errno or -1
    return 0


def user() -> dict[str, Any]:
    """Who the process is."""
    return {"uids": list(os.getresuid()), "gids": list(os.getresgid()), "groups": os.getgroups()}


def rights() -> dict[str, Any]:
    """Every set of capabilities, and whether a program could gain some."""
    with open("/proc/self/status", encoding="ascii", errors="replace") as lines:
        fields = dict(line.split(":", 1) for line in lines if line.startswith("Cap"))
    sets = {name: value.strip()[:16] for name, value in fields.items()}
    return {"sets": sets, "no_new_privs": kernel.prctl(kernel.PR_GET_NO_NEW_PRIVS)}


def calls() -> dict[str, Any]:
    """The filter's mode, how our marked call is answered, and the errno of calls that must not reach the kernel."""
    return {
        "mode": kernel.prctl(kernel.PR_GET_SECCOMP),
        "marked": _errno_of(lambda: kernel.syscall(FILTERED, -1, None, ctypes.c_size_t(0), 0)),
        "refused": {name: _errno_of(act) for name, act in _FORBIDDEN.items()},
        "release": os.uname().release[:64],
    }


def _socket() -> None:
    socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()


def _clone() -> None:
    pid = kernel.syscall("clone", ctypes.c_ulong(kernel.CLONE_NEWUSER | signal.SIGCHLD), None, None, None, None)
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def _close(made: int) -> None:
    os.close(made)


_FORBIDDEN: dict[str, Callable[[], object]] = {
    "socket": _socket,
    "clone": _clone,
    "unshare": lambda: kernel.unshare(0),
    "io_uring_setup": lambda: kernel.syscall("io_uring_setup", 0, None),
    "ptrace": lambda: kernel.syscall("ptrace", ctypes.c_long(2), 0, None, None),
    "process_vm_readv": lambda: kernel.syscall("process_vm_readv", 0, None, ctypes.c_ulong(0), None, ctypes.c_ulong(0)),
    "keyctl": lambda: kernel.syscall("keyctl", 99, 0, 0, 0, 0),
    "perf_event_open": lambda: kernel.syscall("perf_event_open", None, 0, -1, -1, ctypes.c_ulong(0)),
    "memfd_create": lambda: _close(kernel.syscall("memfd_create", b"probe", 0)),
    "personality": lambda: kernel.syscall("personality", ctypes.c_ulong(0xFFFFFFFF)),
}
"""Calls that a process without any filter may make here, or for which the kernel would have another errno."""


def network() -> dict[str, Any]:
    """The interfaces, and how attempts to reach another machine end."""
    with contextlib.suppress(OSError), open("/proc/self/net/dev", encoding="ascii", errors="replace") as lines:
        found = [line.partition(":")[0].strip()[:16] for line in lines if ":" in line]
        return {"interfaces": found[:32], "connect": [_connects(socket.SOCK_STREAM), _connects(socket.SOCK_DGRAM)]}
    return {"interfaces": ["?"], "connect": []}


def _connects(kind: int) -> int:
    def attempt() -> None:
        with socket.socket(socket.AF_INET, kind) as made:
            made.setblocking(False)
            made.connect(_DOCUMENTATION_NET)

    return _errno_of(attempt)


def root() -> dict[str, Any]:
    """How the root is mounted, and where something can be written outside /cell."""
    return {
        "options": _mounted("/"),
        "written": [place for place in _PLACES if os.path.isdir(place) and _writable(place)],
    }


def _mounted(place: str) -> list[str]:
    """The options of the mount that is seen there: of several, the last."""
    options: list[str] = []
    with open("/proc/self/mounts", encoding="ascii", errors="replace") as lines:
        for line in lines:
            fields = line.split()
            if len(fields) > 3 and fields[1] == place:
                options = fields[3].split(",")
    return [option[:64] for option in options[:32]]


def _writable(place: str) -> bool:
    path = os.path.join(place, ".hardcell-probe")
    if _errno_of(lambda: os.mkdir(path)):
        return False
    os.rmdir(path)
    return True


def cell() -> dict[str, Any]:
    """How it is mounted, its size, and whether a program in it can be started."""
    found = os.statvfs(CELL)
    return {
        "options": _mounted(CELL),
        "bytes": found.f_blocks * found.f_frsize,
        "execute": _executes(),
    }


def _executes() -> int:
    """The errno of starting a program that lies in /cell."""
    path = os.path.join(CELL, ".hardcell-probe")
    with open(path, "w", encoding="ascii") as file:
        file.write(f"#!{sys.executable} -I\n")
    try:
        os.chmod(path, 0o700)
        pid = os.fork()
        if pid == 0:
            code = 0
            try:
                os.execv(path, [path])
            except OSError as error:
                code = error.errno or 255
            finally:
                os._exit(code)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    finally:
        os.unlink(path)


def cores() -> dict[str, Any]:
    """The limit on core files."""
    return {"limit": list(resource.getrlimit(resource.RLIMIT_CORE))}


def devices() -> dict[str, Any]:
    """Device nodes that can be seen below /dev: [name, b or c, major, minor]."""
    found = []
    for directory, _, names in os.walk("/dev"):
        for name in names:
            path = os.path.join(directory, name)
            with contextlib.suppress(OSError):
                status = os.lstat(path)
                if stat.S_ISBLK(status.st_mode) or stat.S_ISCHR(status.st_mode):
                    kind = "b" if stat.S_ISBLK(status.st_mode) else "c"
                    found.append([path[:64], kind, os.major(status.st_rdev), os.minor(status.st_rdev)])
    return {"nodes": sorted(found)[:_MOST_DEVICES]}


def disk(size: int) -> dict[str, Any]:
    """How much can be written to /cell, trying for ``size`` bytes."""
    path = os.path.join(CELL, ".hardcell-probe")
    written, failed = 0, 0
    piece = bytes(1 << 16)
    with open(path, "wb", buffering=0) as file:
        try:
            while written < size:
                written += file.write(piece)
        except OSError as error:
            failed = error.errno or -1
    os.unlink(path)
    return {"written": written, "errno": failed}


def processes(most: int) -> dict[str, Any]:
    """How many processes can be there at once, trying for ``most`` beside this one."""
    children: list[int] = []
    failed = 0
    while len(children) < most and not failed:
        try:
            child = os.fork()
        except OSError as error:
            failed = error.errno or -1
            continue
        if child == 0:
            signal.pause()
            os._exit(0)
        children.append(child)
    for child in children:
        os.kill(child, signal.SIGKILL)
    for child in children:
        os.waitpid(child, 0)
    return {"made": len(children), "errno": failed}


def memory(most: int) -> dict[str, Any]:
    """What becomes of a process that writes to ``most`` bytes of memory, and how far it comes."""
    group = OwnGroup()
    before = group.oom_kills()
    touched = mmap.mmap(-1, _PAGE)
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "wb", buffering=0) as file:
            file.write(_WORST)
        os._exit(_touch(most, touched))
    status = os.waitpid(pid, 0)[1]
    return {
        "touched": int.from_bytes(touched[:8], "little"),
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
        "status": os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0,
        "oom_kills": group.oom_kills() - before,
    }


def _touch(most: int, told: mmap.mmap) -> int:
    """In the child: 0 when all of it could be written to, else an errno."""
    held = []
    for done in range(0, most, _CHUNK):
        try:
            piece = mmap.mmap(-1, _CHUNK)
        except OSError as error:
            return error.errno or 255
        for start in range(0, _CHUNK, _PAGE):
            piece[start] = 1
        held.append(piece)
        told[:8] = (done + _CHUNK).to_bytes(8, "little")
    return 0


_QUIET: dict[str, Callable[[], dict[str, Any]]] = {
    "user": user,
    "rights": rights,
    "calls": calls,
    "network": network,
    "root": root,
    "cell": cell,
    "cores": cores,
    "devices": devices,
}
_DANGEROUS: dict[str, Callable[[int], dict[str, Any]]] = {"disk": disk, "processes": processes, "memory": memory}
