"""Which system calls a worker may make, and how.

Three verdicts: allowed; refused with an errno, so that libraries that probe go on; killed (SIGSYS) for calls that
no honest program in a jail makes, so that the death of a worker by SIGSYS always means a policy violation.

Invariants: a call that nobody listed is refused; no verdict depends on what a pointer points to. With a mount
namespace (``own_root``) paths are confined by it. Without one Landlock confines opening, creating and removing, and
every call that takes a path and that Landlock does not mediate is refused.
"""

from __future__ import annotations

import errno
import functools
import os
import signal

from . import kernel
from .bpf import ALLOW, KILL, OWN_PID, Check, Program, Rule, assemble, refuse

PROBE_CALL, PROBE_ERRNO = "vmsplice", 2989
"""This call fails with this errno under our filter and no other."""

_EPERM = refuse(errno.EPERM)
_PROT_WRITE, _PROT_EXEC, _MAP_ANONYMOUS = 2, 4, 0x20
_O_PATH = 0o10000000
_FORK_FLAGS = 0x01200000 | int(signal.SIGCHLD)
"""CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID: what fork() of glibc passes; no thread, no namespace."""

_PLAIN = """
read write close fstat lseek munmap brk rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend
rt_sigtimedwait pread64 pwrite64 readv writev preadv pwritev poll ppoll select pselect6 sched_yield mremap msync
madvise dup dup2 dup3 pause nanosleep getitimer setitimer alarm getpid gettid getppid getpgrp getuid geteuid getgid
getegid getresuid getresgid getgroups exit exit_group uname getdents64 getcwd fchdir gettimeofday time times getrusage
getrlimit sysinfo sigaltstack futex set_tid_address restart_syscall fadvise64 fallocate ftruncate fsync fdatasync
sync_file_range flock fstatfs umask epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2
set_robust_list eventfd2 pipe pipe2 getrandom membarrier rseq copy_file_range sendfile shutdown getsockname
close_range
""".split()

_TRIPWIRES = """
socket connect bind listen accept accept4 execve execveat ptrace process_vm_readv process_vm_writev process_madvise
pidfd_getfd kcmp bpf perf_event_open io_uring_setup io_uring_enter io_uring_register userfaultfd keyctl add_key
request_key mount umount2 pivot_root chroot unshare setns open_tree move_mount mount_setattr fsopen fsconfig fsmount
fspick open_by_handle_at name_to_handle_at init_module finit_module delete_module kexec_load kexec_file_load
setuid setgid setreuid setregid setresuid setresgid setfsuid setfsgid setgroups capset personality sethostname
setdomainname swapon swapoff reboot quotactl acct settimeofday clock_settime adjtimex clock_adjtime iopl ioperm
""".split()

_PATHS_MEDIATED = "creat mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2".split()
_PATHS_UNMEDIATED = """
stat lstat statx access faccessat faccessat2 readlink readlinkat chdir statfs truncate chmod fchmod fchmodat utime
utimes futimesat utimensat
""".split()
_OF_A_PROCESS = "getpgid getsid sched_getaffinity sched_getparam sched_getscheduler".split()
"""They answer differently for a pid that exists and one that does not."""
_CLOCKS = "clock_gettime clock_getres clock_nanosleep".split()
_FIXED_CLOCKS = 0xFFFFFFF0
"""Clock ids from 16 up name another process, or a device."""
_MSG_OOB, _MSG_ERRQUEUE = 1, 0x2000
_EXTENDED_ATTRIBUTES = "getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr".split()
_FCNTL = (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1032)
"""DUPFD, GETFD, SETFD, GETFL, SETFL, the record locks, DUPFD_CLOEXEC, GETPIPE_SZ."""
_IOCTL = (0x5450, 0x5451, 0x5421, 0x541B)
"""FIONCLEX, FIOCLEX, FIONBIO, FIONREAD."""
_PRCTL = (
    kernel.PR_GET_DUMPABLE,
    kernel.PR_SET_NAME,
    kernel.PR_GET_NAME,
    kernel.PR_GET_SECCOMP,
    kernel.PR_CAPBSET_READ,
    kernel.PR_GET_NO_NEW_PRIVS,
    kernel.PR_SET_VMA,
)
_STREAM = 3
"""The descriptor of a worker's stream."""
_SOCKETPAIR_TYPES = tuple(1 | blocking | cloexec for blocking in (0, 0o4000) for cloexec in (0, 0o2000000))


def _when(*checks: Check, otherwise: int = _EPERM) -> Rule:
    return Rule((checks,), otherwise)


def rules(*, own_root: bool, fork: bool) -> dict[str, Rule | int]:
    """The table by name. ``own_root``: a mount and a pid namespace stand; ``fork``: plain fork is allowed."""
    table: dict[str, Rule | int] = dict.fromkeys(_PLAIN, ALLOW)
    table |= dict.fromkeys(_TRIPWIRES, KILL)
    table |= dict.fromkeys(_EXTENDED_ATTRIBUTES, refuse(errno.ENOTSUP))
    table |= dict.fromkeys(("clone3", "openat2", "fchmodat2", "arch_prctl"), refuse(errno.ENOSYS))
    table["mprotect"] = _when(Check(2, (0,), _PROT_EXEC))
    table["fcntl"] = _when(Check(1, _FCNTL))
    table["ioctl"] = _when(Check(1, _IOCTL), otherwise=refuse(errno.ENOTTY))
    table["prctl"] = _when(Check(0, _PRCTL))
    table[PROBE_CALL] = refuse(PROBE_ERRNO)
    table["prlimit64"] = _when(Check(0, (0, OWN_PID)), Check(2, (0,), wide=True))
    table["socketpair"] = _when(Check(0, (1,)), Check(1, _SOCKETPAIR_TYPES))
    table["getsockopt"] = _when(Check(1, (1,)), Check(2, (3, 38, 39)))
    table["sendto"] = _when(Check(3, (0,), _MSG_OOB), Check(4, (0,), wide=True))
    table["recvfrom"] = _when(Check(3, (0,), _MSG_OOB | _MSG_ERRQUEUE))
    table |= dict.fromkeys(_CLOCKS, _when(Check(0, (0,), _FIXED_CLOCKS)))
    if fork:
        table |= dict.fromkeys(("fork", "wait4", "waitid"), ALLOW)
        table["clone"] = _when(Check(0, (_FORK_FLAGS,)))
        # A copy of the worker gets its own stream from the host, over the worker's.
        table["recvmsg"] = _when(Check(0, (_STREAM,)))
    own = Check(0, (OWN_PID,))
    table["kill"] = table["tgkill"] = ALLOW if own_root else _when(own)
    itself = (0, OWN_PID)
    table |= dict.fromkeys(_OF_A_PROCESS, ALLOW if own_root else _when(Check(0, itself)))
    table["getpriority"] = ALLOW if own_root else _when(Check(0, (os.PRIO_PROCESS,)), Check(1, itself))
    return table | (_paths_in_own_root() if own_root else _paths_under_landlock())


def _paths_in_own_root() -> dict[str, Rule | int]:
    table: dict[str, Rule | int] = dict.fromkeys((*_PATHS_MEDIATED, *_PATHS_UNMEDIATED), ALLOW)
    table |= dict.fromkeys(("open", "openat", "newfstatat"), ALLOW)
    # Executable maps come only from files, never writable; every writable mount is noexec.
    table["mmap"] = Rule(
        ((Check(2, (0,), _PROT_EXEC),), (Check(2, (0,), _PROT_WRITE), Check(3, (0,), _MAP_ANONYMOUS))),
        _EPERM,
    )
    return table


def _paths_under_landlock() -> dict[str, Rule | int]:
    table: dict[str, Rule | int] = dict.fromkeys(_PATHS_MEDIATED, ALLOW)
    table |= dict.fromkeys(_PATHS_UNMEDIATED, _EPERM)
    table["mmap"] = _when(Check(2, (0,), _PROT_EXEC))
    # fstat() of some C libraries is newfstatat(fd, "", AT_EMPTY_PATH).
    table["newfstatat"] = _when(Check(3, (kernel.AT_EMPTY_PATH,)))
    for name, flags in (("open", 1), ("openat", 2)):
        # Old Landlock does not see the truncation of a file opened for reading.
        plain = Check(flags, (0,), _O_PATH | os.O_TRUNC)
        writing = (Check(flags, (0,), _O_PATH), Check(flags, (os.O_WRONLY, os.O_RDWR), os.O_ACCMODE))
        table[name] = Rule(((plain,), writing), _EPERM)
    return table


@functools.cache
def program(*, own_root: bool, fork: bool, machine: str = kernel.MACHINE) -> Program:
    """The filter, built once in the zygote and completed by each worker with its own pid."""
    return assemble(rules(own_root=own_root, fork=fork), machine, _EPERM)


def install(filter_: Program, pid: int) -> None:
    """Load the filter. Needs no_new_privs.

    Raises:
        OSError: the kernel refused.
    """
    kernel.install_filter(filter_.for_pid(pid))
