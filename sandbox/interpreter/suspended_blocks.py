"""Blocks, branches and loops that can yield or await: one generator template for all that stand inside each other.

Invariants: evaluation order is CPython's; what cannot suspend is the same plain closure as elsewhere; a signal of one
inside a loop of the template is obeyed at once, as ``statements.loop_body`` does.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Sequence
from typing import Any

from .conditions import truth
from .priced import note_counter
from .shapes import Operand, Position, Run, Spot, closed, constant, join
from .signals import BREAK, CONTINUE
from .statements import is_empty, sequence, signals
from .suspension import (
    Steps,
    close_steps,
    condition,
    hoist,
    suspended_expression,
    suspension_of,
)
from .targets import target
from .unit import SUSPENDED_STATEMENTS, Ready, Unit, at, compiles, iteration_at, leaves, test_at

_DEEPEST = 8
"""So many loops and branches are nested in one template; CPython's compiler takes twenty."""


def suspended_block(unit: Unit, body: Sequence[ast.stmt]) -> Run:
    """Statements in order as one generator closure that returns a signal."""
    body = [node for node in body if not is_empty(node)]
    if len(body) == 1 and unit.suspends(body[0]) and type(body[0]) not in _WRITTEN_OUT:
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


@compiles(SUSPENDED_STATEMENTS, ast.If, ast.While, ast.For)
def written_out(unit: Unit, node: ast.stmt) -> Run:
    text = _Text(unit)
    text.statement(node)
    return text.close()


class _Text:
    """A generator template being written. ``loops`` counts the loops, ``depth`` all blocks, around the next line."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.lines: list[str] = []
        self.operands: list[Operand] = []
        self.values: list[Any] = []
        self.spots: list[Spot] = []
        self.depth = self.loops = 0

    def close(self) -> Run:
        """The closure of all that was written."""
        lines = "\n".join([*self.lines, "return None", "yield"])
        return close_steps(lines, self.operands, self.values, spots=self.spots)

    def line(self, text: str) -> None:
        """A line where the next statement stands."""
        self.lines.append(" " * self.depth + text)

    def operand(self, operand: Operand) -> str:
        """Note an operand; its placeholder."""
        self.operands.append(operand)
        return f"{{{len(self.operands) - 1}}}"

    def value(self, value: Any) -> str:
        """Note an extra value; its name."""
        for number, known in enumerate(self.values):
            if known is value:
                return f"v{number}"
        self.values.append(value)
        return f"v{len(self.values) - 1}"

    def inside(self, body: Sequence[ast.stmt], loops: int = 0) -> None:
        """The block of a compound statement."""
        self.depth += 1
        self.loops += loops
        self.block([node for node in body if not is_empty(node)])
        self.loops -= loops
        self.depth -= 1

    def block(self, body: Sequence[ast.stmt]) -> None:
        """Statements in order."""
        plain: list[tuple[Run, bool]] = []
        for node in body:
            if not self.unit.suspends(node):
                plain.append((self.unit.statement(node), signals(node)))
                continue
            self.closures(plain)
            self.statement(node)
        self.closures(plain)
        if not body:
            self.line("pass")

    def closures(self, plain: list[tuple[Run, bool]]) -> None:
        """Run statements that do not suspend, and forget them."""
        if plain:
            self.obeying(f"{self.value(sequence(list(plain)))}(frame)", any(flag for _, flag in plain))
            plain.clear()

    def obeying(self, call: str, can_signal: bool) -> None:
        """Run a statement and obey its signal."""
        if not can_signal:
            self.line(call)
            return
        self.line(f"s = {call}")
        if not self.loops:
            self.line("if s is not None: return s")
            return
        self.line("if s is not None:")
        self.line(f" if s is {self.value(BREAK)}: break")
        self.line(f" if s is {self.value(CONTINUE)}: continue")
        self.line(" return s")

    def statement(self, node: ast.stmt) -> None:
        """A statement that suspends."""
        write = _WRITTEN_OUT.get(type(node))
        if write is not None and self.depth < _DEEPEST:
            write(self, node)
            return
        simple = self.simple(node)
        if simple is not None:
            self.line(self.operand(simple))
        elif isinstance(node, ast.Expr):
            self.line(f"yield from {self.value(suspended_expression(self.unit, node.value))}(frame)")
        else:
            self.obeying(f"yield from {self.value(suspended_statement(self.unit, node))}(frame)", signals(node))

    def simple(self, node: ast.stmt) -> Operand | None:
        """``yield value`` and ``name = yield value``, or with ``await`` or ``yield from``, as an operand."""
        if not isinstance(node, (ast.Expr, ast.Assign)):
            return None
        value = node.value
        if not isinstance(value, (ast.Yield, ast.YieldFrom, ast.Await)) or self.unit.suspends(value.value):
            return None
        if isinstance(node, ast.Assign) and (len(node.targets) > 1 or not isinstance(node.targets[0], ast.Name)):
            return None
        operand = constant(None) if value.value is None else closed(self.unit.operand(value.value))
        given = suspension_of(self.unit, value, operand)
        return given if isinstance(node, ast.Expr) else join("{1} = {0}", [given, target(self.unit, node.targets[0])])

    def test(self, node: ast.expr, position: Position) -> str:
        """The text of a condition."""
        if not self.unit.suspends(node):
            return self.operand(join("{0}", [closed(truth(self.unit, node))], position))
        text = condition(self.unit, node, self.values)
        self.spots.append((text, position))
        return text

    # -- compound statements
    def branch(self, node: ast.If) -> None:
        self.line(f"if {self.test(node.test, test_at(node))}:")
        branches = self.unit.branches()
        self.inside(node.body)
        branches.end(leaves(node.body))
        branches.begin()
        if node.orelse:
            self.line("else:")
            self.inside(node.orelse)
        branches.end(leaves(node.orelse))
        branches.close()

    def while_loop(self, node: ast.While) -> None:
        before = set(self.unit.definite)
        self.line(f"while {self.test(node.test, test_at(node))}:")
        self.line(f" {self.value(self.unit.runtime.budget.tick)}()")
        self.inside(node.body, loops=1)
        self.unit.definite = set(before)
        self.otherwise(node, before)

    def for_loop(self, node: ast.For) -> None:
        unit = self.unit
        begins = iteration_at(node.iter, node)
        if unit.suspends(node.iter):
            run = self.value(suspended_expression(unit, node.iter))
            source = Operand(f"(yield from {run}(frame))", ())
        else:
            source = closed(unit.operand(node.iter))
        before = set(unit.definite)
        stored, body = first_stored(unit, node.target, node.body)
        place = target(unit, stored)
        note_counter(unit, node.target, node.iter)
        turns = [constant(itertools.compress), source, constant(unit.runtime.budget.ticks)]
        self.line(f"for {self.operand(place)} in {self.operand(join('{0}({1}, {2})', turns, begins))}:")
        self.inside(body, loops=1)
        unit.definite = set(before)
        self.otherwise(node, before)

    def otherwise(self, node: ast.For | ast.While, before: set[Any]) -> None:
        """The ``else`` block of a loop."""
        if node.orelse:
            self.line("else:")
            self.inside(node.orelse)
            self.unit.definite = before


_WRITTEN_OUT: dict[type[ast.stmt], Any] = {
    ast.If: _Text.branch,
    ast.While: _Text.while_loop,
    ast.For: _Text.for_loop,
}
