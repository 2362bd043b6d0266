"""Address space set aside while guest code runs, so that the worker itself can still answer when memory is short.

Invariants: held while guest code runs, so a guest that fills its memory cannot take it, and between runs only where
there is room for twice as much; never touched, so it costs no memory; what a guest keeps from one run to the next
leaves it room to delete it in the next.
"""

from __future__ import annotations

import mmap

_MOST = 4 << 20
_LEAST = 256 << 10


class Reserve:
    """``hold`` before guest code, ``release`` after it. ``spent`` makes the next one smaller, so that a guest whose
    memory is full of its own variables can run the little code that frees them."""

    def __init__(self) -> None:
        self._size = _MOST
        self._held: mmap.mmap | None = None

    def hold(self) -> None:
        """Take as much as there is, up to the size in force."""
        size = self._size
        while self._held is None and size >= _LEAST:
            self._held = _taken(size)
            size //= 2

    def hold_ahead(self) -> None:
        """``hold`` before it is needed, to save the next run the time, unless that would make memory short."""
        self.hold()
        more = _taken(self._size)
        if more is None:
            self.release()
        else:
            more.close()

    def release(self) -> None:
        """Give it back. Idempotent."""
        if self._held is not None:
            self._held.close()
            self._held = None

    def spent(self, short: bool) -> None:
        """Whether the run that ended was short of memory."""
        self._size = max(_LEAST, self._size // 2) if short else _MOST


def _taken(size: int) -> mmap.mmap | None:
    try:
        return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    except (OSError, MemoryError):
        return None
