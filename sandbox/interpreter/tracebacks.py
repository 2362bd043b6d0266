"""Tracebacks with guest lines only, read from the interpreter's own frames.

Every template frame holds its node's position in the dead name ``at``; a function's entry, a generator expression
and a class body begin a new guest frame. Host and library frames are passed over.

Invariants: formatting runs no guest code but ``__str__`` of exceptions, whose failure is survived.
"""

from __future__ import annotations

import dataclasses
import sys
import traceback
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .shapes import FILENAME, Place, Position
from .spots import position

CELL = "<cell "
"""Beginning of every guest file name."""

STRING = "<cell string>"
"""File name of evaluated text; shown as ``<string>``."""

_CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"
_INSIDE_A_TEMPLATE = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>"})
_SHOWS_ALL_LINES = sys.version_info >= (3, 13)
_MOST_FRAMES = 40
_MOST_LINKS = 20


@dataclasses.dataclass
class GuestFrame:
    """One level of the guest's call stack. Columns are 0-based offsets in UTF-8 bytes."""

    filename: str
    name: str
    position: Position | None = None


Level = tuple[types.FrameType, int]
"""A frame and the index of the instruction that it is at."""


def _raised_through(error: BaseException) -> Iterator[Level]:
    link = error.__traceback__
    if link is not None and link.tb_frame.f_code.co_filename == FILENAME:
        # caught inside a guest frame: the entry that the traceback does not reach is still running
        entry = link.tb_frame.f_back
        while entry is not None and not entry.f_code.co_filename.startswith(CELL):
            entry = entry.f_back
        if entry is not None:
            yield entry, entry.f_lasti
    while link is not None:
        yield link.tb_frame, link.tb_lasti
        link = link.tb_next


def _running(frame: types.FrameType | None) -> list[Level]:
    found = []
    while frame is not None:
        found.append((frame, frame.f_lasti))
        frame = frame.f_back
    return found[::-1]


def guest_frames(stack: Iterable[Level], body_code: types.CodeType) -> list[GuestFrame]:
    """The guest's part of a stack, outermost first; ``body_code`` is the code that runs class bodies."""
    frames: list[GuestFrame] = []
    place: Place | None = None
    for frame, instruction in stack:
        code = frame.f_code
        if code.co_filename.startswith(CELL):
            frames.append(GuestFrame(code.co_filename, code.co_name, (code.co_firstlineno, 0, code.co_firstlineno, 0)))
        elif code is body_code and frames:
            frames.append(GuestFrame(frames[-1].filename, frame.f_locals["name"]))
        elif code.co_filename == FILENAME:
            if code.co_name != "run" and frames:
                frames.append(GuestFrame(frames[-1].filename, code.co_name))
            if code.co_name not in _INSIDE_A_TEMPLATE:
                place = frame.f_locals.get("at")
            if place is not None and frames:
                frames[-1].position = position(place, code, instruction)
    return [frame for frame in frames if frame.position is not None]


def summaries(frames: Sequence[GuestFrame], sources: Mapping[str, Sequence[str]]) -> traceback.StackSummary:
    """The frames for ``traceback``'s own formatting, carets included."""
    return traceback.StackSummary.from_list([_summary(frame, sources.get(frame.filename, ())) for frame in frames])


def _summary(frame: GuestFrame, source: Sequence[str]) -> traceback.FrameSummary:
    assert frame.position is not None
    line, column, last, end = frame.position
    text = "".join(f"{each}\n" for each in source[line - 1 : last if _SHOWS_ALL_LINES else line])
    known = last > line or end > column
    return traceback.FrameSummary(
        _shown(frame.filename),
        line,
        frame.name,
        lookup_line=False,
        line=text,
        end_lineno=last,
        colno=column if known else None,
        end_colno=end if known else None,
    )


def _shown(filename: str) -> str:
    return "<string>" if filename == STRING else filename


def _line(sources: Mapping[str, Sequence[str]], filename: str, number: int) -> str:
    lines = sources.get(filename, ())
    return lines[number - 1] + "\n" if 0 < number <= len(lines) else ""


class Reporter:
    """Formats guest exceptions; ``sources`` maps guest file names to their lines."""

    def __init__(self, sources: Mapping[str, Sequence[str]], body_code: types.CodeType) -> None:
        self._sources = sources
        self._body_code = body_code

    def frames(self, error: BaseException) -> list[GuestFrame]:
        """The guest's stack of an exception, outermost first."""
        return guest_frames(_raised_through(error), self._body_code)

    def running(self) -> list[GuestFrame]:
        """The guest's stack as it is now, outermost first."""
        return guest_frames(_running(sys._getframe(1)), self._body_code)

    def extract(self, error: BaseException) -> list[tuple[str, int, str, str]]:
        """``(filename, line, function, source line)`` of each guest frame."""
        return [self.describe(frame) for frame in self.frames(error)]

    def describe(self, frame: GuestFrame) -> tuple[str, int, str, str]:
        """``(filename, line, function, source line)``."""
        line = frame.position[0] if frame.position is not None else 1
        return (_shown(frame.filename), line, frame.name, _line(self._sources, frame.filename, line).strip())

    def format(self, error: BaseException, *, chain: bool = True) -> list[str]:
        """The lines of the traceback, causes and contexts first when ``chain``."""
        lines: list[str] = []
        for link, joint in self._chain(error) if chain else ((error, ""),):
            frames = self.frames(link)[-_MOST_FRAMES:]
            if frames:
                lines.append("Traceback (most recent call last):\n")
                lines += summaries(frames, self._sources).format()
            lines += self._group(link) if isinstance(link, BaseExceptionGroup) else exception_only(link)
            if joint:
                lines.append(joint)
        return lines

    def _group(self, error: BaseExceptionGroup[Any]) -> list[str]:
        lines = exception_only(error)
        for number, inner in enumerate(error.exceptions[:15], 1):
            lines.append(f"  +---------------- {number} ----------------\n")
            text = "".join(self.format(inner))
            lines += [f"  | {line}\n" for line in text.splitlines()]
        return lines

    def _chain(self, error: BaseException) -> Iterator[tuple[BaseException, str]]:
        links: list[tuple[BaseException, str]] = [(error, "")]
        seen = {id(error)}
        current = error
        while len(links) < _MOST_LINKS:
            if current.__cause__ is not None:
                following, joint = current.__cause__, _CAUSE
            elif current.__context__ is not None and not current.__suppress_context__:
                following, joint = current.__context__, _CONTEXT
            else:
                break
            if id(following) in seen:
                break
            seen.add(id(following))
            links.append((following, joint))
            current = following
        return reversed(links)


def exception_only(error: BaseException) -> list[str]:
    """The last lines of a traceback: type, text and notes."""
    if isinstance(error, SyntaxError) and type(error.text) is str:
        lines = traceback.format_exception_only(SyntaxError, error)
    else:
        text = message(error)
        lines = [f"{type_name(error)}: {text}\n" if text else f"{type_name(error)}\n"]
    notes = getattr(error, "__notes__", None)
    if isinstance(notes, list):
        lines += [f"{line}\n" for note in notes[:20] for line in _text(note).split("\n")]
    return lines


def type_name(error: BaseException) -> str:
    """The qualified name of an exception's class as tracebacks print it."""
    cls = type(error)
    module = cls.__module__
    name = cls.__qualname__
    return name if module in ("__main__", "builtins") or type(module) is not str else f"{module}.{name}"


def message(error: BaseException) -> str:
    """``str(error)``, or a remark when that fails."""
    return _text(error)


def _text(value: object) -> str:
    try:
        text = str(value)
    except BaseException:  # guest code
        return "<exception str() failed>"
    return str.__str__(text)
