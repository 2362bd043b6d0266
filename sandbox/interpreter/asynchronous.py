"""Coroutines and async generators over a body's generator of steps.

Invariants: the objects that guests get are native coroutines and async generators; what an ``await`` yields passes
to the event loop untouched; a ``yield`` of an async generator travels inside ``Yielded``, which guests never see.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

Steps = Generator[Any, Any, Any]


class Yielded:
    """A value on its way from an async generator's ``yield`` to its consumer."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class AwaitSteps:
    """Awaiting it runs the generator of a coroutine's body to its end."""

    __slots__ = ("_steps",)

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    def __await__(self) -> Steps:
        return self._steps


class Closing(BaseException):
    """A GeneratorExit on its way down a chain of steps.

    ``yield from`` would close the innermost step and raise GeneratorExit again in each one around it, even when the
    guest's handler has taken it; a stranger of an exception goes straight to the ``yield`` where the guest waits.
    """

    def __init__(self, error: GeneratorExit) -> None:
        super().__init__()
        self.error = error


def relay(steps: Steps) -> Steps:
    """The steps of a body that may catch GeneratorExit."""
    item = None
    thrown: BaseException | None = None
    try:
        item = next(steps)
        while True:
            try:
                sent, thrown = (yield item), None
            except BaseException as error:
                thrown = Closing(error) if isinstance(error, GeneratorExit) else error
            item = steps.send(sent) if thrown is None else steps.throw(thrown)
    except StopIteration as done:
        return done.value


def delegate(iterator: Any) -> Steps:
    """``yield from iterator`` in a body that may catch GeneratorExit (PEP 380, written out)."""
    try:
        item = next(iterator)
        while True:
            thrown: BaseException | None = None
            sent = None
            try:
                sent = yield item
            except BaseException as error:
                thrown = error
            if thrown is None:
                item = next(iterator) if sent is None else iterator.send(sent)
                continue
            if isinstance(thrown, Closing):
                if hasattr(iterator, "close"):
                    iterator.close()
                raise thrown.error
            if not hasattr(iterator, "throw"):
                raise thrown
            item = iterator.throw(thrown)
    except StopIteration as done:
        return done.value


class AwaitRelayed(AwaitSteps):
    """``AwaitSteps`` of a body that may catch GeneratorExit."""

    __slots__ = ()

    def __await__(self) -> Steps:
        return relay(self._steps)


class drive:
    """Moves an async generator's body from one ``yield`` to the next."""

    __slots__ = ("_steps",)

    class Finished(Exception):
        """The body has returned."""

    Base = BaseException

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    @staticmethod
    def sent(value: Any) -> tuple[bool, Any]:
        """What to do next: the consumer sent a value."""
        return (False, value)

    @staticmethod
    def thrown(error: BaseException) -> tuple[bool, Any]:
        """What to do next: the consumer threw an exception."""
        return (True, error)

    def step(self, how: tuple[bool, Any] | None) -> _Step:
        """An awaitable of the next yielded value.

        Raises (when awaited):
            drive.Finished: the body has ended.
        """
        return _Step(self, how)


class drive_relayed(drive):
    """``drive`` for a body that may catch GeneratorExit."""

    __slots__ = ()

    @staticmethod
    def thrown(error: BaseException) -> tuple[bool, Any]:
        return (True, Closing(error) if isinstance(error, GeneratorExit) else error)


class _Step:
    __slots__ = ("_drive", "_how")

    def __init__(self, driver: drive, how: tuple[bool, Any] | None) -> None:
        self._drive = driver
        self._how = how

    def __await__(self) -> Steps:
        steps = self._drive._steps
        value: Any
        throwing, value = self._how or (False, None)
        while True:
            try:
                item = steps.throw(value) if throwing else steps.send(value)
            except StopIteration:
                break
            if type(item) is Yielded:
                return item.value
            try:
                throwing, value = False, (yield item)
            except BaseException as error:
                throwing, value = self._drive.thrown(error)
        raise drive.Finished


def awaitable(value: Any) -> Any:
    """The iterator that ``await value`` delegates to.

    Raises:
        TypeError: the value cannot be awaited.
    """
    find = getattr(type(value), "__await__", None)
    if find is None:
        raise TypeError(f"object {type(value).__name__} can't be used in 'await' expression")
    steps = find(value)
    if not hasattr(type(steps), "__next__"):
        raise TypeError(f"__await__() returned non-iterator of type '{type(steps).__name__}'")
    return steps


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
    """The iterator that awaits the next item of an asynchronous iterator."""
    return awaitable(type(iterator).__anext__(iterator))


def awaitable_relayed(value: Any) -> Any:
    """``awaitable`` in a body that may catch GeneratorExit."""
    return delegate(awaitable(value))


def next_item_relayed(iterator: Any) -> Any:
    """``next_item`` in a body that may catch GeneratorExit."""
    return delegate(next_item(iterator))
