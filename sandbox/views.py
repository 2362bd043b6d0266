"""What guests see in place of a function's code object and cells.

Invariants: plain data of the guest's own function; the real code object and the interpreter's own cells stay out of
reach.
"""

from __future__ import annotations

import dataclasses
import types
from typing import Any


@dataclasses.dataclass(frozen=True, slots=True, repr=False)
class CodeView:
    """The harmless part of ``function.__code__``."""

    co_name: str
    co_qualname: str
    co_argcount: int
    co_posonlyargcount: int
    co_kwonlyargcount: int
    co_varnames: tuple[str, ...]
    co_freevars: tuple[str, ...]
    co_firstlineno: int

    def __repr__(self) -> str:
        return f"<code object {self.co_name}, line {self.co_firstlineno}>"


class CellView:
    """One variable that a function captured."""

    __slots__ = ("_cell", "_unset")

    def __init__(self, cell: list[Any], unset: Any) -> None:
        self._cell = cell
        self._unset = unset

    @property
    def cell_contents(self) -> Any:
        """The variable's value.

        Raises:
            ValueError: it has none.
        """
        if self._cell[0] is self._unset:
            raise ValueError("Cell is empty")
        return self._cell[0]

    def __repr__(self) -> str:
        return "<cell>"


VIEW_NAMES: frozenset[str] = frozenset(field.name for field in dataclasses.fields(CodeView))


def code_view(function: types.FunctionType, variables: tuple[str, ...], captured: tuple[str, ...]) -> CodeView:
    """The view of a guest function's code; ``variables`` are its locals, parameters first."""
    code = function.__code__
    return CodeView(
        code.co_name,
        function.__qualname__,
        code.co_argcount,
        code.co_posonlyargcount,
        code.co_kwonlyargcount,
        variables,
        tuple(sorted(captured)),
        code.co_firstlineno,
    )


def cell_views(function: types.FunctionType, captured: tuple[str, ...], unset: Any) -> tuple[CellView, ...] | None:
    """The views of the variables that a guest function captured, by name; None when there are none."""
    if not captured:
        return None
    place = function.__code__.co_freevars.index("free")
    cells = dict(zip(captured, (function.__closure__ or ())[place].cell_contents, strict=True))
    return tuple(CellView(cells[name], unset) for name in sorted(captured))
