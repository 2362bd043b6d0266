"""The zygote: a Python process with everything imported that forks a jailed worker for each session.

It serves the host's control socket (fd 3, one JSON packet a message) and keeps one child forked ahead of need.
``sandbox.keeper`` starts it; ``sandbox.inmate`` is what its children do.

Invariants: single-threaded; never blocks on a message to the host; reads nothing that a guest can write: workers talk
to the host over their own sockets, the zygote only forks and reaps them.
"""

from __future__ import annotations

import array
import contextlib
import dataclasses
import gc
import json
import os
import select
import signal
import socket
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from . import warmth
from .inmate import FDS, MAX_PACKET, PROC_FD, Server, become_worker
from .jail import enclosure, kernel, namespaces, orphans, privileges, rlimits
from .jail.profile import Profile
from .jail.removal import remove_tree

CONTROL_FD = 3
SPARE_AFTER_S = 0.004
"""How long nothing must have been asked before a child is forked ahead: its start would slow down the session that
has just been given the last one."""
FAILURE = 4
_AT_ONCE = 2000


@dataclasses.dataclass(frozen=True)
class Program:
    """What children run. ``entry``: a session's worker; ``rehearse`` makes what a waiting child plays; ``prepare``
    makes what serves sessions of one ``start`` line in place of the entry."""

    entry: Callable[..., object]
    rehearse: Callable[[], Callable[[], object]] | None = None
    prepare: Callable[[str], Server] | None = None


@dataclasses.dataclass
class _Child:
    """A forked child; ``requests`` is where it awaits its session, None once it is a worker (then with an ident)."""

    pid: int
    pidfd: int
    requests: socket.socket | None
    prepared_for: str | None = None
    ident: int = 0
    cell: str = ""
    remover: bool = False


class Zygote:
    """Serves fork requests. Single-threaded; never blocks on a message to the host."""

    def __init__(
        self,
        control: socket.socket,
        wall: enclosure.Wall,
        profile: Profile,
        life: int,
        cells: str,
        program: Program,
    ) -> None:
        own_root = wall.namespaces == "on"
        self._control = control
        self._wall = dataclasses.replace(wall, zygote=namespaces.identities(PROC_FD) if own_root else {})
        self._idle_s = profile.idle_s
        self._life = life
        self._cells = cells
        self._program = program
        self._play: Callable[[], object] | None = None
        self._asked = self._prepared_for = ""
        self._prepared: Server | None = None
        self._self_fd = os.pidfd_open(os.getpid()) if own_root else -1
        self._children: dict[int, _Child] = {}
        self._spare: _Child | None = None
        self._outbox: deque[tuple[bytes, int]] = deque()
        self._poll = select.epoll()

    def serve(self, start: str) -> NoReturn:
        """Say hello, then fork and reap until the host or the keeper is gone, or nothing was asked for long.

        ``start``: the line to prepare for at first, or empty.
        """
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._control.setblocking(False)
        self._poll.register(self._control, select.EPOLLIN)
        self._poll.register(self._life, select.EPOLLIN)
        privileges.last_capability()  # remembered, as the filters are, so that no worker has to find out
        enclosure.prepare(self._wall)
        self._send({"ready": True})
        if self._program.rehearse is not None:
            self._play = self._program.rehearse()
        self._asked = start
        self._prepare(start)
        gc.collect()
        gc.freeze()
        self._learn()
        self._have_a_spare()
        wants_spare = False
        last_used = time.monotonic()
        while True:
            working = self._outbox or any(child.requests is None for child in self._children.values())
            timeout = None if working else max(0.0, last_used + self._idle_s - time.monotonic())
            events = self._poll.poll(SPARE_AFTER_S if wants_spare else timeout)
            if not events and wants_spare:
                self._prepare(self._asked)
                self._have_a_spare()
                wants_spare = False  # without room for it, the next request will try again
            elif not events and not working:
                self._end()
            for fd, what in events:
                if fd == self._life:
                    self._end()
                elif fd == CONTROL_FD:
                    last_used = time.monotonic()
                    self._talk(what)
                elif fd in self._children:
                    last_used = time.monotonic()
                    if self._reap(self._children.pop(fd)):
                        continue  # a spare that died by itself: the next one would, too, until something changes
                wants_spare = self._spare is None

    def _learn(self) -> None:
        """Find out what a run writes to, for the copies that workers will make of themselves."""
        play = self._prepared.play if self._prepared is not None else self._play
        if play is not None:
            with contextlib.suppress(OSError):
                warmth.learn(play, PROC_FD)

    def _have_a_spare(self) -> None:
        """Fork ahead of the next request; without room for it the request itself will say so."""
        if self._spare is None:
            with contextlib.suppress(OSError):
                self._spare = self._fork(self._play)

    def _prepare(self, start: str) -> None:
        """Start a worker for this line; the children to come inherit it. One that cannot start will say so itself."""
        if self._program.prepare is None or self._cells or start in ("", self._prepared_for):
            return
        if self._prepared is not None:
            self._prepared = None
            gc.unfreeze()
            gc.collect()
        self._prepared_for = start
        with contextlib.suppress(Exception):
            self._prepared = self._program.prepare(start)
        gc.freeze()

    def _talk(self, what: int) -> None:
        if what & select.EPOLLOUT:
            self._flush()
        if what & (select.EPOLLIN | select.EPOLLHUP):
            try:
                data, ancillary, _, _ = self._control.recvmsg(MAX_PACKET, socket.CMSG_SPACE(4 * FDS))
            except BlockingIOError:
                return
            if not data:
                self._end()
            fds = array.array("i")
            for _, _, payload in ancillary:
                fds.frombytes(payload[: len(payload) // 4 * 4])
            self._spawn(json.loads(data), fds.tolist())
        elif what & select.EPOLLERR:
            self._end()

    def _end(self) -> NoReturn:
        """Nothing outlives this process; directories need care, so that without a pid namespace the keeper's end is
        only seen at its pipe and not sent as a signal."""
        if self._cells:
            orphans.adopt()
        for child in self._children.values():
            with contextlib.suppress(OSError):
                os.kill(child.pid, signal.SIGKILL)
                os.waitpid(child.pid, 0)
        if self._cells:
            # The keeper does it, unless it was killed. First the workers' copies, which write there too, and remove.
            orphans.end()
            remove_tree(self._cells)
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

    def _spawn(self, request: Mapping[str, Any], fds: list[int]) -> None:
        """Turn the waiting child into a worker on these descriptors, and hand the host its pidfd."""
        ident: int = request["id"]
        cell = os.path.join(self._cells, str(ident)) if self._cells else namespaces.CELL
        start = request["setup"].pop("start", "")
        try:
            if self._cells:
                os.mkdir(cell, 0o700)
            try:
                child = self._give(request, start, cell, fds)
            except BrokenPipeError:
                self._spare = None  # it has died, and its end is yet to be seen
                child = self._give(request, start, cell, fds)
        except OSError as error:
            self._send({"id": ident, "failed": str(error)})
            if self._cells and os.path.isdir(cell):
                self._remove(cell)
            return
        finally:
            for fd in fds:
                os.close(fd)
        child.ident, self._spare = ident, None
        self._send({"id": ident, "started": True}, child.pidfd)
        if start and start == self._asked:
            self._prepare(start)
        self._asked = start

    def _give(self, request: Mapping[str, Any], start: str, cell: str, fds: list[int]) -> _Child:
        """Hand the request to the spare, which is forked now if there is none.

        Raises:
            OSError: there is no room for a process; BrokenPipeError when it has died before it could take the request.
        """
        child = self._spare = self._spare or self._fork()
        assert child.requests is not None
        prepared = start == child.prepared_for
        told = {"limits": request["limits"], "setup": request["setup"], "cell": cell, "prepared": prepared}
        socket.send_fds(child.requests, [json.dumps(told).encode()], fds)
        child.requests.close()
        child.requests, child.cell = None, cell if self._cells else ""
        return child

    def _fork(self, play: Callable[[], object] | None = None) -> _Child:
        """A child that awaits its request; one forked ahead has the time to rehearse.

        Raises:
            OSError: the machine has no room for a process.
        """
        idle = rlimits.mapped(PROC_FD)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            if self._self_fd >= 0:
                kernel.unshare(kernel.CLONE_NEWPID)
            try:
                pid = kernel.fork()
                if pid == 0:
                    become_worker(theirs.fileno(), self._wall, idle, self._program.entry, play, self._prepared)
            finally:
                if self._self_fd >= 0:
                    kernel.setns(self._self_fd, kernel.CLONE_NEWPID)
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        child = _Child(pid, os.pidfd_open(pid), ours, self._prepared_for if self._prepared else None)
        self._children[child.pidfd] = child
        self._poll.register(child.pidfd, select.EPOLLIN)
        return child

    def _reap(self, child: _Child) -> bool:
        """Collect a child that has ended. Whether it was the spare."""
        self._poll.unregister(child.pidfd)
        _, status, usage = os.wait4(child.pid, 0)
        os.close(child.pidfd)
        if child.cell:
            self._remove(child.cell)
        if child.remover:
            return False
        if child.requests is not None:
            child.requests.close()
            was_spare = child is self._spare
            if was_spare:
                self._spare = None
            return was_spare
        self._send(
            {
                "id": child.ident,
                "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
                "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0,
                "cpu_s": usage.ru_utime + usage.ru_stime,
                "peak_kb": usage.ru_maxrss,
            }
        )
        return False

    def _remove(self, cell: str) -> None:
        """Remove a worker's directory; one that a guest filled with more than others can wait for, in a child."""
        if remove_tree(cell, _AT_ONCE):
            return
        try:
            pid = os.fork()
        except OSError:
            remove_tree(cell)
            return
        if pid == 0:
            try:
                kernel.close_from(CONTROL_FD)
                remove_tree(cell)
            finally:
                os._exit(0)
        child = _Child(pid, os.pidfd_open(pid), None, remover=True)
        self._children[child.pidfd] = child
        self._poll.register(child.pidfd, select.EPOLLIN)
