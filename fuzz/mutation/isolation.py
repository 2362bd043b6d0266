"""Namespaces of a mutant's own: a jail that mounts, kills or renames where it should not does so for itself.

In them /tmp is empty, the rest of the file system is read-only, and every process ends with the first. The network is
the machine's.
"""

from __future__ import annotations

import os
import signal
import struct
import sys

from sandbox.jail import kernel

_APART = kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS | kernel.CLONE_NEWPID
_DEATH = 1  # PR_SET_PDEATHSIG of Linux's prctl.h


_HIDDEN = ("/tmp", "/dev/shm")


def missing() -> str:
    """Why mutants cannot be tried here; empty when they can."""
    if place := next((place for place in _HIDDEN if sys.prefix.startswith(f"{place}/")), ""):
        return f"Python's environment lies in {place}, which is hidden there"
    child = os.fork()
    if child == 0:
        try:
            enter()
            os._exit(0)
        except OSError as error:
            os._exit(error.errno or 1)
        finally:
            os._exit(1)
    failed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return os.strerror(failed) if failed else ""


def enter() -> None:
    """In a child of its own: leave the machine's namespaces. The next fork makes the first process of the new ones.

    Raises:
        OSError: this user may not.
    """
    kernel.prctl(_DEATH, signal.SIGKILL)
    os.setsid()
    uid, gid = os.geteuid(), os.getegid()
    if uid != 0:
        kernel.unshare(_APART | kernel.CLONE_NEWUSER)
        for name, text in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
    else:
        kernel.unshare(_APART)


def furnish() -> None:
    """In the first process of the new namespaces: its own /proc and /tmp, the rest read-only.

    Raises:
        OSError: the kernel refused.
    """
    kernel.prctl(_DEATH, signal.SIGKILL)
    kernel.mount(None, "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    attributes = struct.pack("=QQQQ", kernel.MOUNT_ATTR_RDONLY, 0, 0, 0)
    flags = kernel.AT_EMPTY_PATH | kernel.AT_RECURSIVE
    root = os.open("/", os.O_PATH | os.O_DIRECTORY)
    kernel.syscall("mount_setattr", root, b"", flags, attributes, len(attributes))
    os.close(root)
    kernel.mount("proc", "/proc", "proc", 0)
    for place in _HIDDEN:
        if os.path.isdir(place):
            kernel.mount("tmpfs", place, "tmpfs", 0, "mode=1777")


def leave_first() -> None:
    """In the first process: go on as a child of it. The first takes in what loses its parent, as it does on a whole
    machine, and ends, and everything with it, when the child has ended."""
    child = os.fork()
    if child == 0:
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        while os.wait()[0] != child:
            continue
    finally:
        os._exit(0)
