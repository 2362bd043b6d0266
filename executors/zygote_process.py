"""The host's end of one zygote: starting it, asking it for workers, hearing how they ended.

Invariants: the zygote is spawned, never forked from the host; every read has a deadline; any thread may ask; only
the zygote's own pid is waited for; the control socket's end is its life; a zygote that was stopped is woken when
somebody waits for it, since to kill it would be to kill the sessions of others.
"""

from __future__ import annotations

import array
import contextlib
import errno
import fcntl
import json
import os
import select
import signal
import socket
import sys
import sysconfig
import threading
import time
from collections.abc import Mapping
from typing import Any

import sandbox
from sandbox.errors import BackendUnavailable
from sandbox.jail import scratch
from sandbox.jail.profile import Profile

from . import fresh_python
from .ctrl_c import let_through
from .exits import Exit
from .process import Process
from .pulse import LOOK_S

START_TIMEOUT_S = 60.0
FORK_TIMEOUT_S = 30.0
END_TIMEOUT_S = 5.0
HUNG_S = 0.5
"""How long a zygote that does not answer may take to end itself."""
MAX_PACKET = 128 << 10
_BOOT = """\
import sys, importlib.util
s = importlib.util.spec_from_file_location("sandbox", sys.argv[1] + "/__init__.py",
    submodule_search_locations=[sys.argv[1]])
m = sys.modules["sandbox"] = importlib.util.module_from_spec(s)
s.loader.exec_module(m)
from sandbox.keeper import main
main()
"""


class ZygoteGone(Exception):
    """The zygote ended; its workers ended with it."""


class Zygote:
    """A running zygote. ``close`` ends it and all its workers."""

    def __init__(self, profile: Profile, start: str = "") -> None:
        """Start one and wait until it serves; ``start`` is the line that its first workers will be started for.

        Raises:
            BackendUnavailable: it could not start; the message tells its reason.
            OSError: this process has no descriptor left for it.
        """
        self._lock = threading.Lock()
        self._numbers = 0
        self._inbox: dict[int, dict[str, Any]] = {}
        self._pidfds: dict[int, int] = {}
        self._exits: dict[int, Exit] = {}
        self._live: set[int] = set()
        self.gone = False
        self._control, self._requests, theirs = _sockets()
        try:
            self.pid = _spawn(theirs, profile.fixed_hashes)
        except OSError as error:
            self._hang_up()
            raise BackendUnavailable(f"the jail's Python cannot be started: {error}") from error
        finally:
            theirs.close()
        try:
            self._keeper = Process(os.pidfd_open(self.pid), self.pid)
        except OSError:
            self._hang_up()
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self.pid, 0)  # It ends when nobody is at the other end.
            raise
        # The zygote itself, the keeper's only child.
        self._proper: list[Process] = []
        self._scratch = scratch.new_name()
        self._control.settimeout(START_TIMEOUT_S)
        self._requests.settimeout(FORK_TIMEOUT_S)
        try:
            asked = {"profile": profile.to_dict(), "start": start, "scratch": self._scratch}
            self._requests.send(json.dumps(asked).encode())
            hello, _ = self._receive(time.monotonic() + START_TIMEOUT_S)
        except TimeoutError as error:
            self.close()
            hint = "; does an allowed package hang when it is imported?" if profile.packages else ""
            raise BackendUnavailable(f"the zygote said nothing for {START_TIMEOUT_S:g} s{hint}") from error
        except (ZygoteGone, OSError) as error:
            self.close()
            raise BackendUnavailable(f"the zygote did not start: {error}") from error
        except BaseException:
            self.close()
            raise
        self._proper = self._keeper.children()
        if "failed" in hello:
            self.close()
            raise BackendUnavailable(f"the zygote could not start: {hello['failed']}")

    def fork(self, limits: Mapping[str, int], setup: Mapping[str, Any], fds: list[int]) -> tuple[int, int]:
        """Ask for a worker on these descriptors (frames, stdout, stderr); gives its number and its pidfd.

        Raises:
            ZygoteGone: the zygote has ended; start another.
            ValueError: ``setup`` is too large.
            BackendUnavailable: it could not fork.
        """
        with self._lock:
            self._numbers += 1
            ident = self._numbers
        data = json.dumps({"id": ident, "limits": dict(limits), "setup": dict(setup)}).encode()
        if len(data) > MAX_PACKET // 2:
            raise ValueError(f"setup must stay below {MAX_PACKET // 2} bytes of JSON")
        self._live.add(ident)
        try:
            answer = self._ask(data, fds, ident)
            if "failed" in answer:
                raise BackendUnavailable(f"no new worker: {answer['failed']}")
            if ident not in self._pidfds:
                raise OSError(errno.EMFILE, "Too many open files: no descriptor left for a new worker")
            return ident, self._pidfds.pop(ident)
        except BaseException:
            self.forget(ident)
            raise

    def _ask(self, data: bytes, fds: list[int], ident: int) -> dict[str, Any]:
        try:
            self._requests.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))])
        except OSError as error:
            self.gone = True
            raise ZygoteGone(str(error)) from error
        try:
            answer: dict[str, Any] = self._await(self._inbox, ident, FORK_TIMEOUT_S)
        except TimeoutError as error:
            self.close(patience_s=HUNG_S)
            raise ZygoteGone("the zygote did not answer") from error
        return answer

    def wait_exit(self, ident: int, timeout_s: float) -> Exit | None:
        """How this worker ended; None when it has not within the time."""
        try:
            found: Exit = self._await(self._exits, ident, timeout_s)
            return found
        except TimeoutError:
            return None
        except ZygoteGone:
            return Exit(signal.SIGKILL, 0, 0.0, zygote_lost=True)

    def forget(self, ident: int) -> None:
        """Nobody will ask for this worker again."""
        self._live.discard(ident)
        self._exits.pop(ident, None)
        self._inbox.pop(ident, None)
        fd = self._pidfds.pop(ident, -1)
        if fd >= 0:
            os.close(fd)

    def close(self, patience_s: float = END_TIMEOUT_S) -> None:
        """End the zygote, and with it every worker, and collect it; it is killed after ``patience_s``. What it made on
        the machine goes, whoever was killed before he could remove it. Idempotent."""
        self.gone = True
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        self._hang_up()
        if self._keeper.pidfd < 0:
            return
        # The zygote proper first: the keeper cleans up after it. One that has not said hello may hang in an import.
        for process in (*(self._proper or self._keeper.children()), self._keeper):
            self._see_end(process, patience_s)
            process.close()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)
        scratch.remove(self._scratch)

    def _hang_up(self) -> None:
        self._control.close()
        self._requests.close()

    def _see_end(self, process: Process, patience_s: float) -> None:
        ends = time.monotonic() + patience_s
        while not process.ended(min(LOOK_S, max(0.0, ends - time.monotonic()))):
            if time.monotonic() >= ends:
                process.signal(signal.SIGKILL)
                process.ended(END_TIMEOUT_S)
                return
            self._wake()

    def _wake(self) -> None:
        """Let the keeper and the zygote go on if they were stopped. Before it has said hello the keeper may have
        other children, which try what is possible here."""
        found = [] if self._proper else self._keeper.children()
        for process in (self._keeper, *self._proper, *found):
            if process.state() == "stopped":
                with contextlib.suppress(PermissionError):
                    process.signal(signal.SIGCONT)
        for process in found:
            process.close()

    def abandon(self) -> None:
        """In a forked child of the host: let go of the descriptors; the zygote is the parent's."""
        self.gone = True
        self._hang_up()
        for process in (*self._proper, self._keeper):
            process.close()

    def _await(self, box: dict[int, Any], ident: int, timeout_s: float) -> Any:
        """This number's entry in ``box``; one thread reads for all, the others look after it."""
        deadline = time.monotonic() + timeout_s
        while True:
            if ident in box:
                return box.pop(ident)
            if not self._lock.acquire(timeout=max(0.0, deadline - time.monotonic())):
                raise TimeoutError
            try:
                if ident in box:
                    return box.pop(ident)
                self._take(*self._receive(deadline))
            finally:
                self._lock.release()

    def _take(self, message: dict[str, Any], fd: int) -> None:
        ident = message["id"]
        if ident not in self._live:
            if fd >= 0:
                os.close(fd)
        elif "started" in message or "failed" in message:
            self._inbox[ident] = message
            if fd >= 0:
                self._pidfds[ident] = fd
        else:
            self._exits[ident] = Exit(message["signal"], message["code"], message["cpu_s"], message["peak_kb"])

    def _receive(self, deadline: float) -> tuple[dict[str, Any], int]:
        if self.gone:
            raise ZygoteGone("the zygote has ended")
        try:
            # Waiting apart from receiving: Ctrl-C while waiting loses no descriptor.
            with let_through():
                while not _readable(self._control.fileno(), min(LOOK_S, max(0.001, deadline - time.monotonic()))):
                    if time.monotonic() >= deadline:
                        raise TimeoutError
                    self._wake()
            data, fds, _, _ = socket.recv_fds(self._control, MAX_PACKET, 1)
        except TimeoutError:
            raise
        except (OSError, ValueError) as error:
            data, fds = b"", []
            if not self.gone:
                self.gone = True
                raise ZygoteGone(str(error)) from error
        if not data:
            self.gone = True
            raise ZygoteGone("the zygote has ended")
        message: dict[str, Any] = json.loads(data)
        return message, fds[0] if fds else -1


def _readable(fd: int, timeout_s: float) -> bool:
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    return bool(poll.poll(timeout_s * 1000))


def interpreter() -> str:
    """The real binary behind this interpreter, outside any virtual environment.

    Raises:
        BackendUnavailable: this Python does not know its own binary.
    """
    path = getattr(sys, "_base_executable", "") or sys.executable
    if not path:
        raise BackendUnavailable("this Python does not know its own binary, so no worker can be started from it")
    return os.path.realpath(path)


def _environment(fixed_hashes: bool) -> dict[str, str]:
    environment = fresh_python.environment(fixed_hashes=fixed_hashes)
    if sysconfig.get_config_var("Py_ENABLE_SHARED"):
        environment["LD_LIBRARY_PATH"] = str(sysconfig.get_config_var("LIBDIR"))
    return environment


def _sockets() -> tuple[socket.socket, socket.socket, socket.socket]:
    """What the host hears the zygote by and what it asks by, the same socket in two objects, so that each direction has
    its own timeout; and the keeper's."""
    with contextlib.ExitStack() as unfinished:
        ours, theirs = map(unfinished.enter_context, socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET))
        requests = ours.dup()
        unfinished.pop_all()
    return ours, requests, theirs


def _spawn(control: socket.socket, fixed_hashes: bool) -> int:
    """The zygote's pid. Its descriptors: /dev/null three times, and the control socket as 3."""
    package = os.path.dirname(os.path.abspath(sandbox.__file__ or ""))
    binary = interpreter()
    isolated = fresh_python.options(fixed_hashes=fixed_hashes)
    # Dup'd high first, since a host without 0-2 may have the socket there.
    high = fcntl.fcntl(control, fcntl.F_DUPFD_CLOEXEC, 10)
    try:
        return os.posix_spawn(
            binary,
            [binary, *isolated, "-S", "-c", _BOOT, package],
            _environment(fixed_hashes),
            file_actions=[
                *((os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_RDWR, 0) for fd in (0, 1, 2)),
                (os.POSIX_SPAWN_DUP2, high, 3),
            ],
            setsid=True,
            setsigmask=[],
            setsigdef=signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP},
        )
    finally:
        os.close(high)
