"""What ``await``, ``yield from``, ``async for`` and ``async with`` delegate to, and CPython's errors where they cannot.

Invariants: nothing here runs on behalf of a guest object but its own special methods.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CoroutineType, FrameType, GeneratorType
from typing import Any

from ..engine import Stop
from ..special_methods import MISSING, bound, find
from .asynchronous import delegate
from .shapes import FILENAME

Find = Callable[[Any], Any]
_ITERABLE_COROUTINE = 1 << 8  # CO_ITERABLE_COROUTINE of CPython's code.h: decorated with types.coroutine


def _awaitable(value: Any) -> Any:
    """The iterator that ``await value`` delegates to.

    Raises:
        TypeError: the value cannot be awaited.
        RuntimeError: it is a coroutine that somebody awaits already.
    """
    cls = type(value)
    if cls is CoroutineType:
        if value.cr_suspended:
            raise RuntimeError("coroutine is being awaited already")
        return value.__await__()
    call = _slot(value, "__await__")
    if call is MISSING:
        if _is_coroutine(value):
            return value
        raise TypeError(f"object {cls.__name__} can't be used in 'await' expression")
    steps = call()
    if _is_coroutine(steps):
        raise TypeError("__await__() returned a coroutine")
    if find(type(steps), "__next__") is MISSING:
        raise TypeError(f"__await__() returned non-iterator of type '{type(steps).__name__}'")
    return steps


def _slot(owner: Any, name: str) -> Any:
    """A special method bound to its object, as the slots of a class find it, or MISSING.

    Raises:
        AttributeError: a descriptor of the guest's raised; CPython says no more of that.
    """
    try:
        return bound(owner, name)
    except Stop:
        raise
    except BaseException:
        pass
    raise AttributeError(f"object {type(owner).__name__} does not have {name} method")


def _is_coroutine(value: Any) -> bool:
    """Whether the value is a coroutine, or a generator of a function decorated with ``types.coroutine``."""
    if type(value) is GeneratorType:
        return bool(value.gi_code.co_flags & _ITERABLE_COROUTINE)
    return type(value) is CoroutineType


def _awaitable_of(method: str) -> Find:
    """``_awaitable`` for what ``__aenter__`` or ``__aexit__`` of an asynchronous context manager gave."""

    def found(value: Any) -> Any:
        if not _is_coroutine(value) and find(type(value), "__await__") is MISSING:
            raise TypeError(
                f"'async with' received an object from {method} that does not implement __await__: "
                + type(value).__name__
            )
        return _awaitable(value)

    return found


def iterator_of(value: Any) -> Any:
    """What ``yield from value`` delegates to: a coroutine only in a function decorated with ``types.coroutine``.

    Raises:
        TypeError: the value cannot be iterated over.
    """
    if type(value) is not CoroutineType:
        return iter(value)
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename == FILENAME:
        frame = frame.f_back
    if frame is None or not frame.f_code.co_flags & _ITERABLE_COROUTINE:
        raise TypeError("cannot 'yield from' a coroutine object in a non-coroutine generator")
    return _awaitable(value)


def async_iterator(value: Any) -> Any:
    """What ``async for`` iterates over.

    Raises:
        TypeError: the value is no asynchronous iterable.
    """
    call = _slot(value, "__aiter__")
    if call is MISSING:
        raise TypeError(f"'async for' requires an object with __aiter__ method, got {type(value).__name__}")
    iterator = call()
    if find(type(iterator), "__anext__") is MISSING:
        raise TypeError(
            "'async for' received an object from __aiter__ that does not implement __anext__: "
            + type(iterator).__name__
        )
    return iterator


def _next_item(iterator: Any) -> Any:
    """The iterator that awaits the next item of an asynchronous iterator.

    Raises:
        TypeError: there is no ``__anext__``, or what it gave cannot be awaited.
    """
    call = _slot(iterator, "__anext__")
    if call is MISSING:  # taken away during the loop
        raise TypeError(f"'async for' requires an iterator with __anext__ method, got {type(iterator).__name__}")
    item = call()
    try:
        return _awaitable(item)
    except Stop:
        raise
    except BaseException as error:
        raise TypeError(f"'async for' received an invalid object from __anext__: {type(item).__name__}") from error


class _Iterable:
    """Gives ``yield from`` an iterator as it is: ``await`` does not ask it for an iterator of its own."""

    __slots__ = ("_steps",)

    def __init__(self, steps: Any) -> None:
        self._steps = steps

    def __iter__(self) -> Any:
        return self._steps


async def _nothing() -> None:
    pass


_coroutine = _nothing()
_ITERATE_OVER_THEMSELVES = frozenset({GeneratorType, CoroutineType, type(_coroutine.__await__())})
_coroutine.close()


def plain(found: Find) -> Find:
    """``found``, one of the functions above, in a body without handlers."""

    def delegated(value: Any) -> Any:
        steps = found(value)
        return steps if type(steps) in _ITERATE_OVER_THEMSELVES else _Iterable(steps)

    return delegated


def relayed(found: Find) -> Find:
    """``found``, one of the functions above, in a body with handlers."""
    return lambda value: delegate(found(value))


awaitable, awaitable_relayed = plain(_awaitable), relayed(_awaitable)
next_item, next_item_relayed = plain(_next_item), relayed(_next_item)
_entered, _left = _awaitable_of("__aenter__"), _awaitable_of("__aexit__")
entered, entered_relayed = plain(_entered), relayed(_entered)
left, left_relayed = plain(_left), relayed(_left)
