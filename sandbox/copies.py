"""Copies of the worker's own process: the checkpoint before a run, and its end.

At a checkpoint the worker forks. The copy goes on with the session over a stream of its own, and this process waits:
either the host hangs up, because the copy has taken its place, or it asks for a rollback. Then the copy is ended, the
files of /cell are made what they were, and this process is the session again.

Invariants: the copy holds neither its parent's stream nor the store of the files, so nothing that runs in it can speak
for its parent; it tells the host that it lives by one byte before anything else; a checkpoint that fails leaves
everything as it was.
"""

from __future__ import annotations

import _thread
import contextlib
import gc
import os
import signal
from collections.abc import Iterator

from . import warmth
from .cell import Cell
from .duplicate import duplicate, settle
from .engine import Place
from .errors import LocalProtocolError
from .jail import kernel, namespaces
from .machine import monotonic, sleep
from .port import SocketPort
from .vault import TooMuch, Vault

READY = b"\n"
_PID_1 = 1
_PATIENCE_S, _PAUSE_S = 0.5, 0.001
_BOUND = "a database in a file is open, and SQLite would go on in these files; close it before the session is forked"


class Copies:
    """What a worker does with copies of itself. ``place`` is where /cell is."""

    def __init__(self, port: SocketPort, place: Place, cell: Cell) -> None:
        self._port = port
        self._place = place
        self._vault = Vault(place.path, cell)
        self._copy = 0
        self._store = -1

    def checkpoint(self) -> str | None:
        """Fork over the descriptors that the host passed: a stream, and the store where there is one. In the copy the
        path of /cell, which is as it was; None in the parent.

        Raises:
            LocalProtocolError: the host passed no descriptors.
            OSError, TooMuch: the files cannot be kept, or there is no room for a process.
        """
        passed = self._port.passed()
        if not 1 <= len(passed) <= 2:
            _close(*passed)
            raise LocalProtocolError("a checkpoint came without its descriptors")
        stream, *store = passed
        try:
            if store:
                self._vault.save(store[0])
            pid = _fork()
        except BaseException:
            _close(*passed)
            raise
        if pid == 0:
            with _or_end():
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _close(*store)
                self._port.move(stream)
                self._port.write(READY)
            warmth.have(self._port.has_data)
            return self._place.path
        os.close(stream)
        self._copy, self._store = pid, store[0] if store else -1
        return None

    def branch(self, place: int) -> str | None:
        """Fork over the descriptors that the host passed: a stream, and two outputs. In the branch the path of its
        own /cell, a copy of this one; None in the parent.

        Raises:
            LocalProtocolError: the host passed no descriptors.
            OSError, TooMuch: the files cannot be copied or apart, or there is no room for a process.
        """
        passed = self._port.passed()
        if len(passed) != 3:
            _close(*passed)
            raise LocalProtocolError("a branch came without its descriptors")
        try:
            if self._place.bound:
                gc.collect()  # a connection is in a cycle: the guest may have let go of it long ago
            if self._place.bound:
                raise TooMuch(_BOUND)
            path = namespaces.branch_cell(place)
            moved = duplicate(self._place.path, path)
            pid = _fork()
        except BaseException:
            _close(*passed)
            raise
        if pid:
            _close(*passed)
            if os.getpid() == _PID_1:
                # Processes of branches that are given up become its children, and count until they are reaped.
                signal.signal(signal.SIGCHLD, self._reap_orphans)
            return None
        with _or_end():
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            stream, *outputs = passed
            for output, number in zip(outputs, (1, 2), strict=True):
                os.dup2(output, number)
                os.close(output)
            os.chdir(path)
            settle(moved)
            self._port.move(stream)
            self._port.write(READY)
        return path

    def roll_back(self, sweep: bool) -> dict[str, int]:
        """End the copy and undo what it did to files. ``sweep``: end every other process of the session, too. Says
        how the copy ended: the ``signal`` that killed it or 0, its exit ``code``, its CPU milliseconds, and its
        resident memory at the most.

        Raises:
            LocalProtocolError: there is no copy.
            OSError: the files cannot be restored.
        """
        if not self._copy:
            raise LocalProtocolError("there is no checkpoint to roll back to")
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._copy, signal.SIGKILL)
        if sweep:
            with contextlib.suppress(OSError):
                os.kill(-1, signal.SIGKILL)
        _, status, usage = os.wait4(self._copy, 0)
        self._copy = 0
        _reap_all()
        store, self._store = self._store, -1
        if store >= 0:
            try:
                self._vault.restore(store)
            finally:
                os.close(store)
        return {
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
            "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0,
            "cpu_ms": int((usage.ru_utime + usage.ru_stime) * 1000),
            "peak_kb": usage.ru_maxrss,
        }

    def _reap_orphans(self, *_: object) -> None:
        """At a signal that a child has ended; the end of the copy is told to the host, and so left to ``roll_back``."""
        with contextlib.suppress(ChildProcessError):
            while found := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                if found.si_pid == self._copy:
                    break
                os.waitpid(found.si_pid, 0)


def outlive_copies() -> int:
    """For the first process of a session, whose end is the end of all others: wait for them. The exit status that
    tells how the last one ended, as shells tell it: its own, or 128 and the signal that killed it."""
    code = 0
    if os.getpid() == _PID_1:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        gc.collect()  # what it held of the session is the copies' now
    while os.getpid() == _PID_1:
        try:
            _, status = os.wait()
        except ChildProcessError:
            break
        code = 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
    return code


@contextlib.contextmanager
def _or_end() -> Iterator[None]:
    """A copy that cannot begin ends: it never speaks on the stream of its parent."""
    try:
        yield
    except BaseException:
        os._exit(1)


def _fork() -> int:
    """A copy of this process, with patience for others that have ended and are not gone yet.

    Python's own fork() puts threads in order and gives ``random`` a new seed. Without threads there is nothing to put
    in order, a copy goes on with the numbers of its parent, and it is at work a millisecond earlier.
    """
    ends = monotonic() + _PATIENCE_S
    while True:
        _reap_all()  # branches that have ended count as processes until then
        try:
            return os.fork() if _thread._count() else kernel.fork()
        except BlockingIOError:
            if monotonic() > ends:
                raise
            sleep(_PAUSE_S)


def _reap_all() -> None:
    """Children of the copy that became ours; they were killed, or go on until the session ends."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
