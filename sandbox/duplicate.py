"""A copy of /cell for a branch of a session, and the branch's own hold on its open files.

Invariants: what is copied is bounded as what a checkpoint keeps; an open file of the cell is open in the branch at the
same place, on the branch's own copy, or there is no branch.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import os
import stat

from .jail.removal import remove_tree
from .machine import fstat, status_of
from .vault import TooMuch, close_again, open_descriptors, open_whatever_its_mode, opened, pour, walk

_OPEN = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_KEPT_FLAGS = os.O_ACCMODE | os.O_APPEND


@dataclasses.dataclass(frozen=True)
class Duplicate:
    """What is left to do in the branch. ``files``: descriptor, path, flags and offset of each file that is to be
    opened anew; ``entries``: how everything is to be, the inner ones first."""

    files: list[tuple[int, str, int, int]]
    entries: list[tuple[str, os.stat_result]]


def duplicate(root: str, target: str) -> Duplicate:
    """Copy what is below ``root`` to the directory ``target``, which is emptied before. What ``settle`` needs.

    Raises:
        TooMuch: there are too many entries, or too deep, or a file is open that has no name any more.
        OSError: there is no room.
    """
    status = status_of(root)
    os.chmod(target, 0o700)  # the branch that was there before may have closed it
    _empty(target)
    names: dict[int, str] = {}
    made = [("", target, status)]
    with opened(root) as top:
        for path, parent, name, status in walk(top):
            copy = os.path.join(target, path)
            if stat.S_ISDIR(status.st_mode):
                os.mkdir(copy, 0o700)
                made.append((path, copy, status))
            elif stat.S_ISREG(status.st_mode):
                _copy_file(name, parent, copy)
                made.append((path, copy, status))
                names[status.st_ino] = copy
        close_again(top, ((path, status.st_mode) for path, _, status in made[1:]))
        device = fstat(top).st_dev
    files = [_to_reopen(number, names) for number in open_descriptors(device)]
    return Duplicate(files, [(copy, status) for _, copy, status in reversed(made)])


def settle(moved: Duplicate) -> None:
    """In the branch: let each descriptor name the branch's own file; then everything may be as it was, closed to its
    owner or not."""
    for number, path, flags, offset in moved.files:
        descriptor = os.open(path, flags | _OPEN)
        os.lseek(descriptor, offset, os.SEEK_SET)
        os.dup2(descriptor, number, inheritable=False)
        os.close(descriptor)
    for path, status in moved.entries:
        _like(path, status)


def _empty(target: str) -> None:
    with os.scandir(target) as entries:
        found = [(entry.path, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for path, is_directory in found:
        if is_directory:
            remove_tree(path)
        else:
            os.unlink(path)


def _copy_file(name: str, parent: int, copy: str) -> None:
    with contextlib.ExitStack() as closing:
        source = open_whatever_its_mode(name, parent, os.O_RDONLY)
        closing.callback(os.close, source)
        target = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _OPEN, 0o600)
        closing.callback(os.close, target)
        pour(source, target)


def _like(path: str, status: os.stat_result) -> None:
    os.chmod(path, stat.S_IMODE(status.st_mode))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _to_reopen(number: int, names: dict[int, str]) -> tuple[int, str, int, int]:
    path = names.get(fstat(number).st_ino)
    if path is None:
        raise TooMuch("a file is open that was deleted; close it before the session is forked")
    flags = fcntl.fcntl(number, fcntl.F_GETFL) & _KEPT_FLAGS
    return number, path, flags, os.lseek(number, 0, os.SEEK_CUR)
