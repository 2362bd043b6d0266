"""A worker whose engine was started before there is a session for it: in the zygote, for the policy last asked for.

Starting an engine takes longer than a small cell and is the same for all sessions of one policy and limits. The zygote
does it once; its children inherit the started worker and have to say hello only.

Invariants: what is prepared has run no guest code and holds nothing of any session; it serves only a host whose first
line is, byte for byte, the one that it has started for, and any other as a fresh worker does.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from . import hearers
from .jail.namespaces import CELL
from .port import open_port, text_stream
from .protocol.lines import Budget, encode
from .worker import Worker, main

FRAMES_FD = 3
_OUTPUTS = (1, 2)


class Prepared:
    """A started worker of a session to come. ``start``: the line that it answers."""

    def __init__(self, start: str) -> None:
        """Start it.

        Raises:
            ValueError: the line is not one whole ``start`` frame, or the engine refuses what it says.
        """
        self.start = start.encode("ascii")
        answer = _Answer()
        self._played = 0
        with _pipes_as_outputs():
            self._streams = text_stream(_OUTPUTS[0]), text_stream(_OUTPUTS[1])
        self._worker = Worker(answer, *self._streams, CELL)
        self._worker.feed(self.start)
        if not self._worker.started:
            raise ValueError(f"no worker could be prepared: {bytes(answer.data)!r}")

    def play(self) -> None:
        """Run a small cell; for a process that ends thereafter."""
        self._played += 1
        self._worker.feed(encode({"t": "run", "id": self._played, "code": "1 + 1"}, Budget()))

    def serve(self, *, isolation: Mapping[str, Any], setup: Mapping[str, Any]) -> None:
        """Serve the session that this process was forked for, until the host is gone."""
        port = open_port(FRAMES_FD, setup)
        data = port.read()
        if data != self.start:
            main(FRAMES_FD, *_OUTPUTS, cell=CELL, isolation=isolation, setup=setup, received=data)
            return
        sys.stdout, sys.stderr = self._streams
        signal.signal(signal.SIGINT, self._worker.interrupts.stop)
        hearers.stay()
        self._worker.adopt(port, isolation)
        self._worker.serve()


class _Answer:
    """A port that keeps what is written to it."""

    def __init__(self) -> None:
        self.data = bytearray()

    def read(self) -> bytes:
        return b""

    def write(self, data: bytes) -> None:
        self.data += data


@contextlib.contextmanager
def _pipes_as_outputs() -> Iterator[None]:
    """Stdout and stderr are pipes for a moment, as they will be: a stream remembers whether it can seek."""
    read, write = os.pipe()
    kept = [os.dup(fd) for fd in _OUTPUTS]
    try:
        for fd in _OUTPUTS:
            os.dup2(write, fd)
        yield
    finally:
        for fd, former in zip(_OUTPUTS, kept, strict=True):
            os.dup2(former, fd)
        for fd in (read, write, *kept):
            os.close(fd)
