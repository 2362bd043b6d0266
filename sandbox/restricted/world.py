"""The namespace of engine ``restricted`` as a snapshot sees it. Implements ``sandbox.snapshot.World``.

Functions that evaluated text has defined are the interpreter's, and are seen as its world sees them.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..interpreter.definitions import judged
from ..interpreter.world import InterpreterWorld
from ..snapshot import EMPTY, Definition
from ..snapshot.codes import find, pick, renamed
from ..snapshot.sources import BadDefinition, define
from .runtime import NativeRuntime
from .transformer import compiled, transformed
from .visible import is_hidden


class RestrictedWorld(InterpreterWorld):
    """One engine's namespace, for the length of one snapshot."""

    _runtime: NativeRuntime

    def _is_native(self, function: Any) -> bool:
        return function.__globals__ is self._runtime.names

    def definition(self, function: Any) -> Definition | None:
        if not self._is_native(function):
            return super().definition(function)
        code = function.__code__
        known = self._runtime.definitions.get(code)
        if known is None:
            found = find(self._runtime.texts.functions(code.co_filename), code)
            known = None if found is None else define(code.co_filename, found, code.co_qualname, code.co_freevars)
        return known

    def captured(self, function: Any) -> Sequence[Any]:
        if not self._is_native(function):
            return super().captured(function)
        names = function.__code__.co_freevars
        cells = dict(zip(names, function.__closure__ or (), strict=True))
        known = self._runtime.definitions.get(function.__code__)
        return [cells[name] for name in (names if known is None else known.free)]

    def content(self, cell: Any) -> Any:
        if type(cell) is not types.CellType:
            return super().content(cell)
        try:
            return cell.cell_contents
        except ValueError:
            return EMPTY

    def new_cell(self) -> Any:
        return types.CellType()

    def fill(self, cell: Any, value: object) -> None:
        cell.cell_contents = value

    def _maker(self, definition: Definition) -> tuple[types.CodeType, Callable[[Mapping[str, Any]], Any]]:
        runtime = self._runtime
        wrapped, found = judged(runtime, definition, self._names)
        tree, errors = transformed(runtime, wrapped.tree, found)
        if errors:
            raise BadDefinition(f"the source of {definition.qualname!r} is refused here: {errors[0]}")
        module = compiled(tree, definition.file)
        code = pick(module, wrapped)
        code = renamed(code, code.co_qualname, definition.qualname).replace(co_name=wrapped.name)

        def make(cells: Mapping[str, Any]) -> types.FunctionType:
            held = tuple(cells[name] for name in code.co_freevars)
            return types.FunctionType(code, runtime.names, code.co_name, None, held)

        return code, make

    def bind(self, names_: Mapping[str, object]) -> None:
        for name in names_:
            if is_hidden(name):
                self._runtime.refuse("HC101", f"the global name {name!r}")
        super().bind(names_)
