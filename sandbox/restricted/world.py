"""The namespace of engine ``restricted`` as a snapshot sees it. Implements ``sandbox.snapshot.World``.

Functions that evaluated text has defined are the interpreter's, and are seen as its world sees them.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..interpreter.definitions import judged
from ..interpreter.world import InterpreterWorld
from ..snapshot import Definition
from ..snapshot.codes import pick, renamed
from ..snapshot.native_functions import captured_by, content_of, definition_of, maker
from ..snapshot.sources import BadDefinition
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
        return definition_of(function, self._runtime.definitions, self._runtime.texts)

    def captured(self, function: Any) -> Sequence[Any]:
        if not self._is_native(function):
            return super().captured(function)
        return captured_by(function, self._runtime.definitions)

    def content(self, cell: Any) -> Any:
        return content_of(cell) if type(cell) is types.CellType else super().content(cell)

    def new_cell(self) -> Any:
        return types.CellType()

    def fill(self, cell: Any, value: object) -> None:
        cell.cell_contents = value

    def _maker(self, definition: Definition) -> tuple[types.CodeType, Callable[[Mapping[str, Any]], Any]]:
        runtime = self._runtime
        wrapped, found = judged(runtime, definition, self._names)
        tree, refused = transformed(runtime, wrapped.tree, found)
        if refused:
            raise BadDefinition(f"the source of {definition.qualname!r} is refused here: {refused[0].what}")
        module = compiled(tree, definition.file)
        code = pick(module, wrapped)
        code = renamed(code, code.co_qualname, definition.qualname).replace(co_name=wrapped.name)
        return code, maker(code, runtime.names)

    def bind(self, names_: Mapping[str, object]) -> None:
        for name in names_:
            if is_hidden(name):
                self._runtime.refuse("HC101", f"the global name {name!r}")
        super().bind(names_)
