"""The directory /cell as the worker serves it to the host: write, read, list, stat, remove, and what has changed.

Invariants: every path is walked component by component with O_NOFOLLOW from the cell's own directory, so neither a
symlink nor ``..`` leads out; only regular files are read or written; no call takes a path from the root, which the
jail may refuse; a written file appears whole or not at all.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import errno
import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from typing import Any

from .machine import fstat, time_ns
from .port import FRAME_READ
from .protocol import Frame

MAX_FILES = 1000
MAX_ENTRIES = 10_000
MAX_DEPTH = 16
MAX_PATH = 1024
PARTIAL = ".hardcell-partial"
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_RACY_NS = 50_000_000


@dataclasses.dataclass(frozen=True)
class Change:
    """A file that is new or changed: name below the cell, size in bytes, sha256 hex."""

    name: str
    size: int
    digest: str


@dataclasses.dataclass(frozen=True)
class _Seen:
    stamp: tuple[int, int, int]
    digest: str
    racy: bool


class Cell:
    """The files below ``root``. Paths are relative, with ``/``, and normalised."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._seen: dict[str, _Seen] = {}
        self._empty_since = 0
        self._top = -1

    def serve(self, frame: Frame) -> dict[str, Any]:
        """The answer to a ``file`` request of the host.

        Raises:
            OSError, ValueError: as the operation it asks for.
        """
        path, offset = frame["path"], frame.get("offset", 0)
        match frame["op"]:
            case "write":
                data = base64.b64decode(frame.get("data", ""), validate=True)
                self.write(path, offset, data, frame.get("final", True))
                # What the host itself put there is no artifact of the next run.
                self.changes()
                return {}
            case "read":
                piece, size = self.read(path, offset, frame.get("size", FRAME_READ))
                return {"data": base64.b64encode(piece).decode("ascii"), "size": size}
            case "list":
                return {"names": self.names(path)}
            case "stat":
                kind, size, changed = self.stat(path)
                return {"kind": kind, "size": size, "changed": changed}
            case _:
                self.remove(path)
                return {}

    def write(self, path: str, offset: int, data: bytes, final: bool) -> None:
        """One piece of a file; the piece with ``final`` makes it appear. Missing directories are made.

        Raises:
            OSError: as the kernel says; ``ValueError`` for a path that is not of the agreed form.
        """
        with self._parent(path, create=True) as (parent, name):
            flags = os.O_WRONLY | os.O_CREAT | _FILE | (os.O_TRUNC if offset == 0 else 0)
            try:
                descriptor = os.open(PARTIAL, flags, 0o644, dir_fd=parent)
                try:
                    view = memoryview(data)
                    while view:
                        written = os.pwrite(descriptor, view, offset)
                        view, offset = view[written:], offset + written
                finally:
                    os.close(descriptor)
                if final:
                    os.rename(PARTIAL, name, src_dir_fd=parent, dst_dir_fd=parent)
            except OSError:
                with contextlib.suppress(OSError):
                    os.unlink(PARTIAL, dir_fd=parent)
                raise

    def read(self, path: str, offset: int, size: int) -> tuple[bytes, int]:
        """At most ``size`` bytes from ``offset``, and the size of the whole file."""
        with self._parent(path) as (parent, name), _opened(name, parent) as (descriptor, status):
            if not stat.S_ISREG(status.st_mode):
                raise OSError(errno.EINVAL, "not a regular file")
            return os.pread(descriptor, size, offset), status.st_size

    def stat(self, path: str) -> tuple[str, int, float]:
        """Kind (``file`` or ``directory``), size in bytes, time of change in seconds since the epoch."""
        with self._parent(path) as (parent, name), _opened(name, parent) as (_, status):
            kind = "directory" if stat.S_ISDIR(status.st_mode) else "file"
            return kind, status.st_size, status.st_mtime

    def names(self, path: str) -> list[str]:
        """The regular files below ``path`` ("" is the cell), sorted, at most MAX_ENTRIES."""
        base = path.split("/") if path else []
        with self._directory(base) as descriptor:
            names = []
            for name, _parent, _leaf in _files(descriptor, "".join(f"{part}/" for part in base), 0):
                names.append(name)
                if len(names) >= MAX_ENTRIES:
                    break
            return sorted(names)

    def remove(self, path: str) -> None:
        """Remove a file or an empty directory."""
        with self._parent(path) as (parent, name):
            try:
                os.unlink(name, dir_fd=parent)
            except (IsADirectoryError, PermissionError):
                os.rmdir(name, dir_fd=parent)

    def changes(self) -> list[Change]:
        """Files new or changed since the last call, sorted by name; at most MAX_FILES are looked at. While the guest
        leaves no descriptor to look with there are none; they are told by the next call that has one."""
        if self.untouched():
            return []
        before, self._seen = self._seen, {}
        try:
            return self._changed_since(before)
        except OSError:
            self._seen = before
            return []

    def _changed_since(self, before: Mapping[str, _Seen]) -> list[Change]:
        now = time_ns()
        changed = []
        with _tolerant(), self._directory([]) as root:
            for name, parent, leaf in _files(root, "", 0):
                if len(self._seen) >= MAX_FILES:
                    break
                with _tolerant(), _opened(leaf, parent) as (descriptor, status):
                    if not stat.S_ISREG(status.st_mode):
                        continue
                    seen = self._seen[name] = _look(descriptor, status, before.get(name), now)
                    if name not in before or before[name].digest != seen.digest:
                        changed.append(Change(name, status.st_size, seen.digest))
        return sorted(changed, key=lambda change: change.name)

    def entries(self) -> tuple[list[list[Any]], dict[str, str]]:
        """What a snapshot holds of the files and directories, parents first: path, mode, microseconds of change, 1 for
        a directory; and what it cannot hold: path and why.

        Raises:
            OSError: there are too many, or the guest left no descriptor to look with.
        """
        rows: list[list[Any]] = []
        unsaved: dict[str, str] = {}
        with self._directory([]) as root:
            for path, found in _everything(root, "", 0):
                if isinstance(found, str):
                    unsaved[path.encode("utf-8", "backslashreplace").decode()] = found
                else:
                    mode, is_directory = stat.S_IMODE(found.st_mode), stat.S_ISDIR(found.st_mode)
                    rows.append([path, mode, found.st_mtime_ns // 1000, int(is_directory)])
                if len(rows) > MAX_ENTRIES:
                    raise OSError(errno.EFBIG, f"more than {MAX_ENTRIES} files")
                if len(unsaved) > MAX_FILES:
                    raise OSError(errno.EFBIG, f"more than {MAX_FILES} files that cannot be saved")
        return rows, unsaved

    def put_back(self, rows: list[list[Any]]) -> int:
        """Make the directories among ``entries``, and give all of them their modes and times, children first. Says how
        many have not got theirs: in a jail without namespaces no worker may set any."""
        unlike = 0
        for name, _mode, _changed, is_directory in rows:
            if is_directory:
                with self._directory(name.split("/"), create=True):
                    pass
        for name, mode, changed, _ in reversed(rows):
            with self._parent(name) as (parent, leaf), _opened(leaf, parent) as (descriptor, _):
                try:
                    os.utime(descriptor, ns=(changed * 1000, changed * 1000))
                    os.fchmod(descriptor, mode & 0o777)
                except PermissionError:
                    unlike += 1
        self.changes()
        return unlike

    def move(self, root: str) -> None:
        """From now on the files are those below ``root``, copies of what is here: a copy is no change."""
        self.close()
        self._root, self._empty_since = root, 0

    def close(self) -> None:
        """Let go of the directory."""
        if self._top >= 0:
            os.close(self._top)
            self._top = -1

    def untouched(self) -> bool:
        """Whether the cell was empty when last looked at and nothing was made in it since: one call for most cells."""
        try:
            if self._top < 0:
                self._top = os.open(self._root, _DIRECTORY)
            # Unlike the time of modification, no guest can set this one.
            changed = fstat(self._top).st_ctime_ns
            if self._empty_since == changed:
                return True
            with os.scandir(self._top) as entries:
                empty = not any(True for _ in entries)
        except OSError as error:
            if error.errno != errno.EMFILE:
                # The guest closed the descriptor under us.
                self._top = -1
            return False
        self._empty_since = changed if empty and changed < time_ns() - _RACY_NS else 0
        return empty and not self._seen

    @contextlib.contextmanager
    def _directory(self, parts: list[str], create: bool = False) -> Iterator[int]:
        descriptor = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for part in parts:
                if part in ("", ".", "..") or "/" in part or "\0" in part:
                    raise ValueError("a path that is not normalised")
                if create:
                    with contextlib.suppress(FileExistsError):
                        os.mkdir(part, 0o755, dir_fd=descriptor)
                inner = os.open(part, _DIRECTORY, dir_fd=descriptor)
                os.close(descriptor)
                descriptor = inner
            yield descriptor
        finally:
            os.close(descriptor)

    @contextlib.contextmanager
    def _parent(self, path: str, create: bool = False) -> Iterator[tuple[int, str]]:
        *parts, name = path.split("/")
        if name in ("", ".", "..", PARTIAL) or "\0" in name:
            raise ValueError("a path that is not normalised")
        with self._directory(parts, create) as descriptor:
            yield descriptor, name


@contextlib.contextmanager
def _tolerant() -> Iterator[None]:
    """What cannot be opened is passed over, unless nothing can be opened."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.EMFILE:
            raise


@contextlib.contextmanager
def _opened(name: str, parent: int) -> Iterator[tuple[int, os.stat_result]]:
    descriptor = os.open(name, os.O_RDONLY | _FILE, dir_fd=parent)
    try:
        yield descriptor, fstat(descriptor)
    finally:
        os.close(descriptor)


def _look(descriptor: int, status: os.stat_result, before: _Seen | None, now: int) -> _Seen:
    """Stamp and digest; the digest is reused unless the stamp differs or was too young to tell two writes apart."""
    stamp = (status.st_ino, status.st_size, status.st_ctime_ns)
    racy = status.st_ctime_ns > now - _RACY_NS
    if before is not None and before.stamp == stamp and not before.racy:
        return before
    digest = hashlib.sha256()
    offset = 0
    while piece := os.pread(descriptor, 1 << 20, offset):
        digest.update(piece)
        offset += len(piece)
    return _Seen(stamp, digest.hexdigest(), racy)


def _everything(directory: int, prefix: str, depth: int) -> Iterator[tuple[str, os.stat_result | str]]:
    """(path, status) of all that a snapshot can hold, parents first, and (path, why) of what it cannot."""
    with os.scandir(directory) as entries:
        found = sorted((entry.name, _odd(entry)) for entry in entries if entry.name != PARTIAL)
    for name, odd in found:
        path = prefix + name
        if why := odd or _unfit(path, depth):
            yield path, why
            continue
        try:
            with _opened(name, directory) as (descriptor, status):
                yield path, status
                if stat.S_ISDIR(status.st_mode):
                    yield from _everything(descriptor, f"{path}/", depth + 1)
        except FileNotFoundError:
            continue
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                raise
            yield path, error.strerror or str(error)


def _odd(entry: os.DirEntry[str]) -> str:
    """What it is unless a file or a directory, as its directory tells: not every jail lets a worker ask by name."""
    if entry.is_symlink():
        return "it is a symbolic link"
    is_one = entry.is_file(follow_symlinks=False) or entry.is_dir(follow_symlinks=False)
    return "" if is_one else "it is neither a file nor a directory"


def _unfit(path: str, depth: int) -> str:
    """Why no snapshot can hold this path; an empty text where one can."""
    if depth > MAX_DEPTH:
        return f"it lies below more than {MAX_DEPTH} directories"
    if len(path) > MAX_PATH:
        return f"its path is longer than {MAX_PATH} characters"
    try:
        path.encode()
    except UnicodeEncodeError:
        return "its name is not text"
    return ""


def _files(directory: int, prefix: str, depth: int) -> Iterator[tuple[str, int, str]]:
    """(name, directory descriptor, last component) of each regular file; symlinks are never followed."""
    with os.scandir(directory) as entries:
        found = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    for name, is_directory in found:
        if name == PARTIAL:
            continue
        if not is_directory:
            yield prefix + name, directory, name
        elif depth < MAX_DEPTH:
            with _tolerant():
                inner = os.open(name, _DIRECTORY, dir_fd=directory)
                try:
                    yield from _files(inner, f"{prefix}{name}/", depth + 1)
                finally:
                    os.close(inner)
