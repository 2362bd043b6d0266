"""Blocking calls for callers with an event loop.

Invariants: a call that was begun is over before the caller goes on, cancelled or not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_thread(function: Callable[[], T]) -> T:
    """Call in a thread; a cancellation waits for the end, so that the session is free again."""
    waiting = asyncio.ensure_future(asyncio.to_thread(function))
    try:
        return await asyncio.shield(waiting)
    except asyncio.CancelledError:
        await asyncio.wait([waiting])
        if not waiting.cancelled():
            waiting.exception()
        raise
