"""Tracebacks with guest lines only, read from the interpreter's own frames.

Every template frame holds its node's position in the dead name ``at``; a function's entry, a generator expression
and a class body begin a new guest frame. Host and library frames are passed over.

Invariants: reading a stack runs no guest code.
"""

from __future__ import annotations

import dataclasses
import inspect
import itertools
import sys
import traceback
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .reports import Pay, Report, linked
from .shapes import AT, CELL, FILENAME, NOTHING, Place, Position
from .spots import is_at_the_head, is_whole, position, runs_a_block
from .suggestions import Suggestions, suggestion

EXAMPLE = f"{CELL}doctest "
"""Beginning of the file names of examples in docstrings."""

HERE = ".here"
"""The parameter of a function of bytecode that is part of the guest's frame around it: it is no level of its own."""
STRING = "<cell string>"
"""File name of evaluated text; shown as ``<string>``."""

_INSIDE_A_TEMPLATE = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>"})
_SUSPENDS = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
_SHOWS_ALL_LINES = sys.version_info >= (3, 13)


@dataclasses.dataclass
class GuestFrame:
    """One level of the guest's call stack. Columns are 0-based offsets in UTF-8 bytes. ``told`` says that the deepest
    host frame of this level is one that failed or called, not one that an exception only passed through again.
    """

    filename: str
    name: str
    position: Position | None = None
    told: bool = False


Level = tuple[types.FrameType, int]
"""A frame and the index of the instruction that it is at."""


def _links(link: types.TracebackType | None) -> Iterator[types.TracebackType]:
    while link is not None:
        yield link
        link = link.tb_next


def _raised_through(link: types.TracebackType | None) -> Iterator[Level]:
    return ((each.tb_frame, each.tb_lasti) for each in _links(link))


def _running(frame: types.FrameType | None) -> list[Level]:
    found = []
    while frame is not None:
        found.append((frame, frame.f_lasti))
        frame = frame.f_back
    return found[::-1]


def is_native(frame: types.FrameType) -> bool:
    """Whether this is a frame of guest code that was compiled to bytecode."""
    return frame.f_globals is not NOTHING and frame.f_code.co_filename.startswith(CELL)


def native_position(code: types.CodeType, instruction: int) -> Position | None:
    """Where an instruction of bytecode stands in the source."""
    line, last, column, end = next(itertools.islice(code.co_positions(), instruction // 2, None), (None,) * 4)
    if line is None:
        return None
    return line, column or 0, last or line, (column or 0) if end is None else end


class _Reading:
    """Guest frames being read from host frames; ``body_code`` is the code that runs class bodies.

    A traceback goes from caller to callee, but where an exception was caught and raised again: there it goes on from
    the template that had caught it, which may belong to any guest frame.
    """

    def __init__(self, body_code: types.CodeType) -> None:
        self._body_code = body_code
        self._templates: set[types.FrameType] = set()
        self._before: types.FrameType | None = None
        self._place: Place | None = None
        self.frames: list[GuestFrame] = []

    def level(self, frame: types.FrameType, instruction: int) -> None:
        """Take the next host frame."""
        if is_native(frame):
            where = native_position(frame.f_code, instruction)
            if frame.f_code.co_varnames[:1] == (HERE,) and self.frames:
                self.frames[-1].position = where
            else:
                self.frames.append(GuestFrame(frame.f_code.co_filename, frame.f_code.co_name, where, True))
            self._before, self._place = frame, None
            return
        template = frame.f_code.co_filename == FILENAME
        if template and frame.f_code.co_name not in _INSIDE_A_TEMPLATE:
            self._place = frame.f_locals.get("at")
        if template and self._goes_on_elsewhere(frame):
            if self.frames and not self.frames[-1].told and frame.f_code.co_name == "run":
                self.frames[-1].position = None
            started = self._owner() or self._around(frame.f_back)
        else:
            started = self._started(frame, instruction)
        if started is not None:
            self.frames.append(started)
        if template and self.frames:
            found = None if self._place is None else position(self._place, frame.f_code, instruction)
            self.frames[-1].told = found is not None
            self.frames[-1].position = found or self.frames[-1].position
            self._templates.add(frame)
        self._before = frame

    def passed_on(self, instruction: int) -> bool:
        """Whether the last host frame, at this instruction, only passed on what statements in it raised."""
        last = self._before
        return not self.frames[-1].told or (last in self._templates and runs_a_block(last.f_code, instruction))

    def _goes_on_elsewhere(self, frame: types.FrameType) -> bool:
        """Whether a template's frame was not called by the frame before it. A generator's frame has many callers."""
        if self._before is None or frame in self._templates:
            return True
        if frame.f_back is not None and not frame.f_code.co_flags & _SUSPENDS:
            return frame.f_back is not self._before
        owner = self._owner()
        return (
            owner is not None
            and bool(self.frames)
            and (owner.filename, owner.name)
            != (
                self.frames[-1].filename,
                self.frames[-1].name,
            )
        )

    def _owner(self) -> GuestFrame | None:
        owner = self._place[3] if self._place is not None and len(self._place) == 5 else None
        return None if owner is None else GuestFrame(*owner)

    def _started(self, frame: types.FrameType, instruction: int) -> GuestFrame | None:
        """The guest frame that a host frame begins. That of a generator which is one template tells its place."""
        code = frame.f_code
        if code.co_filename.startswith(CELL):
            begun = (code.co_firstlineno, 0, code.co_firstlineno, 0)
            if not code.co_flags & _SUSPENDS:
                return GuestFrame(code.co_filename, code.co_name, begun)
            if is_at_the_head(code, instruction):
                return GuestFrame(code.co_filename, code.co_name, begun, True)
            place = frame.f_locals.get(AT) if is_whole(code) else None
            found = None if place is None else position(place, code, instruction)
            return GuestFrame(code.co_filename, code.co_name, found, found is not None)
        if not self.frames or not (code is self._body_code or (code.co_filename == FILENAME and code.co_name != "run")):
            return None
        name = frame.f_locals["name"] if code is self._body_code else code.co_name
        return GuestFrame(self.frames[-1].filename, name)

    def _around(self, frame: types.FrameType | None) -> GuestFrame | None:
        """The guest frame that the callees of a host frame belong to."""
        name = ""
        while frame is not None:
            code = frame.f_code
            if code.co_filename.startswith(CELL):
                return GuestFrame(code.co_filename, name or code.co_name)
            if not name and code is self._body_code:
                name = frame.f_locals["name"]
            elif not name and code.co_filename == FILENAME and code.co_name != "run":
                name = code.co_name
            frame = frame.f_back
        return None


def guest_frames(stack: Iterable[Level], body_code: types.CodeType, *, passed_on: bool = False) -> list[GuestFrame]:
    """The guest's part of a stack, outermost first; ``body_code`` is the code that runs class bodies.

    ``passed_on`` tells that ``except*`` may have raised the exception again, which leaves no entry for its frame.
    """
    reading = _Reading(body_code)
    instruction = 0
    for frame, instruction in stack:
        reading.level(frame, instruction)
    if passed_on and reading.frames and reading.passed_on(instruction):
        reading.frames[-1].position = None
    return [frame for frame in reading.frames if frame.position is not None]


def summaries(frames: Sequence[GuestFrame], sources: Mapping[str, Sequence[str]]) -> traceback.StackSummary:
    """The frames for ``traceback``'s own formatting, carets included."""
    return traceback.StackSummary.from_list([_summary(frame, sources.get(frame.filename, ())) for frame in frames])


def _summary(frame: GuestFrame, source: Sequence[str]) -> traceback.FrameSummary:
    assert frame.position is not None
    line, column, last, end = frame.position
    text = "".join(f"{each}\n" for each in source[line - 1 : last if _SHOWS_ALL_LINES else line])
    known = last > line or end > column
    return traceback.FrameSummary(
        shown(frame.filename),
        line,
        frame.name,
        lookup_line=False,
        line=text,
        end_lineno=last,
        colno=column if known else None,
        end_colno=end if known else None,
    )


def shown(filename: str) -> str:
    """The file name that guests see; evaluated text is that of no file, so no lines of it are shown."""
    if filename == STRING:
        return "<string>"
    return f"<{filename.removeprefix(CELL)}" if filename.startswith(EXAMPLE) else filename


def _line(sources: Mapping[str, Sequence[str]], filename: str, number: int) -> str:
    lines = sources.get(filename, ())
    return lines[number - 1] + "\n" if 0 < number <= len(lines) else ""


@dataclasses.dataclass(frozen=True)
class Options:
    """How an exception is shown: who pays, with causes and contexts or without, and ``limit`` as the library has it."""

    pay: Pay
    chain: bool = True
    limit: int | None = None


class Reporter:
    """Formats guest exceptions; ``sources`` maps guest file names to their lines."""

    def __init__(
        self, sources: Mapping[str, Sequence[str]], body_code: types.CodeType, suggestions: Suggestions
    ) -> None:
        self._sources = sources
        self._body_code = body_code
        self._suggestions = suggestions

    def frames(self, tb: types.TracebackType | None, error: BaseException | None = None) -> list[GuestFrame]:
        """The guest's stack in a traceback, outermost first."""
        return guest_frames(_raised_through(tb), self._body_code, passed_on=isinstance(error, BaseExceptionGroup))

    def running(self) -> list[GuestFrame]:
        """The guest's stack as it is now, outermost first."""
        return guest_frames(_running(sys._getframe(1)), self._body_code)

    def line_of(self, coroutine: types.CoroutineType[Any, Any, Any]) -> int:
        """The guest's line at which a coroutine waits; that of its definition when it has not begun, or is done."""
        line = coroutine.cr_code.co_firstlineno
        entry = coroutine.cr_frame
        if entry is not None and is_native(entry):
            return entry.f_lineno
        steps: Any = coroutine.cr_await or (None if entry is None else entry.f_locals.get(".steps_"))
        while isinstance(steps, types.GeneratorType) and steps.gi_frame is not None:
            frame = steps.gi_frame
            place = frame.f_locals.get("at") if frame.f_code.co_filename == FILENAME else None
            found = None if place is None else position(place, frame.f_code, frame.f_lasti)
            line = found[0] if found is not None else line
            steps = steps.gi_yieldfrom
        return line

    def extract(self, frames: Sequence[GuestFrame]) -> traceback.StackSummary:
        """The frames for ``traceback``'s own formatting."""
        return summaries(frames, self._sources)

    def describe(self, frame: GuestFrame) -> tuple[str, int, str, str]:
        """``(filename, line, function, source line)``."""
        line = frame.position[0] if frame.position is not None else 1
        return (shown(frame.filename), line, frame.name, _line(self._sources, frame.filename, line).strip())

    def format(self, error: BaseException, tb: types.TracebackType | None, options: Options) -> list[str]:
        """The text of an exception that came through ``tb``."""

        def stack(each: BaseException) -> list[str]:
            frames = self.frames(tb if each is error else each.__traceback__, each)
            return summaries(limited(frames, options.limit), self._sources).format()

        def added(each: BaseException) -> str:
            frames = [link.tb_frame for link in _links(tb if each is error else each.__traceback__)]
            return suggestion(each, self._suggestions.known(frames) if frames else None)

        return list(Report(stack, added, options.chain).lines(linked(error, options.pay)))


def limited(frames: list[GuestFrame], limit: int | None) -> list[GuestFrame]:
    """The first ``limit`` frames, or the last ones when it is negative."""
    return frames if limit is None else frames[:limit] if limit >= 0 else frames[limit:]
