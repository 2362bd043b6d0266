"""What ran out: from an exception that ended a run to the limit that it means.

A refused allocation, file, block or process is the guest's own exception and can be caught; only one that ends the run
is the limit.

Invariants: nothing of the exception but its exact type, number and place is looked at; the limit is told to the host
before it is returned.
"""

from __future__ import annotations

import errno
import sys
from typing import Any

from . import means, storage
from .engine import EngineHost
from .errors import LimitExceeded
from .refusals import LIMIT_CODES, explain

OWN_CELL = "/cell"
_NO_ROOM = {errno.ENOSPC: means.FILE_SYSTEM, errno.EDQUOT: means.FILE_SYSTEM, errno.EFBIG: means.RLIMIT}
_SQLITE = {13: means.FILE_SYSTEM, 778: means.RLIMIT}
"""SQLITE_FULL, and SQLITE_IOERR_WRITE: a file that may not grow any more."""
_FORKS = frozenset({"fork", "forkpty"})
_NO_PROCESS = {errno.EAGAIN: means.RLIMIT, errno.EPERM: means.SECCOMP}


def exhausted(error: BaseException, host: EngineHost, **common: Any) -> LimitExceeded | None:
    """The limit that this exception means, or None. ``common`` is what every ``RunError`` takes."""
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return limited(host, "memory_mb", "memory ran out", means.ENGINE if host.in_process else means.RLIMIT, **common)
    if how := _no_room(error):
        what, used = _stored(host.cell.path)
        return limited(host, "disk_mb", what, how, used=used, **common)
    if not isinstance(error, OSError) or host.in_process:
        return None
    if error.errno == errno.EMFILE:
        most = host.limits.open_files
        return limited(host, "open_files", "too many files are open", means.RLIMIT, used=most, **common)
    if error.errno in _NO_PROCESS and _forked(error):
        how = _NO_PROCESS[error.errno]
        used = host.limits.processes if how == means.RLIMIT else 0
        return limited(host, "processes", "no more processes can be had", how, used=used, **common)
    return None


def limited(
    host: EngineHost, limit: str, what: str, how: str, *, used: float | None = None, **common: Any
) -> LimitExceeded:
    """The error of a limit that was met inside the worker, after the host was told of it."""
    allowed, code = getattr(host.limits, limit), LIMIT_CODES[limit]
    told = {"limit": limit, "allowed": allowed, "how": how}
    host.emit("limit", told if used is None else told | {"used": used})
    return LimitExceeded(explain(code, what), limit=limit, allowed=allowed, used=used, how=how, code=code, **common)


def _no_room(error: BaseException) -> str:
    """By what means a write was refused for want of room; empty when it was not."""
    if isinstance(error, OSError):
        return _NO_ROOM.get(error.errno or 0, "")
    sqlite = sys.modules.get("sqlite3")
    if sqlite is not None and type(error) is sqlite.OperationalError:
        return _SQLITE.get(getattr(error, "sqlite_errorcode", 0), "")
    return ""


def _stored(cell: str) -> tuple[str, float | None]:
    """What to say of the full cell, and the MB in it."""
    try:
        found = storage.of_file_system(cell) if cell == OWN_CELL else storage.of_tree(cell)
    except OSError:
        return "/cell is full", None
    return f"/cell is full ({found.size_mb:.1f} MB, {found.entries} files)", round(found.size_mb, 3)


def _forked(error: BaseException) -> bool:
    """Whether it comes from a line of a function that forks."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    return place is not None and not _FORKS.isdisjoint(place.tb_frame.f_code.co_names)
