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
from ..findings import Finding, Places
from ..interpreter.compilation import Reading, no_collection, refuse_all
from ..interpreter.interpreter import Interpreter
from ..interpreter.reading import FAULTS
from ..refused import Refused
from ..snapshot import World
from .runtime import NativeRuntime
from .transformer import compiled, refused_beside, transformed
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
                refuse_all(runtime, [*refused, *self._beside(read, refused)])
            cell, refused = self._cell(read, filename)
            if cell is None:
                refuse_all(runtime, refused)
            return cell.run

    def _cell(self, read: Reading, filename: str) -> tuple[_Cell | None, list[Refused]]:
        """The cell, or what the transformer refuses of a source in which nothing else is refused."""
        made, refused = transformed(self.runtime, read.tree, read.found)
        if refused:
            return None, refused
        return _Cell(made, filename, self.runtime.names, read.found.future_annotations), refused

    def _beside(self, read: Reading, refused: list[Refused]) -> list[Refused]:
        """What only the transformer refuses of a source that is refused in any case."""
        if any(each.code == "HC301" for each in refused):
            return []  # the analysis did not look into syntax that it does not know
        return refused_beside(self.runtime, read.tree, read.found)

    def _rest(self, source: Reading, filename: str) -> list[Refused]:
        return self._cell(source, filename)[1]

    def _read(self, code: str, most: int) -> tuple[list[Finding], int]:
        found, more = super()._read(code, most)
        before = {each.code for each in found if each.when == "before"}
        if not before or "HC301" in before:  # HC301: the transformer has been asked, or cannot be
            return found, more
        places = Places(code)
        return _merged(found, more, [places.refused(each) for each in self._own(code)], most)

    def _own(self, code: str) -> list[Refused]:
        """What only the transformer refuses of a source that has other faults, which are found already."""
        filename = self._begin(code)
        try:
            with self._deep():
                read = Reading(self.runtime, code, filename)
                refused = read.refused(self.runtime.namespace)
                return self._beside(read, refused)
        except FAULTS:
            return []
        finally:
            self.runtime.sources.pop(filename, None)

    def world(self) -> World:
        """The namespace as snapshots see it."""
        return RestrictedWorld(self.runtime, self._cells, self._count)

    def set_tools(self, names: Sequence[str]) -> None:
        """Replace the callable host functions."""
        super().set_tools(names)
        self.runtime.refresh()


def _merged(found: list[Finding], more: int, own: list[Finding], most: int) -> tuple[list[Finding], int]:
    """``found`` with the transformer's own where a run comes to them: after faults, by place among the refusals."""
    refused, faults, there = [*own], list[Finding](), list[Finding]()
    for each in found:
        kind = there if each.when != "before" else refused if each.kind == "policy" else faults
        kind.append(each)
    refused.sort(key=lambda each: (each.line or 0, each.column or 0))
    told = [*faults, *refused, *there][:most]
    return told, more + len(found) + len(own) - len(told)


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
