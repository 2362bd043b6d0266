"""A worker behind a relay, as a stream: records over a channel of the enclosure's own.

Invariants: what arrives is hostile: records are checked for kind, size and form before anything is believed, and a
channel that brought anything else is killed; frames wait for ``pump`` and output is delivered in the order in which it
came; an interrupt goes before whatever else waits to be sent, between two records.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import math
import os
import select
import threading
import time
from collections import deque
from typing import Any, Protocol

from sandbox import records
from sandbox.contained import Setup
from sandbox.errors import BackendUnavailable, RunError, WorkerCrashed
from sandbox.limits import Limits
from sandbox.records import RecordBroken, RecordReader, frame_bytes, frame_records, record
from sandbox.relay import PROTO
from sandbox.result import Isolation
from sandbox.surroundings import LOOKED_AT, OF_WORKERS

from .exits import Exit, explain_exit
from .stream import Output, Sink, Stream

START_S = 30.0
_MOST_WAITING = 8 << 20
"""Bytes of frames that may wait for a pump while something is sent."""
_OUTPUTS: dict[bytes, Output] = {records.STDOUT: "stdout", records.STDERR: "stderr"}
_TEXT_MOST = 256


class Channel(Protocol):
    """Bytes to and from a relay, and its life."""

    def fileno(self) -> int:
        """For polling."""
        ...

    def send(self, data: bytes) -> int:
        """Send what goes without waiting; how much. Raises BlockingIOError, OSError."""
        ...

    def receive(self) -> bytes:
        """What is there without waiting; empty at the end. Raises BlockingIOError, OSError."""
        ...

    def awake(self) -> contextlib.AbstractContextManager[None]:
        """The worker is not paused while the block lasts."""
        ...

    def kill(self) -> None:
        """Begin to end everything. Callable from any thread; idempotent."""
        ...

    def explain(self, limits: Limits) -> RunError:
        """Why it ended, when the relay could not tell."""
        ...

    def said(self) -> str:
        """What the enclosed program printed where nothing should be printed, for messages."""
        ...

    def close(self) -> None:
        """End everything for certain and release it. Idempotent."""
        ...


class RelayedStream(Stream):
    """Made with a channel whose relay is starting; ``open`` waits for its report."""

    def __init__(self, channel: Channel) -> None:
        self.isolation = Isolation("container")
        self._channel = channel
        self._reader = RecordReader(records.TO_HOST)
        self._arrived: deque[tuple[bytes, bytes]] = deque()
        self._waiting = 0
        self._lock = threading.Lock()
        self._queue: deque[bytes] = deque()
        self._sending = memoryview(b"")
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._poll = select.poll()
        self._fd = channel.fileno()
        for descriptor in (self._fd, self._wake_read):
            self._poll.register(descriptor, select.POLLIN)
        self._report: dict[str, Any] | None = None
        self._exit: dict[str, int] | None = None
        self._broken = ""
        self._gone = self._closed = False
        self._cpu_s = 0.0
        self._idle_kb = self._peak_kb = 0

    # ---- the beginning

    def open(self, setup: Setup) -> dict[str, Any]:
        """Tell the relay what to start and give its report.

        Raises:
            BackendUnavailable: there is none, or none that this version of hardcell understands.
        """
        ends = time.monotonic() + START_S
        data = record(records.SETUP, json.dumps(setup.to_dict()).encode("ascii"))
        nobody = _Nobody()
        try:
            self._send_whole(data, nobody, ends)
        except TimeoutError:
            raise BackendUnavailable("the container's first process does not read") from None
        while self._report is None:
            if self._gone:
                said = self._channel.said()
                raise BackendUnavailable(
                    f"the container ended before it reported: {self._broken or said or 'it said nothing'}",
                    repair="see whether the image was made by `hardcell image build`",
                )
            if time.monotonic() > ends:
                raise BackendUnavailable(f"the container did not report within {START_S:g} s")
            self.pump(nobody, 0.1)
        return self._report

    # ---- the session's side

    def send(self, data: bytes, sink: Sink, timeout_s: float) -> None:
        ends = time.monotonic() + timeout_s
        with self._channel.awake():
            for made in frame_records(data):
                self._send_whole(made, sink, ends)

    def _send_whole(self, data: bytes, sink: Sink, ends: float) -> None:
        self._queue.append(data)
        while not self._flush():
            now = time.monotonic()
            if now >= ends:
                raise TimeoutError("the worker takes no more bytes")
            self._poll.modify(self._fd, select.POLLIN | select.POLLOUT)
            try:
                ready = dict(self._poll.poll(min(ends - now, 0.05) * 1000))
            finally:
                self._poll.modify(self._fd, select.POLLIN)
            if ready.get(self._fd, 0) & ~select.POLLOUT and self._waiting < _MOST_WAITING:
                self._receive()
                self._deliver_output(sink)

    def _flush(self) -> bool:
        """Send what waits; whether all of it went, or nobody is there to take it."""
        with self._lock:
            while self._sending or self._queue:
                if not self._sending:
                    self._sending = memoryview(self._queue.popleft())
                try:
                    self._sending = self._sending[self._channel.send(bytes(self._sending)) :]
                except BlockingIOError:
                    return False
                except OSError:
                    # The other end is gone: the next pump tells the sink.
                    self._sending = memoryview(b"")
                    self._queue.clear()
            return True

    def pump(self, sink: Sink, timeout_s: float) -> None:
        if not self._arrived and not self._gone:
            # No busy wait: whoever carries the answer needs the processor.
            with self._channel.awake():
                ready = self._poll.poll(math.ceil(timeout_s * 1000))
            for descriptor, _ in ready:
                if descriptor == self._fd:
                    self._receive()
                else:
                    with contextlib.suppress(BlockingIOError):
                        os.read(self._wake_read, 64)
            if self._queue or self._sending:
                self._flush()
        self._deliver(sink)

    def _receive(self) -> None:
        """Take what is there: facts are noted here, the rest waits to be delivered."""
        try:
            data = self._channel.receive()
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._gone = True
            return
        try:
            for kind, payload in self._reader.feed(data):
                if kind in _OUTPUTS:
                    self._arrived.append((kind, base64.b64decode(payload, validate=True)))
                elif kind in (records.FRAME_END, records.FRAME_PIECE):
                    piece = frame_bytes(kind, payload)
                    self._waiting += len(piece)
                    self._arrived.append((records.FRAME_END, piece))
                else:
                    self._note(kind, payload)
        except (RecordBroken, ValueError, binascii.Error, RecursionError) as error:
            self._broken = f"what came out of it is none of a relay's: {error}"[:_TEXT_MOST]
            self._channel.kill()
            self._gone = True

    def _note(self, kind: bytes, payload: bytes) -> None:
        if kind == records.USAGE:
            cpu_us, peak_kb = map(_count, payload.split(b" ", 1))
            self._cpu_s = max(self._cpu_s, cpu_us / 1e6)
            self._peak_kb = max(self._peak_kb, peak_kb)
        elif kind == records.REPORT and self._report is None:
            self._report = _report(json.loads(payload))
            self._idle_kb = self._report["idle_kb"]
        elif kind == records.EXIT and self._exit is None:
            self._exit = _exit(json.loads(payload))
            self._gone = True
        else:
            raise ValueError("a record that came twice")

    def _deliver(self, sink: Sink) -> None:
        """Everything, in order; frames that came one after the other at once."""
        while self._arrived:
            kind, data = self._arrived.popleft()
            if kind in _OUTPUTS:
                sink.output(_OUTPUTS[kind], data)
                continue
            pieces = [data]
            while self._arrived and self._arrived[0][0] == records.FRAME_END:
                pieces.append(self._arrived.popleft()[1])
            frames = b"".join(pieces)
            self._waiting -= len(frames)
            sink.frames(frames)
            return
        if self._gone:
            sink.frames(b"")

    def _deliver_output(self, sink: Sink) -> None:
        """Output only; frames go on waiting."""
        frames: list[tuple[bytes, bytes]] = []
        while self._arrived:
            kind, data = self._arrived.popleft()
            if kind in _OUTPUTS:
                sink.output(_OUTPUTS[kind], data)
            else:
                frames.append((kind, data))
        self._arrived.extendleft(reversed(frames))

    def drain(self, sink: Sink) -> None:
        for _ in range(16):
            if self._gone or self._waiting > _MOST_WAITING:
                break
            if not any(descriptor == self._fd for descriptor, _ in self._poll.poll(0)):
                break
            self._receive()
        self._deliver_output(sink)

    def interrupt(self) -> None:
        self._queue.appendleft(record(records.INTERRUPT))
        # In the midst of a record, or in another thread's hands: the next pump sends it.
        if self._sending or not self._lock.acquire(blocking=False):
            self.wake()
            return
        self._lock.release()
        self._flush()

    def kill(self) -> None:
        self._channel.kill()
        self.wake()

    def wake(self) -> None:
        with contextlib.suppress(OSError):
            os.write(self._wake_write, b"w")

    def alive(self) -> bool:
        if self._closed or self._gone:
            return False
        # What comes from a worker that nothing was asked of: what a thread of the guest prints, or its end.
        if any(descriptor == self._fd for descriptor, _ in self._poll.poll(0)):
            self._receive()
        return not self._gone

    def explain_exit(self, limits: Limits) -> RunError:
        if self._broken:
            return WorkerCrashed(f"the container was ended: {self._broken}")
        if self._exit is None:
            return self._channel.explain(limits)
        found = self._exit
        if found["hung_up"]:
            return WorkerCrashed("the guest closed the worker's stream to the host; its worker was ended")
        exit = Exit(found["signal"], found["code"], found["cpu_us"] / 1e6, found["peak_kb"])
        grown = self._grown_mb(found["peak_kb"])
        return explain_exit(
            exit, killed_for=None, limits=limits, grown_mb=grown, oom_mb=grown if found["oom_kills"] else None
        )

    def cpu_s(self) -> float:
        return self._cpu_s

    def peak_memory_mb(self) -> float:
        return self._grown_mb(self._peak_kb)

    def _grown_mb(self, peak_kb: int) -> float:
        return max(0, peak_kb - self._idle_kb) / 1024

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        descriptors = self._wake_read, self._wake_write
        # Another thread may wake it still; the numbers may soon be another file's.
        self._wake_read = self._wake_write = -1
        for descriptor in descriptors:
            os.close(descriptor)
        self._channel.close()


class _Nobody:
    """Takes what comes before there is a session."""

    def frames(self, data: bytes) -> None:
        """Nothing was asked yet."""

    def output(self, name: Output, data: bytes) -> None:
        """Nobody's."""


def _count(value: bytes | object) -> int:
    """A number of a relay's.

    Raises:
        ValueError: it is none, or one that nothing can be measured to be.
    """
    if isinstance(value, bytes):
        value = int(value) if value.isdigit() and len(value) < 19 else None
    if type(value) is not int or not 0 <= value < 1 << 62:
        raise ValueError("no count")
    return value


def _report(found: object) -> dict[str, Any]:
    if not isinstance(found, dict) or set(found) != {"proto", "python", "digest", "idle_kb", "mechanisms"}:
        raise ValueError("the report of another version of hardcell")
    if found["proto"] != PROTO:
        raise ValueError("the report of another version of hardcell")
    for name in ("python", "digest"):
        if not isinstance(found[name], str) or len(found[name]) > _TEXT_MOST:
            raise ValueError(f"{name!r} is no short text")
    _count(found["idle_kb"])
    mechanisms = found["mechanisms"]
    if not isinstance(mechanisms, dict) or not set(LOOKED_AT) <= set(mechanisms) <= {*LOOKED_AT, *OF_WORKERS}:
        raise ValueError("mechanisms that nobody looks at")
    if not all(isinstance(state, str) and len(state) <= _TEXT_MOST for state in mechanisms.values()):
        raise ValueError("a mechanism's state is no short text")
    return found


def _exit(found: object) -> dict[str, int]:
    if not isinstance(found, dict) or set(found) != {"signal", "code", "hung_up", "cpu_us", "peak_kb", "oom_kills"}:
        raise ValueError("no exit")
    if type(found["hung_up"]) is not bool:
        raise ValueError("no exit")
    return {name: value if name == "hung_up" else _count(value) for name, value in found.items()}
