"""The host's handle of one jailed worker: its streams, its end, what it has used.

Invariants: signals go through a pidfd, never to a number; ``close`` is idempotent and leaves no process and no
descriptor; in a forked child of the host a handle only lets go of its descriptors.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import struct
import time
from typing import Any

from sandbox.errors import BackendUnavailable
from sandbox.result import Isolation

from . import process_tree
from .ctrl_c import let_through
from .exits import Exit
from .zygote_process import Zygote, ZygoteGone

MAX_REPORT = 64 << 10
CLOSE_TIMEOUT_S = 5.0
_CLOCK_OF_PROCESS = 2
_STAT_BYTES = 512
_STOPPED = (b"T", b"t", b"Z", b"X")


def _pipe_into(write_ends: list[int]) -> int:
    """A pipe: its non-blocking read end; the write end, which the worker gets, is added to the list."""
    read, write = os.pipe()
    write_ends.append(write)
    os.set_blocking(read, False)
    return read


class JailedWorker:
    """A worker that has closed itself in and reported. Made by ``start_worker``.

    ``frames``: the blocking stream to its program. ``stdout``, ``stderr``: non-blocking read ends of its pipes.
    ``isolation``: what holds, verified from inside. ``cell``: the real directory behind the guest's /cell.
    """

    def __init__(self, zygote: Zygote, limits: dict[str, int], setup: dict[str, Any], timeout_s: float) -> None:
        """Fork a worker from ``zygote`` and read its report.

        Raises:
            ZygoteGone: the zygote has ended.
            BackendUnavailable: the worker could not be closed in.
        """
        self._owner = os.getpid()
        self._zygote = zygote
        self._closed = False
        self._exit: Exit | None = None
        self._pid = 0
        self._last_cpu = 0.0
        self._forks = limits["processes"] > 0
        self._ident = 0
        self._life = select.poll()
        self.pidfd = self.stdout = self.stderr = -1
        self.frames, remote = socket.socketpair()
        pipes: list[int] = []
        try:
            try:
                self.stdout = _pipe_into(pipes)
                self.stderr = _pipe_into(pipes)
                self._ident, self.pidfd = zygote.fork(limits, setup, [remote.fileno(), *pipes])
                self._life.register(self.pidfd, select.POLLIN)
            finally:
                remote.close()
                for fd in pipes:
                    os.close(fd)
            with let_through():
                report = self._read_report(timeout_s)
        except BaseException:
            self.close()
            raise
        found = report["isolation"]
        self.isolation = Isolation(found["kind"], found["level"], found["mechanisms"])
        self.cell: str = report["cell"]
        self._idle_kb: int = report["idle_kb"]

    def _read_report(self, timeout_s: float) -> dict[str, Any]:
        deadline = time.monotonic() + timeout_s
        try:
            signal.pidfd_send_signal(self.pidfd, 0)
        except PermissionError:
            raise BackendUnavailable(
                "this process may not signal its own workers, so it could not stop them",
                repair="give it the capability CAP_KILL, or run it as an ordinary user",
            ) from None
        except ProcessLookupError:
            pass
        size = struct.unpack(">I", self._read_exactly(4, deadline))[0]
        if size > MAX_REPORT:
            raise BackendUnavailable("the worker's report is malformed")
        report: dict[str, Any] = json.loads(self._read_exactly(size, deadline))
        if "failed" in report:
            raise BackendUnavailable(f"the jail could not be closed: {report['failed']}")
        self.frames.settimeout(None)
        return report

    def _read_exactly(self, count: int, deadline: float) -> bytes:
        data = b""
        while len(data) < count:
            self.frames.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                chunk = self.frames.recv(count - len(data))
            except TimeoutError:
                raise BackendUnavailable("the worker did not report in time") from None
            if not chunk:
                raise ZygoteGone("the worker died before it reported")
            data += chunk
        return data

    @property
    def pid(self) -> int:
        """The worker's pid as this host sees it, 0 when it has ended or /proc does not tell."""
        if not self._pid and self.pidfd >= 0:
            with contextlib.suppress(OSError, ValueError), open(f"/proc/self/fdinfo/{self.pidfd}") as lines:
                for line in lines:
                    if line.startswith("Pid:"):
                        self._pid = max(0, int(line[4:]))
        return self._pid

    def alive(self) -> bool:
        """Whether the worker has not ended yet."""
        return self.pidfd >= 0 and not self._ended(0.0)

    def can_serve(self) -> bool:
        """Whether the worker has neither ended nor been stopped; only the first can be told where /proc is hidden."""
        if not self.alive():
            return False
        try:
            with open(f"/proc/{self.pid}/stat", "rb", buffering=0) as file:
                state = file.read(_STAT_BYTES).rpartition(b") ")[2][:1]
        except OSError:
            return self.alive()
        return state not in _STOPPED

    def _ended(self, timeout_s: float) -> bool:
        return bool(self._life.poll(max(0.0, timeout_s) * 1000))

    def kill(self) -> None:
        """SIGKILL. Idempotent."""
        self._signal(signal.SIGKILL)

    def interrupt(self) -> None:
        """SIGINT: a KeyboardInterrupt in the worker, if its program wants one."""
        self._signal(signal.SIGINT)

    def _signal(self, number: signal.Signals) -> None:
        if self.pidfd >= 0 and self._owner == os.getpid():
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, number)

    def cpu_s(self) -> float:
        """CPU seconds of the worker so far, and of all that it forked where it may fork."""
        if self._exit is not None:
            return self._exit.cpu_s
        if self._forks:
            return self._cpu_s_of_all()
        if pid := self.pid:
            try:
                # The clock of another process; its id is the pid, negated, over the clock's kind. A worker that
                # is alive after the reading was alive at the reading, so no other process had its pid.
                value = time.clock_gettime((~pid << 3) | _CLOCK_OF_PROCESS)
            except OSError:
                return self._last_cpu
            if self.alive():
                self._last_cpu = value
        return self._last_cpu

    def _cpu_s_of_all(self) -> float:
        if pid := self.pid:
            value = process_tree.cpu_s(pid)
            if self.alive():
                self._last_cpu = max(self._last_cpu, value)
        return self._last_cpu

    def peak_memory_mb(self) -> float:
        """Peak growth of resident memory above the idle worker, in MB; 0 when nobody can tell."""
        if self._exit is not None:
            return max(0, self._exit.peak_kb - self._idle_kb) / 1024
        if self.pid and self.alive():
            with contextlib.suppress(OSError, ValueError), open(f"/proc/{self.pid}/status") as lines:
                for line in lines:
                    if line.startswith("VmHWM:"):
                        return max(0, int(line.split()[1]) - self._idle_kb) / 1024
        return 0.0

    def wait_exit(self, timeout_s: float) -> Exit | None:
        """How the worker ended, as the zygote reports it; None when it has not ended within the time."""
        if self._exit is None and not self._closed:
            deadline = time.monotonic() + timeout_s
            if self._ended(timeout_s):
                grace = max(CLOSE_TIMEOUT_S, deadline - time.monotonic())
                self._exit = self._zygote.wait_exit(self._ident, grace)
        return self._exit

    def close(self) -> None:
        """Kill the worker, wait until it is dead, release everything. Idempotent."""
        if self._closed:
            return
        self._closed = True
        if self.pidfd >= 0:
            if self._owner == os.getpid():
                self.kill()
                self._ended(CLOSE_TIMEOUT_S)
                self._zygote.forget(self._ident)
            os.close(self.pidfd)
            self.pidfd = -1
        self.frames.close()
        for fd in (self.stdout, self.stderr):
            if fd >= 0:
                os.close(fd)
        self.stdout = self.stderr = -1

    def __enter__(self) -> JailedWorker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        with contextlib.suppress(Exception):
            self.close()
