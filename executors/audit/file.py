"""The file of an audit log: whole lines at its end, by one writer at a time.

Invariants: a line is in the file wholly or not at all as far as the disk lets us; a file that somebody else removed,
cut or wrote to is not written on; the descriptor is locked, so two writers cannot both carry on one chain.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import stat

from .chain import split
from .verify import MAX_LINE

_WINDOW = 64 << 10


class LogFile:
    """Opens ``path`` for appending, made if need be for its owner's eyes only. ``sync``: wait for the disk after each
    line. ``after`` and ``torn`` are what a chain needs to go on, ``size`` is where it goes on.

    Raises:
        ValueError: it is no regular file, or holds something else than an audit log.
        OSError: it cannot be opened, or another writer has it.
    """

    def __init__(self, path: str | os.PathLike[str], sync: bool) -> None:
        self.path = os.fspath(path)
        self._sync = sync
        self._fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK, 0o600)
        try:
            if not stat.S_ISREG(os.fstat(self._fd).st_mode):
                raise ValueError(f"an audit log is a regular file; {self.path} is none")
            try:
                fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise OSError(errno.EAGAIN, "another audit log writes to this file", self.path) from None
            self.size = os.fstat(self._fd).st_size
            self.after, self.torn = self._tail()
        except BaseException:
            os.close(self._fd)
            raise
        self._begun = -1

    def _tail(self) -> tuple[str, str]:
        """The digest of the last whole line, and that of a torn rest, each "" if there is none."""
        window = _WINDOW
        while True:
            start = max(0, self.size - window)
            data = os.pread(self._fd, self.size - start, start)
            whole, newline, rest = data.rpartition(b"\n")
            line = whole.rpartition(b"\n")[2]
            if start == 0 or (newline and len(line) < len(whole)):
                break
            if window > MAX_LINE:
                raise ValueError(f"{self.path} is no audit log: its last line is too long")
            window *= 4
        if not newline and rest and not rest.startswith(b'{"n":'[: len(rest)]):
            raise ValueError(f"{self.path} is no audit log: choose another file")
        parts = split(line) if newline else (b"", "")
        if parts is None:
            raise ValueError(f"{self.path} is no audit log, or its last line was changed: choose another file")
        return parts[1], hashlib.sha256(rest).hexdigest() if rest else ""

    def write(self, line: str, at: int) -> int:
        """Append one line to a file of ``at`` bytes; gives its new size. What an interrupted write left there, one
        whose size nobody took, is removed first.

        Raises:
            OSError: the line is not in the file.
        """
        now = os.fstat(self._fd)
        if now.st_nlink == 0:
            raise OSError(errno.ENOENT, "the file was removed", self.path)
        if now.st_size > at == self._begun:
            os.ftruncate(self._fd, at)
        elif now.st_size != at:
            raise OSError(errno.EBUSY, "somebody else changed the file", self.path)
        self._begun = at
        head = b"\n" if self.torn and at == self.size else b""
        data = memoryview(head + line.encode("ascii") + b"\n")
        size = at + len(data)
        try:
            while data:
                data = data[os.write(self._fd, data) :]
            if self._sync:
                os.fdatasync(self._fd)
        except BaseException:
            with contextlib.suppress(OSError):
                os.ftruncate(self._fd, at)
            raise
        return size

    def close(self) -> None:
        """Give the file up. Idempotent."""
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            os.close(fd)
