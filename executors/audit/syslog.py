"""Records to a syslog daemon, as RFC 5424 messages with structured data.

Invariants: guest text cannot end or forge a message: the line is ASCII JSON without control characters, parameter
values are escaped; nothing waits longer than the timeout; a daemon that restarted is found again.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import re
import socket
from typing import Any

from .chain import Record
from .logger import TOLD

AUTHPRIV = 10
_WARNING, _INFO = 4, 6
_ELEMENT = "hardcell@32473"
_SPECIAL = re.compile(r'["\\\]]')
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]")
_NO_HEADER = re.compile(r"[^\x21-\x7e]")


class Syslog:
    """A copy of an audit log for syslog. ``address``: path of a local socket, or (host, port) for UDP, which loses
    messages in silence. A line longer than ``most_bytes`` is cut and marked ``cut="1"``.

    Raises:
        OSError: no daemon listens at a local socket.
    """

    def __init__(
        self,
        address: str | tuple[str, int] = "/dev/log",
        *,
        facility: int = AUTHPRIV,
        application: str = "hardcell",
        most_bytes: int = 8192,
        timeout_s: float = 1.0,
    ) -> None:
        if not 0 <= facility <= 23:
            raise ValueError(f"a syslog facility is 0 to 23, not {facility}")
        if most_bytes < 480:
            raise ValueError(f"most_bytes is at least 480, not {most_bytes}")
        self._address = address
        self._facility = facility
        self._head = f"{_name(socket.gethostname(), 255)} {_name(application, 48)} {os.getpid()}"
        self._most = most_bytes
        self._timeout_s = timeout_s
        self._socket = self._connected()

    def __call__(self, record: Record) -> None:
        """Send one record.

        Raises:
            OSError: the daemon did not take it.
        """
        data = self.message(record)
        try:
            self._socket.send(data)
        except OSError:
            self._socket.close()
            self._socket = self._connected()
            self._socket.send(data)

    def message(self, record: Record) -> bytes:
        """The RFC 5424 message of a record."""
        fields = record.fields
        severity = _WARNING if fields["type"] in TOLD else _INFO
        cut = {"cut": 1} if len(record.line) > self._most else {}
        session = {"session": fields["session"]} if "session" in fields else {}
        origin = {"origin": fields["origin"]} if "origin" in fields else {}
        parameters = {"n": record.number, **session, **origin, "digest": record.digest, **cut}
        element = "".join(f' {name}="{_escaped(value)}"' for name, value in parameters.items())
        when = datetime.datetime.fromtimestamp(fields["time"], datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        head = f"<{self._facility * 8 + severity}>1 {when} {self._head} {_name(fields['type'], 32)}"
        return f"{head} [{_ELEMENT}{element}] {record.line[: self._most]}".encode("ascii")

    def _connected(self) -> socket.socket:
        local = isinstance(self._address, str)
        kind = socket.AF_UNIX if local else _family(self._address)
        made = socket.socket(kind, socket.SOCK_DGRAM)
        try:
            made.settimeout(self._timeout_s)
            made.connect(self._address)
        except BaseException:
            made.close()
            raise
        return made

    def close(self) -> None:
        """Give the socket up. Idempotent."""
        with contextlib.suppress(OSError):
            self._socket.close()


def _family(address: Any) -> int:
    return socket.getaddrinfo(address[0], address[1], type=socket.SOCK_DGRAM)[0][0]


def _name(text: str, most: int) -> str:
    """A header field: visible ASCII, never empty."""
    return _NO_HEADER.sub("_", text)[:most] or "-"


def _escaped(value: object) -> str:
    text = _UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), str(value))
    return _SPECIAL.sub(lambda found: "\\" + found[0], text)
