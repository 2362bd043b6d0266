"""Functions whose code CPython runs, as the worlds of engines that compile to bytecode see and make them.

Invariants: nothing of a function is called; ``known`` are the definitions of what a snapshot has made itself.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .codes import find
from .sources import Definition, Sources, define
from .world import EMPTY

Known = Mapping[types.CodeType, Definition]


def definition_of(function: Any, known: Known, texts: Sources) -> Definition | None:
    """The source that a function was defined by; None where it is not found."""
    code = function.__code__
    if code in known:
        return known[code]
    found = find(texts.functions(code.co_filename), code)
    return None if found is None else define(code.co_filename, found, code.co_qualname, code.co_freevars)


def captured_by(function: Any, known: Known) -> Sequence[Any]:
    """The cells of its captured variables, in the order of its definition."""
    code = function.__code__
    cells = dict(zip(code.co_freevars, function.__closure__ or (), strict=True))
    return [cells[name] for name in (known[code].free if code in known else code.co_freevars)]


def content_of(cell: types.CellType) -> Any:
    """What a cell holds, or ``EMPTY``."""
    try:
        return cell.cell_contents
    except ValueError:
        return EMPTY


def maker(code: types.CodeType, names: dict[str, Any]) -> Callable[[Mapping[str, Any]], types.FunctionType]:
    """What makes functions of this code over the global ``names``, of cells by name."""

    def make(cells: Mapping[str, Any]) -> types.FunctionType:
        held = tuple(cells[name] for name in code.co_freevars)
        return types.FunctionType(code, names, code.co_name, None, held)

    return make
