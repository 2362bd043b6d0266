"""Hearers: who is told what the library and the compiler warn of, thread by thread.

While guest code runs in a thread, what is warned of there goes to that guest's hearer and nowhere else. Warnings of
other threads, and of host code that a guest's run calls, go where the host's own filters send them.

Invariants: once nobody listens, the host's filters and its ``showwarning`` are as they were before, but in a worker,
which has no host; no hearer is ever told of another thread's warnings.
"""

from __future__ import annotations

import contextlib
import threading
import warnings
from collections.abc import Callable

Hear = Callable[[Warning, type[Warning], str, int], None]
"""Told of a warning: instance, category, file name and line as the process sees them. What it raises is raised where
the warning was issued.
"""

_hearers: dict[int, Hear | None] = {}
_lock = threading.Lock()
_listening = 0
_stays = False
_show = warnings.showwarning


class _Heard:
    """Stands in a filter where a pattern does, and matches whatever is warned of in a thread with a hearer."""

    def match(self, text: str) -> bool:
        """Whether this thread has a hearer."""
        return _hearers.get(threading.get_ident()) is not None


_FILTER = ("always", _Heard(), Warning, None, 0)


class listening:
    """For the time of a ``with`` block and in this thread, ``hear`` is told of warnings; with None, the host is."""

    __slots__ = ("_former", "_hear", "_thread")

    def __init__(self, hear: Hear | None) -> None:
        self._hear = hear
        self._thread = 0
        self._former: Hear | None = None

    def __enter__(self) -> None:
        self._thread = threading.get_ident()
        self._former = _hearers.get(self._thread)
        if self._begins() and not (_stays and _listening):
            _install()
        _hearers[self._thread] = self._hear

    def __exit__(self, *_: object) -> None:
        if self._former is None:
            del _hearers[self._thread]
        else:
            _hearers[self._thread] = self._former
        if self._begins() and not _stays:
            _remove()

    def _begins(self) -> bool:
        return self._former is None and self._hear is not None


def stay() -> None:
    """Once it is there, leave in place what listening needs: this process serves one guest for the rest of its life."""
    global _stays
    _stays = True


def _install() -> None:
    global _listening, _show
    with _lock:
        _listening += 1
        if _listening == 1:
            if warnings.showwarning is not _tell:
                _show, warnings.showwarning = warnings.showwarning, _tell
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
    hear = _hearers.get(threading.get_ident())
    if hear is None:
        _show(message, category, filename, lineno, file, line)  # type: ignore[arg-type]
    else:
        hear(message if isinstance(message, Warning) else category(message), category, filename, lineno)
