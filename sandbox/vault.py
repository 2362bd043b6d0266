"""Copies of the files of /cell, from which a failed run's files are restored.

The copies lie on a file system of their own that is mounted nowhere: whoever has its descriptor has the copies, and
the process that runs guest code has it not. The list of what is in it lives in the worker's memory, which is itself
what a checkpoint keeps.

Invariants: ``save`` copies only what has changed since the last ``save`` or ``restore``; a file that is still the same
inode is restored in place, so descriptors that the guest held open go on naming it; nothing here follows a link.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import stat
from collections.abc import Iterator

from .cell import Cell
from .jail.removal import remove_tree
from .machine import fstat, status_of, time_ns

MAX_ENTRIES = 10_000
MAX_DEPTH = 64
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_RACY_NS = 50_000_000
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
        self._number = 0
        self._offsets: dict[int, int] = {}

    def save(self, copies: int) -> None:
        """Keep the cell as it is now. ``copies`` is the descriptor of the directory of the copies.

        Raises:
            TooMuch: there are too many entries, or too deep.
            OSError: there is no room for the copies.
        """
        self._offsets.clear()
        if not self._kept and self._cell.untouched():
            return
        now = time_ns()
        kept: dict[str, _Entry] = {}
        with _opened(self._root) as top:
            for path, parent, name, status in _walk(top, "", 0):
                if len(kept) >= MAX_ENTRIES:
                    raise TooMuch(f"more than {MAX_ENTRIES} files")
                before = self._kept.get(path)
                copy = ""
                if stat.S_ISREG(status.st_mode):
                    if before is not None and before.copy and before.same(status):
                        copy = before.copy
                    else:
                        copy = self._copy_out(name, parent, copies)
                kept[path] = _entry(status, copy, now)
        live = {entry.copy for entry in kept.values()}
        for entry in self._kept.values():
            if entry.copy and entry.copy not in live:
                os.unlink(entry.copy, dir_fd=copies)
        self._kept = kept
        self._remember_offsets()

    def restore(self, copies: int) -> None:
        """Make the cell what it was at ``save``.

        Raises:
            OSError: it cannot be.
        """
        if not self._kept and self._cell.untouched():
            return
        now = time_ns()
        with _opened(self._root) as top:
            for directory in ["", *(path for path, entry in self._kept.items() if not entry.copy)]:
                self._remove_strangers(top, directory)
            for path, entry in self._kept.items():
                self._restore_one(top, path, entry, copies)
            for path, entry in reversed(self._kept.items()):
                with _parent_of(top, path) as (parent, name):
                    self._kept[path] = _described(name, parent, entry, now)
        for descriptor, offset in self._offsets.items():
            with contextlib.suppress(OSError):
                os.lseek(descriptor, offset, os.SEEK_SET)

    def _copy_out(self, name: str, parent: int, copies: int) -> str:
        self._number += 1
        copy = str(self._number)
        source = _open_whatever_its_mode(name, parent, os.O_RDONLY)
        try:
            target = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FILE, 0o600, dir_fd=copies)
            try:
                _pour(source, target)
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
                if stat.S_ISDIR(mode):
                    remove_tree(os.path.join(self._root, prefix + name))
                else:
                    os.unlink(name, dir_fd=parent)

    def _restore_one(self, top: int, path: str, entry: _Entry, copies: int) -> None:
        with _parent_of(top, path) as (parent, name):
            try:
                status = status_of(name, dir_fd=parent, follow_symlinks=False)
            except FileNotFoundError:
                status = None
            if not entry.copy:
                if status is None:
                    os.mkdir(name, 0o700, dir_fd=parent)
                return
            if status is not None and entry.same(status):
                return
            if status is not None and status.st_ino != entry.inode:
                os.unlink(name, dir_fd=parent)
                status = None
            if status is None:
                target = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FILE, 0o600, dir_fd=parent)
            else:
                target = _open_whatever_its_mode(name, parent, os.O_WRONLY | os.O_TRUNC)
            try:
                source = os.open(entry.copy, os.O_RDONLY | _FILE, dir_fd=copies)
                try:
                    _pour(source, target)
                finally:
                    os.close(source)
            finally:
                os.close(target)

    def _remember_offsets(self) -> None:
        """Descriptors are shared with a copy of the process, and so is where each one stands in its file."""
        for descriptor in range(3, min(os.sysconf("SC_OPEN_MAX"), _MOST_DESCRIPTORS)):
            with contextlib.suppress(OSError):
                if stat.S_ISREG(fstat(descriptor).st_mode):
                    self._offsets[descriptor] = os.lseek(descriptor, 0, os.SEEK_CUR)


def _entered(name: str, parent: int | None = None) -> int:
    """A directory opened, if need be after a ``chmod`` that undoes the guest's."""
    try:
        return os.open(name, _DIRECTORY, dir_fd=parent)
    except PermissionError:
        os.chmod(name, 0o700, dir_fd=parent)
        return os.open(name, _DIRECTORY, dir_fd=parent)


def _entry(status: os.stat_result, copy: str, now: int) -> _Entry:
    stamp = (status.st_size, status.st_ctime_ns)
    times = (status.st_atime_ns, status.st_mtime_ns)
    return _Entry(status.st_ino, status.st_mode, times, stamp, copy, status.st_ctime_ns > now - _RACY_NS)


def _described(name: str, parent: int, entry: _Entry, now: int) -> _Entry:
    """The entry of what was restored, its mode and times as they were."""
    status = status_of(name, dir_fd=parent, follow_symlinks=False)
    if (status.st_mode, status.st_mtime_ns) != (entry.mode, entry.times[1]):
        os.chmod(name, stat.S_IMODE(entry.mode), dir_fd=parent)
        os.utime(name, ns=entry.times, dir_fd=parent, follow_symlinks=False)
        status = status_of(name, dir_fd=parent, follow_symlinks=False)
    return _entry(status, entry.copy, now)


def _pour(source: int, target: int) -> None:
    while os.sendfile(target, source, None, _PIECE):
        pass


def _open_whatever_its_mode(name: str, parent: int, flags: int) -> int:
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
def _opened(root: str) -> Iterator[int]:
    descriptor = _entered(root)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


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


def _walk(directory: int, prefix: str, depth: int) -> Iterator[tuple[str, int, str, os.stat_result]]:
    """(path, descriptor of its directory, name, status) of everything below, a directory before what it holds."""
    if depth > MAX_DEPTH:
        raise TooMuch(f"directories nested deeper than {MAX_DEPTH}")
    with os.scandir(directory) as entries:
        names = sorted(entry.name for entry in entries)
    for name in names:
        status = status_of(name, dir_fd=directory, follow_symlinks=False)
        yield prefix + name, directory, name, status
        if stat.S_ISDIR(status.st_mode):
            inner = _entered(name, directory)
            try:
                yield from _walk(inner, f"{prefix}{name}/", depth + 1)
            finally:
                os.close(inner)
