"""Enclosure ``walls-off``: our worker in a plain process, forked from the host as a naive design would do it.

For controls only: with engine ``cpython`` nothing stands between the guest and the machine but the account it runs
under. ``create_executor`` does not know it.

Invariants: the process group is killed at the end; /cell is a plain temporary directory.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import socket
import tempfile

from sandbox import worker
from sandbox.errors import RunError, WorkerCrashed
from sandbox.limits import Limits
from sandbox.policy import Policy
from sandbox.result import Isolation

from ...pulse import Pulse
from ...stream import Handle, ProcessStream, Stream

MEMORY_ERRORS = (signal.SIGILL, signal.SIGABRT, signal.SIGBUS, signal.SIGSEGV)
MEMORY_ERROR = "the worker died of a memory error"
_FRAMES_FD = 3
ISOLATION = Isolation("process", "none", {"process": "off: forked from the host", "jail": "off: a control"})


class Unwalled:
    """Starts such workers."""

    name = "walls-off"
    digest = ""

    def start(self, engine: str, policy: Policy, limits: Limits) -> Stream:
        """A fresh worker."""
        return ProcessStream(_Forked())


class _Forked(Handle):
    """A forked child of this process that serves as a worker."""

    isolation = ISOLATION

    def __init__(self) -> None:
        self._cell = tempfile.mkdtemp(prefix="hc-control-")
        self.frames, theirs = socket.socketpair()
        self.stdout, out = os.pipe2(os.O_CLOEXEC)
        self.stderr, err = os.pipe2(os.O_CLOEXEC)
        self._pid = os.fork()
        if self._pid == 0:
            _serve(theirs.fileno(), out, err, self._cell)
        theirs.close()
        os.close(out)
        os.close(err)
        os.set_blocking(self.stdout, False)
        os.set_blocking(self.stderr, False)
        self._pidfd = os.pidfd_open(self._pid)
        self._closed = False

    @property
    def pidfd(self) -> int:
        return self._pidfd

    def pulse(self) -> Pulse:
        return Pulse(None)

    def kill(self) -> None:
        for target in (-self._pid, self._pid):
            with contextlib.suppress(OSError):
                os.kill(target, signal.SIGKILL)

    def interrupt(self) -> None:
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGINT)

    def can_serve(self) -> bool:
        return os.waitid(os.P_PIDFD, self._pidfd, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    def cpu_s(self) -> float:
        return 0.0

    def peak_memory_mb(self) -> float:
        return 0.0

    def explain_exit(self, limits: Limits, timeout_s: float) -> RunError:
        select.select([self._pidfd], [], [], timeout_s)
        ended = os.waitid(os.P_PIDFD, self._pidfd, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        self.kill()
        died = (
            ended is not None and ended.si_code in (os.CLD_KILLED, os.CLD_DUMPED) and ended.si_status in MEMORY_ERRORS
        )
        return WorkerCrashed(MEMORY_ERROR if died else "the worker ended during the run")

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(OSError):
            os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        self.frames.close()
        for descriptor in (self.stdout, self.stderr, self._pidfd):
            os.close(descriptor)
        shutil.rmtree(self._cell, ignore_errors=True)


def _serve(frames: int, stdout: int, stderr: int, cell: str) -> None:
    """The child's life. Never returns."""
    try:
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDONLY)
        for target, descriptor in enumerate((nothing, stdout, stderr, frames)):
            # Above all targets first: a source may be a number that is overwritten.
            os.dup2(os.dup2(descriptor, 100 + target), target)
        os.closerange(_FRAMES_FD + 1, 256)
        os.chdir(cell)
        worker.main(_FRAMES_FD, cell=cell)
    finally:
        os._exit(0)
