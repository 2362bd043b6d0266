"""Files of /cell, from the host: write, read, list, stat, remove.

Invariants: paths are judged here before anything is sent, and again in the worker; the decision hook is asked before
each grant; content travels in pieces, so no frame is large; a file appears whole or not at all.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import os
import time
from typing import TYPE_CHECKING, Any

from sandbox import means
from sandbox.cell import MAX_ENTRIES
from sandbox.errors import BackendUnavailable, LimitExceeded, RemoteProtocolError
from sandbox.events import host_event
from sandbox.policy import Request
from sandbox.protocol import Frame
from sandbox.protocol.frames import MAX_NUMBER

from .decisions import denied
from .paths import clean, is_clean
from .reached import exceeded

if TYPE_CHECKING:
    from .session import Session

PIECE = 128 << 10
_PATIENCE_S = 30.0
_SLOWEST = 1 << 20
"""Bytes per second, after the patience."""
_FULL = {
    "No space left": means.FILE_SYSTEM,
    "quota": means.FILE_SYSTEM,
    "File too large": means.RLIMIT,
}
_ERRORS: dict[str, type[OSError]] = {
    "FileNotFoundError": FileNotFoundError,
    "IsADirectoryError": IsADirectoryError,
    "NotADirectoryError": NotADirectoryError,
    "FileExistsError": FileExistsError,
    "PermissionError": PermissionError,
}


@dataclasses.dataclass(frozen=True)
class FileStat:
    """``kind`` is "file" or "directory"; ``size`` in bytes; ``changed`` in seconds since the epoch."""

    kind: str
    size: int
    changed: float


class Files:
    """The files of one session. Paths are relative to /cell, or absolute below it.

    Every method raises:
        ValueError, TypeError: a path that is not below /cell.
        PolicyViolation: the decision hook said no.
        SessionBusy, SessionClosed, BackendUnavailable: as ``Executor.run``.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def write(self, path: str | os.PathLike[str], data: bytes | str) -> None:
        """Make or replace a file; missing directories are made. Text is written as UTF-8.

        Raises:
            LimitExceeded: ``data`` is larger than ``limits.disk_mb``, or the cell is full.
            OSError: the path is a directory, or leads through a file.
        """
        name = clean(path)
        content = data.encode("utf-8") if isinstance(data, str) else bytes(memoryview(data))
        allowed = self._session.limits.disk_mb << 20
        if len(content) > allowed:
            raise self._full(len(content))
        with self._session.alone():
            self._ask("write", name)
            begun = time.monotonic()
            for offset in range(0, max(1, len(content)), PIECE):
                piece = content[offset : offset + PIECE]
                text = base64.b64encode(piece).decode("ascii")
                final = offset + PIECE >= len(content)
                self._request("write", name, offset=offset, data=text, final=final)
                _keep_pace(begun, offset)
            written = host_event("file.written", path=name, size=len(content))
            self._session.record.certainly(written, "the file was written without a record")

    def read(self, path: str | os.PathLike[str]) -> bytes:
        """The content of a file.

        Raises:
            FileNotFoundError, IsADirectoryError, PermissionError, OSError: as for any file.
        """
        name = clean(path)
        with self._session.alone():
            self._ask("read", name)
            pieces, got, begun = [], 0, time.monotonic()
            while True:
                piece, size = self._piece(self._request("read", name, offset=got, size=PIECE))
                pieces.append(piece)
                got += len(piece)
                if len(piece) < PIECE or got >= size:
                    break
                if got > self._session.limits.disk_mb << 20:
                    raise self._full(got)
                _keep_pace(begun, got)
            self._session.record.certainly(host_event("file.read", path=name, size=got), "the file is not handed out")
        return b"".join(pieces)

    def list(self, path: str | os.PathLike[str] = "") -> list[str]:
        """The regular files below ``path``, as sorted paths relative to /cell; a name that is no text is left out."""
        name = clean(path, root=True)
        with self._session.alone():
            self._ask("read", name)
            names = self._request("list", name).get("names")
        if type(names) is not list or len(names) > MAX_ENTRIES or not all(type(one) is str for one in names):
            raise _broken("a list of files")
        return [one for one in names if is_clean(one)]

    def stat(self, path: str | os.PathLike[str]) -> FileStat:
        """Kind, size and time of change."""
        name = clean(path)
        with self._session.alone():
            self._ask("read", name)
            data = self._request("stat", name)
        kind, size, changed = data.get("kind"), data.get("size"), data.get("changed")
        if kind not in ("file", "directory") or type(size) is not int or not 0 <= size < MAX_NUMBER:
            raise _broken("a file's state")
        if not isinstance(changed, (int, float)) or type(changed) is bool or not abs(changed) < MAX_NUMBER:
            raise _broken("a file's state")
        return FileStat(kind, size, float(changed))

    def remove(self, path: str | os.PathLike[str]) -> None:
        """Remove a file or an empty directory."""
        name = clean(path)
        with self._session.alone():
            self._ask("remove", name)
            self._request("remove", name)

    def _ask(self, operation: str, name: str) -> None:
        session = self._session
        request = Request(kind="file", name=name, arguments={"operation": operation})
        violation = denied(session.policy, request, session.record, session.limits.tool_wall_s)
        if violation:
            raise violation

    def _request(self, operation: str, name: str, **fields: Any) -> dict[str, Any]:
        answer = self._session.request("file", op=operation, path=name, **fields)
        if answer["t"] == "fail":
            raise self._error(answer, name)
        data: dict[str, Any] = answer["data"]
        return data

    def _error(self, answer: Frame, name: str) -> Exception:
        message = answer["message"]
        for text, how in _FULL.items():
            if text in message:
                return self._full(self._session.limits.disk_mb << 20, how)
        return _ERRORS.get(answer["type"], OSError)(f"{message}: {name!r}")

    def _full(self, used: int, how: str = means.HOST_COUNT) -> LimitExceeded:
        allowed = self._session.limits.disk_mb
        error = exceeded("disk_mb", allowed, used / (1 << 20), how)
        self._session.record(host_event("limit", limit="disk_mb", allowed=allowed, used=error.used, how=how))
        return error

    def _piece(self, data: dict[str, Any]) -> tuple[bytes, int]:
        text, size = data.get("data"), data.get("size")
        if type(text) is not str or type(size) is not int:
            raise _broken("a piece of a file")
        try:
            piece = base64.b64decode(text, validate=True)
        except binascii.Error:
            raise _broken("a piece of a file") from None
        if len(piece) > PIECE:
            raise _broken("a piece of a file")
        return piece, size


def _keep_pace(begun: float, moved: int) -> None:
    """A worker that answers each piece just in time must not hold its caller for hours."""
    if time.monotonic() - begun > _PATIENCE_S + moved / _SLOWEST:
        raise BackendUnavailable("the worker moves a file too slowly; give it up with close()")


def _broken(what: str) -> RemoteProtocolError:
    return RemoteProtocolError(f"the worker sent {what} that is none")
