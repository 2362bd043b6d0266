"""A worker as the session sees it: a byte stream with two outputs, and the power to stop it.

Invariants: nothing here reads a frame; every wait has a timeout; what a sink is given is hostile bytes; after
``close`` no descriptor and no process is left.
"""

from __future__ import annotations

import abc
import contextlib
import math
import os
import select
import socket
import time
from collections.abc import Callable
from typing import Any, Literal, Protocol

from sandbox.errors import RunError
from sandbox.limits import Limits
from sandbox.result import Isolation
from sandbox.spin import spin, spin_s

from .copying import Coming, Copying, NoCopy
from .disk_gauge import DiskGauge
from .exits import Exit
from .pulse import Pulse

Output = Literal["stdout", "stderr"]
_CHUNK = 64 << 10
_OUTPUT_CHUNK = 64 << 10
_EXIT_S = 0.2
"""How long a worker whose stream has ended may take to end itself; part of what a deadline may be overrun by."""


class Sink(Protocol):
    """Where a stream delivers. A sink never raises: it remembers."""

    def frames(self, data: bytes) -> None:
        """Bytes of frames; empty: the worker is gone."""
        ...

    def output(self, name: Output, data: bytes) -> None:
        """What the guest printed."""
        ...


class Stream(Copying["Stream"], abc.ABC):
    """One worker. A backend implements this and nothing else."""

    isolation: Isolation
    disk: DiskGauge | None = None
    """Counts /cell where no file system bounds it as a whole."""

    @abc.abstractmethod
    def send(self, data: bytes, sink: Sink, timeout_s: float) -> None:
        """Send all of ``data``; outputs are drained meanwhile.

        Raises:
            TimeoutError: the worker did not take it in time.
        """

    @abc.abstractmethod
    def pump(self, sink: Sink, timeout_s: float) -> None:
        """Wait at most ``timeout_s`` for anything, and deliver it."""

    @abc.abstractmethod
    def drain(self, sink: Sink) -> None:
        """Deliver the output that is there already, without waiting."""

    @abc.abstractmethod
    def interrupt(self) -> None:
        """Ask the guest to stop, softly. Callable from any thread."""

    @abc.abstractmethod
    def kill(self) -> None:
        """End the worker for certain. Callable from any thread; idempotent."""

    @abc.abstractmethod
    def wake(self) -> None:
        """Make a ``pump`` in another thread return."""

    @abc.abstractmethod
    def explain_exit(self, limits: Limits) -> RunError:
        """Why the worker that is gone has gone."""

    @abc.abstractmethod
    def close(self) -> None:
        """Kill and release everything. Idempotent."""

    def strike(self) -> None:
        """``interrupt`` from a signal handler of the thread that pumps. Where guest code runs in that very thread this
        may raise the stop in it."""
        self.wake()

    def outside(self, function: Callable[..., None], *args: Any) -> None:
        """Call host code from inside a pump, with nothing of the guest's in place."""
        function(*args)

    def alive(self) -> bool:
        """Whether the worker has neither ended nor been stopped, as far as anybody can tell."""
        return True

    def pulse(self) -> Pulse:
        """Tells while the worker is waited for whether it is at work."""
        return Pulse(None)

    def offer(self, data: bytes) -> int:
        """Send what the worker takes at once, without waiting; the count of bytes. ``send`` brings the rest."""
        return 0

    def cpu_s(self) -> float:
        """CPU seconds of the worker so far; 0 where nobody can tell."""
        return 0.0

    def peak_memory_mb(self) -> float:
        """Peak growth in MiB; 0 where nobody can tell."""
        return 0.0


class Handle(Copying["Handle"], Protocol):
    """A worker process as its enclosure hands it over: a socket, two non-blocking pipes, and its life. One that
    cannot copy itself inherits what that means."""

    frames: socket.socket
    stdout: int
    stderr: int
    isolation: Isolation

    @property
    def pidfd(self) -> int:
        """The process."""
        ...

    def pulse(self) -> Pulse:
        """Tells while it is waited for whether it is at work."""
        ...

    def kill(self) -> None:
        """SIGKILL; idempotent."""
        ...

    def interrupt(self) -> None:
        """SIGINT."""
        ...

    def can_serve(self) -> bool:
        """Whether it has neither ended nor been stopped."""
        ...

    def cpu_s(self) -> float:
        """CPU seconds so far."""
        ...

    def peak_memory_mb(self) -> float:
        """Peak growth in MiB; 0 unknown."""
        ...

    def explain_exit(self, limits: Limits, timeout_s: float) -> RunError:
        """Why it ended; it is killed if it has not ended within ``timeout_s``."""
        ...

    def close(self) -> None:
        """Kill, reap and close; idempotent."""
        ...


class ProcessStream(Stream):
    """A stream over a worker process. One thread pumps; ``interrupt``, ``kill`` and ``wake`` come from any."""

    def __init__(self, worker: Handle, disk: DiskGauge | None = None) -> None:
        self._worker = worker
        self.disk = disk
        self.isolation = worker.isolation
        worker.frames.setblocking(False)
        self._frames_fd = worker.frames.fileno()
        self._outputs: dict[int, Output] = {worker.stdout: "stdout", worker.stderr: "stderr"}
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._poll = select.poll()
        for descriptor in (self._frames_fd, worker.stdout, worker.stderr, worker.pidfd, self._wake_read):
            self._poll.register(descriptor, select.POLLIN)
        self._spin_s = spin_s()
        self._closed = False

    def offer(self, data: bytes) -> int:
        try:
            return self._worker.frames.send(data, socket.MSG_NOSIGNAL)
        except OSError:
            return 0

    def send(self, data: bytes, sink: Sink, timeout_s: float) -> None:
        view = memoryview(data)
        ends = 0.0
        while view:
            try:
                view = view[self._worker.frames.send(view, socket.MSG_NOSIGNAL) :]
            except BlockingIOError:
                now = time.monotonic()
                ends = ends or now + timeout_s
                if now >= ends:
                    raise TimeoutError("the worker takes no more bytes") from None
                self._wait_to_send(ends - now)
                self.drain(sink)
            except OSError:
                # Its other end is gone: the next pump tells the sink.
                return

    def _wait_to_send(self, timeout_s: float) -> None:
        self._poll.modify(self._frames_fd, select.POLLOUT)
        try:
            self._poll.poll(min(timeout_s, 0.05) * 1000)
        finally:
            self._poll.modify(self._frames_fd, select.POLLIN)

    def pump(self, sink: Sink, timeout_s: float) -> None:
        frames_ready = ended = False
        ready = spin(self._poll, min(self._spin_s, timeout_s)) or self._poll.poll(math.ceil(timeout_s * 1000))
        for descriptor, _ in ready:
            if descriptor == self._frames_fd:
                frames_ready = True
            elif descriptor == self._worker.pidfd:
                ended = True
            elif descriptor in self._outputs:
                self._read_output(descriptor, sink)
            else:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._wake_read, 64)
        if frames_ready:
            sink.frames(self._receive())
        elif ended:
            # A child that the guest left behind may hold the socket open.
            sink.frames(b"")

    def _receive(self) -> bytes:
        try:
            return self._worker.frames.recv(_CHUNK)
        except OSError:
            return b""

    def _read_output(self, descriptor: int, sink: Sink) -> None:
        try:
            data = os.read(descriptor, _OUTPUT_CHUNK)
        except BlockingIOError:
            return
        if data:
            sink.output(self._outputs[descriptor], data)
        else:
            self._outputs.pop(descriptor)
            self._poll.unregister(descriptor)

    def drain(self, sink: Sink) -> None:
        # A pipe holds 64 KiB unless its writer grew it; a writer that never ends is not waited for.
        for _ in range(16):
            ready = [descriptor for descriptor, _ in self._poll.poll(0) if descriptor in self._outputs]
            if not ready:
                return
            for descriptor in ready:
                self._read_output(descriptor, sink)

    def alive(self) -> bool:
        return not self._closed and self._worker.can_serve()

    def pulse(self) -> Pulse:
        return self._worker.pulse()

    def interrupt(self) -> None:
        self._worker.interrupt()

    def kill(self) -> None:
        self._worker.kill()

    def wake(self) -> None:
        with contextlib.suppress(OSError):
            os.write(self._wake_write, b"w")

    def explain_exit(self, limits: Limits) -> RunError:
        return self._worker.explain_exit(limits, _EXIT_S)

    def cpu_s(self) -> float:
        return self._worker.cpu_s()

    def peak_memory_mb(self) -> float:
        return self._worker.peak_memory_mb()

    @property
    def can_copy(self) -> bool:  # type: ignore[override]
        return self._worker.can_copy

    @property
    def can_fork(self) -> bool:  # type: ignore[override]
        return self._worker.can_fork

    def ask_copy(self, request: Callable[[], bytes]) -> ComingStream:
        return ComingStream(self._worker.ask_copy(request))

    def fork(self, request: Callable[[int], bytes]) -> ProcessStream:
        return _streaming(self._worker.fork(request))

    @property
    def alone(self) -> bool:
        return self._worker.alone

    def on_end(self, ask: Callable[[], Exit | None] | None) -> None:
        self._worker.on_end(ask)

    def resident_mb(self) -> float:
        return self._worker.resident_mb()

    def retire(self) -> None:
        if self._let_go():
            self._worker.retire()

    def close(self) -> None:
        if self._let_go():
            self._worker.close()

    def _let_go(self) -> bool:
        """Close what is the stream's own; False when that was done before."""
        if self._closed:
            return False
        self._closed = True
        descriptors = self._wake_read, self._wake_write
        # Another thread may wake it still; the numbers may soon be another file's.
        self._wake_read = self._wake_write = -1
        for descriptor in descriptors:
            os.close(descriptor)
        return True


class ComingStream:
    """The stream of a copy that was asked for."""

    def __init__(self, coming: Coming[Handle]) -> None:
        self._coming = coming

    def arrive(self) -> ProcessStream:
        """Raises NoCopy."""
        return _streaming(self._coming.arrive())

    def give_up(self) -> None:
        """Let go of it. Idempotent."""
        self._coming.give_up()


def _streaming(handle: Handle) -> ProcessStream:
    try:
        return ProcessStream(handle)
    except OSError as error:
        handle.kill()
        handle.retire()
        raise NoCopy(f"no descriptors for a copy: {error}", made=True) from None
