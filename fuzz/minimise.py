"""Makes a program that shows a difference small: statement by statement, then expression by expression.

Invariants: every step still shows the difference; the number of trials is bounded.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator

_BODIES = ("body", "orelse", "finalbody", "handlers", "cases")
_DISPLAYS = ("elts", "args", "keywords", "values", "targets", "decorator_list", "generators", "items", "ifs")


def minimise(body: str, shows: Callable[[str], bool], trials: int = 3000) -> str:
    """A smaller program for which ``shows`` is still true."""
    tree = ast.parse(body)
    left = trials
    going = True
    while going and left > 0:
        going = False
        for change in _changes(tree):
            left -= 1
            if left < 0:
                break
            made = copy.deepcopy(tree)
            try:
                change(made)
                text = ast.unparse(ast.fix_missing_locations(made)) + "\n"
                ast.parse(text)
            except (SyntaxError, ValueError, AttributeError, IndexError, TypeError, KeyError):
                continue
            if len(text) < len(body) and shows(text):
                tree, body, going = ast.parse(text), text, True
                break
    return body


Change = Callable[[ast.AST], None]


def _changes(tree: ast.Module) -> Iterator[Change]:
    """Smaller trees, the boldest first; each change finds its node by its number in the walk."""
    nodes = list(ast.walk(tree))
    for number, node in enumerate(nodes):
        for field in _BODIES:
            body = getattr(node, field, None)
            if isinstance(body, list):
                size = len(body)
                while size:
                    for start in range(0, len(body), size):
                        yield _cut(number, field, start, start + size)
                    size //= 2
    for number, node in enumerate(nodes):
        for field in _BODIES:
            body = getattr(node, field, None)
            for index, each in enumerate(body if isinstance(body, list) else ()):
                for inner in _BODIES:
                    if isinstance(getattr(each, inner, None), list) and getattr(each, inner):
                        yield _hoist(number, field, index, inner)
    for number, node in enumerate(nodes):
        for field in _DISPLAYS:
            value = getattr(node, field, None)
            for index in range(len(value) if isinstance(value, list) else 0):
                yield _cut(number, field, index, index + 1)
        for field, value in ast.iter_fields(node):
            if isinstance(value, ast.expr) and not isinstance(value, ast.Constant):
                yield _replace(number, field, -1, None)
                children = sum(isinstance(child, ast.expr) for child in ast.iter_child_nodes(value))
                yield from (_replace(number, field, -1, k) for k in range(children))
            for index, each in enumerate(value if isinstance(value, list) else ()):
                if isinstance(each, ast.expr) and not isinstance(each, ast.Constant):
                    yield _replace(number, field, index, None)
                    children = sum(isinstance(child, ast.expr) for child in ast.iter_child_nodes(each))
                    yield from (_replace(number, field, index, k) for k in range(children))


def _node(tree: ast.AST, number: int) -> ast.AST:
    return list(ast.walk(tree))[number]


def _cut(number: int, field: str, start: int, end: int) -> Change:
    def change(tree: ast.AST) -> None:
        body = getattr(_node(tree, number), field)
        del body[start:end]
        if not body and field == "body" and not isinstance(tree, ast.Module):
            body.append(ast.Pass())
        node = _node(tree, number)
        if not body and field == "body" and not isinstance(node, ast.Module):
            body.append(ast.Pass())

    return change


def _hoist(number: int, field: str, index: int, inner: str) -> Change:
    def change(tree: ast.AST) -> None:
        body = getattr(_node(tree, number), field)
        body[index : index + 1] = getattr(body[index], inner)

    return change


def _replace(number: int, field: str, index: int, child: int | None) -> Change:
    """An expression becomes one of its children, or the constant 1."""

    def change(tree: ast.AST) -> None:
        node = _node(tree, number)
        value = getattr(node, field)
        old = value if index < 0 else value[index]
        new: ast.AST = ast.Constant(1)
        if child is not None:
            new = [each for each in ast.iter_child_nodes(old) if isinstance(each, ast.expr)][child]
        if index < 0:
            setattr(node, field, new)
        else:
            value[index] = new

    return change
