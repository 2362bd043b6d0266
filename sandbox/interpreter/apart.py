"""Keeps guest code apart from what belongs to the host: context variables, a running event loop, library settings,
and what its own code is warned of.

Guest code may call the host at the end of its recursion limit; the host gets room beyond it, so that what it does
is not cut short half way.

Invariants: guest code sees neither the host's context variables nor its event loop, nor what it has set in libraries
that both use; a tool, which is host code, sees all that; nothing of the guest's stays behind.
"""

from __future__ import annotations

import contextlib
import contextvars
import sys
from collections.abc import Callable, Iterator
from typing import Any

from ..facades.loans import Loans
from ..hearers import Hear, Ignore, listening

_ROOM = 400
"""Frames that host code called from the depth of guest code may need."""


@contextlib.contextmanager
def room() -> Iterator[None]:
    """More of the stack for host code."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(limit + _ROOM)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def _swap_loop(loop: Any) -> Any:
    """Make ``loop`` the thread's running event loop; the one before. Nothing where asyncio is not loaded."""
    events: Any = sys.modules.get("asyncio.events")
    if events is None:
        return None
    former = events._get_running_loop()
    if former is not loop:
        events._set_running_loop(loop)
    return former


class Apart:
    """The two sides of one engine: the guest's context lives as long as the engine, the host's is noted each run.

    ``hear`` is told what library code warns of on the guest's side, ``ignore`` of exceptions that nothing can catch.
    """

    def __init__(self, loans: Loans, hear: Hear, ignore: Ignore) -> None:
        self._loans = loans
        self._hear = hear
        self._ignore = ignore
        self._guest = contextvars.Context()
        self._host = contextvars.copy_context()
        self._loop: Any = None

    def guest(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call on the guest's side."""
        self._host = contextvars.copy_context()
        self._loop = _swap_loop(None)
        try:
            self._loans.to_guest()
            with listening(self._hear, self._ignore):
                return self._guest.run(function, *args)
        finally:
            self._loans.to_host()
            _swap_loop(self._loop)

    def host(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call on the host's side, from inside ``guest``."""
        former = _swap_loop(self._loop)
        try:
            with room(), listening(None):
                self._loans.to_host()
                return self._host.run(function, *args)
        finally:
            with room():
                self._loans.to_guest()
            _swap_loop(former)
