"""Making syntax nodes that stand where the guest's own stood.

Invariants: every made node has the position of a node of the source, so that tracebacks are CPython's.
"""

from __future__ import annotations

import ast
from typing import Any

from ..interpreter.unit import attribute_at, iteration_at

LOAD = ast.Load()
STORE = ast.Store()
_IN = ast.In()


def at(node: Any) -> dict[str, Any]:
    """The position of a node as keywords of a node's constructor."""
    return {
        "lineno": node.lineno,
        "col_offset": node.col_offset,
        "end_lineno": node.end_lineno,
        "end_col_offset": node.end_col_offset,
    }


def name(text: str, where: ast.AST) -> ast.Name:
    """The load of a hook."""
    return ast.Name(text, LOAD, **at(where))


def constant(value: Any, where: ast.AST) -> ast.Constant:
    """A literal."""
    return ast.Constant(value, None, **at(where))


def call(hook: str, where: ast.AST, *args: ast.expr) -> ast.Call:
    """A call of a hook."""
    position = at(where)
    return ast.Call(ast.Name(hook, LOAD, **position), list(args), [], **position)


def reread(node: ast.expr) -> ast.expr:
    """A second load of what is a name or a literal."""
    if isinstance(node, ast.Name):
        return ast.Name(node.id, LOAD, **at(node))
    assert isinstance(node, ast.Constant)
    return ast.Constant(node.value, node.kind, **at(node))


def is_still(node: ast.expr) -> bool:
    """Whether an expression may be evaluated twice: a name or a literal."""
    return isinstance(node, (ast.Name, ast.Constant))


def kept(variable: str, node: ast.expr) -> ast.expr:
    """``(variable := node)``."""
    position = at(node)
    return ast.NamedExpr(ast.Name(variable, STORE, **position), node, **position)


def type_of(node: ast.expr) -> ast.expr:
    """The real type of a name's value."""
    return call(".type", node, reread(node))


def compare(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ast.Compare:
    """``left operator right``."""
    return ast.Compare(left, [operator], [right], **at(left))


def is_in(node: ast.expr, hook: str) -> ast.expr:
    """Whether the type of a name's value is in a hook's set."""
    return compare(type_of(node), _IN, name(hook, node))


def choose(test: ast.expr, yes: ast.expr, no: ast.expr, where: ast.AST) -> ast.IfExp:
    """``yes if test else no``."""
    return ast.IfExp(test, yes, no, **at(where))


def placed_at_attribute(made: ast.expr, node: ast.Attribute) -> ast.expr:
    """Put a made node where CPython says that reading the attribute fails."""
    made.lineno, made.col_offset, made.end_lineno, made.end_col_offset = attribute_at(node, node)
    return made


def begins(made: ast.expr, source: ast.expr, around: ast.AST) -> ast.expr:
    """Put a made node where CPython says that the iteration over ``source`` begins."""
    made.lineno, made.col_offset, made.end_lineno, made.end_col_offset = iteration_at(source, around)
    return made
