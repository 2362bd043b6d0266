"""The few kernel calls that Python does not offer, through ctypes, with their constants.

Invariants: every call raises OSError with the call's name on failure; argument types are declared once, at import,
so that a forked worker pays nothing for them.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from collections.abc import Mapping

from .numbers import NUMBERS

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS = 0x20000, 0x02000000, 0x04000000
CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x08000000, 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = (
    1,
    2,
    4,
    8,
    32,
    4096,
    16384,
    1 << 18,
)
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_GET_DUMPABLE, PR_SET_DUMPABLE, PR_SET_NAME, PR_GET_NAME, PR_GET_SECCOMP = 1, 3, 4, 15, 16, 21
PR_CAPBSET_READ, PR_CAPBSET_DROP, PR_SET_SECUREBITS, PR_SET_NO_NEW_PRIVS, PR_GET_NO_NEW_PRIVS = 23, 24, 28, 38, 39
PR_SET_CHILD_SUBREAPER, PR_CAP_AMBIENT, PR_SET_VMA = 36, 47, 0x53564D41
AT_FDCWD = -100
AT_EMPTY_PATH, AT_RECURSIVE = 0x1000, 0x8000
OPEN_TREE_CLONE, OPEN_TREE_CLOEXEC = 1, os.O_CLOEXEC
MOVE_MOUNT_F_EMPTY_PATH = 4
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC = 1, 2, 4, 8
FSOPEN_CLOEXEC, FSMOUNT_CLOEXEC, FSCONFIG_SET_STRING, FSCONFIG_CMD_CREATE = 1, 1, 1, 6
SECCOMP_SET_MODE_FILTER = 1
MADV_POPULATE_WRITE = 23

MACHINE = platform.machine()
ARCHITECTURES = {"x86_64": 0, "aarch64": 1}

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
_libc.mount.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p]
_libc.umount2.argtypes = [ctypes.c_char_p, ctypes.c_int]
_libc.unshare.argtypes = [ctypes.c_int]
_libc.setns.argtypes = [ctypes.c_int, ctypes.c_int]
_libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
_libc.sethostname.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
# A library whose calls keep the interpreter's lock, as a fork must.
_locked_libc = ctypes.PyDLL(None, use_errno=True)


def _check(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def number(name: str) -> int:
    """The number of a system call on this machine.

    Raises:
        OSError: this architecture is not supported, or lacks the call.
    """
    column = ARCHITECTURES.get(MACHINE)
    found = None if column is None else NUMBERS[name][column]
    if found is None:
        raise OSError(38, f"no system call {name} on {MACHINE}")
    return found


def syscall(name: str, *args: object) -> int:
    """Call by name; integers that may exceed an int come as ctypes values.

    Raises:
        OSError: the kernel refused.
    """
    result: int = _libc.syscall(ctypes.c_long(number(name)), *args)
    return _check(result, name)


def prctl(option: int, a: int = 0, b: int = 0, c: int = 0, d: int = 0) -> int:
    """Raises OSError when the kernel refuses."""
    return _check(_libc.prctl(option, a, b, c, d), f"prctl({option})")


def fork() -> int:
    """fork(2) without what Python does around it, for a process that has one thread only.

    Handlers of the library (fresh locks, a fresh seed for ``random``) do not run: they write to a quarter of all the
    pages that a new worker ever touches. Whoever needs them calls them in the child.
    """
    return _check(_locked_libc.fork(), "fork")


def populate(start: int, size: int) -> bool:
    """Make pages of private memory this process's own, as writing to them would. Whether that was done for all."""
    return bool(_libc.madvise(start, size, MADV_POPULATE_WRITE) == 0)


def unshare(flags: int) -> None:
    """Leave the given namespaces for new ones."""
    _check(_libc.unshare(flags), "unshare")


def setns(fd: int, kind: int) -> None:
    """Enter the namespaces of the process behind a pidfd."""
    _check(_libc.setns(fd, kind), "setns")


def sethostname(name: str) -> None:
    """Name this UTS namespace."""
    _check(_libc.sethostname(name.encode(), len(name.encode())), "sethostname")


def mount(source: str | None, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    """mount(2)."""
    encoded = [None if text is None else os.fsencode(text) for text in (source, target, kind, options)]
    _check(_libc.mount(encoded[0], encoded[1], encoded[2], flags, encoded[3]), f"mount {target}")


def umount_detached(target: str) -> None:
    """Take a mount out of the tree now, and free it when nothing uses it."""
    _check(_libc.umount2(os.fsencode(target), MNT_DETACH), f"umount {target}")


def pivot_root_here() -> None:
    """Make the working directory, a mount point, the root; the old root is taken out of the tree."""
    syscall("pivot_root", b".", b".")
    umount_detached(".")
    os.chdir("/")


def clone_tree(path: str) -> int:
    """A detached copy of the mounts at ``path``, as a descriptor for ``attach_tree``."""
    return syscall("open_tree", AT_FDCWD, os.fsencode(path), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE)


def restrict_tree(fd: int, attributes: int) -> None:
    """Add mount attributes (read-only, nosuid, …) to a detached tree and all mounts in it."""
    attr = struct.pack("=QQQQ", attributes, 0, 0, 0)
    syscall("mount_setattr", fd, b"", AT_EMPTY_PATH | AT_RECURSIVE, attr, ctypes.c_size_t(len(attr)))


def attach_tree(fd: int, target: str) -> None:
    """Mount a detached tree at ``target``."""
    syscall("move_mount", fd, b"", AT_FDCWD, os.fsencode(target), MOVE_MOUNT_F_EMPTY_PATH)


def detached_tmpfs(options: Mapping[str, str], attributes: int) -> int:
    """A new tmpfs that is mounted nowhere, as a descriptor of its root directory."""
    context = syscall("fsopen", b"tmpfs", FSOPEN_CLOEXEC)
    try:
        for key, value in options.items():
            syscall("fsconfig", context, FSCONFIG_SET_STRING, key.encode(), value.encode(), 0)
        syscall("fsconfig", context, FSCONFIG_CMD_CREATE, None, None, 0)
        return syscall("fsmount", context, FSMOUNT_CLOEXEC, attributes)
    finally:
        os.close(context)


def close_from(first: int) -> None:
    """Close every descriptor from ``first`` up."""
    syscall("close_range", ctypes.c_uint(first), ctypes.c_uint(0xFFFFFFFF), 0)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]


def install_filter(program: bytes) -> None:
    """Load a seccomp program (8 bytes an instruction) for this process and all it will start."""
    buffer = ctypes.create_string_buffer(program, len(program))
    syscall(
        "seccomp",
        SECCOMP_SET_MODE_FILTER,
        0,
        ctypes.byref(_Program(len(program) // 8, ctypes.addressof(buffer))),
    )
