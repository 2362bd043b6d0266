"""Truth: ``and``, ``or``, conditional expressions, and what ``if``, ``while`` and their like test.

CPython asks each part of a condition for its truth once and jumps; a value that was tested is not tested again by
the ``or`` or ``if`` around it. ``__bool__`` can tell, so the parts of a condition go into one template, which CPython
compiles to the same jumps.

Invariants: ``__bool__`` is called as often, and in the order, as by CPython.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from .expressions import COMPARE
from .priced import compared
from .shapes import Operand, Run, call, close, closed, closure_of, join, part, placed, short
from .unit import EXPRESSIONS, Unit, at, compiles

_DEEPEST = 30
"""Parts that are nested deeper are closures again: templates must not exceed the parser's own limits."""


# -- conditions
def is_compound(node: ast.expr) -> bool:
    """Whether the condition's truth is decided part by part."""
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Not) and is_compound(node.operand)
    return isinstance(node, (ast.BoolOp, ast.IfExp)) or (isinstance(node, ast.Compare) and len(node.ops) > 1)


def truth(unit: Unit, node: ast.expr, depth: int = 0) -> Operand:
    """The operand of a condition, for a template that does nothing with it but test it."""
    if depth > _DEEPEST and is_compound(node):
        return call(truth_closure(unit, node))
    if isinstance(node, ast.BoolOp):
        return _junction(unit, node, lambda value: truth(unit, value, depth + 1))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return join("(not {0})", [truth(unit, node.operand, depth + 1)], at(node))
    if isinstance(node, ast.IfExp):
        return _choice(unit, node, depth + 1, lambda value: truth(unit, value, depth + 1))
    if isinstance(node, ast.Compare) and len(node.ops) > 1:
        return join(*_chain(unit, node), at(node))
    return placed(unit.operand(node), at(node))


def truth_closure(unit: Unit, node: ast.expr) -> Run:
    """A closure whose value is as true as the condition, and is tested for it without a trace."""
    if not is_compound(node):
        return closure_of(unit.operand(node))
    return close("if {0}: return True\nreturn False", [truth(unit, node)], at=at(node))


def still_truth(unit: Unit, node: ast.expr) -> Operand:
    """``truth`` of a condition, for a template that must not keep what its parts give."""
    found = truth(unit, node)
    if ":=" in found.text and is_compound(node):
        return call(close("if {0}: return True\nreturn False", [found], at=at(node)))
    return closed(found)


def _junction(unit: Unit, node: ast.BoolOp, operand: Callable[[ast.expr], Operand]) -> Operand:
    """``and`` or ``or`` over the operands of its values, of which only the first is evaluated for certain."""
    first = operand(node.values[0])
    branches = unit.branches()
    rest = [operand(value) for value in node.values[1:]]
    unit.definite = branches.before
    word = " and " if isinstance(node.op, ast.And) else " or "
    text = "(" + word.join(f"{{{k}}}" for k in range(len(node.values))) + ")"
    return join(text, [first, *rest], at(node))


def _choice(unit: Unit, node: ast.IfExp, depth: int, operand: Callable[[ast.expr], Operand]) -> Operand:
    """A conditional expression over the operands of its alternatives; ``depth`` is that of its condition."""
    test = truth(unit, node.test, depth)
    branches = unit.branches()
    yes = operand(node.body)
    branches.end()
    branches.begin()
    no = operand(node.orelse)
    branches.end()
    branches.close()
    return join("({1} if {0} else {2})", [test, yes, no], at(node))


def _chain(unit: Unit, node: ast.Compare) -> tuple[str, list[Operand]]:
    signs = "".join(f" {COMPARE[type(sign)]} {{{k}}}" for k, sign in enumerate(node.ops, 1))
    pairs = list(zip(node.ops, node.comparators, strict=True))
    first = [unit.operand(node.left), compared(unit, *pairs[0])]
    branches = unit.branches()
    rest = [compared(unit, *pair) for pair in pairs[1:]]
    unit.definite = branches.before
    return "({0}" + signs + ")", [*first, *rest]


# -- values
@compiles(EXPRESSIONS, ast.Compare)
def comparison(unit: Unit, node: ast.Compare) -> Operand:
    return part(*_chain(unit, node), at(node))


@compiles(EXPRESSIONS, ast.BoolOp)
def boolean(unit: Unit, node: ast.BoolOp) -> Operand:
    return short(_value(unit, node, 0), at(node))


def _value(unit: Unit, node: ast.expr, depth: int) -> Operand:
    """A part of ``and`` and ``or`` whose value counts: what can jump inside it is inlined."""
    if depth > _DEEPEST:
        return unit.operand(node)
    if isinstance(node, ast.IfExp):
        return _choice(unit, node, depth + 1, lambda value: _value(unit, value, depth + 1))
    if isinstance(node, ast.BoolOp):
        return _junction(unit, node, lambda value: _value(unit, value, depth + 1))
    return unit.operand(node)


@compiles(EXPRESSIONS, ast.IfExp)
def conditional(unit: Unit, node: ast.IfExp) -> Operand:
    return short(_choice(unit, node, 0, unit.operand), at(node))
