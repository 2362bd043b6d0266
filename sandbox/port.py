"""Where a worker's bytes come from and go to.

Invariants: a port writes all of what it is given; text streams never raise for what cannot be encoded.
"""

from __future__ import annotations

import io
import os
import select
from typing import Protocol, TextIO

from .spin import spin, spin_s

FRAME_READ = 64 << 10
"""Bytes that one read asks for."""


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

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._spin_s = spin_s()
        if self._spin_s:
            self._poll = select.poll()
            self._poll.register(descriptor, select.POLLIN)

    def read(self) -> bytes:
        if self._spin_s:
            spin(self._poll, self._spin_s)
        return os.read(self._descriptor, FRAME_READ)

    def write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]


def text_stream(descriptor: int) -> TextIO:
    """A line-buffered text stream that writes to a descriptor."""
    raw = io.FileIO(descriptor, "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding="utf-8", errors="backslashreplace", newline="\n", line_buffering=True
    )
