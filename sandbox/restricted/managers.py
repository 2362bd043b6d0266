"""``with`` around a guest's context manager: what ends the run is not its business.

Invariants: methods are found as CPython finds them; a Stop passes untouched, without a call of the guest's code.
"""

from __future__ import annotations

from typing import Any, NoReturn

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


def _not_a_manager(cls: type, missed: str, asynchronous: str) -> NoReturn:
    text = f" (missed {missed} method)" if missed else ""
    raise TypeError(f"'{cls.__name__}' object does not support the {asynchronous}context manager protocol{text}")


class Managed:
    """Stands for a context manager in a ``with`` statement."""

    __slots__ = ("_leave", "_owner")

    def __init__(self, owner: Any) -> None:
        self._owner = owner

    def __enter__(self) -> Any:
        owner = self._owner
        enter = _special(owner, "__enter__")
        if enter is _MISSING:
            _not_a_manager(type(owner), "", "")
        self._leave = _special(owner, "__exit__")
        if self._leave is _MISSING:
            _not_a_manager(type(owner), "__exit__", "")
        return enter()

    def __exit__(self, cls: Any, error: Any, traceback: Any) -> Any:
        return False if isinstance(error, Stop) else self._leave(cls, error, traceback)


class AsyncManaged:
    """Stands for one in an ``async with`` statement."""

    __slots__ = ("_leave", "_owner")

    def __init__(self, owner: Any) -> None:
        self._owner = owner

    def __aenter__(self) -> Any:
        owner = self._owner
        enter = _special(owner, "__aenter__")
        if enter is _MISSING:
            _not_a_manager(type(owner), "", "asynchronous ")
        self._leave = _special(owner, "__aexit__")
        if self._leave is _MISSING:
            _not_a_manager(type(owner), "__aexit__", "asynchronous ")
        return enter()

    def __aexit__(self, cls: Any, error: Any, traceback: Any) -> Any:
        return _untouched() if isinstance(error, Stop) else self._leave(cls, error, traceback)


async def _untouched() -> bool:
    return False
