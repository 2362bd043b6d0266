"""A source file as text and as a syntax tree: where a node stands in the text, and in which function."""

from __future__ import annotations

import ast
from collections.abc import Iterator
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

    def nodes(self) -> Iterator[tuple[str, ast.AST]]:
        """Every node with the dotted name of the function or class that it stands in."""
        yield from _walk(self.tree, "")


def _walk(node: ast.AST, place: str) -> Iterator[tuple[str, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        yield place, child
        inner = place
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            inner = f"{place}.{child.name}" if place else child.name
        yield from _walk(child, inner)
