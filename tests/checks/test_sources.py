"""Rules on every source file: length, a docstring, no unfinished work, nothing that runs text or pickles."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for layer in ("sandbox", "executors", "agents") for path in (ROOT / layer).rglob("*.py"))
LONGEST = 400
LONGEST_INTERPRETER = 600
# Serialisers that run code when they read.
FORBIDDEN_MODULES = {"pickle", "cloudpickle", "dill", "marshal", "shelve"}
ids = {"ids": lambda path: str(path.relative_to(ROOT))}


@pytest.mark.parametrize("path", SOURCES, **ids)
def test_a_file_can_be_read_in_a_sitting(path: Path) -> None:
    limit = LONGEST_INTERPRETER if "interpreter" in path.parts else LONGEST
    assert len(path.read_text().splitlines()) <= limit


@pytest.mark.parametrize("path", SOURCES, **ids)
def test_a_module_says_its_purpose(path: Path) -> None:
    source = path.read_text()
    assert not source.strip() or ast.get_docstring(ast.parse(source))


@pytest.mark.parametrize("path", SOURCES, **ids)
def test_nothing_is_left_unfinished(path: Path) -> None:
    # With a message NotImplementedError is an answer, as pathlib gives; without one it is a stub.
    assert re.findall(r"\b(?:TODO|FIXME|XXX)\b|raise NotImplementedError(?:\(\))?$", path.read_text(), re.M) == []


@pytest.mark.parametrize("path", SOURCES, **ids)
def test_nothing_unpickles(path: Path) -> None:
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(path.read_text()))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported & FORBIDDEN_MODULES == set()
