"""Loans: what a library keeps for the whole process, lent to one guest for the time that its code runs.

Matters where the host, or another session, lives in the same process and uses the library too.

Invariants: the host finds its own state after each run, and in the tools it is called for; a guest finds what it left
in its last run; guests that borrow anything run one after another.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

_BORROWED = threading.RLock()


class Loan:
    """The state of one library: ``take()`` gives what is set now, ``put(state)`` sets it."""

    def __init__(self, take: Callable[[], Any], put: Callable[[Any], None]) -> None:
        self.take, self._put = take, put
        self._away: Any = None

    def begin(self, fresh: Any) -> None:
        """Keep the host's state and set the guest's first."""
        self._away = self.take()
        self._put(fresh)

    def swap(self) -> None:
        """Change sides."""
        here = self.take()
        self._put(self._away)
        self._away = here


class Loans:
    """All that one guest has borrowed."""

    def __init__(self) -> None:
        self._loans: dict[str, Loan] = {}
        self._in_place = False

    def add(self, library: str, loan: Loan, fresh: Any) -> None:
        """Borrow from now on; called while guest code runs."""
        if library in self._loans:
            return
        if not self._loans:
            _BORROWED.acquire()
            self._in_place = True
        loan.begin(fresh)
        self._loans[library] = loan

    def to_guest(self) -> None:
        """Put the guest's state in place."""
        if self._loans and not self._in_place:
            _BORROWED.acquire()
            self._in_place = True
            for loan in self._loans.values():
                loan.swap()

    def to_host(self) -> None:
        """Put the host's state in place."""
        if self._in_place:
            for loan in self._loans.values():
                loan.swap()
            self._in_place = False
            _BORROWED.release()
