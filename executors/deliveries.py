"""Output of a run in another thread, delivered to a callback on the caller's event loop.

Invariants: the run never waits for the callback; pieces arrive in order, those of one output joined while the loop was
busy; a callback that fails is told to the log and not called again; ``drained`` is over when all was delivered.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import threading
from typing import Any

from .printed import OnOutput
from .stream import Output

_log = logging.getLogger("hardcell")


class Deliveries:
    """Made on the loop that is to deliver. ``take`` is an ``OnOutput`` for the run's own thread."""

    def __init__(self, on_output: OnOutput) -> None:
        self._on_output: Any = on_output
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._waiting: list[tuple[Output, list[str]]] = []
        self._task: asyncio.Task[None] | None = None

    def take(self, name: Output, text: str) -> None:
        """Have it delivered soon."""
        with self._lock:
            asked = bool(self._waiting)
            if asked and self._waiting[-1][0] == name:
                self._waiting[-1][1].append(text)
            else:
                self._waiting.append((name, [text]))
        if not asked:
            self._loop.call_soon_threadsafe(self._begin)

    def _begin(self) -> None:
        if self._task is None or self._task.done():
            self._task = self._loop.create_task(self._deliver())

    async def _deliver(self) -> None:
        while True:
            with self._lock:
                waiting, self._waiting = self._waiting, []
            if not waiting:
                return
            for name, pieces in waiting:
                await self._call(name, "".join(pieces))

    async def _call(self, name: Output, text: str) -> None:
        if self._on_output is None:
            return
        try:
            answer = self._on_output(name, text)
            if inspect.isawaitable(answer):
                await answer
        except Exception:
            self._on_output = None
            _log.exception("the output callback failed; it is not called again in this run")

    async def drained(self) -> None:
        """Wait until everything taken so far was delivered; the run must be over."""
        with self._lock:
            waiting = bool(self._waiting)
        if waiting:
            self._begin()
        if self._task is not None:
            await self._task

    def drop(self) -> None:
        """Deliver nothing more."""
        self._on_output = None
        if self._task is not None:
            self._task.cancel()
