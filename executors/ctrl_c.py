"""Ctrl-C while a session is in use: held back from our own code, let through to the host's.

A KeyboardInterrupt that struck between two instructions of ours could tear a frame or leak a lock. So while a session
is held on the main thread SIGINT only asks the guest to stop, and KeyboardInterrupt is raised when the session is given
back; where host code runs for us (a tool, a decision, an output callback) or a worker starts, it is raised at once.

Invariants: only Python's own handler is ever replaced, only on the main thread, and put back by ``let_go``; a program
that handles SIGINT itself is left alone.
"""

from __future__ import annotations

import signal
import threading

# The public functions convert numbers to enumerations and back, which takes longer than a small cell.
from _signal import getsignal as _handler_of  # type: ignore[import-not-found]
from _signal import signal as _set_handler
from collections.abc import Callable
from types import FrameType

_SIGINT = int(signal.SIGINT)
_held: list[HeldBack] = []
"""The main thread's, innermost last: a tool of one session may run another one."""


def _on_main_thread() -> bool:
    return threading.get_ident() == threading.main_thread().ident


class HeldBack:
    """``hold`` before a session is taken, ``let_go`` after it was given back. ``act`` is called at each Ctrl-C with
    their count so far, as a signal handler; what it raises strikes wherever the program is."""

    def __init__(self, act: Callable[[int], None]) -> None:
        self._act = act
        self._before: object = None
        self.open = False
        self.count = 0

    def hold(self) -> None:
        """From now on Ctrl-C raises nothing. Nothing happens off the main thread."""
        if not _on_main_thread():
            return
        before = _handler_of(_SIGINT)
        if before is not signal.default_int_handler and not (_held and before == _held[-1]._strike):
            return
        self._before = before
        _set_handler(_SIGINT, self._strike)
        _held.append(self)

    def let_go(self) -> None:
        """Put the handler back.

        Raises:
            KeyboardInterrupt: Ctrl-C came meanwhile.
        """
        if self._before is None:
            return
        before, self._before = self._before, None
        _held.remove(self)
        if _handler_of(_SIGINT) == self._strike:
            _set_handler(_SIGINT, before)
        self.check()

    def check(self) -> None:
        """Raises KeyboardInterrupt when Ctrl-C came: for places where nothing is half done."""
        if self.count:
            raise KeyboardInterrupt

    def _strike(self, number: int, frame: FrameType | None) -> None:
        if self.open:
            # The block may end before it can say so.
            self.open = False
            signal.default_int_handler(number, frame)
        self.count += 1
        self._act(self.count)


class _LetThrough:
    """See ``let_through``."""

    def __enter__(self) -> None:
        if _held and _on_main_thread():
            _held[-1].check()
            _held[-1].open = True

    def __exit__(self, *_: object) -> None:
        if _held and _on_main_thread():
            _held[-1].open = False


_block = _LetThrough()


def let_through() -> _LetThrough:
    """A block in which Ctrl-C raises KeyboardInterrupt as ever; one that came before is raised at its beginning."""
    return _block
