"""Path questions answered by opening: what stands in for stat() where only Landlock confines paths.

Landlock mediates opening a file and not stat(), so without a mount namespace the filter refuses calls that take a
path and only ask about it. These versions open, ask the descriptor and close: what Landlock hides, they cannot see.

Invariants: same results and exceptions as the originals for files that may be opened for reading; importlib uses
them too, since it looks them up in ``posix`` at each call.
"""

from __future__ import annotations

import os
import stat as mode
import sys
from typing import Any

_QUIET = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY


def stat(path: Any, *, dir_fd: int | None = None, follow_symlinks: bool = True) -> os.stat_result:
    """``os.stat`` of something that may be opened for reading."""
    if isinstance(path, int):
        return os.fstat(path)
    fd = os.open(path, _QUIET | (0 if follow_symlinks else os.O_NOFOLLOW), dir_fd=dir_fd)
    try:
        return os.fstat(fd)
    finally:
        os.close(fd)


def lstat(path: Any, *, dir_fd: int | None = None) -> os.stat_result:
    """``os.lstat`` of something that may be opened for reading."""
    return stat(path, dir_fd=dir_fd, follow_symlinks=False)


def access(
    path: Any, wanted: int, *, dir_fd: int | None = None, effective_ids: bool = False, follow_symlinks: bool = True
) -> bool:
    """``os.access``, by mode bits of what may be opened; nothing may be executed."""
    try:
        found = stat(path, dir_fd=dir_fd, follow_symlinks=follow_symlinks).st_mode
    except OSError:
        return False
    if wanted & os.X_OK and not mode.S_ISDIR(found):
        return False
    return not wanted & os.W_OK or bool(found & 0o200)


def install() -> None:
    """Put these in the place of the originals, for the rest of this process."""
    posix = sys.modules["posix"]
    for function in (stat, lstat, access):
        setattr(os, function.__name__, function)
        setattr(posix, function.__name__, function)
    os.supports_dir_fd |= {stat, access}
    # rmtree by descriptors asks DirEntry.stat(), which is refused too; by names it needs no stat.
    os.supports_dir_fd.discard(os.open)
    if "shutil" in sys.modules:
        sys.modules["shutil"].__dict__["_use_fd_functions"] = False
    os.supports_follow_symlinks |= {stat, access}
    os.supports_fd |= {stat}
