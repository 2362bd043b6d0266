"""How much a directory tree holds: for limits that no file system keeps, and to tell how full one is.

Invariants: walked by descriptors that follow no link; a tree that changes meanwhile gives what was seen; at most
``MOST_ENTRIES`` entries are looked at, so a hostile tree costs a bounded time.
"""

from __future__ import annotations

import dataclasses
import os

from .machine import fstat

MB = 1 << 20
MOST_ENTRIES = 100_000
MOST_DEPTH = 64
_BLOCK = 512
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclasses.dataclass
class Stored:
    """What was found: ``size_mb`` as disk blocks, and how many ``entries``; ``complete`` unless a part of it could not
    be looked at."""

    size_mb: float = 0.0
    entries: int = 0
    complete: bool = True


def of_file_system(path: str) -> Stored:
    """What the file system that ``path`` is the root of holds.

    Raises:
        OSError: it cannot be asked.
    """
    found = os.statvfs(path)
    return Stored((found.f_blocks - found.f_bfree) * found.f_frsize / MB, found.f_files - found.f_ffree)


def of_tree(path: str) -> Stored:
    """What the tree below ``path`` holds.

    Raises:
        OSError: ``path`` itself cannot be opened.
    """
    found = Stored()
    top = os.open(path, _DIRECTORY)
    try:
        _add(top, found, MOST_DEPTH)
    finally:
        os.close(top)
    return found


def _add(directory: int, found: Stored, deep: int) -> None:
    with os.scandir(directory) as entries:
        for entry in entries:
            if found.entries >= MOST_ENTRIES:
                found.complete = False
                return
            found.entries += 1
            try:
                found.size_mb += _status(entry, directory).st_blocks * _BLOCK / MB
                if entry.is_dir(follow_symlinks=False):
                    _enter(entry.name, directory, found, deep)
            except FileNotFoundError:
                continue
            except OSError:
                found.complete = False


def _enter(name: str, parent: int, found: Stored, deep: int) -> None:
    if not deep:
        found.complete = False
        return
    inner = os.open(name, _DIRECTORY, dir_fd=parent)
    try:
        _add(inner, found, deep - 1)
    finally:
        os.close(inner)


def _status(entry: os.DirEntry[str], parent: int) -> os.stat_result:
    try:
        return entry.stat(follow_symlinks=False)
    except PermissionError:
        # A filter may refuse to ask for a path's metadata; a descriptor's may be had.
        opened = os.open(entry.name, _FILE, dir_fd=parent)
        try:
            return fstat(opened)
        finally:
            os.close(opened)
