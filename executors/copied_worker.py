"""The host's handle of a copy of a jailed worker's process: the same session's next process, until it is given up.

A copy lives in its original's jail and shares its outputs. The jail's first process holds all of them: it is ended
when no process of the family is in use any more, and the kernel ends the others with it.

Invariants: everything a ``JailedWorker`` promises holds here too.
"""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable

from sandbox.errors import RunError, WorkerCrashed
from sandbox.limits import Limits
from sandbox.result import Isolation

from .birth import FORK_S, WORK_S, Birth
from .exits import Exit, explain_exit
from .family import Family, Seat
from .jailed_worker import CLOSE_TIMEOUT_S
from .process import Process
from .pulse import LOOK_S, Pulse
from .rollback import USUAL_DISK_MB

_SIGNALLED = 128


class ComingWorker:
    """A copy that was asked for, to take a seat of its family."""

    def __init__(self, family: Family, seat: Seat, birth: Birth) -> None:
        self._family = family
        self._seat = seat
        self._birth = birth

    def arrive(self) -> CopiedWorker:
        """The copy. Raises NoCopy."""
        process, frames = self._birth.arrive()
        return CopiedWorker(self._family, self._seat, process, frames)

    def give_up(self) -> None:
        """Let go of it. Idempotent."""
        self._birth.give_up()


class CopiedWorker:
    """A copy of a worker's process, as a stream handle."""

    def __init__(self, family: Family, seat: Seat, process: Process, frames: socket.socket) -> None:
        self._family = family
        self._seat = seat
        self.process = process
        self.frames = frames
        self.stdout, self.stderr = seat.stdout, seat.stderr
        self.isolation: Isolation = family.root.isolation
        self.can_copy = True
        self.can_fork = family.branches > 0
        self._ask_for_the_end: Callable[[], Exit | None] | None = None

    @classmethod
    def checkpoint(
        cls, family: Family, seat: Seat, original: Process, frames: socket.socket, request: Callable[[], bytes]
    ) -> ComingWorker:
        """Ask for a copy that goes on with the session of ``original``. Raises NoCopy."""
        return ComingWorker(
            family, seat, _birth(family, original, frames, request, [] if seat.store < 0 else [seat.store])
        )

    @classmethod
    def branch(
        cls, family: Family, original: Process, frames: socket.socket, request: Callable[[int], bytes]
    ) -> CopiedWorker:
        """A copy that is a session of its own. ``request`` makes the bytes that ask for one at a place of the given
        number. Raises NoCopy."""
        seat, outputs = family.seat()
        try:
            birth = _birth(family, original, frames, lambda: request(seat.number), outputs)
            return cls(family, seat, *birth.arrive())
        except BaseException:
            family.leave(seat)
            raise
        finally:
            for descriptor in outputs:
                os.close(descriptor)

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
        root = self._family.root
        ends, pulse = time.monotonic() + FORK_S, root.pulse()
        while (found := root.wait_exit(LOOK_S)) is None and time.monotonic() < ends and pulse.beats():
            continue
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

    def ask_copy(self, request: Callable[[], bytes]) -> ComingWorker:
        """Ask for a copy that goes on with this session. Raises NoCopy."""
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


def _birth(
    family: Family, original: Process, frames: socket.socket, request: Callable[[], bytes], passed: list[int]
) -> Birth:
    """A copy asked for; a worker with larger files may work longer on it."""
    return Birth(original, frames, request, passed, WORK_S * max(1.0, family.root.disk_mb / USUAL_DISK_MB))
