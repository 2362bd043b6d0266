"""Coroutines and async generators over a body's generator of steps.

Invariants: the objects that guests get are native coroutines and async generators; what an ``await`` yields passes
to the event loop untouched; a ``yield`` of an async generator travels inside ``Yielded``, which guests never see.
"""

from __future__ import annotations

import sys
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


class Escaped(BaseException):
    """A StopIteration of the guest's on its way up a chain of steps.

    Each step is a generator, and a generator that raises StopIteration raises RuntimeError instead. That is due where
    the guest's own generator ends, and not before: handlers in between see the StopIteration.
    """

    def __init__(self, error: StopIteration) -> None:
        super().__init__()
        self.error = error
        self._context = error.__context__

    def restore(self) -> None:
        """Undo what raising the error again did to its context."""
        self.error.__context__ = self._context


class Thrown:
    """An exception on its way down a chain of steps, to be raised where the guest waits.

    It is sent, not thrown: ``throw`` reaches the innermost step past the ones around it, which then neither lend it
    the exceptions that they are handling, nor may go on when a handler takes a GeneratorExit.
    """

    __slots__ = ("_context", "_handled", "error")

    def __init__(self, error: BaseException) -> None:
        self.error = error
        self._context = error.__context__
        self._handled: BaseException | None = None

    def noted(self) -> Thrown:
        """Itself, knowing what the caller is handling; to be called where the error itself is not being handled."""
        self._handled = sys.exc_info()[1]
        return self

    def again(self, error: BaseException) -> Thrown:
        """What the delegate made of it, on its way through the body that delegated."""
        made = Thrown(error)
        made._handled = self._handled
        return made

    def restore(self) -> None:
        """Undo the context that the error got from the caller: ``throw`` gives it only one of the generator's own."""
        if self.error.__context__ is self._handled:
            self.error.__context__ = self._context


def received(sent: Any) -> Any:
    """What a ``yield`` gives that was sent something: the value, unless it is an exception on its way down."""
    if type(sent) is not Thrown:
        return sent
    try:
        raise sent.error
    finally:
        sent.restore()
        del sent  # the exception refers to this frame


def relay(steps: Steps) -> Steps:
    """The steps of a coroutine with handlers."""
    sent: Any = None
    closing = False
    try:
        while True:
            item = steps.send(sent)
            sent = None
            if closing:
                raise RuntimeError("coroutine ignored GeneratorExit")
            try:
                sent = yield item
            except BaseException as error:
                sent = Thrown(error)
                closing = isinstance(error, GeneratorExit)
            else:
                continue
            sent = sent.noted()
    except StopIteration as done:
        return done.value
    finally:
        sent = None  # an exception in it refers to this frame


def delegate(iterator: Any) -> Steps:
    """``yield from iterator`` in a body with handlers (PEP 380, written out)."""
    sent = thrown = failed = None
    try:
        item = next(iterator)
        while True:
            sent = yield item
            if sent is None:
                item = next(iterator)
                continue
            if type(sent) is not Thrown:
                item = iterator.send((sent, sent := None)[0])
                continue
            thrown = sent.error
            if isinstance(thrown, GeneratorExit):
                if hasattr(iterator, "close"):
                    iterator.close()
                try:
                    raise thrown
                finally:
                    sent.restore()
            if not hasattr(iterator, "throw"):
                try:
                    raise thrown
                finally:
                    sent.restore()
            failed = None
            try:
                item = iterator.throw(thrown)
            except StopIteration:
                raise
            except BaseException as error:
                failed = sent.again(error)
            if failed is not None:
                try:
                    raise failed.error
                finally:
                    failed.restore()
            sent = thrown = None
    except StopIteration as done:
        return done.value
    finally:
        sent = thrown = failed = None


class AwaitRelayed(AwaitSteps):
    """``AwaitSteps`` of a body with handlers."""

    __slots__ = ()

    def __await__(self) -> Steps:
        return relay(self._steps)


DRIVEN = """  send = error = None
  while error is None:
   try: item = await drive_.step((send, send := None)[0])
   except drive.Finished: return
   except drive.Escaped as e:
    error = e.error
    continue
   try: send = drive_.sent((yield item))
   except drive.Base as e: send = drive_.thrown(e)
  try: raise error
  finally: error = None"""
"""The lines of an async generator over ``drive_``, for templates: nothing but ``drive`` and ``drive_`` is needed."""


class drive:
    """Moves an async generator's body from one ``yield`` to the next."""

    __slots__ = ("_steps",)

    class Finished(Exception):
        """The body has returned."""

    Base, Returned = BaseException, StopIteration
    Escaped, Thrown = Escaped, Thrown

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
    """``drive`` for a body with handlers."""

    __slots__ = ()

    @staticmethod
    def thrown(error: BaseException) -> tuple[bool, Any]:
        return (False, Thrown(error))


class _Step:
    __slots__ = ("_drive", "_how")

    def __init__(self, driver: drive, how: tuple[bool, Any] | None) -> None:
        self._drive = driver
        self._how = how

    def __await__(self) -> Steps:
        steps = self._drive._steps
        value: Any
        throwing, value = self._how or (False, None)
        self._how = None
        closing = False
        try:
            while True:
                if type(value) is Thrown:
                    value.noted()
                try:
                    item = steps.throw(value) if throwing else steps.send(value)
                except StopIteration:
                    break
                if type(item) is Yielded:
                    return item.value
                if closing:
                    raise RuntimeError("coroutine ignored GeneratorExit")
                value = None
                try:
                    throwing, value = False, (yield item)
                except BaseException as error:
                    throwing, value = self._drive.thrown(error)
                    closing = isinstance(error, GeneratorExit)
        finally:
            value = None  # an exception in it refers to this frame
        raise drive.Finished
