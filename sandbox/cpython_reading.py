"""Reading source without running it, under engine ``cpython``: syntax, names of tools, imports.

Invariants: as for the engine, names and attributes are not policed; nothing is imported.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection
from typing import Any

from . import reserved
from .budget import Budget
from .engine import Stop
from .errors import RunError
from .findings import Finding, Places
from .named_modules import NamedModules
from .refusals import explain


class _Imports:
    """Asks the policy. Implements ``named_modules.Importer``; no module comes of it."""

    def __init__(self, allows: Callable[[str], bool]) -> None:
        self.refused_imports: list[tuple[ImportError, str]] = []
        self.budget = Budget(lambda allowed: Stop(None))
        self._allows = allows

    def import_module(self, name: str) -> Any:
        """``import a.b``."""
        if not self._allows(name):
            error = ImportError(f"[HC201] {explain('HC201', f'import of {name!r}')}", name=name)
            self.refused_imports.append((error, "HC201"))
            raise error

    import_as = import_module

    def import_from(self, module: str, name: str) -> object:
        """``from module import name``."""
        return self.import_module(module)


def read(
    code: str,
    filename: str,
    *,
    tools: Collection[str],
    allows: Callable[[str], bool],
    describe: Callable[[BaseException, str], RunError],
    most: int,
) -> tuple[list[Finding], int]:
    """All that is wrong with the source, as ``Reader.read`` gives it."""
    places = Places(code)
    try:
        tree = ast.parse(code, filename)
    except Exception as error:
        return [places.error(describe(error, filename), error, in_bytes=False)], 0
    named = sorted(NamedModules(tree, _Imports(allows)).refused(), key=lambda each: each[0].place)
    refused = reserved.refused(reserved.assignments_to_calls(tree), tools)
    found = [places.refused(each) for each in refused[:most]]
    if not refused:
        try:
            compile(tree, filename, "exec", dont_inherit=True)
        except Exception as error:
            found.append(places.error(describe(error, filename), error, in_bytes=True))
    total = len(found) + len(refused[most:]) + len(named)
    found += [places.refused(each, "caught" if caught else "there") for each, caught in named[: most - len(found)]]
    return found, total - len(found)
