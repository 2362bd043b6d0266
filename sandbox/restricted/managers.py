"""``with`` around a guest's context manager: what ends the run is not its business.

Invariants: methods are found as CPython finds them; a Stop passes untouched, without a call of the guest's code.
"""

from __future__ import annotations

from typing import Any

from ..engine import Stop
from ..special_methods import async_manager, manager


class Managed:
    """Stands for a context manager in a ``with`` statement."""

    __slots__ = ("_leave", "_owner")

    def __init__(self, owner: Any) -> None:
        self._owner = owner

    def __enter__(self) -> Any:
        owner, self._owner = self._owner, None  # only its method is kept, as CPython does
        enter, self._leave = manager(owner)
        del owner
        return enter()

    def __exit__(self, cls: Any, error: Any, traceback: Any) -> Any:
        return False if isinstance(error, Stop) else self._leave(cls, error, traceback)


class AsyncManaged:
    """Stands for one in an ``async with`` statement."""

    __slots__ = ("_leave", "_owner")

    def __init__(self, owner: Any) -> None:
        self._owner = owner

    def __aenter__(self) -> Any:
        owner, self._owner = self._owner, None
        enter, self._leave = async_manager(owner)
        del owner
        return enter()

    def __aexit__(self, cls: Any, error: Any, traceback: Any) -> Any:
        return _untouched() if isinstance(error, Stop) else self._leave(cls, error, traceback)


async def _untouched() -> bool:
    return False
