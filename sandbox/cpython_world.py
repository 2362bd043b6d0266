"""The namespace of engine ``cpython`` as a snapshot sees it. Implements ``sandbox.snapshot.World``.

Invariants: definitions are compiled and their code objects picked out, never run.
"""

from __future__ import annotations

import importlib
import linecache
import platform
import sys
import types
from collections.abc import Callable, Container, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from . import reserved
from .engine import Stop
from .snapshot import Definition
from .snapshot.codes import pick, renamed
from .snapshot.native_functions import captured_by, content_of, definition_of, maker
from .snapshot.sources import BadDefinition, wrap
from .snapshot.world import Place
from .values import instances
from .values.packages import in_guest

if TYPE_CHECKING:
    from .cpython import CPython

_PLAIN = (int, float, str, bytes, bool, tuple, list, dict, set, frozenset, type(None), types.ModuleType)


class CPythonWorld:
    """One engine's namespace, for the length of one snapshot."""

    python = platform.python_version()

    def __init__(self, engine: CPython) -> None:
        self._engine = engine
        self.packages = in_guest(engine.allows, engine.meet)
        self._modules, self._places = self._index()

    def _index(self) -> tuple[dict[int, str], dict[int, Place]]:
        engine = self._engine
        modules: dict[int, str] = {}
        places: dict[int, Place] = {id(value): ("", name) for name, value in engine.builtins.items()}
        allowed = sorted(
            (name for name in sys.modules if engine.allows(name)), key=lambda name: (name.count("."), name)
        )
        listed: dict[int, Place] = {}
        others: dict[int, Place] = {}
        for module in allowed:
            found = sys.modules[module]
            if type(found) is not types.ModuleType or module == "__main__":
                continue
            modules.setdefault(id(found), module)
            for name, value in list(vars(found).items()):
                if type(name) is str and not name.startswith("_") and not isinstance(value, _PLAIN):
                    public = name in getattr(found, "__all__", ())
                    own = getattr(value, "__module__", None) == module
                    rank = places if own else listed if public else others
                    rank.setdefault(id(value), (module, name))
        return modules, others | listed | places

    # ---- reading
    def names(self) -> dict[str, object]:
        return self._engine.own_names()

    def cells_run(self) -> int:
        return self._engine.cells

    def place(self, value: object) -> Place | None:
        if type(value) is types.ModuleType or self.is_guest_class(value) or self.is_guest_function(value):
            return None
        return self._places.get(id(value))

    def tool(self, value: object) -> str | None:
        return next((name for name, tool in self._engine.tool_functions().items() if tool is value), None)

    def module(self, value: object) -> str | None:
        return self._modules.get(id(value)) if type(value) is types.ModuleType else None

    def shown(self, cls: type) -> Any:
        return cls

    def is_guest_class(self, value: object) -> bool:
        if not instances.is_kind_of(type(value), type):
            return False
        return instances.is_heap(value) and instances.module_of(value) == "__main__"  # type: ignore[arg-type]

    def is_guest_function(self, value: object) -> bool:
        if type(value) is not types.FunctionType or value.__globals__ is not self._engine.names:
            return False
        return value.__code__.co_filename.startswith("<cell ")

    def definition(self, function: Any) -> Definition | None:
        return definition_of(function, self._engine.definitions, self._engine.texts)

    def captured(self, function: Any) -> Sequence[Any]:
        return captured_by(function, self._engine.definitions)

    def content(self, cell: Any) -> Any:
        return content_of(cell)

    def random_states(self) -> Mapping[str, object]:
        found: dict[str, object] = {}
        for module, read in (("random", "getstate"), ("numpy.random", "get_state")):
            if module in sys.modules and self._engine.allows(module):
                found[module] = getattr(sys.modules[module], read)()
        return found

    # ---- making
    def begin(self, names: Container[str], cells: int) -> None:
        self._engine.cells = cells

    def load(self, module: str) -> Any:
        self._engine.import_for_guest(module)
        return sys.modules[module]

    def load_from(self, module: str, name: str) -> Any:
        if not module:
            if name not in self._engine.builtins:
                raise ImportError(f"there is no builtin {name!r} here")
            return self._engine.builtins[name]
        found = self.load(module)
        if not hasattr(found, name):
            importlib.import_module(f"{module}.{name}")
        return getattr(found, name)

    def get_tool(self, name: str) -> Any:
        return self._engine.tool_functions().get(name)

    def new_cell(self) -> Any:
        return types.CellType()

    def fill(self, cell: Any, value: object) -> None:
        cell.cell_contents = value

    def define(self, definition: Definition) -> Callable[[Mapping[str, Any]], Any]:
        wrapped = wrap(definition)
        violation = reserved.check(wrapped.tree, self._engine.tool_functions())
        if violation is not None:
            raise Stop(violation)
        try:
            module = compile(wrapped.tree, definition.file, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise BadDefinition(f"the source of {definition.qualname!r} does not compile here: {error}") from None
        code = pick(module, wrapped)
        code = renamed(code, code.co_qualname, definition.qualname).replace(co_name=wrapped.name)
        engine = self._engine
        engine.definitions[code] = definition
        engine.texts.add_definition(definition)
        _show(definition)
        return maker(code, engine.names)

    def new_class(self, name: str, bases: tuple[Any, ...], options: Mapping[str, Any], body: Mapping[str, Any]) -> Any:
        def fill(namespace: dict[str, Any]) -> None:
            for key, value in body.items():
                namespace[key] = value

        return types.new_class(name, bases, dict(options), fill)

    def getattr(self, value: object, name: str) -> Any:
        return getattr(value, name)

    def check_store(self, value: object, name: str, new: object) -> None:
        """Names and attributes are not policed here."""

    def set_random_state(self, module: str, state: Any) -> None:
        if module not in ("random", "numpy.random"):
            raise ValueError(f"the module {module!r} has no state of random numbers")
        found = self.load(module)
        (found.setstate if module == "random" else found.set_state)(state)

    def bind(self, names: Mapping[str, object]) -> None:
        self._engine.set_variables(names)


def _show(definition: Definition) -> None:
    """Let tracebacks find the lines."""
    entry = linecache.cache.get(definition.file)
    lines = list(entry[2]) if entry is not None and len(entry) == 4 else []
    own = definition.text.splitlines(keepends=True)
    lines += ["\n"] * (definition.line - 1 + len(own) - len(lines))
    lines[definition.line - 1 : definition.line - 1 + len(own)] = own
    linecache.cache[definition.file] = (len(lines), None, lines, definition.file)
