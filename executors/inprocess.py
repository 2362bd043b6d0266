"""Enclosure ``inprocess``: the engine without a jail, in the caller's own thread and process.

For tests and debugging, and only with a guarded engine: the language wall stands alone. The very same worker and
protocol run over an in-memory stream.

Invariants: the wall clock is checked by the engine at its ticks, memory not at all, and ``isolation`` says so;
the cell is a private temporary directory, removed at the end.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Callable
from typing import Any, TextIO, cast

from sandbox.errors import RunError, WorkerCrashed
from sandbox.limits import Limits
from sandbox.policy import Policy
from sandbox.result import Isolation
from sandbox.worker import Worker

from .disk_gauge import DiskGauge
from .stream import Output, Sink, Stream

_OFF = "off: the engine runs in the caller's process"
ISOLATION = Isolation(
    "none",
    "none",
    {
        "process": _OFF,
        "namespaces": _OFF,
        "landlock": _OFF,
        "seccomp": _OFF,
        "memory": "off: not limited in process",
        "deadline": "off: checked at ticks of the engine only",
    },
)


class InProcess:
    """Starts workers in this process."""

    name = "inprocess"
    digest = ""

    def start(self, engine: str, policy: Policy, limits: Limits) -> Stream:
        """A fresh worker."""
        return MemoryStream(limits.disk_mb)


class MemoryStream(Stream):
    """A worker in this thread: it runs inside ``pump``, and what it writes is delivered at once."""

    isolation = ISOLATION

    def __init__(self, disk_mb: int) -> None:
        self._cell = tempfile.mkdtemp(prefix="hardcell-cell-")
        self.disk = DiskGauge(disk_mb, self._cell)
        self._inbox = bytearray()
        self._sink: Sink | None = None
        self._over = False
        self._worker = Worker(
            self,
            cast(TextIO, _Console(self, "stdout")),
            cast(TextIO, _Console(self, "stderr")),
            self._cell,
            isolation=ISOLATION.to_dict(),
            in_process=True,
        )

    # ---- the session's side

    def send(self, data: bytes, sink: Sink, timeout_s: float) -> None:
        self._inbox += data

    def pump(self, sink: Sink, timeout_s: float) -> None:
        if self._over or not self._inbox:
            # Nobody else can bring anything: a worker without work and without an answer has ended.
            sink.frames(b"")
            return
        self._sink = sink
        try:
            self._worker.feed(self.read())
        except SystemExit:
            self._over = True
        finally:
            self._sink = None
        if self._over:
            sink.frames(b"")

    def drain(self, sink: Sink) -> None:
        """Output is delivered as it is written."""

    def interrupt(self) -> None:
        self._worker.interrupts.ask()

    def kill(self) -> None:
        self._over = True
        self._worker.interrupts.ask()

    def wake(self) -> None:
        """A soft stop at the next output, tool call or event is all there is in process."""
        self._worker.interrupts.ask()

    def strike(self) -> None:
        self._worker.interrupts.stop()

    def outside(self, function: Callable[..., None], *args: Any) -> None:
        self._worker.outside(function, *args)

    def explain_exit(self, limits: Limits) -> RunError:
        return WorkerCrashed("the in-process worker ended during the run")

    def close(self) -> None:
        self._over = True
        self._worker.cell.close()
        shutil.rmtree(self._cell, ignore_errors=True)

    # ---- the worker's side

    def read(self) -> bytes:
        """Bytes from the host; empty when there are none."""
        data = bytes(self._inbox)
        self._inbox.clear()
        return b"" if self._over else data

    def write(self, data: bytes) -> None:
        """Bytes to the host."""
        if self._sink is not None:
            self._sink.frames(data)

    def show(self, name: Output, data: bytes) -> None:
        """Output to the host; a stop asked for because of it is raised here."""
        if self._sink is not None:
            with self._worker.interrupts:
                self._sink.output(name, data)
        self._worker.interrupts.check()


class _Console(io.TextIOBase):
    """Text output that goes to the host."""

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, stream: MemoryStream, name: Output) -> None:
        self._stream = stream
        self._name: Output = name

    def writable(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        if text:
            self._stream.show(self._name, str.encode(text, "utf-8", "backslashreplace"))
        return len(text)
