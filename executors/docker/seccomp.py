"""Which system calls a container's processes may make: our own profile, in the format of Docker and the OCI.

Deny by default: what no row of ``ALLOWED`` names is refused with EPERM. Each row has its purpose. The rows were chosen
by what CPython, its standard library, numpy and pandas ask for, not taken from another profile. Calls of other
architectures than the container's own (32-bit, x32) end the process.

Invariants: no call that makes a socket other than one end of a pair, mounts, enters or makes a namespace, loads code
into the kernel, or reads another process is allowed; a call that is a tripwire in the jail is allowed here only with a
reason in ``THOUGH_A_TRIPWIRE``. Names that an architecture lacks are ignored by the engine there.
"""

from __future__ import annotations

import errno
import functools
import json
from typing import Any, Final, Literal, NamedTuple

Operator = Literal["SCMP_CMP_EQ", "SCMP_CMP_MASKED_EQ"]

PROBE_CALL: Final = "vmsplice"
PROBE_ERRNO: Final = 2990
"""The call fails with this errno under this profile and no other (the jail's own filter answers 2989)."""

_NAMESPACE_FLAGS = 0x7E020000
"""CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET; a new time namespace only clone3 can ask for."""
_AF_UNIX, _SOCK_STREAM, _SOCKET_TYPE = 1, 1, 0xF
_MSG_OOB, _SOL_SOCKET = 1, 1
_ASKED_OF_SOCKETS = (3, 4, 7, 8, 17, 30, 38, 39)
"""SO_TYPE, ERROR, SNDBUF, RCVBUF, PEERCRED, ACCEPTCONN, PROTOCOL, DOMAIN."""
_SET_OF_SOCKETS = (7, 8)
_FILE_TYPE, _FIFO = 0o170000, 0o010000
_FCNTL = (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1031, 1032)
"""DUPFD, GETFD, SETFD, GETFL, SETFL, GETLK, SETLK, SETLKW, the OFD locks, DUPFD_CLOEXEC, SETPIPE_SZ, GETPIPE_SZ."""
_IOCTL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
"""TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX."""
_PRCTL = (1, 2, 3, 4, 15, 16, 21, 23, 36, 37, 38, 39, 0x53564D41)
"""SET and GET_PDEATHSIG, GET and SET_DUMPABLE, SET and GET_NAME, GET_SECCOMP, CAPBSET_READ, SET and GET of
CHILD_SUBREAPER and of NO_NEW_PRIVS, SET_VMA."""


class Condition(NamedTuple):
    """What the ``argument``-th argument must be, compared by ``operator`` with ``value`` (and ``masked`` by it)."""

    argument: int
    operator: Operator
    value: int
    masked: int = 0


class Row(NamedTuple):
    """Calls that are allowed for one purpose, always or where every condition holds."""

    why: str
    names: str
    conditions: tuple[Condition, ...] = ()


def _equal(index: int, value: int) -> Condition:
    return Condition(index, "SCMP_CMP_EQ", value)


def _bits(index: int, mask: int, value: int) -> Condition:
    return Condition(index, "SCMP_CMP_MASKED_EQ", mask, value)


def _each(why: str, name: str, index: int, values: tuple[int, ...]) -> tuple[Row, ...]:
    """Two conditions on one argument would have to hold together, so each value has a row."""
    return tuple(Row(why, name, (_equal(index, value),)) for value in values)


def _options(why: str, name: str, options: tuple[int, ...]) -> tuple[Row, ...]:
    return tuple(Row(why, name, (_equal(1, _SOL_SOCKET), _equal(2, option))) for option in options)


ALLOWED: Final[tuple[Row, ...]] = (
    Row(
        "reading and writing open files and pipes",
        "read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 lseek close close_range dup dup2 "
        "dup3 pipe pipe2 eventfd2 sendfile copy_file_range ftruncate fallocate fadvise64 fsync fdatasync "
        "sync_file_range flock fstat fstatfs getdents64 fchdir fchmod",
    ),
    Row(
        "files by name; mounts and permissions bound them",
        "open openat openat2 creat stat lstat newfstatat statx statfs access faccessat faccessat2 readlink readlinkat "
        "chdir getcwd truncate chmod fchmodat fchmodat2 umask utime utimes futimesat utimensat mkdir mkdirat rmdir "
        "unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat "
        "getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr",
    ),
    Row("waiting for descriptors: select, selectors, asyncio", "poll ppoll select pselect6"),
    Row("the same", "epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2"),
    Row("memory of the process itself", "brk mmap munmap mremap mprotect madvise msync"),
    Row(
        "threads: locks, thread areas, restartable sequences",
        "futex set_robust_list set_tid_address rseq membarrier sched_yield gettid arch_prctl getcpu",
    ),
    Row("new threads and processes; the process count is limited", "fork vfork"),
    Row("the same, without new namespaces", "clone", (_bits(0, _NAMESPACE_FLAGS, 0),)),
    Row("programs of the image: subprocess, and the engine's own start of the container", "execve"),
    Row("the ends of processes", "exit exit_group wait4 waitid"),
    Row(
        "signals; the process namespace bounds whom they reach",
        "kill tkill tgkill pidfd_open pidfd_send_signal rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending "
        "rt_sigsuspend rt_sigtimedwait sigaltstack restart_syscall pause",
    ),
    Row(
        "clocks and timers",
        "clock_gettime clock_getres clock_nanosleep gettimeofday time nanosleep getitimer setitimer alarm "
        "timerfd_create timerfd_settime timerfd_gettime",
    ),
    Row(
        "who and where the process is",
        "getpid getppid getpgid getpgrp getsid getuid geteuid getgid getegid getresuid getresgid getgroups uname "
        "sysinfo times getrusage getrlimit getrandom capget",
    ),
    Row("sessions and groups of processes: subprocess with start_new_session", "setsid setpgid"),
    Row("its own resource limits", "setrlimit"),
    Row("the same; not those of another process, which might be the one that watches it", "prlimit64", (_equal(0, 0),)),
    Row(
        "how it is scheduled",
        "sched_getaffinity sched_getparam sched_getscheduler sched_get_priority_max sched_get_priority_min",
    ),
    Row("the same, of the process itself", "sched_setaffinity", (_equal(0, 0),)),
    Row("its own nice value", "getpriority setpriority", (_equal(0, 0), _equal(1, 0))),
    *_each("flags, duplicates, record locks and sizes of pipes; no owners, leases or signals", "fcntl", 1, _FCNTL),
    *_each("whether a descriptor is a terminal, what waits in it, whether it blocks", "ioctl", 1, _IOCTL),
    *_each("name, dumpability, parent-death signal, reaping; nothing that gives rights", "prctl", 0, _PRCTL),
    Row(
        "a pair of connected stream sockets: asyncio, subprocess, multiprocessing. No call makes any other socket",
        "socketpair",
        (_equal(0, _AF_UNIX), _bits(1, _SOCKET_TYPE, _SOCK_STREAM)),
    ),
    Row("what one end of such a pair is asked", "shutdown getsockname getpeername"),
    *_options("the same", "getsockopt", _ASKED_OF_SOCKETS),
    *_options("the sizes of its buffers; no filter programs", "setsockopt", _SET_OF_SOCKETS),
    Row("its data, to nobody but the other end and never out of band", "sendto", (_bits(3, _MSG_OOB, 0), _equal(4, 0))),
    Row("the same", "recvfrom", (_bits(3, _MSG_OOB, 0),)),
    Row("the same, with descriptors", "sendmsg recvmsg", (_bits(2, _MSG_OOB, 0),)),
    Row(
        "a further filter of its own, which can only take calls away; no listener",
        "seccomp",
        (_equal(0, 1), _equal(1, 0)),
    ),
    Row(
        "Landlock, which can only take rights away",
        "landlock_create_ruleset landlock_add_rule landlock_restrict_self",
    ),
    Row("named pipes; no device", "mknod", (_bits(1, _FILE_TYPE, _FIFO),)),
    Row("the same", "mknodat", (_bits(2, _FILE_TYPE, _FIFO),)),
)
"""Every call that is allowed, by purpose."""

ANSWERED: Final = {
    "clone3": (errno.ENOSYS, "its flags lie in memory, where no filter can look; libraries fall back on clone"),
    PROBE_CALL: (PROBE_ERRNO, "how a process inside tells that this profile is in force"),
}
"""Refused with an errno of their own: (errno, why)."""

THOUGH_A_TRIPWIRE: Final = {
    "execve": "a container is started by it, and engine cpython may run programs of the image, which are the guest's "
    "own language again: no set-uid file, no capability, the same filter",
}
"""Allowed here although the jail kills for it, each with its reason."""

ARCHITECTURES: Final = ("SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64")


def allowed_names() -> frozenset[str]:
    """Every call that is allowed at all, conditions or none."""
    return frozenset(name for row in ALLOWED for name in row.names.split())


def document() -> dict[str, Any]:
    """The profile as data."""
    rules: list[dict[str, Any]] = [_rule(row) for row in ALLOWED]
    for name, (code, why) in ANSWERED.items():
        rules.append({"comment": why, "names": [name], "action": "SCMP_ACT_ERRNO", "errnoRet": code})
    return {
        "defaultAction": "SCMP_ACT_ERRNO",
        "defaultErrnoRet": errno.EPERM,
        "archMap": [{"architecture": name, "subArchitectures": []} for name in ARCHITECTURES],
        "syscalls": rules,
    }


def _rule(row: Row) -> dict[str, Any]:
    rule: dict[str, Any] = {"comment": row.why, "names": row.names.split(), "action": "SCMP_ACT_ALLOW"}
    if row.conditions:
        rule["args"] = [
            {"index": one.argument, "value": one.value, "valueTwo": one.masked, "op": one.operator}
            for one in row.conditions
        ]
    return rule


@functools.cache
def profile() -> str:
    """The profile as JSON text, for the engine's ``seccomp=`` option, which takes the text itself."""
    return json.dumps(document(), separators=(",", ":"))
