"""The text of an exception with its causes, contexts, notes and groups, laid out as the library's ``traceback`` does.

Invariants: the only guest code that runs is ``__str__`` and ``__repr__`` of exceptions and notes, whose failure is
survived; an exception is shown once as a cause or context; whoever asks pays for each exception that is shown.
"""

from __future__ import annotations

import collections.abc
import sys
import textwrap
import traceback
from collections.abc import Callable, Iterable, Iterator
from typing import Any

_CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"
_WIDTH = 15
_DEPTH = 10
_TEXT_IS_NO_SEQUENCE_OF_NOTES = sys.version_info >= (3, 12)

Stack = Callable[[BaseException], list[str]]
"""The formatted guest frames of an exception, outermost first; empty when none is known."""

Pay = Callable[[], bool]
"""Asked before an exception is added to a report; False leaves it out, with all that hangs on it."""


class Link:
    """An exception of a report and the ones that it is shown with."""

    __slots__ = ("cause", "context", "error", "members")

    def __init__(self, error: BaseException) -> None:
        self.error = error
        self.cause: Link | None = None
        self.context: Link | None = None
        self.members: list[Link] | None = None


def linked(error: BaseException, pay: Pay) -> Link:
    """The exception with all that its report shows, found in the library's order."""
    first = Link(error)
    seen = {id(error)}
    queue = [first]

    def added(to: BaseException) -> Link:
        seen.add(id(to))
        return Link(to)

    while queue:
        link = queue.pop()
        error = link.error
        if error.__cause__ is not None and id(error.__cause__) not in seen and pay():
            link.cause = added(error.__cause__)
        shown = link.cause is None and not error.__suppress_context__
        if shown and error.__context__ is not None and id(error.__context__) not in seen and pay():
            link.context = added(error.__context__)
        if isinstance(error, BaseExceptionGroup):
            link.members = [added(each) for each in error.exceptions if pay()]
        queue += [each for each in (link.cause, link.context) if each is not None]
        queue += link.members or ()
    return first


class Report:
    """One report being written; without ``chain`` causes and contexts are left out. ``added`` is what follows the text
    of an exception.
    """

    def __init__(self, stack: Stack, added: Callable[[BaseException], str], chain: bool) -> None:
        self._stack = stack
        self._added = added
        self._chain = chain
        self._depth = 0
        self._open = False

    def lines(self, link: Link) -> Iterator[str]:
        """The text, in pieces that end in a newline."""
        chain: list[tuple[str, Link]] = []
        current: Link | None = link
        while current is not None:
            following, joint = current.cause, _CAUSE
            if following is None:
                following, joint = current.context, _CONTEXT
            if not self._chain:
                following = None
            chain.append((joint if following is not None else "", current))
            current = following
        for joint, each in reversed(chain):
            if joint:
                yield from self._emit(joint)
            yield from self._one(each)

    def _one(self, link: Link) -> Iterator[str]:
        if link.members is not None and self._depth > _DEPTH:
            yield from self._emit(f"... (max_group_depth is {_DEPTH})\n")
            return
        outermost = link.members is not None and self._depth == 0
        self._depth += outermost
        stack = self._stack(link.error)
        if stack:
            head = "Traceback (most recent call last):\n"
            if link.members is None:
                yield from self._emit(head)
            else:
                yield from self._emit(f"Exception Group {head}", "+" if outermost else "|")
            yield from self._emit(stack)
        yield from self._emit(exception_only(link.error, self._added(link.error)))
        if link.members is not None:
            yield from self._members(link.members)
        self._depth -= outermost

    def _members(self, members: list[Link]) -> Iterator[str]:
        count = min(len(members), _WIDTH + 1)
        self._open = False
        for number in range(count):
            last = number == count - 1
            if last:
                self._open = True  # a group within may close the frame in our place
            left_out = len(members) - _WIDTH if number == _WIDTH else 0
            title = "..." if left_out else f"{number + 1}"
            yield f"{self._indent()}{'  ' if number else '+-'}+---------------- {title} ----------------\n"
            self._depth += 1
            if left_out:
                yield from self._emit(f"and {left_out} more exception{'s' if left_out > 1 else ''}\n")
            else:
                yield from self.lines(members[number])
            if last and self._open:
                yield f"{self._indent()}+------------------------------------\n"
                self._open = False
            self._depth -= 1

    def _indent(self) -> str:
        return " " * (2 * self._depth)

    def _emit(self, text: str | Iterable[str], margin: str = "|") -> Iterator[str]:
        before = f"{self._indent()}{margin} " if self._depth else ""
        for each in [text] if isinstance(text, str) else text:
            yield textwrap.indent(each, before, lambda line: True)


def exception_only(error: BaseException, added: str = "") -> list[str]:
    """The last lines of a report: type, text with what is added to it, and notes."""
    if isinstance(error, SyntaxError):
        lines = _syntax_error(error)
    else:
        text = message(error) + added
        lines = [f"{type_name(error)}: {text}\n" if text else f"{type_name(error)}\n"]
    notes = getattr(error, "__notes__", None)
    if isinstance(notes, collections.abc.Sequence) and not (
        _TEXT_IS_NO_SEQUENCE_OF_NOTES and isinstance(notes, (str, bytes))
    ):
        for note in notes:
            lines += [f"{line}\n" for line in message(note, "note").split("\n")]
    elif notes is not None:
        text = message(notes, "__notes__", repr)
        lines.append(f"{text}\n" if _TEXT_IS_NO_SEQUENCE_OF_NOTES else text)
    return lines


def _syntax_error(error: SyntaxError) -> list[str]:
    """As the library shows it, from a copy with plain values: guest code may have stored anything."""
    numbers = [n if type(n) is int else None for n in (error.lineno, error.offset, error.end_lineno, error.end_offset)]
    texts = [t if type(t) is str else None for t in (error.filename, error.text)]
    plain: Any = SyntaxError(message(error.msg, "exception") if error.msg else None)
    plain.lineno, plain.offset, plain.end_lineno, plain.end_offset = numbers
    plain.filename, plain.text = texts
    return list(traceback.TracebackException(type(error), plain, None, compact=True).format_exception_only())


def type_name(error: BaseException) -> str:
    """The qualified name of an exception's class as tracebacks print it."""
    cls = type(error)
    module = cls.__module__
    if module in ("__main__", "builtins"):
        return cls.__qualname__
    return f"{module if isinstance(module, str) else '<unknown>'}.{cls.__qualname__}"


def message(value: object, what: str = "exception", function: Callable[[Any], str] = str) -> str:
    """``str(value)``, or the library's remark when that fails."""
    try:
        text = function(value)
    except BaseException:  # guest code
        return f"<{what} {function.__name__}() failed>"
    return str.__str__(text)
