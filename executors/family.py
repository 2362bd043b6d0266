"""A jail and the sessions that live in it: one, or a session and its branches.

Invariants: each session has a place of its own: outputs, a directory behind /cell, a store for its files' copies; the
jail's first process ends when its last session does, and the kernel ends every other process of the jail with it.
"""

from __future__ import annotations

import dataclasses
import os
import threading

from .copying import NoCopy
from .jailed_worker import JailedWorker

MAIN = -1


@dataclasses.dataclass(frozen=True)
class Seat:
    """A session's place. ``number``: of its directory, MAIN for the first session's. ``stdout``, ``stderr``: the read
    ends of its outputs. ``store``: the descriptor of the directory of its files' copies, -1 where it has none."""

    number: int
    stdout: int
    stderr: int
    store: int


class Family:
    """``root`` is the jail's first process, which has room for so many ``branches``. Made with one session in it."""

    def __init__(self, root: JailedWorker, branches: int) -> None:
        self.root = root
        self.branches = branches
        stores = [*root.stores, *([-1] * (1 + branches - len(root.stores)))]
        self.main = Seat(MAIN, root.stdout, root.stderr, stores[0])
        self._stores = stores[1:]
        self._free = list(range(branches))
        self._sessions = 1
        self._lock = threading.Lock()

    @property
    def alone(self) -> bool:
        """Whether one session has the jail to itself."""
        return self._sessions == 1

    def seat(self) -> tuple[Seat, list[int]]:
        """A place for one more session, and the write ends of its outputs, which are the caller's. ``leave`` gives it
        back.

        Raises:
            NoCopy: there is no room, or no descriptor for the outputs.
        """
        with self._lock:
            if not self._free:
                raise NoCopy("there is no room for another branch; close one, or make the executor with more branches")
            outputs = _outputs()
            number = self._free.pop(0)
            self._sessions += 1
        (stdout, first), (stderr, second) = outputs
        return Seat(number, stdout, stderr, self._stores[number]), [first, second]

    def leave(self, seat: Seat) -> None:
        """The session of this place has ended; the last one takes the jail with it."""
        if seat.number != MAIN:
            os.close(seat.stdout)
            os.close(seat.stderr)
        with self._lock:
            if seat.number != MAIN:
                self._free.append(seat.number)
            self._sessions -= 1
            if self._sessions:
                return
        self.root.close()


def _outputs() -> list[tuple[int, int]]:
    """Two pipes, their read ends non-blocking.

    Raises:
        NoCopy: there are no descriptors for them.
    """
    ends: list[tuple[int, int]] = []
    try:
        for _ in range(2):
            ends.append(os.pipe())
            os.set_blocking(ends[-1][0], False)
    except OSError as error:
        for descriptor in (each for pair in ends for each in pair):
            os.close(descriptor)
        raise NoCopy(f"no descriptors for a branch: {error}") from None
    return ends
