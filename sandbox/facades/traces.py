"""traceback: what the guest's own frames tell of an exception.

Invariants: frames are data, with the lines that the guest gave; no source file is looked for.
"""

from __future__ import annotations

import sys
import traceback
import types
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NoReturn

from .runtime import Runtime
from .spec import Spec, because, words


class FrameSummary:
    """One guest frame. The library's own class reads source files by name; this one holds the line it was given."""

    __slots__ = ("_text", "colno", "end_colno", "end_lineno", "filename", "line", "lineno", "locals", "name")

    def __init__(
        self,
        filename: str,
        lineno: int,
        name: str,
        line: str | None = None,
        *,
        end_lineno: int | None = None,
        colno: int | None = None,
        end_colno: int | None = None,
    ) -> None:
        self.filename, self.lineno, self.name = filename, lineno, name
        self.end_lineno, self.colno, self.end_colno, self.locals = end_lineno, colno, end_colno, None
        self._text = line
        self.line = None if line is None else line.partition("\n")[0].strip()

    @classmethod
    def _of(cls, row: Any, *, columns: bool = True) -> FrameSummary:
        text = getattr(row, "_lines", None) or row._original_line
        if not columns:
            return cls(row.filename, row.lineno, row.name, text)
        places = {"end_lineno": row.end_lineno, "colno": row.colno, "end_colno": row.end_colno}
        return cls(row.filename, row.lineno, row.name, text, **places)

    def _plain(self) -> traceback.FrameSummary:
        return traceback.FrameSummary(
            self.filename,
            self.lineno,
            self.name,
            lookup_line=False,
            line=self._text or "",
            end_lineno=self.end_lineno,
            colno=self.colno,
            end_colno=self.end_colno,
        )

    def __iter__(self) -> Iterator[Any]:
        return iter((self.filename, self.lineno, self.name, self.line))

    def __len__(self) -> int:
        return 4

    def __getitem__(self, index: Any) -> Any:
        return (self.filename, self.lineno, self.name, self.line)[index]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (FrameSummary, tuple)):
            return tuple(self) == tuple(other)
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<FrameSummary file {self.filename}, line {self.lineno} in {self.name}>"


class StackSummary(list[FrameSummary]):
    """Guest frames, outermost first."""

    @classmethod
    def from_list(cls, a_list: Any) -> StackSummary:
        """From frames or tuples (filename, line, function, source line)."""
        return cls(row if type(row) is FrameSummary else FrameSummary(*row) for row in a_list)

    @classmethod
    def extract(cls, frame_gen: object, **options: object) -> NoReturn:
        """Guests have no frames to extract from."""
        raise TypeError("frames are not offered to guest code; extract_stack() and extract_tb() give what can be told")

    def format_frame_summary(self, frame_summary: FrameSummary) -> str:
        """The text of one frame."""
        return StackSummary([frame_summary]).format()[0]

    def format(self) -> list[str]:
        """Text, one item a frame."""
        return traceback.StackSummary.from_list([row._plain() for row in self]).format()


def _limited(rows: StackSummary, limit: int | None) -> StackSummary:
    return rows if limit is None else StackSummary(rows[:limit] if limit >= 0 else rows[limit:])


class TracebackException:
    """An exception's text, kept from the moment this was made. One class for each engine, which knows its frames."""

    _runtime: ClassVar[Runtime]
    __hash__ = None  # type: ignore[assignment]

    def __init__(
        self,
        exc_type: Any,
        exc_value: BaseException,
        exc_traceback: types.TracebackType | None,
        *,
        limit: int | None = None,
        lookup_lines: bool = True,
        capture_locals: bool = False,
        compact: bool = False,
        max_group_width: int = 15,
        max_group_depth: int = 10,
        **options: Any,
    ) -> None:
        if capture_locals or (max_group_width, max_group_depth) != (15, 10):
            self._runtime.refuse("HC202", "TracebackException() with capture_locals= or max_group_…=")
        runtime, error = self._runtime, exc_value
        self._type = type(error)
        self.stack = _limited(_frames(runtime, exc_traceback), limit)
        self._lines = {
            chain: runtime.format_exception(error, exc_traceback, chain=chain, limit=limit) for chain in (True, False)
        }
        self._last = runtime.exception_only(error)
        self._text = str(error)

    @property
    def exc_type(self) -> type[BaseException]:
        """The exception's class."""
        return self._type

    if sys.version_info >= (3, 13):

        @property
        def exc_type_str(self) -> str:
            """Its name, with its module unless that is the guest's or the builtin one."""
            module, name = self._type.__module__, self._type.__qualname__
            return name if module in ("__main__", "builtins") else f"{module}.{name}"

    @classmethod
    def from_exception(cls, exc: BaseException, *args: Any, **options: Any) -> TracebackException:
        """Of an exception and its own traceback."""
        return cls(type(exc), exc, exc.__traceback__, *args, **options)

    def format(self, *, chain: bool = True) -> Iterator[str]:
        """The lines of the whole text."""
        yield from self._lines[bool(chain)]

    def format_exception_only(self) -> Iterator[str]:
        """Its last lines: type, text and notes."""
        yield from self._last

    def print(self, *, file: Any = None, chain: bool = True) -> None:
        """Write the whole text, by default to stderr."""
        stream = self._runtime.streams.stderr if file is None else file
        for line in self.format(chain=chain):
            stream.write(line)

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if isinstance(other, TracebackException) else NotImplemented

    def __str__(self) -> str:
        return self._text


def _frames(runtime: Runtime, tb: types.TracebackType | None) -> StackSummary:
    return StackSummary(FrameSummary._of(row) for row in runtime.extract_tb(tb))


def _build_traceback(real: Any, runtime: Runtime) -> Mapping[str, object]:
    implicit = object()
    space: dict[str, Any] = {"_runtime": runtime, "__module__": "traceback"}

    def parsed(exc: Any, value: Any, tb: Any) -> tuple[Any, Any]:
        if (value is implicit) != (tb is implicit):
            raise ValueError("Both or neither of value and tb must be given")
        if value is not implicit:
            return value, tb
        if exc is None:
            return None, None
        if isinstance(exc, BaseException):
            return exc, exc.__traceback__
        raise TypeError(f"Exception expected for value, {type(exc).__name__} found")

    def format_exception(
        exc: Any, /, value: Any = implicit, tb: Any = implicit, limit: Any = None, chain: bool = True
    ) -> list[str]:
        error, through = parsed(exc, value, tb)
        if not isinstance(error, BaseException):
            return [f"{type(error).__name__}: {error}\n"]
        return runtime.format_exception(error, through, chain=chain, limit=limit)

    def format_exc(limit: Any = None, chain: bool = True) -> str:
        return "".join(format_exception(runtime.current_exception(), limit=limit, chain=chain))

    def print_exception(
        exc: Any,
        /,
        value: Any = implicit,
        tb: Any = implicit,
        limit: Any = None,
        file: Any = None,
        chain: bool = True,
    ) -> None:
        stream = runtime.streams.stderr if file is None else file
        stream.write("".join(format_exception(exc, value, tb, limit, chain)))

    def print_exc(limit: Any = None, file: Any = None, chain: bool = True) -> None:
        print_exception(runtime.current_exception(), limit=limit, file=file, chain=chain)

    def format_exception_only(exc: Any, /, value: Any = implicit) -> list[str]:
        error = exc if value is implicit else value
        return (
            runtime.exception_only(error)
            if isinstance(error, BaseException)
            else [f"{type(error).__name__}: {error}\n"]
        )

    def extract_tb(tb: Any, limit: int | None = None) -> StackSummary:
        if tb is not None and not isinstance(tb, types.TracebackType):
            raise TypeError("extract_tb() takes the __traceback__ of an exception")
        return _limited(_frames(runtime, tb), limit)

    def extract_stack(f: None = None, limit: int | None = None) -> StackSummary:
        if f is not None:
            raise TypeError("frames are not offered to guest code; extract_stack() takes the running one")
        rows = StackSummary(FrameSummary._of(row, columns=False) for row in reversed(runtime.extract_stack()))
        return StackSummary(reversed(_limited(rows, limit)))

    def format_tb(tb: Any, limit: int | None = None) -> list[str]:
        return extract_tb(tb, limit).format()

    def format_stack(f: None = None, limit: int | None = None) -> list[str]:
        return extract_stack(f, limit).format()

    def print_list(extracted_list: Any, file: Any = None) -> None:
        stream = runtime.streams.stderr if file is None else file
        stream.write("".join(StackSummary.from_list(extracted_list).format()))

    return {
        "extract_stack": extract_stack,
        "extract_tb": extract_tb,
        "format_exc": format_exc,
        "format_exception": format_exception,
        "format_exception_only": format_exception_only,
        "format_list": lambda extracted_list: StackSummary.from_list(extracted_list).format(),
        "format_stack": format_stack,
        "format_tb": format_tb,
        "print_exc": print_exc,
        "print_exception": print_exception,
        "print_list": print_list,
        "print_stack": lambda f=None, limit=None, file=None: print_list(extract_stack(f, limit), file),
        "print_tb": lambda tb, limit=None, file=None: print_list(extract_tb(tb, limit), file),
        "FrameSummary": FrameSummary,
        "StackSummary": StackSummary,
        "TracebackException": type("TracebackException", (TracebackException,), space),
    }


SPECS = (
    Spec(
        name="traceback",
        own=words(
            """FrameSummary StackSummary TracebackException extract_stack extract_tb format_exc format_exception
            format_exception_only format_list format_stack format_tb print_exc print_exception print_list print_stack
            print_tb"""
        ),
        left_out=because(internals="clear_frames print_last walk_stack walk_tb"),
        build=_build_traceback,
    ),
)  # fmt: skip
