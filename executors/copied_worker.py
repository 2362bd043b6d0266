"""The host's handle of a copy of a jailed worker's process: the same session's next process, until it is given up.

A copy lives in its original's jail and shares its outputs. The jail's first process holds all of them: it is ended
when no process of the family is in use any more, and the kernel ends the others with it.

Invariants: a copy's pid comes from the kernel with its first byte, and is believed only while its parent is known to
be the process that was asked to fork; everything a ``JailedWorker`` promises holds here too.
"""

from __future__ import annotations

import array
import os
import select
import signal
import socket
import struct
import time
from collections.abc import Callable

from sandbox.copies import READY
from sandbox.errors import RunError, WorkerCrashed
from sandbox.limits import Limits
from sandbox.result import Isolation

from .copying import NoCopy
from .exits import Exit, explain_exit
from .family import Family, Seat
from .jailed_worker import CLOSE_TIMEOUT_S
from .process import Process
from .pulse import LOOK_S, Pulse
from .rollback import USUAL_DISK_MB

FORK_S, WORK_S, GRACE_S = 5.0, 1.0, 0.5
"""How long a copy may take to begin, how much CPU time its parent, and how long a copy is waited for whose parent has
answered already. ``FORK_S`` is for machines on which others leave it no time."""
_CREDENTIALS = struct.Struct("=iii")
_SIGNALLED = 128
_MORE_DESCRIPTORS = 3


class CopiedWorker:
    """A copy of a worker's process, as a stream handle."""

    def __init__(
        self,
        family: Family,
        seat: Seat,
        original: Process,
        frames: socket.socket,
        request: Callable[[], bytes],
        passed: list[int],
    ) -> None:
        """Ask over the stream ``frames`` of ``original`` for a copy that takes ``seat``, and await its first byte.
        ``request`` is called for the bytes when there is room for all that a copy needs here; ``passed``: what the
        copy or its parent gets beside its stream.

        Raises:
            NoCopy: there is none; the worker has said why on its own stream, or nothing in time.
        """
        self._family = family
        self._seat = seat
        self.stdout, self.stderr = seat.stdout, seat.stderr
        self.isolation: Isolation = family.root.isolation
        self.can_copy = True
        self.can_fork = family.branches > 0
        self._ask_for_the_end: Callable[[], Exit | None] | None = None
        self.frames, theirs = _socket_pair()
        try:
            self.frames.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [theirs.fileno(), *passed]))]
            try:
                data = request()
                if frames.sendmsg([data], rights, socket.MSG_NOSIGNAL) != len(data):
                    raise NoCopy("the worker reads nothing")
            except OSError as error:
                raise NoCopy(f"the worker cannot be asked: {error}") from None
            finally:
                theirs.close()
            self.process = self._take_process(original, frames)
        except BaseException:
            self.frames.close()
            raise

    @classmethod
    def checkpoint(
        cls, family: Family, seat: Seat, original: Process, frames: socket.socket, request: Callable[[], bytes]
    ) -> CopiedWorker:
        """A copy that goes on with the session of ``original``. Raises NoCopy."""
        return cls(family, seat, original, frames, request, [] if seat.store < 0 else [seat.store])

    @classmethod
    def branch(
        cls, family: Family, original: Process, frames: socket.socket, request: Callable[[int], bytes]
    ) -> CopiedWorker:
        """A copy that is a session of its own. ``request`` makes the bytes that ask for one at a place of the given
        number. Raises NoCopy."""
        seat, outputs = family.seat()
        try:
            return cls(family, seat, original, frames, lambda: request(seat.number), outputs)
        except BaseException:
            family.leave(seat)
            raise
        finally:
            for descriptor in outputs:
                os.close(descriptor)

    def _take_process(self, original: Process, frames: socket.socket) -> Process:
        poll = select.poll()
        poll.register(self.frames, select.POLLIN)
        poll.register(frames, select.POLLIN)
        ends = time.monotonic() + FORK_S
        pulse = Pulse(original, WORK_S * max(1.0, self._family.root.disk_mb / USUAL_DISK_MB))
        while True:
            ready = {fd for fd, _ in poll.poll(LOOK_S * 1000)}
            if self.frames.fileno() in ready:
                break
            if ready:
                # The parent has answered before the copy could say anything, or there will be none.
                poll.unregister(frames)
                if poll.poll(GRACE_S * 1000):
                    break
                raise NoCopy("the worker made none")
            if time.monotonic() > ends or not pulse.beats():
                raise NoCopy("the worker did not copy itself in time")
        data, ancillary, _, _ = self.frames.recvmsg(len(READY), socket.CMSG_SPACE(_CREDENTIALS.size))
        pids = [
            _CREDENTIALS.unpack(payload)[0]
            for level, kind, payload in ancillary
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS)
        ]
        if data != READY or len(pids) != 1 or pids[0] <= 0:
            raise NoCopy("the copy did not begin as one does")
        self.frames.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
        try:
            process = Process(os.pidfd_open(pids[0]), pids[0])
        except OSError as error:
            raise NoCopy(f"the copy cannot be held: {error}") from None
        if process.parent() != original.pid or original.ended():
            process.close()
            raise NoCopy("the copy is not the worker's own child")
        return process

    @property
    def pidfd(self) -> int:
        """The copy's pidfd."""
        return self.process.pidfd

    def kill(self) -> None:
        """SIGKILL. Idempotent."""
        self.process.signal(signal.SIGKILL)

    def interrupt(self) -> None:
        """SIGINT."""
        self.process.signal(signal.SIGINT)

    def cpu_s(self) -> float:
        """CPU seconds of the copy, its children not counted before they end."""
        return self.process.cpu_s(with_descendants=self._family.root.forks)

    def can_serve(self) -> bool:
        """Whether the copy has neither ended nor been stopped."""
        return self.process.can_serve()

    def pulse(self) -> Pulse:
        """Tells while it is waited for whether it is at work."""
        return Pulse(self.process)

    def peak_memory_mb(self) -> float:
        """Peak growth of resident memory above the idle worker, in MB; 0 when nobody can tell."""
        return self._family.root.grown_mb(self.process.peak_kb())

    def explain_exit(self, limits: Limits, timeout_s: float) -> RunError:
        """Why it ended. One that closed its stream and lives on is killed."""
        if not self.process.ended(timeout_s):
            self.kill()
            return WorkerCrashed("the guest closed the worker's stream to the host; its worker was ended")
        end = self._ask_for_the_end() if self._ask_for_the_end else self._end_of_the_family()
        root = self._family.root
        grown_mb, oom_mb = root.grown_mb(end.peak_kb) if end else 0.0, root.oom_mb()
        return explain_exit(end, killed_for=None, limits=limits, grown_mb=grown_mb, oom_mb=oom_mb)

    def _end_of_the_family(self) -> Exit | None:
        """The first process ends with the last of the others, and its status tells theirs."""
        found = self._family.root.wait_exit(FORK_S)
        if found is None or found.signal or found.code <= _SIGNALLED:
            return found
        return Exit(found.code - _SIGNALLED, 0, found.cpu_s, found.peak_kb)

    def on_end(self, ask: Callable[[], Exit | None] | None) -> None:
        """Who knows how the copy ended; None: its family does, once everybody else of it has ended, too."""
        self._ask_for_the_end = ask

    def resident_mb(self) -> float:
        """Resident memory above the idle worker now, in MB."""
        return self._family.root.grown_mb(self.process.resident_kb())

    @property
    def alone(self) -> bool:
        """Whether its session has the jail to itself."""
        return self._family.alone

    def copy(self, request: Callable[[], bytes]) -> CopiedWorker:
        """A copy that goes on with this session. Raises NoCopy."""
        return self.checkpoint(self._family, self._seat, self.process, self.frames, request)

    def fork(self, request: Callable[[int], bytes]) -> CopiedWorker:
        """A copy that is a session of its own. Raises NoCopy."""
        return self.branch(self._family, self.process, self.frames, request)

    def retire(self) -> None:
        """End it, even if it was stopped; its family goes on. Idempotent."""
        self.kill()
        self.frames.close()
        self.process.close()

    def close(self) -> None:
        """End the session's place in its family. Idempotent."""
        if self.process.pidfd < 0:
            return
        self.kill()
        self.process.ended(CLOSE_TIMEOUT_S)
        self.retire()
        self._family.leave(self._seat)


def _socket_pair() -> tuple[socket.socket, socket.socket]:
    """The two ends of a copy's stream, and the certainty that there is room for the other descriptors of a copy.

    Raises:
        NoCopy: there is none.
    """
    try:
        ours, theirs = socket.socketpair()
    except OSError as error:
        raise NoCopy(f"no descriptors for a copy: {error}") from None
    more: list[int] = []
    try:
        for _ in range(_MORE_DESCRIPTORS):
            more.append(os.dup(ours.fileno()))
    except OSError as error:
        ours.close()
        theirs.close()
        raise NoCopy(f"no descriptors for a copy: {error}") from None
    finally:
        for descriptor in more:
            os.close(descriptor)
    return ours, theirs
