"""What bytecode of guests runs over: the state of the guarded engines, with a plain dictionary for its global names.

Invariants: the builtins of guest bytecode are this engine's table of builtins, tools and hooks, and nothing else; guest
code never holds it, nor the dictionary of its globals.
"""

from __future__ import annotations

import functools
from typing import Any

from ..engine import EngineHost
from ..interpreter.runtime import GuestRuntime
from ..interpreter.shapes import NOTHING
from . import hooks
from .cases import Patterns
from .class_statements import class_builder
from .visible import BUILTINS, Visible, is_hidden


class NativeRuntime(GuestRuntime):
    """The state of one engine ``restricted``. ``names`` are the globals of its bytecode."""

    def __init__(self, host: EngineHost) -> None:
        self.names: dict[str, Any] = {}
        self.native_builtins: dict[str, Any] = {}
        self.patterns = Patterns()
        super().__init__(host)
        self.guards.native_globals = self.names

    def _make_namespace(self) -> Any:
        return Visible(self.names, self.tools, self.builtins)

    def _check_global(self, name: object) -> None:
        super()._check_global(name)
        if is_hidden(name):
            self.refuse("HC103", f"name {name!r}")

    @functools.cached_property
    def _hooks(self) -> dict[str, Any]:
        return hooks.table(self)

    def refresh(self) -> None:
        """Make the builtins of bytecode anew, after builtins or tools have changed."""
        made = {**self.builtins, **self.tools, **self._hooks}
        made["__import__"] = NOTHING["__builtins__"]["__import__"]  # what C code looks for
        made["__build_class__"] = class_builder(self)
        self.native_builtins.clear()
        self.native_builtins.update(made)
        self.names[BUILTINS] = self.native_builtins
