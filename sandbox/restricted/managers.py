"""``with`` around a guest's context manager: what ends the run is not its business.

Invariants: methods are found as CPython finds them; a Stop passes untouched, without a call of the guest's code.
"""

from __future__ import annotations

from typing import Any

from ..engine import Stop

_type_mro = type.__dict__["__mro__"].__get__
_type_dict = type.__dict__["__dict__"].__get__
_MISSING: Any = object()


def _special(owner: Any, name: str) -> Any:
    """A special method bound to its object: from the class, past the object's own dictionary."""
    cls = type(owner)
    for base in _type_mro(cls):
        found = _type_dict(base).get(name, _MISSING)
        if found is not _MISSING:
            gets = (_type_dict(each)["__get__"] for each in _type_mro(type(found)) if "__get__" in _type_dict(each))
            get = next(gets, None)
            return found if get is None else get(found, owner, cls)
    return _MISSING


def _methods(owner: Any, entering: str, leaving: str, asynchronous: str) -> tuple[Any, Any]:
    """What a manager is entered and left by.

    Raises:
        TypeError: it is none, in CPython's words.
    """
    enter = _special(owner, entering)
    leave = _MISSING if enter is _MISSING else _special(owner, leaving)
    if leave is _MISSING:
        text = "" if enter is _MISSING else f" (missed {leaving} method)"
        cls = type(owner).__name__
        raise TypeError(f"'{cls}' object does not support the {asynchronous}context manager protocol{text}")
    return enter, leave


class Managed:
    """Stands for a context manager in a ``with`` statement."""

    __slots__ = ("_leave", "_owner")

    def __init__(self, owner: Any) -> None:
        self._owner = owner

    def __enter__(self) -> Any:
        owner, self._owner = self._owner, None  # only its method is kept, as CPython does
        enter, self._leave = _methods(owner, "__enter__", "__exit__", "")
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
        enter, self._leave = _methods(owner, "__aenter__", "__aexit__", "asynchronous ")
        del owner
        return enter()

    def __aexit__(self, cls: Any, error: Any, traceback: Any) -> Any:
        return _untouched() if isinstance(error, Stop) else self._leave(cls, error, traceback)


async def _untouched() -> bool:
    return False
