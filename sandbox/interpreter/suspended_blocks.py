"""Blocks, branches and loops that can yield or await, written out as one generator template (see ``blocks``).

Invariants: evaluation order is CPython's; a statement's generator returns None or a signal.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Any

from .blocks import SignalText
from .shapes import Operand, Run, closed, constant
from .statements import is_empty, signals
from .suspension import Steps, close_steps, condition, hoist, suspended_expression, suspension_of
from .unit import SUSPENDED_STATEMENTS, Ready, Unit, at, compiles

_DEEPEST = 8
"""So many loops and branches are nested in one template; CPython's compiler takes twenty."""
_WRITTEN_OUT = (ast.If, ast.While, ast.For)
_SUSPENSIONS = (ast.Yield, ast.YieldFrom, ast.Await)


def suspended_block(unit: Unit, body: Sequence[ast.stmt]) -> Run:
    """Statements in order as one generator closure that returns a signal."""
    body = [node for node in body if not is_empty(node)]
    if len(body) == 1 and unit.suspends(body[0]) and not isinstance(body[0], _WRITTEN_OUT):
        return suspended_statement(unit, body[0])
    text = _Text(unit)
    text.block(body)
    return text.close()


def suspended_statement(unit: Unit, node: ast.stmt) -> Run:
    """A generator closure that runs the statement and returns its signal."""
    compiler = SUSPENDED_STATEMENTS.get(type(node))
    if compiler is not None:
        return compiler(unit, node)
    return hoisted(unit, node)


def hoisted(unit: Unit, node: ast.stmt) -> Run:
    """A generator closure: what the statement evaluates up to its last suspension, then the rest of it."""
    steps = Steps(unit)
    rest = hoist(node, steps)
    return steps.then("return w0(frame)", [], [unit.statement(rest)], at(node))


def assigned(unit: Unit, place: ast.expr, value: ast.expr, origin: ast.AST) -> ast.Assign:
    """``place = value`` as a statement of the compiler's own."""
    made = ast.copy_location(ast.Assign([place], value), origin)
    unit.stand_for(made, place)
    return made


def first_stored(unit: Unit, place: ast.expr, body: list[ast.stmt]) -> tuple[ast.expr, list[ast.stmt]]:
    """A target and the block after it, for a target that suspends: the block stores to it first."""
    if not unit.suspends(place):
        return place, body
    ready = Ready(unit.scope.temporary(), place)
    return ready, [assigned(unit, place, ready, place), *body]


@compiles(SUSPENDED_STATEMENTS, *_WRITTEN_OUT)
def written_out(unit: Unit, node: ast.stmt) -> Run:
    text = _Text(unit)
    text.statement(node)
    return text.close()


class _Text(SignalText):
    """Lines of a generator's template."""

    def close(self) -> Run:
        lines = "\n".join([*self.lines, "return None", "yield"])
        return close_steps(lines, self.operands, self.values)

    def statement(self, node: ast.stmt) -> None:
        written = isinstance(node, _WRITTEN_OUT) and self.depth < _DEEPEST
        if written or not self.unit.suspends(node) or self.is_simple(node):
            super().statement(node)
        elif isinstance(node, ast.Expr):
            self.line(f"yield from {self.value(suspended_expression(self.unit, node.value))}(frame)")
        else:
            self.obeying(f"yield from {self.value(suspended_statement(self.unit, node))}(frame)", signals(node))

    def is_simple(self, node: ast.stmt) -> bool:
        """Whether it is ``yield value`` or ``name = yield value``, or the same with ``await`` or ``yield from``."""
        value = getattr(node, "value", None)
        if not isinstance(value, _SUSPENSIONS) or self.unit.suspends(value.value):
            return False
        one = isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
        return one or isinstance(node, ast.Expr)

    def expression(self, node: ast.expr) -> Operand:
        if not isinstance(node, _SUSPENSIONS):
            return super().expression(node)
        value = constant(None) if node.value is None else closed(self.unit.operand(node.value))
        return suspension_of(self.unit, node, value)

    def test(self, node: ast.expr) -> Operand:
        if not self.unit.suspends(node):
            return super().test(node)
        values: list[Any] = []
        text = condition(self.unit, node, values)
        return Operand(re.sub(r"\bv(\d+)\b", r"{\1}", text), tuple(values))

    def iterated(self, node: ast.expr) -> Operand:
        if not self.unit.suspends(node):
            return super().iterated(node)
        return Operand("(yield from {0}(frame))", (suspended_expression(self.unit, node),))

    def stored(self, node: ast.For) -> tuple[ast.expr, list[ast.stmt]]:
        return first_stored(self.unit, node.target, node.body)
