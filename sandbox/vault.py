"""Copies of the files of /cell, from which a failed run's files are restored.

The copies lie on a file system of their own that is mounted nowhere: whoever has its descriptor has the copies, and
the process that runs guest code has it not. The list of what is in it lives in the worker's memory, which is itself
what a checkpoint keeps.

Invariants: ``save`` copies only what has changed since the last ``save`` or ``restore``; a descriptor that the guest
held open at ``save`` goes on naming its file after ``restore``, at the same place; nothing here follows a link, nor
asks what a guest or a tape may have patched for a time.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import os
import stat
from collections.abc import Iterable, Iterator

from .cell import Cell
from .jail.removal import remove_tree
from .machine import fstat, status_of, time_ns

MAX_ENTRIES = 10_000
MAX_DEPTH = 64
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_KEPT_FLAGS = os.O_ACCMODE | os.O_APPEND
_RACY_NS = 50_000_000
_MAPPED = "-shm"
"""SQLite writes to such files through a map of them, which leaves no trace in their times."""
_PIECE = 1 << 20
_MOST_DESCRIPTORS = 4096


class TooMuch(Exception):
    """More entries, or deeper ones, than a checkpoint keeps."""


@dataclasses.dataclass(frozen=True)
class _Entry:
    """A file or directory as it was. ``copy`` is its name among the copies, "" for a directory."""

    inode: int
    mode: int
    times: tuple[int, int]
    stamp: tuple[int, int]
    copy: str
    racy: bool

    def same(self, status: os.stat_result) -> bool:
        """Whether the content is surely what it was."""
        return not self.racy and self.inode == status.st_ino and self.stamp == (status.st_size, status.st_ctime_ns)


class Vault:
    """What ``save`` found in the cell below ``root``, and where its copies are."""

    def __init__(self, root: str, cell: Cell) -> None:
        self._root = root
        self._cell = cell
        self._kept: dict[str, _Entry] = {}
        self._mode = 0
        self._number = 0
        self._offsets: dict[int, int] = {}

    def save(self, copies: int) -> None:
        """Keep the cell as it is now. ``copies`` is the descriptor of the directory of the copies.

        Raises:
            TooMuch: there are too many entries, or too deep.
            OSError: there is no room for the copies.
        """
        self._offsets.clear()
        self._mode = stat.S_IMODE(status_of(self._root).st_mode)
        if not self._kept and self._cell.untouched():
            return
        if not self._number:
            _remove_all(copies)  # a branch's place may have been another's
        now = time_ns()
        with opened(self._root) as top:
            found = {path: status for path, _, _, status in walk(top)}
            reused = {path: entry for path, entry in self._kept.items() if path in found and entry.same(found[path])}
            for path, entry in self._kept.items():
                if entry.copy and path not in reused:
                    os.unlink(entry.copy, dir_fd=copies)
            # From here on the list names only copies that exist, whatever fails.
            self._kept = reused
            for path, status in found.items():
                if stat.S_ISREG(status.st_mode) and path not in reused:
                    self._kept[path] = _entry(path, status, self._copy_out(top, path, copies), now)
            self._kept = {path: self._kept.get(path) or _entry(path, found[path], "", now) for path in found}
            close_again(top, ((path, status.st_mode) for path, status in found.items()))
            self._remember_descriptors(fstat(top).st_dev)

    def restore(self, copies: int) -> None:
        """Make the cell what it was at ``save``.

        Raises:
            OSError: it cannot be.
        """
        if not self._kept and self._cell.untouched():
            return
        now = time_ns()
        with opened(self._root) as top:
            for directory in ["", *(path for path, entry in self._kept.items() if not entry.copy)]:
                self._remove_strangers(top, directory)
            holders = _by_inode(open_descriptors(fstat(top).st_dev))
            # All that has grown gives its room back before anything is filled again.
            changed = [path for path, entry in self._kept.items() if self._made_empty(top, path, entry, holders)]
            for path in changed:
                _fill(top, path, self._kept[path].copy, copies)
            for path, entry in reversed(self._kept.items()):
                with _parent_of(top, path) as (parent, name):
                    self._kept[path] = _described(path, name, parent, entry, now)
        os.chmod(self._root, self._mode)
        for descriptor, offset in self._offsets.items():
            with contextlib.suppress(OSError):
                os.lseek(descriptor, offset, os.SEEK_SET)

    def _copy_out(self, top: int, path: str, copies: int) -> str:
        self._number += 1
        copy = str(self._number)
        with _parent_of(top, path) as (parent, name):
            source = open_whatever_its_mode(name, parent, os.O_RDONLY)
        try:
            target = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FILE, 0o600, dir_fd=copies)
            try:
                pour(source, target)
            except OSError:
                os.unlink(copy, dir_fd=copies)
                raise
            finally:
                os.close(target)
        finally:
            os.close(source)
        return copy

    def _remove_strangers(self, top: int, directory: str) -> None:
        """Whatever was not in the directory, or is of another kind now. A kept directory that is gone holds none."""
        prefix = f"{directory}/" if directory else ""
        with contextlib.suppress(FileNotFoundError), _parent_of(top, prefix + ".") as (parent, _):
            with os.scandir(parent) as entries:
                names = [entry.name for entry in entries]
            for name in names:
                mode = status_of(name, dir_fd=parent, follow_symlinks=False).st_mode
                entry = self._kept.get(prefix + name)
                if entry is not None and stat.S_IFMT(entry.mode) == stat.S_IFMT(mode):
                    continue
                if not stat.S_ISDIR(mode):
                    os.unlink(name, dir_fd=parent)
                elif not remove_tree(name, dir_fd=parent):
                    raise OSError(f"what the run left in {prefix + name!r} cannot be removed")

    def _made_empty(self, top: int, path: str, entry: _Entry, holders: dict[int, list[int]]) -> bool:
        """Put an empty file, or a directory, where the entry was, unless it is there. Whether it is to be filled.
        ``holders``: by inode, the descriptors that are open on it."""
        with _parent_of(top, path) as (parent, name):
            try:
                status = status_of(name, dir_fd=parent, follow_symlinks=False)
            except FileNotFoundError:
                status = None
            if not entry.copy:
                if status is None:
                    os.mkdir(name, 0o700, dir_fd=parent)
                return False
            if status is not None and entry.same(status):
                return False
            if status is not None and status.st_ino == entry.inode:
                os.close(open_whatever_its_mode(name, parent, os.O_WRONLY | os.O_TRUNC))
                return True
            if path.endswith(_MAPPED) and entry.inode in holders:
                raise OSError(f"the run removed {path!r}, through which an open database is shared")
            if status is not None:
                os.unlink(name, dir_fd=parent)
            os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FILE, 0o600, dir_fd=parent))
            for descriptor in holders.get(entry.inode, ()):
                _reopen(descriptor, name, parent)
            return True

    def _remember_descriptors(self, device: int) -> None:
        """Where each one stands in its file, which is shared with a copy of the process; and give back its locks, which
        are not: they would be held against the copy, that takes them for its own."""
        for descriptor in open_descriptors(device):
            self._offsets[descriptor] = os.lseek(descriptor, 0, os.SEEK_CUR)
            fcntl.lockf(descriptor, fcntl.LOCK_UN)


def _remove_all(copies: int) -> None:
    descriptor = os.open(".", _DIRECTORY, dir_fd=copies)
    try:
        for name in os.listdir(descriptor):
            os.unlink(name, dir_fd=descriptor)
    finally:
        os.close(descriptor)


def open_descriptors(device: int) -> list[int]:
    """The descriptors of this process that are regular files of this device."""
    found = []
    for number in range(3, min(os.sysconf("SC_OPEN_MAX"), _MOST_DESCRIPTORS)):
        with contextlib.suppress(OSError):
            status = fstat(number)
            if stat.S_ISREG(status.st_mode) and status.st_dev == device:
                found.append(number)
    return found


def _by_inode(descriptors: Iterable[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for descriptor in descriptors:
        found.setdefault(fstat(descriptor).st_ino, []).append(descriptor)
    return found


def _reopen(descriptor: int, name: str, parent: int) -> None:
    """Let it name the file that takes the place of its own, which has no name any more."""
    fresh = os.open(name, fcntl.fcntl(descriptor, fcntl.F_GETFL) & _KEPT_FLAGS | _FILE, dir_fd=parent)
    try:
        os.dup2(fresh, descriptor, inheritable=False)
    finally:
        os.close(fresh)


def _fill(top: int, path: str, copy: str, copies: int) -> None:
    with contextlib.ExitStack() as closing:
        with _parent_of(top, path) as (parent, name):
            target = open_whatever_its_mode(name, parent, os.O_WRONLY)
        closing.callback(os.close, target)
        source = os.open(copy, os.O_RDONLY | _FILE, dir_fd=copies)
        closing.callback(os.close, source)
        pour(source, target)


def _entered(name: str, parent: int | None = None) -> int:
    """A directory opened, to be read, searched and written to, if need be after a ``chmod`` that undoes the guest's."""
    try:
        descriptor = os.open(name, _DIRECTORY, dir_fd=parent)
    except PermissionError:
        os.chmod(name, 0o700, dir_fd=parent)
        return os.open(name, _DIRECTORY, dir_fd=parent)
    if fstat(descriptor).st_mode & stat.S_IRWXU != stat.S_IRWXU:
        os.fchmod(descriptor, 0o700)
    return descriptor


def close_again(top: int, modes: Iterable[tuple[str, int]]) -> None:
    """Directories that were entered though the guest had closed them get their modes back, the inner ones first."""
    closed = [(path, mode) for path, mode in modes if stat.S_ISDIR(mode) and mode & stat.S_IRWXU != stat.S_IRWXU]
    for path, mode in reversed(closed):
        with _parent_of(top, path) as (parent, name):
            os.chmod(name, stat.S_IMODE(mode), dir_fd=parent)


def _entry(path: str, status: os.stat_result, copy: str, now: int) -> _Entry:
    stamp = (status.st_size, status.st_ctime_ns)
    times = (status.st_atime_ns, status.st_mtime_ns)
    racy = status.st_ctime_ns > now - _RACY_NS or path.endswith(_MAPPED)
    return _Entry(status.st_ino, status.st_mode, times, stamp, copy, racy)


def _described(path: str, name: str, parent: int, entry: _Entry, now: int) -> _Entry:
    """The entry of what was restored, its mode and times as they were."""
    status = status_of(name, dir_fd=parent, follow_symlinks=False)
    if (status.st_mode, status.st_mtime_ns) != (entry.mode, entry.times[1]):
        os.chmod(name, stat.S_IMODE(entry.mode), dir_fd=parent)
        os.utime(name, ns=entry.times, dir_fd=parent, follow_symlinks=False)
        status = status_of(name, dir_fd=parent, follow_symlinks=False)
    return _entry(path, status, entry.copy, now)


def pour(source: int, target: int) -> None:
    """Write all of one open file to another."""
    while os.sendfile(target, source, None, _PIECE):
        pass


def open_whatever_its_mode(name: str, parent: int, flags: int) -> int:
    """Open a file that the guest may have closed to itself by ``chmod``."""
    try:
        return os.open(name, flags | _FILE, dir_fd=parent)
    except PermissionError:
        mode = status_of(name, dir_fd=parent, follow_symlinks=False).st_mode
        os.chmod(name, 0o600, dir_fd=parent)
        try:
            return os.open(name, flags | _FILE, dir_fd=parent)
        finally:
            os.chmod(name, stat.S_IMODE(mode), dir_fd=parent)


@contextlib.contextmanager
def opened(root: str) -> Iterator[int]:
    """The directory, open; its mode is what it was afterwards."""
    mode = stat.S_IMODE(status_of(root).st_mode)
    descriptor = _entered(root)
    try:
        if mode & stat.S_IRWXU != stat.S_IRWXU:
            os.chmod(root, 0o700)
        yield descriptor
    finally:
        os.close(descriptor)
        if mode & stat.S_IRWXU != stat.S_IRWXU:
            os.chmod(root, mode)


@contextlib.contextmanager
def _parent_of(top: int, path: str) -> Iterator[tuple[int, str]]:
    """The directory that holds ``path``, opened, and the last name of the path."""
    *parts, name = path.split("/")
    descriptor = os.dup(top)
    try:
        for part in parts:
            inner = _entered(part, descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor, name
    finally:
        os.close(descriptor)


def walk(top: int) -> Iterator[tuple[str, int, str, os.stat_result]]:
    """(path, descriptor of its directory, name, status) of everything below, a directory before what it holds; one
    descriptor is open at a time. Directories that the guest had closed are open afterwards.

    Raises:
        TooMuch: there is more than a checkpoint keeps.
    """
    pending, count = [""], 0
    while pending:
        prefix = pending.pop()
        if prefix.count("/") > MAX_DEPTH:
            raise TooMuch(f"directories nested deeper than {MAX_DEPTH}")
        with _parent_of(top, prefix + ".") as (directory, _):
            with os.scandir(directory) as entries:
                names = sorted(entry.name for entry in entries)
            count += len(names)
            if count > MAX_ENTRIES:
                raise TooMuch(f"more than {MAX_ENTRIES} files")
            for name in names:
                status = status_of(name, dir_fd=directory, follow_symlinks=False)
                yield prefix + name, directory, name, status
                if stat.S_ISDIR(status.st_mode):
                    pending.append(f"{prefix}{name}/")
