"""Where a worker's bytes come from and go to.

Invariants: a port writes all of what it is given; text streams never raise for what cannot be encoded; descriptors
come only over a ``SocketPort``, and whoever takes them closes them.
"""

from __future__ import annotations

import io
import os
import select
import socket
from collections.abc import Mapping
from typing import Any, Protocol, TextIO

from .spin import spin, spin_s

FRAME_READ = 64 << 10
"""Bytes that one read asks for."""
MOST_PASSED = 3
"""Descriptors that one frame brings."""


class Port(Protocol):
    """The byte stream to the host."""

    def read(self) -> bytes:
        """Some bytes; empty at the end."""
        ...

    def write(self, data: bytes) -> None:
        """All of ``data``."""
        ...


class Descriptor:
    """A port over one descriptor that reads and writes."""

    def __init__(self, descriptor: int, *, spins: bool = True) -> None:
        """``spins``: whether a wait begins busy; worth it where the other end is the host itself."""
        self._descriptor = descriptor
        self._spin_s = spin_s() if spins else 0.0
        if self._spin_s:
            self._poll = select.poll()
            self._poll.register(descriptor, select.POLLIN)

    def read(self) -> bytes:
        if self._spin_s:
            spin(self._poll, self._spin_s)
        return self._receive()

    def _receive(self) -> bytes:
        return os.read(self._descriptor, FRAME_READ)

    def write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]


class SocketPort(Descriptor):
    """A port over a Unix socket, by which the host may pass descriptors."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(descriptor)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, descriptor)
        self._passed: list[int] = []
        self._arriving = select.poll()
        self._arriving.register(descriptor, select.POLLIN)

    def has_data(self) -> bool:
        """Whether there is something to read, or the end."""
        return bool(self._arriving.poll(0))

    def _receive(self) -> bytes:
        data, passed, flags, _ = socket.recv_fds(self._socket, FRAME_READ, MOST_PASSED)
        if flags & socket.MSG_CTRUNC:
            # No room for all of them: some would look like all.
            for descriptor in passed:
                os.close(descriptor)
        else:
            self._passed += passed
        return data

    def passed(self) -> list[int]:
        """The descriptors that came with what was read last; they are the caller's now."""
        passed, self._passed = self._passed, []
        return passed

    def move(self, descriptor: int) -> None:
        """Go on over another socket, which takes the place of the present one."""
        os.dup2(descriptor, self._descriptor)
        os.close(descriptor)


def text_stream(descriptor: int) -> TextIO:
    """A line-buffered text stream that writes to a descriptor."""
    raw = io.FileIO(descriptor, "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding="utf-8", errors="backslashreplace", newline="\n", line_buffering=True
    )


def open_port(frames_fd: int, setup: Mapping[str, Any]) -> Port:
    """The port over this descriptor: with the means for copies of the process where ``setup["copies"]`` wants them,
    and without busy waits where a relay, which ``setup["relayed"]`` tells, needs the processor meanwhile."""
    if setup.get("copies"):
        return SocketPort(frames_fd)
    return Descriptor(frames_fd, spins=not setup.get("relayed"))
