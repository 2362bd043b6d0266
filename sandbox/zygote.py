"""The zygote: a fresh Python that preloads modules once and forks a jailed worker for each session.

Two processes. The keeper, started by the host, finds out what is possible, builds the root, gives up its uid and
waits. Its child, the zygote proper, is pid 1 of its own pid namespace and serves the host's control socket (fd 3,
one JSON packet a message). When the host's end closes, or the keeper ends, the zygote ends, and the kernel ends
every worker with it.

Invariants: started with an environment built from nothing and no descriptor but 0-3; nothing a guest can reach is
read here: workers talk to the host over their own sockets, the zygote only forks and reaps them.
"""

from __future__ import annotations

import array
import contextlib
import ctypes
import dataclasses
import errno
import gc
import importlib
import json
import os
import pkgutil
import resource
import select
import shutil
import signal
import socket
import struct
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import sandbox

from .jail import enclosure, kernel, namespaces, privileges, tree
from .jail.profile import Profile
from .policy import STANDARD_IMPORTS

CONTROL_FD, PROC_FD, FIRST_FREE_FD = 3, 4, 5
MAX_PACKET = 128 << 10
MAX_FDS = 3
_FAILURE = 4
_TEMPORARY = ("/tmp", "/var/tmp", "/dev/shm")


def main() -> NoReturn:
    """What the host starts. Never returns."""
    kernel.close_from(CONTROL_FD + 1)
    control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, CONTROL_FD)
    try:
        _keep(control, Profile.from_dict(json.loads(control.recv(MAX_PACKET))))
    except BaseException as error:
        _tell(control, {"failed": f"{type(error).__name__}: {error}"})
    os._exit(_FAILURE)


def _tell(control: socket.socket, message: Mapping[str, Any]) -> None:
    with contextlib.suppress(OSError):
        control.send(json.dumps(message).encode())


def _keep(control: socket.socket, profile: Profile) -> None:
    """The keeper: everything up to the fork of the zygote, then wait for it and clean up."""
    proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY)
    if proc != PROC_FD:
        raise OSError(errno.EBADF, f"descriptor {PROC_FD} is taken")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    package_root = os.path.dirname(os.path.abspath(__file__))
    paths = tree.readable_paths(package_root, profile.packages)
    sys.path += [path for path in dict.fromkeys(map(os.path.dirname, profile.packages)) if path not in sys.path]
    wall = enclosure.survey(proc, paths, profile.packages)
    own_root = wall.namespaces == "on"
    readable = enclosure.readable_rights(paths, profile.packages, own_root=own_root)
    load = _Loader(profile, own_root)
    if own_root:
        enclosure.enter_zygote(proc, paths, profile.packages)
        cells = ""
    else:
        if os.geteuid() == 0:
            if not _reachable_without_root(paths):
                load.all_that_may_be_needed()
            privileges.leave_root()
            readable = tuple((path, rights) for path, rights in readable if os.access(path, os.R_OK))
        cells = _make_cells_directory()
    wall = dataclasses.replace(wall, readable=readable)
    life, keeper_alive = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(keeper_alive)
        try:
            load()
            if own_root:
                privileges.die_with_parent()
                namespaces.build_root(paths, profile.packages)
            _Zygote(control, wall, profile, life, cells, load.entry).serve()
        except BaseException as error:
            _tell(control, {"failed": f"{type(error).__name__}: {error}"})
        os._exit(_FAILURE)
    control.close()
    os.close(life)
    os.waitpid(pid, 0)
    if cells:
        shutil.rmtree(cells, ignore_errors=True)
    os._exit(0)


def _make_cells_directory() -> str:
    """A private directory for the cells of workers without a mount namespace."""
    for directory in _TEMPORARY:
        with contextlib.suppress(OSError):
            return tempfile.mkdtemp(prefix="hardcell-", dir=directory)
    raise OSError(errno.EACCES, f"no directory for /cell can be made in any of {', '.join(_TEMPORARY)}")


def _reachable_without_root(paths: list[str]) -> bool:
    def read() -> None:
        privileges.leave_root()
        for path in paths:
            if os.path.isdir(path):
                os.listdir(path)
            else:
                os.close(os.open(path, os.O_RDONLY))

    return enclosure.attempt(read) == "on"


class _Loader:
    """Imports what the profile names, once, and opens the shared libraries that later imports may need."""

    def __init__(self, profile: Profile, own_root: bool) -> None:
        self._profile = profile
        self._own_root = own_root
        self._done = False
        self.entry: Callable[..., object] = idle

    def __call__(self) -> None:
        """Import the profile's modules and find its entry; a second call does nothing."""
        if self._done:
            return
        self._done = True
        for name in self._profile.preload:
            importlib.import_module(name)
        module, _, function = self._profile.entry.partition(":")
        self.entry = getattr(importlib.import_module(module), function)
        _open_libraries(every=not self._own_root)

    def all_that_may_be_needed(self) -> None:
        """For workers that will not be able to read the library, as it lies in root's private directory."""
        self()
        ours = [module.name for module in pkgutil.walk_packages(sandbox.__path__, "sandbox.")]
        for name in (*STANDARD_IMPORTS, *_LATE, *ours):
            with contextlib.suppress(ImportError):
                importlib.import_module(name)


_CODECS = ("ascii", "latin_1", "cp1252", "cp437", "idna", "utf_8_sig", "utf_16", "utf_32")
_LATE = ("fcntl", "mmap", *(f"encodings.{name}" for name in _CODECS))
_NEEDS_LIBRARIES = ("_sqlite3", "_hashlib", "_bz2", "_lzma", "_decimal", "_uuid", "zlib", "pyexpat")


def _open_libraries(*, every: bool) -> None:
    """Map extension modules whose libraries lie outside the worker's root; a later import then finds them loaded.

    ``every``: all of them, for workers that may map nothing executable.
    """
    directory = next((path for path in sys.path if path.endswith("lib-dynload")), "")
    if not directory:
        return
    for name in sorted(os.listdir(directory)):
        if name.endswith(".so") and (every or name.partition(".")[0] in _NEEDS_LIBRARIES):
            with contextlib.suppress(OSError):
                ctypes.CDLL(os.path.join(directory, name))


@dataclasses.dataclass
class _Worker:
    ident: int
    pid: int
    pidfd: int
    cell: str


class _Zygote:
    """Serves fork requests. Single-threaded; never blocks on a message to the host."""

    def __init__(
        self,
        control: socket.socket,
        wall: enclosure.Wall,
        profile: Profile,
        life: int,
        cells: str,
        entry: Callable[..., object],
    ) -> None:
        own_root = wall.namespaces == "on"
        self._control = control
        self._wall = dataclasses.replace(wall, zygote=namespaces.identities(PROC_FD) if own_root else {})
        self._idle_s = profile.idle_s
        self._life = life
        self._cells = cells
        self._entry = entry
        self._self_fd = os.pidfd_open(os.getpid()) if own_root else -1
        self._workers: dict[int, _Worker] = {}
        self._outbox: deque[tuple[bytes, int]] = deque()
        self._poll = select.epoll()

    def serve(self) -> NoReturn:
        """Say hello, then fork and reap until the host or the keeper is gone, or nothing was asked for long."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._control.setblocking(False)
        self._poll.register(self._control, select.EPOLLIN)
        self._poll.register(self._life, select.EPOLLIN)
        privileges.last_capability()  # remembered, so that no worker has to look
        self._send({"ready": True})
        gc.collect()
        gc.freeze()
        last_used = time.monotonic()
        while True:
            idle = not self._workers and not self._outbox
            timeout = max(0.0, last_used + self._idle_s - time.monotonic()) if idle else None
            events = self._poll.poll(timeout)
            if not events and idle:
                self._end()
            for fd, what in events:
                last_used = time.monotonic()
                if fd == self._life:
                    self._end()
                elif fd == CONTROL_FD:
                    self._talk(what)
                elif fd in self._workers:
                    self._reap(self._workers.pop(fd))

    def _talk(self, what: int) -> None:
        if what & select.EPOLLOUT:
            self._flush()
        if what & (select.EPOLLIN | select.EPOLLHUP):
            try:
                data, ancillary, _, _ = self._control.recvmsg(MAX_PACKET, socket.CMSG_SPACE(4 * MAX_FDS))
            except BlockingIOError:
                return
            if not data:
                self._end()
            fds = array.array("i")
            for _, _, payload in ancillary:
                fds.frombytes(payload[: len(payload) // 4 * 4])
            self._fork(json.loads(data), fds.tolist())
        elif what & select.EPOLLERR:
            self._end()

    def _end(self) -> NoReturn:
        """Nothing outlives this process; directories need care, so that without a pid namespace the keeper's end is
        only seen at its pipe and not sent as a signal."""
        for worker in self._workers.values():
            with contextlib.suppress(OSError):
                os.kill(worker.pid, signal.SIGKILL)
                os.waitpid(worker.pid, 0)
            if worker.cell:
                shutil.rmtree(worker.cell, ignore_errors=True)
        os._exit(0)

    def _send(self, message: Mapping[str, Any], fd: int = -1) -> None:
        self._outbox.append((json.dumps(message).encode(), fd))
        self._flush()

    def _flush(self) -> None:
        while self._outbox:
            data, fd = self._outbox[0]
            rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))] if fd >= 0 else []
            try:
                self._control.sendmsg([data], rights)
            except BlockingIOError:
                self._poll.modify(self._control, select.EPOLLIN | select.EPOLLOUT)
                return
            except OSError:
                self._end()
            self._outbox.popleft()
        self._poll.modify(self._control, select.EPOLLIN)

    def _fork(self, request: Mapping[str, Any], fds: list[int]) -> None:
        ident: int = request["id"]
        cell = ""
        bounds = enclosure.Bounds(**request["limits"])
        enclosure.filter_for(self._wall, bounds)
        try:
            if self._cells:
                cell = os.path.join(self._cells, str(ident))
                os.mkdir(cell, 0o700)
            if self._self_fd >= 0:
                kernel.unshare(kernel.CLONE_NEWPID)
            try:
                pid = os.fork()
                if pid == 0:
                    self._become_worker(request["setup"], bounds, fds, cell or namespaces.CELL)
            finally:
                if self._self_fd >= 0:
                    kernel.setns(self._self_fd, kernel.CLONE_NEWPID)
        except OSError as error:
            self._send({"id": ident, "failed": str(error)})
            return
        finally:
            for fd in fds:
                os.close(fd)
        pidfd = os.pidfd_open(pid)
        self._workers[pidfd] = _Worker(ident, pid, pidfd, cell)
        self._poll.register(pidfd, select.EPOLLIN)
        self._send({"id": ident, "started": True}, pidfd)

    def _reap(self, worker: _Worker) -> None:
        self._poll.unregister(worker.pidfd)
        _, status, usage = os.wait4(worker.pid, 0)
        os.close(worker.pidfd)
        if worker.cell:
            shutil.rmtree(worker.cell, ignore_errors=True)
        self._send(
            {
                "id": worker.ident,
                "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
                "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0,
                "cpu_s": usage.ru_utime + usage.ru_stime,
            }
        )

    def _become_worker(self, setup: Mapping[str, Any], bounds: enclosure.Bounds, fds: list[int], cell: str) -> NoReturn:
        """In the forked child: close the walls, report, and run the entry. Never returns to the zygote's stack."""
        code = _FAILURE
        try:
            frames, stdout, stderr = fds
            os.dup2(frames, CONTROL_FD)
            os.dup2(stdout, 1)
            os.dup2(stderr, 2)
            kernel.close_from(FIRST_FREE_FD)
            privileges.die_with_parent()
            os.setsid()
            os.umask(0o077)
            try:
                isolation = enclosure.enclose(self._wall, bounds, PROC_FD, cell)
            except BaseException as error:
                _report({"failed": f"{type(error).__name__}: {error}"})
                raise
            idle_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            _report({"isolation": isolation, "cell": cell, "idle_kb": idle_kb})
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self._entry(
                frames_fd=CONTROL_FD,
                stdout_fd=1,
                stderr_fd=2,
                cell=cell,
                isolation=isolation,
                setup=setup,
            )
            code = 0
        finally:
            os._exit(code)


def _report(message: Mapping[str, Any]) -> None:
    """The first bytes on a worker's stream, written before its entry runs: a length, then JSON."""
    data = json.dumps(message).encode()
    view = memoryview(struct.pack(">I", len(data)) + data)
    while view:
        view = view[os.write(CONTROL_FD, view) :]


def idle(*, frames_fd: int, **_: object) -> None:
    """A worker's entry that only waits for the host to hang up: what ``hardcell doctor`` looks at."""
    while os.read(frames_fd, 4096):
        pass
