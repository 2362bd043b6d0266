"""Snapshots of a session, on the host's side: taken from a worker, sealed, and restored into a fresh one.

Invariants: what a worker sends is bounded in size and form, and its content never read here; a restore happens in a
fresh worker that takes the old one's place only when it succeeded; a lost session comes back as the last snapshot.
"""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from sandbox import means
from sandbox.cell import MAX_ENTRIES
from sandbox.errors import BackendUnavailable, EncodeError, LimitExceeded, RemoteProtocolError, SnapshotError
from sandbox.events import host_event
from sandbox.reserved import FINAL
from sandbox.snapshot.transfer import PIECE

from .envelope import Saved, SavedFile, check_key, digest_of, seal, unseal
from .link import Link, LinkFailed
from .paths import is_clean
from .reached import exceeded

if TYPE_CHECKING:
    from .session import Session

SNAPSHOT_S = 120.0
"""Seconds for all of one snapshot, or one restore."""
_MOST_NAMES = 10_000
_TOLD_NAMES = 20


class Snapshots:
    """The snapshots of one session. The caller holds the session. ``is_current``: the latest one is all that the
    session is."""

    def __init__(self) -> None:
        self._last: bytes | None = None
        self.is_current = False

    @property
    def digest(self) -> str:
        """That of the last snapshot."""
        return digest_of(self._last or b"")

    def take(self, session: Session, key: bytes | None, leave_out: Collection[str], leave_out_unsavable: bool) -> bytes:
        """The session as bytes. See ``Executor.snapshot``."""
        check_key(key)
        names = _names(leave_out)
        link = session.live_link()
        try:
            saved = self._collect(session, link, names, leave_out_unsavable)
        except LinkFailed as failure:
            session.lineage.drop(str(failure))
            raise BackendUnavailable(f"the worker failed at a snapshot: {failure}") from None
        except RemoteProtocolError as error:
            session.lineage.drop(error.message)
            raise
        data = seal(saved, key)
        told = ", ".join(list(saved.left_out)[:_TOLD_NAMES])
        event = {"digest": digest_of(data), "bytes": len(data), "files": len(saved.files), "left_out": told}
        session.record.certainly(host_event("session.saved", **event), "the snapshot is not handed out")
        self._last, self.is_current = data, not saved.left_out
        return data

    def _collect(self, session: Session, link: Link, leave_out: list[str], lenient: bool) -> Saved:
        asked = _Asked(link)
        answer = link.request("snapshot", SNAPSHOT_S, op="make", leave_out=leave_out, lenient=lenient)
        if answer["t"] == "fail":
            raise _refused(answer)
        size, rows, python = (answer["data"].get(name) for name in ("size", "entries", "python"))
        most = session.limits.snapshot_mb << 20
        if type(size) is not int or not 0 <= size <= most or type(python) is not str or len(python) > 100:
            raise _broken("an account of a snapshot")
        document = bytearray()
        while len(document) < size:
            piece = asked.piece("snapshot", op="read", offset=len(document))
            if len(piece) != min(PIECE, size - len(document)):
                raise _broken("a piece of a snapshot")
            document += piece
        link.request("snapshot", op="forget")
        left_out = _left_out(answer["data"].get("left_out"))
        return Saved(bytes(document), self._files(session, asked, _entries(rows)), python, session.engine, left_out)

    def _files(self, session: Session, asked: _Asked, rows: list[SavedFile]) -> tuple[SavedFile, ...]:
        found: list[SavedFile] = []
        allowed = session.limits.disk_mb << 20
        left = allowed
        for row in rows:
            if row.is_directory:
                found.append(row)
                continue
            content = bytearray()
            while True:
                piece = asked.piece("file", op="read", path=row.path, offset=len(content), size=PIECE)
                content += piece
                if len(content) > left:
                    used = (allowed - left + len(content)) / (1 << 20)
                    raise exceeded("disk_mb", session.limits.disk_mb, used, means.HOST_COUNT)
                if len(piece) < PIECE:
                    break
            left -= len(content)
            found.append(SavedFile(row.path, row.mode, row.changed, False, bytes(content)))
        return tuple(found)

    def restore(self, session: Session, data: bytes, key: bytes | None) -> None:
        """Put the session into the state of a snapshot. See ``Executor.restore``."""
        saved = unseal(data, key, session.limits.disk_mb << 20)
        link = session.fresh_link()
        try:
            unlike = self._put(session, link, saved)
        except BaseException:
            link.stream.close()
            raise
        session.adopt(link, {"restored": saved.digest})
        self._last, self.is_current = data, True
        event = {"digest": saved.digest, "python": saved.python, "engine": saved.engine, "hardcell": saved.hardcell}
        if unlike:
            event["left_out"] = (
                f"modes and times of {unlike} files, which no worker may set in a jail without namespaces"
            )
        restored = host_event("session.restored", **event)
        session.record.certainly(restored, "the session was restored without a record")

    def revive(self, session: Session) -> Link | None:
        """A fresh worker in the state of the last snapshot; None where there is none, or it cannot be restored now."""
        if self._last is None:
            return None
        link = session.fresh_link()
        try:
            self._put(session, link, unseal(self._last, None, session.limits.disk_mb << 20))
        except SnapshotError as error:
            link.stream.close()
            session.record(host_event("crash", reason=f"the last snapshot was not restored: {error}"[:500]))
            return None
        except BaseException:
            link.stream.close()
            raise
        self.is_current = True
        return link

    def _put(self, session: Session, link: Link, saved: Saved) -> int:
        """How many files have not got their modes and times."""
        try:
            return self._write(session, link, saved)
        except LinkFailed as failure:
            raise SnapshotError(f"the worker failed while it restored the snapshot: {failure}") from None

    def _write(self, session: Session, link: Link, saved: Saved) -> int:
        asked = _Asked(link)
        for offset in range(0, len(saved.document), PIECE):
            asked.data("restore", op="write", data=_text(saved.document[offset : offset + PIECE]))
        for file in saved.files:
            for offset in range(0, max(1, len(file.data)), PIECE) if not file.is_directory else ():
                piece, final = file.data[offset : offset + PIECE], offset + PIECE >= len(file.data)
                asked.data("file", op="write", path=file.path, offset=offset, data=_text(piece), final=final)
        rows = [[file.path, file.mode, file.changed, int(file.is_directory)] for file in saved.files]
        done = asked.data("restore", op="finish", tools=[*session.tool_names(), FINAL], entries=rows)
        if type(unlike := done.get("unlike")) is not int or not 0 <= unlike <= len(rows):
            raise _broken("an account of what was restored")
        return unlike


class _Asked:
    """Requests of one snapshot, under one deadline."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._ends = time.monotonic() + SNAPSHOT_S

    def data(self, kind: str, **fields: Any) -> dict[str, Any]:
        """What an ``ok`` says; a ``fail`` is a SnapshotError."""
        answer = self._link.request(kind, max(0.001, self._ends - time.monotonic()), **fields)
        if answer["t"] == "fail":
            raise SnapshotError(answer["message"][:2000])
        found: dict[str, Any] = answer["data"]
        return found

    def piece(self, kind: str, **fields: Any) -> bytes:
        """The bytes that an answer carries."""
        text = self.data(kind, **fields).get("data")
        try:
            piece = base64.b64decode(text, validate=True) if type(text) is str else None
        except binascii.Error:
            piece = None
        if piece is None or len(piece) > PIECE:
            raise _broken("a piece of a snapshot")
        return piece


def _names(leave_out: Collection[str]) -> list[str]:
    if isinstance(leave_out, str) or not all(type(name) is str for name in leave_out):
        raise TypeError("leave_out is a list of names of variables")
    return list(leave_out)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _refused(answer: dict[str, Any]) -> Exception:
    """What the worker says of a snapshot that it could not make."""
    message = answer["message"][:2000]
    if answer["type"] == "EncodeError":
        return EncodeError(message, path=message.partition(" ")[0])
    if answer["type"] == "KeyError":
        return ValueError(message.strip("'\""))
    if answer["type"] == "MemoryError":
        return LimitExceeded("there is no memory left to write the snapshot", limit="memory_mb", how="worker")
    return SnapshotError(message or answer["type"])


def _entries(rows: Any) -> list[SavedFile]:
    if type(rows) is not list or len(rows) > MAX_ENTRIES:
        raise _broken("a list of files")
    found = []
    for row in rows:
        if type(row) is not list or len(row) != 4 or type(row[0]) is not str:
            raise _broken("a list of files")
        if not all(type(number) is int and 0 <= number < 1 << 53 for number in row[1:]):
            raise _broken("a list of files")
        if not is_clean(row[0]):
            raise _broken("a path in a list of files")
        found.append(SavedFile(row[0], row[1] & 0o777, row[2], row[3] == 1))
    return found


def _left_out(rows: Any) -> dict[str, str]:
    if type(rows) is not list or len(rows) > _MOST_NAMES:
        raise _broken("an account of a snapshot")
    for row in rows:
        if type(row) is not list or len(row) != 2 or not all(type(text) is str and len(text) <= 2000 for text in row):
            raise _broken("an account of a snapshot")
    return dict(rows)


def _broken(what: str) -> RemoteProtocolError:
    return RemoteProtocolError(f"the worker sent {what} that is none")
