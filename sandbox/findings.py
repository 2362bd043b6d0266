"""What is wrong with guest source, place by place, as an engine finds it without running anything.

Invariants: columns are characters, 1-based; a place lies inside the source; what comes from a worker is checked as
hostile before it is believed.
"""

from __future__ import annotations

import dataclasses
import re
from typing import Any, Literal, Protocol, get_args

from . import refusals
from .errors import EXIT_STATUS, RunError
from .refused import Refused

When = Literal["before", "there", "caught"]
"""``before``: nothing of the source runs. ``there``: the run ends when it comes to this place. ``caught``: what is
raised at this place is an ImportError that the source itself handles."""

MOST_TEXT = 300
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclasses.dataclass(frozen=True)
class Finding:
    """``kind`` is that of ``sandbox.errors``: ``policy`` for refusals, ``guest`` for what CPython itself rejects.

    ``type`` is the guest-visible type of error, ``code`` that of the refusal or limit (empty: none), ``what`` stands
    there; ``line`` and ``column`` are 1-based, the end is that of the last character plus one, None where unknown.
    """

    kind: str
    type: str
    code: str
    what: str
    when: When = "before"
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None

    @property
    def message(self) -> str:
        """What was found, why it is refused, and what to write instead."""
        return refusals.explain(self.code, self.what) if self.kind == "policy" else self.what

    def to_row(self) -> list[Any]:
        """Plain data."""
        return list(dataclasses.astuple(self))

    @classmethod
    def from_row(cls, row: object) -> Finding:
        """The inverse of ``to_row``.

        Raises:
            ValueError: it is none.
        """
        if type(row) is not list or len(row) != len(dataclasses.fields(cls)):
            raise ValueError("a finding has the wrong form")
        kind, type_name, code, what, when, *places = row
        if not all(type(text) is str and len(text) <= MOST_TEXT for text in row[:5]):
            raise ValueError("a finding has a text that is none, or too long")
        if kind not in EXIT_STATUS or when not in get_args(When):
            raise ValueError("a finding is of an unknown kind")
        if (code or kind == "policy") and code not in refusals.TABLE:
            raise ValueError("a finding has an unknown code")
        if not all(place is None or type(place) is int and 0 < place < 1 << 31 for place in places):
            raise ValueError("a finding has an impossible place")
        return cls(kind, type_name, code, what, when, *places)


class Reader(Protocol):
    """An engine that can read source without running it."""

    def read(self, code: str, most: int) -> tuple[list[Finding], int]:
        """All that is wrong with it: what a run would come to first of all, then what is refused before the run, then
        what is refused at a place. At most so many, and how many more there are.
        """
        ...


class Places:
    """Where things stand in a source, in characters."""

    def __init__(self, code: str) -> None:
        self._lines = _LINE_END.split(code)

    def refused(self, found: Refused, when: When = "before") -> Finding:
        """The finding of a refusal."""
        node: Any = found.node
        told: Any = ("policy", "PolicyViolation", found.code, found.what[:MOST_TEXT], when)
        line, column = found.place
        if not column:
            return self._placed(Finding(*told), line, None, line, None)
        last, end = getattr(node, "end_lineno", None), getattr(node, "end_col_offset", None)
        if hasattr(node, "body") or last is None:  # a whole function is no place
            last, end = line, None
        start, stop = self._character(line, column), None if end is None else self._character(last, end + 1)
        return self._placed(Finding(*told), line, start, last, stop)

    def error(self, error: RunError, raised: BaseException, *, in_bytes: bool) -> Finding:
        """The finding of what CPython's parser or compiler raised, described by ``error``. Only the parser counts
        characters; ``in_bytes``: the column is one of UTF-8 bytes."""
        found = Finding(error.kind, error.type[:MOST_TEXT], error.code, error.message[:MOST_TEXT])
        line, column = error.line, error.column or None
        if not line:
            return found
        last, end = line, None
        if isinstance(raised, SyntaxError) and (raised.end_lineno or 0) >= line and (raised.end_offset or 0) > 0:
            last, end = raised.end_lineno or line, raised.end_offset
        if in_bytes:
            column = None if column is None else self._character(line, column)
            end = None if end is None else self._character(last, end)
        return self._placed(found, line, column, last, end)

    def _placed(self, found: Finding, line: int, column: int | None, last: int | None, end: int | None) -> Finding:
        """Inside the source, the end not before the beginning."""
        if not 0 < line <= len(self._lines):
            return found
        column = None if column is None else max(1, min(column, self._width(line)))
        if column is None or last is None or end is None or not line <= last <= len(self._lines):
            return dataclasses.replace(found, line=line, column=column)
        end = max(1, min(end, self._width(last)))
        if (last, end) <= (line, column):
            return dataclasses.replace(found, line=line, column=column)
        return dataclasses.replace(found, line=line, column=column, end_line=last, end_column=end)

    def _width(self, line: int) -> int:
        return len(self._lines[line - 1]) + 1

    def _character(self, line: int, column: int) -> int:
        """The 1-based character of a 1-based byte."""
        if not 0 < line <= len(self._lines):
            return column
        before = self._lines[line - 1].encode("utf-8", "surrogatepass")[: max(0, column - 1)]
        return len(before.decode("utf-8", "replace")) + 1
