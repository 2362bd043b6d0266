"""An audit log: one chain of records, written to a file and to any number of copies.

Invariants: safe for threads, and for Ctrl-C at any instruction: where the log stands changes in one step; a record is
written and handed to every copy before the call returns; what could not be written is counted, and the next record
that can be written says how many are missing; in a forked child of the program a log writes nothing.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, NamedTuple, Self

from sandbox.events import Event

from .chain import CLOSED, LOST, Record, check_key, link, opening
from .file import LogFile

Copy = Callable[[Record], None]
"""Takes each record after the file has it. One that raises makes the act fail that the record tells of."""


class _Place(NamedTuple):
    """Where a log stands: the number of its next record, the digest of the last one, the size of its file, and how
    many events it could not write since."""

    number: int
    head: str
    size: int
    lost: int


class AuditLog:
    """``create_executor(..., on_event=log)``; several executors may share one. Close it last: that writes the closing
    record.

    ``path``: the file; one that exists is continued with a new segment. None: only the copies. ``key``: at least 16
    secret bytes; without it the chain finds accidents, not attackers. ``copies``: called with every record (see
    ``Syslog``, ``Logging``, or a function of your own). ``sync``: each record is on the disk before the act goes on.

    Raises:
        ValueError, TypeError: a key that is too short, or a file that is no audit log.
        OSError: the file cannot be written, or another log writes to it.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        key: bytes | None = None,
        copies: Iterable[Copy] = (),
        sync: bool = False,
    ) -> None:
        check_key(key)
        self._copies = tuple(copies)
        if path is None and not self._copies:
            raise ValueError("an audit log needs a path, or copies to hand its records to")
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._sessions = 0
        self._closed = False
        self._key = key
        file = self._file = None if path is None else LogFile(path, sync)
        self._at = _Place(0, file.after, file.size, 0) if file else _Place(0, "", 0, 0)
        try:
            self._put(opening(key, self._at.head, file.torn if file else ""), 0)
        except BaseException:
            self._release()
            raise

    @property
    def head(self) -> str:
        """The digest of the last record. Kept elsewhere, it shows later whether the end of the log was cut off."""
        return self._at.head

    def for_session(self) -> Callable[[Event], None]:
        """A listener of one session: its records have a number of their own in the field ``session``."""
        with self._lock:
            self._sessions += 1
            number = self._sessions

        def listen(event: Event) -> None:
            self.write({"session": number, **event.to_dict()})

        return listen

    def __call__(self, event: Event) -> None:
        """Write one event that belongs to no session."""
        self.write(event.to_dict())

    def write(self, fields: Mapping[str, Any]) -> None:
        """Write one record: plain JSON data with a ``type``.

        Raises:
            ValueError: the log is closed, or belongs to the process that opened it.
            OSError: it could not be written; whatever a copy raises.
        """
        with self._lock:
            if self._closed:
                raise ValueError("the audit log is closed")
            if os.getpid() != self._process:
                raise ValueError("the audit log belongs to the process that opened it")
            missing = self._at.lost
            self._at = self._at._replace(lost=missing + 1)
            if missing:
                self._link({"type": LOST, "data": {"events": missing}}, 1)
            self._link(fields, 0)

    def _link(self, fields: Mapping[str, Any], lost: int) -> None:
        self._put(link(self._key, self._at.number, self._at.head, fields), lost)

    def _put(self, record: Record, lost: int) -> None:
        """Write a record; ``lost`` events are missing from the log once it is written."""
        size = self._at.size if self._file is None else self._file.write(record.line, self._at.size)
        self._at = _Place(record.number + 1, record.digest, size, lost)
        for copy in self._copies:
            copy(record)

    def close(self) -> None:
        """Write the closing record and give the file up. Idempotent.

        Raises:
            OSError: the closing record could not be written; the file is given up all the same.
        """
        with self._lock:
            if self._closed:
                return
            self._closed = True
            try:
                if os.getpid() == self._process:
                    if self._at.lost:
                        self._link({"type": LOST, "data": {"events": self._at.lost}}, 0)
                    self._link({"type": CLOSED, "data": {}}, 0)
            finally:
                self._release()

    def _release(self) -> None:
        if self._file is not None:
            self._file.close()
        for copy in self._copies:
            close = getattr(copy, "close", None)
            if close is not None:
                close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
