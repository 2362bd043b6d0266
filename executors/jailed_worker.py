"""The host's handle of one jailed worker: its streams, its end, what it has used.

Invariants: signals go through a pidfd, never to a number; ``close`` is idempotent and leaves no process and no
descriptor; in a forked child of the host a handle only lets go of its descriptors.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import select
import signal
import socket
import struct
import time
from typing import Any

from sandbox.errors import BackendUnavailable
from sandbox.jail.namespaces import MOST_BRANCHES
from sandbox.result import Isolation

from .control_groups import Group, Home, NoGroup, bytes_for
from .ctrl_c import let_through
from .exits import Exit
from .process import Process
from .pulse import LOOK_S, Pulse
from .zygote_process import Zygote, ZygoteGone

MAX_REPORT = 64 << 10
CLOSE_TIMEOUT_S = 5.0
MOST_STORES = 1 + MOST_BRANCHES


def _pipe_into(write_ends: list[int]) -> int:
    """A pipe: its non-blocking read end; the write end, which the worker gets, is added to the list."""
    read, write = os.pipe()
    write_ends.append(write)
    os.set_blocking(read, False)
    return read


def _readable(stream: socket.socket, timeout_s: float) -> bool:
    poll = select.poll()
    poll.register(stream, select.POLLIN)
    return bool(poll.poll(timeout_s * 1000))


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
        self._zygote = zygote
        self._closed = False
        self._exit: Exit | None = None
        self._limits = limits
        self.disk_mb = limits["disk_mb"]
        self.forks = limits["processes"] > 0
        self._home: Home | None = None
        self._group: Group | None = None
        self._oom_kills = 0
        self._ident = 0
        self.process: Process | None = None
        self.stdout = self.stderr = -1
        self.stores: list[int] = []
        self.frames, remote = socket.socketpair()
        pipes: list[int] = []
        try:
            try:
                self.stdout = _pipe_into(pipes)
                self.stderr = _pipe_into(pipes)
                self._ident, pidfd = zygote.fork(limits, setup, [remote.fileno(), *pipes])
                self.process = Process(pidfd)
            finally:
                remote.close()
                for fd in pipes:
                    os.close(fd)
            with let_through():
                report = self._read_report(self.process, timeout_s)
        except BaseException:
            self.close()
            raise
        found = report["isolation"]
        self.isolation = Isolation(found["kind"], found["level"], found["mechanisms"])
        self.cell: str = report["cell"]
        self.idle_kb: int = report["idle_kb"]

    def join(self, home: Home) -> None:
        """Enter a control group of its own, and tell in ``isolation`` whether it has one."""
        state = "on"
        group = None
        try:
            limits, copies = self._limits, self._limits.get("copies", 0)
            memory = bytes_for(limits["memory_mb"], limits["disk_mb"], self.idle_kb, copies)
            group = home.group(memory, limits["processes"] + copies)
            group.place(self.pid)
        except NoGroup as error:
            state = f"off: {error}"
        except OSError as error:
            state = f"off: {error.strerror or error}"
            if group is not None:
                home.retire(group)
        else:
            self._home, self._group = home, group
        self.say(state)

    def say(self, state: str) -> None:
        """State of the mechanism ``memory cgroup``, which the host itself sets up."""
        mechanisms = {**self.isolation.mechanisms, "memory cgroup": state}
        self.isolation = dataclasses.replace(self.isolation, mechanisms=mechanisms)

    def oom_mb(self) -> float | None:
        """What its control group held at the most, if the kernel has killed in it since this was last asked."""
        before, self._oom_kills = self._oom_kills, self._group.oom_kills() if self._group else 0
        return round(self._group.peak_mb(), 3) if self._group and self._oom_kills > before else None

    def _read_report(self, process: Process, timeout_s: float) -> dict[str, Any]:
        deadline = time.monotonic() + timeout_s
        try:
            signal.pidfd_send_signal(process.pidfd, 0)
        except PermissionError:
            raise BackendUnavailable(
                "this process may not signal its own workers, so it could not stop them",
                repair="give it the capability CAP_KILL, or run it as an ordinary user",
            ) from None
        except ProcessLookupError:
            pass
        self._take_stores(process, deadline)
        size = struct.unpack(">I", self._read_exactly(process, 4, deadline))[0]
        if size > MAX_REPORT:
            raise BackendUnavailable("the worker's report is malformed")
        report: dict[str, Any] = json.loads(self._read_exactly(process, size, deadline))
        if "failed" in report:
            raise BackendUnavailable(f"the jail could not be closed: {report['failed']}")
        return report

    def _take_stores(self, process: Process, deadline: float) -> None:
        """The byte before the report, and the stores of the files' copies if the worker made any."""
        self._await_bytes(process, deadline)
        data, passed, _, _ = socket.recv_fds(self.frames, 1, MOST_STORES)
        self.stores = list(passed)
        if not data:
            raise ZygoteGone("the worker died before it reported")

    def _read_exactly(self, process: Process, count: int, deadline: float) -> bytes:
        data = b""
        while len(data) < count:
            self._await_bytes(process, deadline)
            chunk = self.frames.recv(count - len(data))
            if not chunk:
                raise ZygoteGone("the worker died before it reported")
            data += chunk
        return data

    def _await_bytes(self, process: Process, deadline: float) -> None:
        """Wait until there is something to read."""
        pulse = Pulse(process)
        while not _readable(self.frames, min(LOOK_S, max(0.0, deadline - time.monotonic()))):
            if time.monotonic() >= deadline:
                raise BackendUnavailable("the worker did not report in time")
            if not pulse.beats():
                raise ZygoteGone("the worker does not report: it was stopped, or sleeps")

    @property
    def pidfd(self) -> int:
        """The worker's pidfd, -1 when there is none."""
        return self.process.pidfd if self.process else -1

    @property
    def pid(self) -> int:
        """The worker's pid as this host sees it, 0 when it has ended or /proc does not tell."""
        return self.process.pid if self.process else 0

    def alive(self) -> bool:
        """Whether the worker has not ended yet."""
        return self.process is not None and not self.process.ended()

    def can_serve(self) -> bool:
        """Whether the worker has neither ended nor been stopped; only the first can be told where /proc is hidden."""
        return self.process is not None and self.process.can_serve()

    def pulse(self) -> Pulse:
        """Tells while it is waited for whether it is at work."""
        return Pulse(self.process)

    def kill(self) -> None:
        """SIGKILL. Idempotent."""
        if self.process:
            self.process.signal(signal.SIGKILL)

    def interrupt(self) -> None:
        """SIGINT: a KeyboardInterrupt in the worker, if its program wants one."""
        if self.process:
            self.process.signal(signal.SIGINT)

    def cpu_s(self) -> float:
        """CPU seconds of the worker so far, and of all that it forked where the guest may fork."""
        if self.forks and self._group and not self._limits.get("copies") and (counted := self._group.cpu_s()):
            return counted
        if self._exit is not None:
            return self._exit.cpu_s
        return self.process.cpu_s(with_descendants=self.forks) if self.process else 0.0

    def peak_memory_mb(self) -> float:
        """Peak growth of resident memory above the idle worker, in MB; 0 when nobody can tell."""
        peak_kb = self._exit.peak_kb if self._exit is not None else self.process.peak_kb() if self.process else 0
        return self.grown_mb(peak_kb)

    def grown_mb(self, resident_kb: float) -> float:
        """How much more that is than an idle worker holds, in MB."""
        return max(0.0, resident_kb - self.idle_kb) / 1024

    def wait_exit(self, timeout_s: float) -> Exit | None:
        """How the worker ended, as the zygote reports it; None when it has not ended within the time."""
        if self._exit is None and not self._closed and self.process is not None:
            deadline = time.monotonic() + timeout_s
            if self.process.ended(timeout_s):
                grace = max(CLOSE_TIMEOUT_S, deadline - time.monotonic())
                self._exit = self._zygote.wait_exit(self._ident, grace)
        return self._exit

    def close(self) -> None:
        """Kill the worker, wait until it is dead, release everything. Idempotent."""
        if self._closed:
            return
        self._closed = True
        if self.process is not None:
            if self.process.owned:
                self.kill()
                self.process.ended(CLOSE_TIMEOUT_S)
                self._zygote.forget(self._ident)
                if self._home is not None and self._group is not None:
                    self._home.retire(self._group)
            self.process.close()
        self.frames.close()
        for fd in (self.stdout, self.stderr, *self.stores):
            if fd >= 0:
                os.close(fd)
        self.stdout = self.stderr = -1
        self.stores = []

    def __enter__(self) -> JailedWorker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        with contextlib.suppress(Exception):
            self.close()
