"""Imports point downwards only: agents -> executors -> sandbox; sandbox imports the standard library alone."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = ("sandbox", "executors", "agents")
SOURCES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))
# The one engine that is built on a third-party package.
SANDBOX_EXCEPTIONS = {"sandbox/restricted/policy.py": {"RestrictedPython"}}


def imported_modules(source: str, package: tuple[str, ...]) -> Iterator[str]:
    """Absolute dotted names that ``source``, a module of ``package``, imports anywhere in its code."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            yield ".".join((*base, *(node.module or "").split("."))).strip(".")


def upward_imports(path: Path) -> list[str]:
    """What the file imports although its layer may not."""
    relative = path.relative_to(ROOT)
    layer = relative.parts[0]
    forbidden = set(LAYERS[LAYERS.index(layer) + 1 :])
    allowed_outside = SANDBOX_EXCEPTIONS.get(relative.as_posix(), set())
    wrong = []
    for name in imported_modules(path.read_text(), relative.parent.parts):
        top = name.split(".")[0]
        foreign = layer == "sandbox" and top != "sandbox" and top not in sys.stdlib_module_names
        if top in forbidden or (foreign and top not in allowed_outside):
            wrong.append(name)
    return wrong


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_downwards(path: Path) -> None:
    assert upward_imports(path) == []


def test_the_rule_sees_relative_and_nested_imports() -> None:
    source = "def f():\n    from ..executors import base\n    from . import limits\n    import agents.loop\n"
    assert list(imported_modules(source, ("sandbox", "jail"))) == ["sandbox.executors", "sandbox.jail", "agents.loop"]


def test_there_is_something_to_check() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in SOURCES} == set(LAYERS)
