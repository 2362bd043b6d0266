"""What ``await``, ``yield from``, ``async for`` and ``async with`` delegate to, and CPython's errors where they cannot.

Invariants: nothing here runs on behalf of a guest object but its own special methods.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CoroutineType, FrameType, GeneratorType
from typing import Any

from .asynchronous import delegate
from .shapes import FILENAME

Find = Callable[[Any], Any]
_ITERABLE_COROUTINE = 1 << 8  # CO_ITERABLE_COROUTINE of CPython's code.h: decorated with types.coroutine


def awaitable(value: Any) -> Any:
    """The iterator that ``await value`` delegates to.

    Raises:
        TypeError: the value cannot be awaited.
        RuntimeError: it is a coroutine that somebody awaits already.
    """
    cls = type(value)
    if cls is CoroutineType and value.cr_suspended:
        raise RuntimeError("coroutine is being awaited already")
    find = getattr(cls, "__await__", None)
    if find is None:
        if _is_coroutine(value):
            return value
        raise TypeError(f"object {cls.__name__} can't be used in 'await' expression")
    steps = find(value)
    if _is_coroutine(steps):
        raise TypeError("__await__() returned a coroutine")
    if not hasattr(type(steps), "__next__"):
        raise TypeError(f"__await__() returned non-iterator of type '{type(steps).__name__}'")
    return steps


def _is_coroutine(value: Any) -> bool:
    """Whether the value is a coroutine, or a generator of a function decorated with ``types.coroutine``."""
    if type(value) is GeneratorType:
        return bool(value.gi_code.co_flags & _ITERABLE_COROUTINE)
    return type(value) is CoroutineType


def awaitable_of(method: str) -> Find:
    """``awaitable`` for what ``__aenter__`` or ``__aexit__`` of an asynchronous context manager gave."""

    def find(value: Any) -> Any:
        if not _is_coroutine(value) and getattr(type(value), "__await__", None) is None:
            raise TypeError(
                f"'async with' received an object from {method} that does not implement __await__: "
                + type(value).__name__
            )
        return awaitable(value)

    return find


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
    return awaitable(value)


def async_iterator(value: Any) -> Any:
    """What ``async for`` iterates over.

    Raises:
        TypeError: the value is no asynchronous iterable.
    """
    cls = type(value)
    if getattr(cls, "__aiter__", None) is None:
        raise TypeError(f"'async for' requires an object with __aiter__ method, got {cls.__name__}")
    iterator = cls.__aiter__(value)
    if getattr(type(iterator), "__anext__", None) is None:
        raise TypeError(
            "'async for' received an object from __aiter__ that does not implement __anext__: "
            + type(iterator).__name__
        )
    return iterator


def next_item(iterator: Any) -> Any:
    """The iterator that awaits the next item of an asynchronous iterator.

    Raises:
        TypeError: what ``__anext__`` gave cannot be awaited.
    """
    item = type(iterator).__anext__(iterator)
    try:
        return awaitable(item)
    except Exception as error:
        raise TypeError(f"'async for' received an invalid object from __anext__: {type(item).__name__}") from error


def relayed(find: Find) -> Find:
    """``find``, one of the functions above, in a body with handlers."""
    return lambda value: delegate(find(value))


awaitable_relayed = relayed(awaitable)
next_item_relayed = relayed(next_item)
entered, left = awaitable_of("__aenter__"), awaitable_of("__aexit__")
entered_relayed, left_relayed = relayed(entered), relayed(left)
