"""os and os.path over /cell.

Invariants: every path goes through CellFiles; nothing here reads the host's environment, processes or users.
"""

from __future__ import annotations

import errno
import os as _os
import posixpath
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..cellfiles import CellFiles
from .environment import environment
from .gadgets import exact_int
from .runtime import Runtime
from .spec import Spec, because, words


class DirEntry:
    """One entry of ``os.scandir``."""

    __slots__ = ("_files", "name", "path")

    def __init__(self, files: CellFiles, name: str, path: str) -> None:
        self._files, self.name, self.path = files, name, path

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a directory."""
        return self._files.is_dir(self.path)

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a regular file."""
        return self._files.is_file(self.path)

    def is_symlink(self) -> bool:
        """False: /cell has no links."""
        return False

    if sys.version_info >= (3, 12):

        def is_junction(self) -> bool:
            """False, as everywhere but on Windows."""
            return False

    def inode(self) -> int:
        """The number of the file."""
        return self.stat().st_ino

    def stat(self, *, follow_symlinks: bool = True) -> _os.stat_result:
        """Size, times, mode."""
        return self._files.call(_os.stat, self.path)

    def __fspath__(self) -> str:
        return self.path

    def __repr__(self) -> str:
        return f"<DirEntry {self.name!r}>"


class ScandirIterator:
    """What ``os.scandir`` gives: an iterator that is a context manager."""

    __slots__ = ("_entries",)

    def __init__(self, entries: list[DirEntry]) -> None:
        self._entries = iter(entries)

    def __iter__(self) -> Iterator[DirEntry]:
        return self

    def __next__(self) -> DirEntry:
        return next(self._entries)

    def __enter__(self) -> ScandirIterator:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing more will come."""
        self._entries = iter(())


class Stream:
    """A guest's file object on its way into the library: never a path, whatever it becomes meanwhile."""

    __slots__ = ("_file",)

    def __init__(self, file: Any) -> None:
        self._file = file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._file)


def _scan(files: CellFiles, path: object = ".") -> list[DirEntry]:
    shown = files.text(path)
    return [DirEntry(files, name, posixpath.join(shown, name)) for name in files.call(_os.listdir, path)]


def walk(
    files: CellFiles,
    top: object,
    topdown: bool = True,
    onerror: Callable[[OSError], object] | None = None,
    followlinks: bool = False,
) -> Iterator[tuple[str, list[str], list[str]]]:
    """``os.walk`` over /cell, with the guest's own paths."""
    shown = files.text(top)
    try:
        entries = _scan(files, shown)
    except OSError as error:
        if onerror is not None:
            onerror(error)
        return
    directories = [entry.name for entry in entries if entry.is_dir()]
    plain = [entry.name for entry in entries if entry.name not in set(directories)]
    if topdown:
        yield shown, directories, plain
    for name in directories:
        yield from walk(files, posixpath.join(shown, name), topdown, onerror, followlinks)
    if not topdown:
        yield shown, directories, plain


def _build_os(real: Any, runtime: Runtime) -> Mapping[str, object]:
    files = runtime.files

    def listdir(path: object = None) -> list[str]:
        return files.call(_os.listdir, "." if path is None else path)

    def scandir(path: object = None) -> ScandirIterator:
        return ScandirIterator(_scan(files, "." if path is None else path))

    def mkdir(path: object, mode: int = 0o777) -> None:
        files.call(_os.mkdir, path, mode)

    def makedirs(name: object, mode: int = 0o777, exist_ok: bool = False) -> None:
        files.real(name)
        head, tail = posixpath.split(files.text(name))
        if not tail:
            head, tail = posixpath.split(head)
        if head and tail and not files.exists(head):
            makedirs(head, exist_ok=True)
        try:
            files.call(_os.mkdir, name, mode)
        except OSError:
            if not exist_ok or not files.is_dir(name):
                raise

    def removedirs(name: object) -> None:
        files.call(_os.rmdir, name)
        head = posixpath.dirname(posixpath.normpath(files.text(name)))
        while head and files.is_dir(head) and not listdir(head):
            files.call(_os.rmdir, head)
            head = posixpath.dirname(head)

    def stat(path: object, *, follow_symlinks: bool = True) -> _os.stat_result:
        return files.call(_os.stat, path)

    def access(path: object, mode: int) -> bool:
        return files.call(_os.access, path, mode)

    def utime(path: object, times: Any = None, *, ns: Any = None) -> None:
        if ns is None:
            files.call(_os.utime, path, times)
        else:
            files.call(_os.utime, path, ns=ns)

    def chmod(path: object, mode: int) -> None:
        files.call(_os.chmod, path, mode & 0o777)

    def getcwd() -> str:
        return files.cwd

    variables = environment(runtime)

    def fsync(fd: Any) -> None:
        _os.fstat(fd if isinstance(fd, int) else fd.fileno())  # the error of a closed file; /cell outlives no crash

    def get_terminal_size(fd: int = 1, /) -> _os.terminal_size:
        raise OSError(errno.ENOTTY, _os.strerror(errno.ENOTTY))

    def strerror(code: int) -> str:
        return _os.strerror(code)

    def urandom(size: int, /) -> bytes:
        runtime.prices.room(exact_int(size))
        return _os.urandom(size)

    return {
        "listdir": listdir,
        "scandir": scandir,
        "mkdir": mkdir,
        "makedirs": makedirs,
        "remove": lambda path: files.call(_os.remove, path),
        "unlink": lambda path: files.call(_os.remove, path),
        "rmdir": lambda path: files.call(_os.rmdir, path),
        "removedirs": removedirs,
        "rename": lambda src, dst: files.call2(_os.rename, src, dst),
        "replace": lambda src, dst: files.call2(_os.replace, src, dst),
        "stat": stat,
        "lstat": lambda path: stat(path),
        "access": access,
        "utime": utime,
        "chmod": chmod,
        "chdir": files.chdir,
        "getcwd": getcwd,
        "getenv": lambda key, default=None: variables.get(key, default),
        "environ": variables,
        "fsync": fsync,
        "fdatasync": fsync,
        "get_terminal_size": get_terminal_size,
        "strerror": strerror,
        "urandom": urandom,
        "walk": lambda top, topdown=True, onerror=None, followlinks=False: walk(
            files, top, topdown, onerror, followlinks
        ),
        "cpu_count": lambda: 1,
        "getpid": lambda: 1,
        "DirEntry": DirEntry,
        "PathLike": _os.PathLike,
    }


def _build_path(real: Any, runtime: Runtime) -> Mapping[str, object]:
    files = runtime.files

    def abspath(path: object) -> str:
        return posixpath.normpath(files.absolute(path))

    def realpath(filename: object, *, strict: bool = False) -> str:
        if strict:
            files.call(_os.stat, filename)
        return abspath(filename)

    def relpath(path: object, start: object = ".") -> str:
        shown = files.text(path)
        if not shown:
            raise ValueError("no path specified")
        return posixpath.relpath(abspath(shown), abspath(start))

    def samefile(first: object, second: object) -> bool:
        return posixpath.samestat(files.call(_os.stat, first), files.call(_os.stat, second))

    def ismount(path: object) -> bool:
        return abspath(path) == "/cell" if files.exists(path) else False

    return {
        "abspath": abspath,
        "realpath": realpath,
        "relpath": relpath,
        "samefile": samefile,
        "ismount": ismount,
        "exists": files.exists,
        "lexists": files.exists,
        "isfile": files.is_file,
        "isdir": files.is_dir,
        "islink": lambda path: files.exists(path) and False,
        "getsize": lambda path: files.call(_os.stat, path).st_size,
        "getmtime": lambda path: files.call(_os.stat, path).st_mtime,
        "getatime": lambda path: files.call(_os.stat, path).st_atime,
        "getctime": lambda path: files.call(_os.stat, path).st_ctime,
        "expanduser": lambda path: _home(files.text(path)),
        "expandvars": lambda path: environment(runtime).expand(files.text(path)),
    }


def _home(path: str) -> str:
    return "/cell" + path[1:] if path == "~" or path.startswith("~/") else path


SPECS = (
    Spec(
        name="os",
        names=words(
            """F_OK R_OK W_OK X_OK altsep curdir devnull error extsep fsdecode fsencode
            fspath linesep name pardir pathsep sep stat_result terminal_size"""
        ),
        constants=words("EX_ SEEK_"),
        own=words(
            """DirEntry PathLike access chdir chmod cpu_count environ fdatasync fsync get_terminal_size getcwd getenv
            getpid listdir lstat makedirs mkdir remove removedirs rename replace rmdir scandir stat strerror unlink
            urandom utime walk"""
        ),
        bases=words("PathLike"),
        children=words("os.path"),
        left_out=because(
            machine="""CLD_* NGROUPS_MAX TMP_MAX confstr* ctermid device_encoding environb getegid
                geteuid getgid getpgid getppid getsid getuid
                get_exec_path getenvb getgrouplist getgroups getloadavg getlogin getpgrp getpriority
                getres* login_tty pathconf* process_cpu_count sched_get* sysconf* times times_result
                umask uname uname_result defpath supports_*""",
            system="""CLONE_* EFD_* F_LOCK F_TEST F_TLOCK F_ULOCK GRND_* MFD_* PIDFD_* POSIX_SPAWN_* PRIO_* P_*
                RTLD_* RWF_* SCHED_* SPLICE_* ST_* TFD_* WCONTINUED WCOREDUMP WEX* WIF* WNO* WST* WTERMSIG WUNTRACED
                XATTR_* abort chown chroot eventfd* exec* fork forkpty getrandom getxattr grantpt initgroups kill
                killpg lchown listxattr major makedev memfd_create minor mkfifo mknod nice openpty pidfd_open pipe
                pipe2 popen posix_openpt posix_spawn* ptsname putenv register_at_fork removexattr sched_* set*id
                setgroups setns setpgrp setpriority setres* setxattr spawn* statvfs* sync system timerfd_* unlockpt
                unsetenv unshare wait wait3 wait4 waitid waitid_result waitpid waitstatus_to_exitcode""",
            descriptors="""O_* POSIX_FADV_* close closerange copy_file_range dup dup2 fchdir fchmod
                fchown fdopen fpathconf fstat fstatvfs ftruncate fwalk get_blocking get_inheritable
                isatty lockf lseek open posix_fadvise posix_fallocate pread preadv pwrite pwritev read readv sendfile
                set_blocking set_inheritable splice tcgetpgrp tcsetpgrp ttyname write writev""",
            links="link readlink symlink",
            files="fwalk getcwdb listdrives renames truncate",
        ),
        build=_build_os,
    ),
    Spec(
        name="os.path",
        names=words(
            """altsep basename commonpath commonprefix curdir devnull dirname extsep isabs isjunction join normcase
            normpath pardir pathsep samestat sep split splitdrive splitext splitroot supports_unicode_filenames"""
        ),
        own=words(
            """abspath exists expanduser expandvars getatime getctime getmtime getsize isdir isfile islink ismount
            lexists realpath relpath samefile"""
        ),
        left_out=because(machine="defpath", descriptors="sameopenfile", old="isdevdrive isreserved"),
        build=_build_path,
    ),
)
