"""What source names of modules: imports, and attributes of what it imports, asked of an engine without running it.

Invariants: the engine's own import refuses, so that nothing is refused here that it would let through; a name counts
as a module only where every binding of it in the whole source is an import of that module.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from .budget import Budget
from .engine import Stop
from .errors import PolicyViolation
from .facades import Facade
from .refusals import explain
from .refused import Refused
from .reserved import bindings

_OPERATIONS = 1 << 30
_CATCHES_IMPORTS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


class Importer(Protocol):
    """What an engine does for import statements; it notes what it refuses, and its code, in ``refused_imports``. What
    it stops a run for, its ``budget`` holds until it is renewed."""

    refused_imports: list[tuple[ImportError, str]]
    budget: Budget

    def import_module(self, name: str) -> Facade:
        """``import a.b``."""
        ...

    def import_as(self, name: str) -> Facade:
        """``import a.b as c``."""
        ...

    def import_from(self, module: str, name: str) -> object:
        """``from module import name``."""
        ...


class NamedModules:
    """One source. ``refused`` gives what is refused, and whether the source itself handles it."""

    def __init__(self, tree: ast.Module, importer: Importer) -> None:
        self._tree = tree
        self._importer = importer
        self._loaded: dict[int, object] = {}
        self._refused: list[tuple[Refused, bool]] = []

    def refused(self) -> list[tuple[Refused, bool]]:
        """All of them. Loads the facades of modules that are named; their code is the library's."""
        self._imports(self._tree, False)
        modules = self._modules()
        for node in ast.walk(self._tree):
            if type(node) is ast.Attribute and type(node.ctx) is ast.Load:
                facade = _facade(node.value, modules)
                why = None if facade is None else facade.missing(node.attr)
                if why is not None:
                    self._refused.append((Refused(node, "HC202", why), False))
        return self._refused

    def _imports(self, node: ast.AST, handled: bool) -> None:
        """Try the imports below ``node``; ``handled``: an ImportError is caught around it, in the same function."""
        waiting = [(node, handled)]
        while waiting:
            node, handled = waiting.pop()
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                for alias, load in self._loads(node):
                    self._try(alias, load, handled)
            elif isinstance(node, (ast.Try, ast.TryStar)):
                caught = handled or any(map(_catches_imports, node.handlers))
                waiting += [(child, caught) for child in node.body]
                waiting += [(child, handled) for child in (*node.handlers, *node.orelse, *node.finalbody)]
            else:
                inside = handled and not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
                waiting += [(child, inside) for child in ast.iter_child_nodes(node)]

    def _loads(self, node: ast.Import | ast.ImportFrom) -> Iterator[tuple[ast.alias, Callable[[], object]]]:
        """What an import statement asks the engine for; relative imports lead nowhere."""
        importer = self._importer
        if isinstance(node, ast.Import):
            for alias in node.names:
                load = importer.import_as if alias.asname else importer.import_module
                yield alias, functools.partial(load, alias.name)
        elif not node.level and node.module and node.module != "__future__":
            for alias in node.names:
                yield alias, functools.partial(importer.import_from, node.module, alias.name)

    def _try(self, alias: ast.alias, load: Callable[[], object], handled: bool) -> None:
        try:
            self._loaded[id(alias)] = load()
        except ImportError as error:
            code = next((code for refused, code in self._importer.refused_imports if refused is error), "")
            if code:
                self._refused.append((_refused(alias, code, str(error).removeprefix(f"[{code}] ")), handled))
        except Stop as stop:
            if not isinstance(stop.error, PolicyViolation):
                raise
            self._importer.budget.renew(_OPERATIONS)
            self._refused.append((_refused(alias, stop.error.code, stop.error.message), False))
        finally:
            self._importer.refused_imports.clear()

    def _modules(self) -> dict[str, Facade]:
        """The names that stand for one module wherever they are bound."""
        found: dict[str, object] = {}
        for name, _, _, node in bindings(self._tree):
            value = self._loaded.get(id(node))
            found[name] = value if found.get(name, value) is value else None
        return {name: value for name, value in found.items() if type(value) is Facade and not name.startswith("__")}


def _catches_imports(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or isinstance(kind, ast.Name) and kind.id in _CATCHES_IMPORTS for kind in kinds)


def _refused(node: ast.AST, code: str, message: str) -> Refused:
    """The refusal that the engine has told in full."""
    return Refused(node, code, message.removesuffix(explain(code, "")))


def _facade(node: ast.expr, modules: dict[str, Facade]) -> Facade | None:
    """The module that ``a`` or ``a.b.c`` stands for."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    value: Any = modules.get(node.id) if isinstance(node, ast.Name) else None
    for name in reversed(names):
        value = vars(value).get(name) if type(value) is Facade else None
    return value if type(value) is Facade else None
