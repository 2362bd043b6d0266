"""What guests see in place of a function's code object and cells.

Invariants: plain data of the guest's own function; the real code object and the interpreter's own cells stay out of
reach.
"""

from __future__ import annotations

import dataclasses
import types
import weakref
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
    """One variable that a function captured. ``cell`` is the interpreter's own; guests do not reach it."""

    __slots__ = ("__weakref__", "_cell", "_unset")
    __hash__ = None  # type: ignore[assignment]

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

    def __eq__(self, other: object) -> Any:
        if type(other) is not CellView:
            return NotImplemented
        empty = [each._cell[0] is each._unset for each in (self, other)]
        return all(empty) if any(empty) else self._cell[0] == other._cell[0]

    def __repr__(self) -> str:
        value = self._cell[0]
        held = "empty" if value is self._unset else f"{type(value).__name__} object at {id(value):#x}"
        return f"<cell at {id(self):#x}: {held}>"


CellView.__name__ = CellView.__qualname__ = "cell"  # errors name it
_views: weakref.WeakValueDictionary[int, CellView] = weakref.WeakValueDictionary()


def cell_view(cell: list[Any], unset: Any) -> CellView:
    """The view of a cell: the same one for as long as somebody holds it."""
    found = _views.get(id(cell))  # a view keeps its cell, so that the id stays the cell's own
    if found is None:
        found = _views[id(cell)] = CellView(cell, unset)
    return found


def cell_of(view: CellView) -> list[Any]:
    """The interpreter's own cell behind a view; not for guests."""
    return view._cell


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
    return tuple(cell_view(cells[name], unset) for name in sorted(captured))


class NativeCell:
    """A cell of bytecode as ``CellView`` takes it: a sequence of one item."""

    __slots__ = ("native",)

    def __init__(self, cell: types.CellType) -> None:
        self.native = cell

    def __getitem__(self, index: int) -> Any:
        try:
            return self.native.cell_contents
        except ValueError:
            return NativeCell


_native_views: weakref.WeakValueDictionary[int, CellView] = weakref.WeakValueDictionary()


def native_code_view(function: types.FunctionType) -> CodeView:
    """The view of the code of a guest function that was compiled to bytecode."""
    code = function.__code__
    return code_view(function, tuple(name for name in code.co_varnames if name[0] != "."), code.co_freevars)


def native_cell_views(function: types.FunctionType) -> tuple[CellView, ...] | None:
    """The views of the variables that it captured."""
    cells = function.__closure__
    return None if cells is None else tuple(map(native_cell_view, cells))


def native_cell_view(cell: types.CellType) -> CellView:
    """The view of a cell of bytecode: the same one for as long as somebody holds it."""
    found = _native_views.get(id(cell))
    if found is None:
        inner: Any = NativeCell(cell)
        found = _native_views[id(cell)] = CellView(inner, NativeCell)
    return found
