"""What can be asked of a process that may copy itself, and the answers of one that cannot.

Invariants: who asks for a copy that cannot be had is told so by ``NoCopy``, and nothing has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from .exits import Exit

Copied = TypeVar("Copied", covariant=True)


class NoCopy(Exception):
    """The worker did not copy itself; the text says why, as far as is known. ``made``: it did, and waits for its copy,
    which cannot be used."""

    def __init__(self, why: str, *, made: bool = False) -> None:
        super().__init__(why)
        self.made = made


class Coming(Protocol[Copied]):
    """A copy that was asked for."""

    def arrive(self) -> Copied:
        """Await it.

        Raises:
            NoCopy: there is none; what the worker says of it comes over its own stream.
        """
        ...

    def give_up(self) -> None:
        """Let go of it: it ends by itself. Idempotent."""
        ...


class Copying(Protocol[Copied]):
    """``can_copy``, ``can_fork``: whether ``ask_copy`` and ``fork`` may be called. By default neither may."""

    can_copy: bool = False
    can_fork: bool = False

    def ask_copy(self, request: Callable[[], bytes]) -> Coming[Copied]:
        """Ask for a copy of the worker's process that goes on with its session; what ``request`` gives asks for it.

        Raises:
            NoCopy: the worker cannot be asked.
        """
        raise NoCopy("such workers make no copies of themselves")

    def fork(self, request: Callable[[int], bytes]) -> Copied:
        """A copy of the worker's process that is a session of its own; ``request`` makes the bytes that ask for one at
        the place of the given number.

        Raises:
            NoCopy: there is none; what the worker says of it comes over its own stream.
        """
        raise NoCopy("such workers make no copies of themselves")

    @property
    def alone(self) -> bool:
        """Whether the session has its enclosure to itself."""
        return True

    def on_end(self, ask: Callable[[], Exit | None] | None) -> None:
        """Who can tell how this copy of another worker ended; None: nobody but itself."""
        raise NoCopy("this is no copy")

    def retire(self) -> None:
        """Let go of the worker and leave it to itself: another process is the session now. Idempotent."""
        self.close()

    def resident_mb(self) -> float:
        """Memory that the worker holds now above an idle one's, in MiB; 0 where nobody can tell."""
        return 0.0

    def close(self) -> None:
        """Kill and release everything. Idempotent."""
        ...
