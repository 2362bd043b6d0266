"""A source file as text and as a syntax tree: where a node stands in the text, and in which function."""

from __future__ import annotations

import ast
import functools
from collections.abc import Sequence
from pathlib import Path

from .mutant import Edit

ROOT = Path(__file__).resolve().parents[2]
_SHOWN = 90


class Source:
    """One file of the tree."""

    def __init__(self, path: str, root: Path = ROOT) -> None:
        self.path = path
        self.text = (root / path).read_text(encoding="utf-8")
        self.tree = ast.parse(self.text)
        self._starts = [0]
        for line in self.text.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self._lines = self.text.splitlines()

    def _place(self, line: int, column: int) -> int:
        """An offset in characters; the syntax tree counts the columns in bytes."""
        text = self._lines[line - 1]
        column = column if text.isascii() else len(text.encode()[:column].decode())
        return self._starts[line - 1] + column

    def span(self, node: ast.expr | ast.stmt | ast.keyword) -> tuple[int, int]:
        """Where the text of the node begins and ends."""
        end_line, end_column = node.end_lineno or 0, node.end_col_offset or 0
        return self._place(node.lineno, node.col_offset), self._place(end_line, end_column)

    def of(self, node: ast.expr | ast.stmt) -> str:
        """The text of the node."""
        start, end = self.span(node)
        return self.text[start:end]

    def short(self, node: ast.expr | ast.stmt) -> str:
        """The text of the node in one line, cut where it is long."""
        text = " ".join(self.of(node).split())
        return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"

    def replaced(self, node: ast.expr | ast.stmt, new: str) -> Edit:
        """The edit that puts a text in the node's place."""
        return Edit(*self.span(node), new)

    def around(self, edits: Sequence[Edit]) -> tuple[int, int]:
        """Where the statements of the module that the edits touch begin and end."""
        spans = [self.span(node) for node in self.tree.body]
        touched = [span for span in spans if any(span[0] <= edit.end and edit.start <= span[1] for edit in edits)]
        return min(span[0] for span in touched), max(span[1] for span in touched)

    @functools.cached_property
    def nodes(self) -> tuple[tuple[str, ast.AST], ...]:
        """Every node with the dotted name of the function or class that it stands in, in the order of the text."""
        found: list[tuple[str, ast.AST]] = []
        waiting: list[tuple[str, ast.AST]] = [("", node) for node in reversed(self.tree.body)]
        while waiting:
            place, node = waiting.pop()
            found.append((place, node))
            inner = place
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                inner = f"{place}.{node.name}" if place else node.name
            waiting += [(inner, child) for child in reversed(list(ast.iter_child_nodes(node)))]
        return tuple(found)
