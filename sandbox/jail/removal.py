"""Removing a directory that a guest has filled: however deep, however many entries, whatever their modes.

Invariants: never recursive, so depth costs nothing; never follows a symlink; what cannot be removed is left, and
nothing raises; nobody else writes there any more.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def remove_tree(path: str, most: int | None = None, *, dir_fd: int | None = None) -> bool:
    """Remove the directory and all below it; give up after ``most`` entries. Whether it is gone. ``dir_fd``: what a
    relative path is relative to."""
    with contextlib.suppress(OSError):
        top = _opened(path, dir_fd)
        try:
            for count, _ in enumerate(_removals(top)):
                if count == most:
                    return False
        finally:
            os.close(top)
        os.rmdir(path, dir_fd=dir_fd)
        return True
    return False


def _removals(top: int) -> Iterator[None]:
    """Empty the directory, one entry a step: files go, directories give their own directories to ``top`` and go."""
    prefix, number, left = os.urandom(8).hex(), 0, True
    while left:
        left = False
        for name, is_directory in _entries(top):
            with contextlib.suppress(OSError):
                if not is_directory:
                    os.unlink(name, dir_fd=top)
                else:
                    inner = _opened(name, top)
                    try:
                        for entry, is_inner_directory in _entries(inner):
                            if is_inner_directory:
                                # Only a directory that its owner may write can be moved.
                                os.close(_opened(entry, inner))
                                os.rename(entry, f"{prefix}{number}", src_dir_fd=inner, dst_dir_fd=top)
                                number += 1
                            else:
                                os.unlink(entry, dir_fd=inner)
                            left = True
                            yield
                    finally:
                        os.close(inner)
                    os.rmdir(name, dir_fd=top)
                left = True
                yield


def _opened(name: str, parent: int | None) -> int:
    """The directory, opened, with all rights for its owner. Only who may not open it changes its mode by name, which
    follows a link: never root, whom another user's link could mislead."""
    try:
        directory = os.open(name, _DIRECTORY, dir_fd=parent)
    except PermissionError:
        os.chmod(name, 0o700, dir_fd=parent)
        return os.open(name, _DIRECTORY, dir_fd=parent)
    os.fchmod(directory, 0o700)
    return directory


def _entries(directory: int) -> Iterator[tuple[str, bool]]:
    """Name and whether it is a directory; an entry that comes late is seen in the next round."""
    with os.scandir(directory) as found:
        for entry in found:
            yield entry.name, entry.is_dir(follow_symlinks=False)
