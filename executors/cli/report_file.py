"""A file that a command writes at its end. It is tried first, so that a wrong path is told before any work is done.

Invariants: trying creates nothing and changes nothing.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path


def try_file(path: Path) -> None:
    """Whether a report can be written there, as far as it can be known beforehand.

    Raises:
        OSError: it is a directory, it or its directory cannot be written, or its directory is missing.
    """
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        # A link to a file that is not there yet is written through.
        parent = path.resolve().parent
        if not parent.is_dir():
            raise _error(errno.ENOENT, path) from None
        if not os.access(parent, os.W_OK | os.X_OK):
            raise _error(errno.EACCES, path) from None
        return
    if stat.S_ISDIR(mode):
        raise _error(errno.EISDIR, path)
    if not os.access(path, os.W_OK):
        raise _error(errno.EACCES, path)


def _error(number: int, path: Path) -> OSError:
    return OSError(number, os.strerror(number), str(path))
