"""A jail and the sessions that live in it: one, or a session and its branches.

Invariants: the jail's first process ends when its last session does, and the kernel ends every other process of the
jail with it.
"""

from __future__ import annotations

import threading

from .jailed_worker import JailedWorker


class Family:
    """``root`` is the jail's first process. Made with one session in it."""

    def __init__(self, root: JailedWorker) -> None:
        self.root = root
        self._sessions = 1
        self._lock = threading.Lock()

    @property
    def alone(self) -> bool:
        """Whether one session has the jail to itself."""
        return self._sessions == 1

    def enter(self) -> None:
        """One more session."""
        with self._lock:
            self._sessions += 1

    def leave(self) -> None:
        """One session less; the last one takes the jail with it."""
        with self._lock:
            self._sessions -= 1
            if self._sessions:
                return
        self.root.close()
