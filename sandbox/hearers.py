"""Hearers: who is told what the library and the compiler warn of, thread by thread.

While guest code runs in a thread, what is warned of there goes to that guest's hearer and nowhere else. Warnings of
other threads, and of host code that a guest's run calls, go where the host's own filters send them.

So do exceptions that nothing can catch, such as those of a generator that is let go.

Invariants: once nobody listens, the host's filters, its ``showwarning`` and its ``unraisablehook`` are as they were
before, but in a worker, which has no host; no hearer is ever told of another thread's warnings.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Any

Hear = Callable[[Warning, type[Warning], str, int], None]
"""Told of a warning: instance, category, file name and line as the process sees them. What it raises is raised where
the warning was issued.
"""

Ignore = Callable[[Any], bool]
"""Told of an exception that nothing can catch, in the form that ``sys.unraisablehook`` takes. Says whether it was the
guest's, and raises nothing."""

_hearers: dict[int, listening] = {}
_lock = threading.Lock()
_listening = 0
_stays = False
_show = warnings.showwarning
_ignore = sys.unraisablehook


class _Heard:
    """Stands in a filter where a pattern does, and matches whatever is warned of in a thread with a hearer."""

    def match(self, text: str) -> bool:
        """Whether this thread has a hearer."""
        one = _hearers.get(threading.get_ident())
        return one is not None and one.hear is not None


_FILTER = ("always", _Heard(), Warning, None, 0)


class listening:
    """For the time of a ``with`` block and in this thread, ``hear`` is told of warnings; with None, the host is.

    ``ignore`` is told of exceptions that nothing can catch, by default the one that was before.
    """

    __slots__ = ("_former", "_thread", "hear", "ignore")

    def __init__(self, hear: Hear | None, ignore: Ignore | None = None) -> None:
        self.hear = hear
        self.ignore = ignore
        self._thread = 0
        self._former: listening | None = None

    def __enter__(self) -> None:
        self._thread = threading.get_ident()
        former = self._former = _hearers.get(self._thread)
        if self._begins() and not (_stays and _listening):
            _install()
        if self.ignore is None and self.hear is not None and former is not None:
            self.ignore = former.ignore
        _hearers[self._thread] = self

    def __exit__(self, *_: object) -> None:
        if self._former is None:
            del _hearers[self._thread]
        else:
            _hearers[self._thread] = self._former
        if self._begins() and not _stays:
            _remove()

    def _begins(self) -> bool:
        return self.hear is not None and (self._former is None or self._former.hear is None)


def stay() -> None:
    """Once it is there, leave in place what listening needs: this process serves one guest for the rest of its life."""
    global _stays
    _stays = True


def _install() -> None:
    global _ignore, _listening, _show
    with _lock:
        _listening += 1
        if _listening == 1:
            if warnings.showwarning is not _tell:
                _show, warnings.showwarning = warnings.showwarning, _tell
            if sys.unraisablehook is not _tell_ignored:
                _ignore, sys.unraisablehook = sys.unraisablehook, _tell_ignored
            warnings.filters.insert(0, _FILTER)  # type: ignore[attr-defined]
        with warnings.catch_warnings():
            pass  # what a module has warned of before is forgotten, so that this guest is told as well


def _remove() -> None:
    global _listening
    with _lock:
        _listening -= 1
        if _listening == 0:
            if warnings.showwarning is _tell:
                warnings.showwarning = _show
            if sys.unraisablehook is _tell_ignored:
                sys.unraisablehook = _ignore
            with contextlib.suppress(ValueError):
                warnings.filters.remove(_FILTER)  # type: ignore[attr-defined]


def _tell(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: object = None,
    line: str | None = None,
) -> None:
    one = _hearers.get(threading.get_ident())
    if one is None or one.hear is None:
        _show(message, category, filename, lineno, file, line)  # type: ignore[arg-type]
    else:
        one.hear(message if isinstance(message, Warning) else category(message), category, filename, lineno)


def _tell_ignored(ignored: Any) -> None:
    one = _hearers.get(threading.get_ident())
    told = one is not None and one.ignore is not None and one.ignore(ignored)
    if not told and not _stays:  # in a worker it is ours, or comes between two runs, where nobody takes the output
        _ignore(ignored)
