"""The first process of a container: starts the worker as its child, and carries bytes between it and the host.

The host has one stream into a container and one out of it. The relay shares them out: frames go to and from the
worker's own socket, what the guest prints comes through pipes, and each travels in records of its own kind. So nothing
that is printed can become a frame, an interrupt needs no call to the container's engine, and when the kernel ends the
worker the relay is there to tell how.

Invariants: guest code never runs in this process, and cannot read or write it (it is not dumpable, and signals to the
first process of a container are ignored); output is passed on before the frames that were written after it; when the
host's stream ends, everything in the container ends; queues are bounded.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import platform
import resource
import select
import signal
import socket
import time
from typing import NoReturn

from . import records, surroundings
from .contained import Setup, become_worker, prepare
from .jail import kernel
from .machine import monotonic
from .own_group import OwnGroup
from .records import RecordReader, frame_bytes, frame_records, record

PROTO = 1
DIGEST = "/opt/hardcell/digest"
_READ = records.PIECE
_ENOUGH = 1 << 20
"""Bytes waiting in one direction, from which on nothing more is read for it."""
_LOOK_MS = 100
_EXIT_S = 0.2
"""How long a worker whose stream has ended may take to end itself."""
_SETUP_MOST = 64 << 10
_FAILURE = 4


class Relay:
    """Between the host's two descriptors and one worker."""

    def __init__(self, host_in: int, host_out: int) -> None:
        self._host_in, self._host_out = host_in, host_out
        self._from_host = RecordReader(records.TO_RELAY)
        self._to_host, self._to_worker = bytearray(), bytearray()
        self._poll = select.poll()
        self._group = OwnGroup()
        self._worker = 0
        self._forks = False
        self._frames: socket.socket
        self._outputs: dict[int, bytes] = {}
        self._ended: tuple[int, resource.struct_rusage] | None = None
        self._hung_up_at: float | None = None
        self._killed = False
        self._told_cpu_us = self._looked_cpu_us = 0
        self._peak_kb = 0

    # ---- the beginning

    def start(self) -> None:
        """Read the setup, start the worker, and report."""
        setup = self._read_setup()
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
        prepare(setup)
        made = digest()
        self._forks = setup.processes > 0
        closed = self._fork(setup, made)
        report = {
            "proto": PROTO,
            "python": platform.python_version(),
            "digest": made,
            "idle_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
            "mechanisms": surroundings.look() | closed,
        }
        self._tell(records.REPORT, json.dumps(report).encode("ascii"))

    def _read_setup(self) -> Setup:
        data = bytearray()
        while not data.endswith(b"\n"):
            piece = os.read(self._host_in, 1)
            if not piece or len(data) > _SETUP_MOST:
                os._exit(_FAILURE)
            data += piece
        return Setup.from_dict(json.loads(data.removeprefix(records.SETUP)))

    def _fork(self, setup: Setup, made: str) -> dict[str, str]:
        """Start the worker; what it says of its own walls, before any guest code."""
        self._frames, theirs = socket.socketpair()
        out_read, out_write = os.pipe()
        err_read, err_write = os.pipe()
        self._worker = os.fork()
        if self._worker == 0:
            become_worker(theirs.fileno(), out_write, err_write, setup, made)
        theirs.close()
        os.close(out_write)
        os.close(err_write)
        self._outputs = {out_read: records.STDOUT, err_read: records.STDERR}
        said = bytearray()
        while not said.endswith(b"\n"):
            if not (piece := self._frames.recv(1)):
                os.write(2, os.read(err_read, _READ))
                end_everything()
            said += piece
        for descriptor in (self._host_in, self._host_out, out_read, err_read):
            os.set_blocking(descriptor, False)
        self._frames.setblocking(False)
        closed: dict[str, str] = json.loads(said)
        return closed

    # ---- the middle

    def carry(self) -> None:
        """Carry bytes until the worker has ended and all is told, or the host is gone."""
        wakes, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        self._poll.register(wakes, select.POLLIN)
        self._reap()
        while self._ended is None:
            self._register()
            ready = {descriptor for descriptor, _ in self._poll.poll(_LOOK_MS)}
            if wakes in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(wakes, 64)
                self._reap()
            if self._host_out in ready and not self._to_host:
                end_everything()  # an error is all that can be told of it now: nobody reads any more
            if self._host_in in ready:
                self._hear()
            self._send_to_worker()
            self._listen(ready)
            if not ready:
                self._tell_usage()
            self._send_to_host()
        self._end()

    def _register(self) -> None:
        """Poll for what there is room for."""
        room = select.POLLIN if len(self._to_host) < _ENOUGH else 0
        wanted = dict.fromkeys(self._outputs, room)
        if self._hung_up_at is None:
            wanted[self._frames.fileno()] = room | (select.POLLOUT if self._to_worker else 0)
        elif monotonic() > self._hung_up_at + _EXIT_S and not self._killed:
            self._killed = True
            self._signal(signal.SIGKILL)
        # Its end is told without being asked for.
        wanted[self._host_in] = select.POLLIN if len(self._to_worker) < _ENOUGH else 0
        wanted[self._host_out] = select.POLLOUT if self._to_host else 0
        for descriptor, events in wanted.items():
            self._poll.register(descriptor, events)

    def _hear(self) -> None:
        """Take what the host says."""
        try:
            data = os.read(self._host_in, _READ)
        except BlockingIOError:
            return
        if not data:
            end_everything()
        for kind, payload in self._from_host.feed(data):
            if kind == records.INTERRUPT:
                self._signal(signal.SIGINT)
            elif kind == records.KILL:
                end_everything()
            else:
                self._to_worker += frame_bytes(kind, payload)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._worker, number)

    def _send_to_worker(self) -> None:
        if self._to_worker:
            try:
                sent = self._frames.send(self._to_worker, socket.MSG_NOSIGNAL)
            except BlockingIOError:
                return
            except OSError:
                # It hung up; its end will be told.
                sent = len(self._to_worker)
            del self._to_worker[:sent]

    def _listen(self, ready: set[int]) -> None:
        """Pass on what the worker says: its frames were written after whatever is in the pipes now."""
        if self._frames.fileno() in ready and (data := self._receive()) is not None:
            self._drain()
            self._tell_usage()
            for made in frame_records(data):
                self._to_host += made
            if not data:
                self._hung_up_at = monotonic()
                self._poll.unregister(self._frames)
            return
        for descriptor in ready.intersection(self._outputs):
            self._read_output(descriptor)

    def _receive(self) -> bytes | None:
        """Bytes of frames; None: not now; empty: the worker's end is closed."""
        try:
            return self._frames.recv(_READ)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def _drain(self) -> None:
        for descriptor in tuple(self._outputs):
            while len(self._to_host) < 2 * _ENOUGH and self._read_output(descriptor):
                continue

    def _read_output(self, descriptor: int) -> bool:
        """Pass on what is in one pipe now; whether there was anything."""
        try:
            data = os.read(descriptor, _READ)
        except BlockingIOError:
            return False
        if not data:
            self._poll.unregister(descriptor)
            del self._outputs[descriptor]
            os.close(descriptor)
            return False
        self._tell(self._outputs[descriptor], base64.b64encode(data))
        return True

    def _tell_usage(self) -> None:
        """What the worker has used, if it is more than was told."""
        used = self._cpu_us()
        if used == self._told_cpu_us:
            return
        if used - self._looked_cpu_us > _LOOK_MS * 100:
            self._looked_cpu_us = used
            self._peak_kb = max(self._peak_kb, _peak_kb(self._worker))
        self._told_cpu_us = used
        self._tell(records.USAGE, b"%d %d" % (used, self._peak_kb))

    def _cpu_us(self) -> int:
        """Of the worker; where it may have children, of all that is in the container, but for this process."""
        if self._forks and (total := self._group.cpu_us()) is not None:
            return max(self._told_cpu_us, total - time.process_time_ns() // 1000)
        try:
            return time.clock_gettime_ns(_clock_of(self._worker)) // 1000
        except OSError:
            return self._told_cpu_us

    def _tell(self, kind: bytes, payload: bytes) -> None:
        self._to_host += record(kind, payload)

    def _send_to_host(self) -> None:
        while self._to_host:
            try:
                sent = os.write(self._host_out, self._to_host[:_ENOUGH])
            except BlockingIOError:
                return
            except OSError:
                end_everything()
            del self._to_host[:sent]

    # ---- the end

    def _reap(self) -> None:
        """Of all that was orphaned here; the end of the worker is noted."""
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status, used = os.wait4(-1, os.WNOHANG)
                if pid == 0:
                    return
                if pid == self._worker:
                    self._ended = status, used

    def _end(self) -> None:
        """Everything else ends with the worker; what it said before is passed on, and how it ended."""
        assert self._ended is not None
        with contextlib.suppress(OSError):
            os.kill(-1, signal.SIGKILL)
        os.set_blocking(self._host_out, True)
        self._drain()
        while data := self._receive():
            for made in frame_records(data):
                self._to_host += made
            self._send_to_host()
        status, used = self._ended
        told = {
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
            "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0,
            "hung_up": self._killed,
            "cpu_us": round((used.ru_utime + used.ru_stime) * 1e6),
            "peak_kb": used.ru_maxrss,
            "oom_kills": self._group.oom_kills(),
        }
        self._tell(records.EXIT, json.dumps(told).encode("ascii"))
        self._send_to_host()


def end_everything() -> NoReturn:
    """Of this container; nobody is there to be told."""
    with contextlib.suppress(OSError):
        os.kill(-1, signal.SIGKILL)
    os._exit(0)


def digest() -> str:
    """Which worker this is, as the image says; empty when it does not."""
    with contextlib.suppress(OSError), open(DIGEST, encoding="ascii") as file:
        return file.read(64).strip()
    return ""


def _clock_of(pid: int) -> int:
    """The CPU clock of another process; its id is the pid, negated, over the clock's kind (clock_getcpuclockid(3))."""
    return (~pid << 3) | 2


def _peak_kb(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError), open(f"/proc/{pid}/status", "rb") as lines:
        for line in lines:
            if line.startswith(b"VmHWM:"):
                return int(line.split()[1])
    return 0


def main() -> None:
    """The program: over descriptors 0 and 1, which nothing else may use afterwards.

    Raises:
        SystemExit: this is not the first process of a container, where ending everything means everything else.
    """
    if os.getpid() != 1:
        raise SystemExit("the relay is the first process of a container and nothing else")
    # The kernel keeps signals from a first process that has no handler for them; Python has one for this.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    host_in, host_out = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(2, 1)
    relay = Relay(host_in, host_out)
    relay.start()
    relay.carry()
