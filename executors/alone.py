"""Holding a session, so that nobody else uses it meanwhile.

Invariants: whoever entered leaves, whatever happens in between; Ctrl-C is held back for as long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .ctrl_c import HeldBack

if TYPE_CHECKING:
    from .session import Session


class Alone:
    """Holds a session for the length of a ``with`` block."""

    __slots__ = ("_held", "_session")

    def __init__(self, session: Session) -> None:
        self._session = session
        self._held = HeldBack(session.struck)

    def __enter__(self) -> None:
        self._held.hold()
        try:
            self._session.take()
        except BaseException:
            self._held.let_go()
            raise
        self._session.hold_back(self._held)

    def __exit__(self, *_: object) -> None:
        try:
            self._session.hold_back(None)
            self._session.give_back()
        finally:
            self._held.let_go()
