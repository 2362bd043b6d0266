"""A proxy before an engine's socket, which can be cut off and opened again, as an engine that is restarted is."""

from __future__ import annotations

import contextlib
import socket
import threading
from pathlib import Path
from typing import Any, Self

_READ = 64 << 10


class Proxy:
    """Passes on what comes to ``path`` to the socket ``engine``, as long as it is open."""

    def __init__(self, path: Path, engine: str) -> None:
        self._path, self._engine = path, engine
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener: socket.socket | None = None

    def open(self) -> None:
        """Begin to listen."""
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._path))
        self._listener.listen()
        self._begin(self._accept, self._listener)

    def cut(self) -> None:
        """Nobody listens any more, and all connections end."""
        if self._listener is not None:
            for one in (self._listener, *self._sockets):
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            self._path.unlink()
            self._listener = None

    def _begin(self, act: Any, *arguments: socket.socket) -> None:
        self._threads.append(threading.Thread(target=act, args=arguments))
        self._threads[-1].start()

    def _accept(self, listener: socket.socket) -> None:
        with listener, contextlib.suppress(OSError):
            while True:
                here, there = listener.accept()[0], socket.socket(socket.AF_UNIX)
                there.connect(self._engine)
                self._sockets += here, there
                self._begin(self._carry, here, there)
                self._begin(self._carry, there, here)

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(_READ):
                other.sendall(data)
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_WR)

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()
        for thread in self._threads:
            thread.join()
        for one in self._sockets:
            one.close()
