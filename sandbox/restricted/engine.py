"""The engine ``restricted``: guest source to guarded bytecode, run in one namespace.

Invariants: only a tree that the analysis of the guarded engines has passed and the transformer has rewritten is
compiled; the outcome recorded first is the outcome of the run; ``run`` raises nothing that guest code can cause.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Callable, Sequence
from typing import Any

from ..engine import EngineHost
from ..interpreter.compilation import Reading, no_collection, refuse_all
from ..interpreter.interpreter import Interpreter
from ..refused import Refused
from ..snapshot import World
from .runtime import NativeRuntime
from .transformer import compiled, transformed
from .world import RestrictedWorld


class Restricted(Interpreter):
    """One guest namespace, evaluated by CPython. Implements ``sandbox.engine.Engine``."""

    name = "restricted"
    runtime: NativeRuntime

    def _make_runtime(self, host: EngineHost) -> NativeRuntime:
        return NativeRuntime(host)

    def _compiled(self, code: str, filename: str) -> Callable[[], object]:
        runtime = self.runtime
        with no_collection():
            read = Reading(runtime, code, filename)
            read.check()
            refused = read.refused(runtime.namespace)
            if refused:
                refuse_all(runtime, refused)
            cell, errors = self._cell(read, filename)
            if cell is None:
                raise runtime.record(_refused(errors[0]).violation())
            return cell.run

    def _cell(self, read: Reading, filename: str) -> tuple[_Cell | None, list[str]]:
        """The cell, or what the transformer refuses of a source in which nothing else is refused."""
        made, errors = transformed(self.runtime, read.tree, read.found)
        if errors:
            return None, errors
        return _Cell(made, filename, self.runtime.names, read.found.future_annotations), errors

    def _rest(self, source: Reading, filename: str) -> list[Refused]:
        return [_refused(error) for error in self._cell(source, filename)[1]]

    def world(self) -> World:
        """The namespace as snapshots see it."""
        return RestrictedWorld(self.runtime, self._cells, self._count)

    def set_tools(self, names: Sequence[str]) -> None:
        """Replace the callable host functions."""
        super().set_tools(names)
        self.runtime.refresh()


def _refused(error: str) -> Refused:
    """A refusal of the transformer: ``Line N: what``."""
    place, _, what = error.partition(": ")
    number = place.removeprefix("Line ")
    return Refused(ast.Pass(lineno=int(number)) if number.isdecimal() else ast.Pass(), "HC301", what)


class _Cell:
    """Compiled code of one cell."""

    def __init__(self, tree: ast.Module, filename: str, names: dict[str, Any], future: bool) -> None:
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        self._names = names
        self._body: types.CodeType | None = None
        self._value: types.CodeType | None = None
        if tree.body:
            self._body = compiled(tree, filename, future)
        if isinstance(last, ast.Expr):
            self._value = compiled(ast.Expression(last.value), filename, future)

    def run(self) -> object:
        """Run it; the value of the last expression, or None."""
        if self._body is not None:
            exec(self._body, self._names)
        return None if self._value is None else eval(self._value, self._names)
