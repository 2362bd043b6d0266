"""The attach stream of a container: one connection that is its standard input, output and error.

Invariants: attached before the container starts, so nothing is lost; standard output is the relay's records and nothing
else, standard error is drained and its beginning kept for messages; the engine ends the container's input when this
connection ends, since ``StdinOnce`` is set and it can never be resumed.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
from typing import Any

_HEADER = struct.Struct(">BxxxL")
_STDOUT, _STDERR = 1, 2
_KEPT = 4 << 10
_READ = 64 << 10
"""Smaller than what the C library maps anew for each call."""


class StreamBroken(OSError):
    """The engine sent what no attach stream has."""


class Demultiplexer:
    """Takes the engine's stream apart: a byte for the stream, three zero bytes, the length, and the bytes.

    Format: Docker Engine API, "Attach to a container", "Stream format".
    """

    def __init__(self) -> None:
        self._header = b""
        self._stream = 0
        self._left = 0
        self.stray = bytearray()

    def feed(self, data: bytes) -> bytes:
        """The bytes of standard output in ``data``. Raises StreamBroken."""
        found: list[bytes] = []
        view = memoryview(data)
        while view:
            if not self._left:
                need = _HEADER.size - len(self._header)
                self._header += bytes(view[:need])
                view = view[need:]
                if len(self._header) < _HEADER.size:
                    break
                self._stream, self._left = _HEADER.unpack(self._header)
                self._header = b""
                if self._stream not in (_STDOUT, _STDERR):
                    raise StreamBroken(f"stream {self._stream}")
                continue
            piece, view = view[: self._left], view[self._left :]
            self._left -= len(piece)
            if self._stream == _STDOUT:
                found.append(bytes(piece))
            else:
                self.stray += piece[: _KEPT - len(self.stray)]
        return b"".join(found)


class Attachment:
    """A container's attach stream. ``response`` is what the SDK gave: kept, since it owns the connection."""

    def __init__(self, response: Any) -> None:
        self._response = response
        self._socket: socket.socket = getattr(response, "_sock", response)
        self._socket.setblocking(False)
        self._demultiplexer = Demultiplexer()

    def fileno(self) -> int:
        """For polling."""
        return self._socket.fileno()

    def send(self, data: bytes) -> int:
        """Send what goes without waiting; how much. Raises BlockingIOError, OSError."""
        try:
            return self._socket.send(data)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise BlockingIOError from None

    def receive(self) -> bytes:
        """Bytes of standard output that are there; empty at the end. Raises BlockingIOError, OSError."""
        while True:
            try:
                data = self._socket.recv(_READ)
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                raise BlockingIOError from None
            if not data:
                return b""
            if found := self._demultiplexer.feed(data):
                return found

    def said(self) -> str:
        """The beginning of standard error."""
        return self._demultiplexer.stray.decode("utf-8", "backslashreplace").strip()

    def hang_up(self) -> None:
        """End the connection, and with it the container's input. Callable from any thread."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Release it. Idempotent."""
        self.hang_up()
        with contextlib.suppress(OSError, ValueError):
            self._socket.close()
        with contextlib.suppress(OSError, ValueError):
            self._response.close()
