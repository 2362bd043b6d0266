"""Blocks written out: the statements of a function's body, or of a loop, as lines of one template.

What has a line of its own here saves the call of a closure; everything else is called as the closure that it is
elsewhere, and its signal is obeyed.

Invariants: evaluation order is CPython's; every loop turn advances the budget by exactly one; no variable of the
template keeps a value that an expression of the guest's needed for a moment.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Sequence
from typing import Any

from .conditions import still_truth
from .priced import note_counter
from .shapes import Operand, Run, close, closed, constant, join, placed
from .signals import BREAK, CONTINUE, RETURN_NONE
from .statements import is_empty, signals
from .targets import line_of, target
from .unit import STATEMENTS, Unit, at, compiles, iteration_at, leaves, test_at

DEEPEST = 10
"""Statements nested deeper are closures: CPython allows twenty nested blocks."""

_MOST_LINES = 400
"""Where a template is longer, what is nested in it becomes templates of their own."""

_KEPT = re.compile(r"\b(\w+) :=")
"""Variables of the template that an operand keeps something in."""


class BlockText:
    """Lines of a template, with the operands and values that they name; ``return`` returns the value itself.

    ``depth`` is how deep the next line stands, ``loops`` how many loops of the template are around it.
    """

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.lines: list[str] = []
        self.operands: list[Operand] = []
        self.values: list[Any] = []
        self.depth = self.loops = 0

    def close(self) -> Run:
        """The closure of all that was written."""
        return close("\n".join(self.lines), self.operands, self.values)

    def value(self, value: Any) -> str:
        """Note an extra value; its name in the template."""
        for number, known in enumerate(self.values):
            if known is value:
                return f"v{number}"
        self.values.append(value)
        return f"v{len(self.values) - 1}"

    def line(self, text: str) -> None:
        """A line where the next statement stands."""
        self.lines.append(" " * self.depth + text)

    def put(self, *lines: Operand) -> None:
        """Operands as lines, after which what they kept is forgotten."""
        for operand in lines:
            self.line(f"{{{len(self.operands)}}}")
            self.operands.append(operand)
            if ":=" in operand.text and not operand.text.startswith("return"):
                inside = " " * operand.text.endswith(":")
                self.line(inside + " = ".join([*dict.fromkeys(_KEPT.findall(operand.text)), "None"]))

    # -- statements
    def block(self, body: Sequence[ast.stmt]) -> None:
        """Statements in order."""
        before = len(self.lines)
        for node in body:
            if not is_empty(node):
                self.statement(node)
        if len(self.lines) == before:
            self.line("None")

    def inside(self, body: Sequence[ast.stmt], loops: int = 0) -> None:
        """The block of a compound statement."""
        self.depth += 1
        self.loops += loops
        self.block(body)
        self.loops -= loops
        self.depth -= 1

    def statement(self, node: ast.stmt) -> None:
        """One statement."""
        if isinstance(node, ast.Expr):
            self.put(self.expression(node.value))
        elif isinstance(node, ast.Return):
            self.returned(node)
        elif isinstance(node, ast.Break | ast.Continue) and self.loops:
            self.line("break" if isinstance(node, ast.Break) else "continue")
        elif isinstance(node, ast.If) and self.has_room(node):
            self.branch(node)
        elif isinstance(node, ast.For) and self.has_room(node):
            self.for_loop(node)
        elif isinstance(node, ast.While) and self.has_room(node):
            self.while_loop(node)
        elif not self.assigned(node):
            self.obeying(f"{self.value(self.unit.statement(node))}(frame)", signals(node))

    def has_room(self, node: ast.stmt) -> bool:
        """Whether a compound statement is written out here."""
        return self.depth < DEEPEST and (len(self.lines) < _MOST_LINES or self.unit.suspends(node))

    def assigned(self, node: ast.stmt) -> bool:
        """Write an assignment, if it is one that fits into lines."""
        value = getattr(node, "value", None)
        lines = line_of(self.unit, node, self.expression) if value is not None else None
        if lines is None:
            return False
        self.put(*lines)
        return True

    def expression(self, node: ast.expr) -> Operand:
        """A value that a line needs."""
        return placed(self.unit.operand(node), at(node))

    def returned(self, node: ast.Return) -> None:
        """A ``return`` statement."""
        self.put(join("return {0}", [constant(None) if node.value is None else self.expression(node.value)]))

    def passed_on(self) -> str:
        """The line that ends the template for the signal ``s``."""
        return f"return None if s is {self.value(RETURN_NONE)} else s"

    def obeying(self, call: str, can_signal: bool) -> None:
        """Run a statement and obey its signal."""
        if not can_signal:
            self.line(call)
            return
        self.line(f"s = {call}")
        self.line("if s is not None:")
        if self.loops:
            self.line(f" if s is {self.value(BREAK)}: break")
            self.line(f" if s is {self.value(CONTINUE)}: continue")
        self.line(f" {self.passed_on()}")

    # -- compound statements
    def test(self, node: ast.expr) -> Operand:
        """A condition."""
        return still_truth(self.unit, node)

    def branch(self, node: ast.If, word: str = "if") -> None:
        """An ``if`` statement."""
        unit = self.unit
        self.put(join(f"{word} {{0}}:", [self.test(node.test)], test_at(node)))
        branches = unit.branches()
        self.inside(node.body)
        branches.end(leaves(node.body))
        branches.begin()
        other = node.orelse[0] if len(node.orelse) == 1 else None
        if isinstance(other, ast.If) and not unit.suspends(other.test):
            self.branch(other, "elif")
        elif node.orelse:
            self.line("else:")
            self.inside(node.orelse)
        branches.end(leaves(node.orelse))
        branches.close()

    def for_loop(self, node: ast.For) -> None:
        """A ``for`` statement."""
        unit = self.unit
        begins = iteration_at(node.iter, node)
        ticks = constant(unit.runtime.budget.ticks)
        source = join("{0}({1}, {2})", [constant(itertools.compress), self.iterated(node.iter), ticks], begins)
        before = set(unit.definite)
        stored, body = self.stored(node)
        place = target(unit, stored)
        note_counter(unit, node.target, node.iter)
        self.put(join("for {0} in {1}:", [place, source], begins))
        self.inside(body, loops=1)
        self.otherwise(node.orelse, before)

    def iterated(self, node: ast.expr) -> Operand:
        """What a loop iterates over."""
        return closed(self.unit.operand(node))

    def stored(self, node: ast.For) -> tuple[ast.expr, list[ast.stmt]]:
        """What a loop stores its items to, and its body."""
        return node.target, node.body

    def while_loop(self, node: ast.While) -> None:
        """A ``while`` statement."""
        unit = self.unit
        self.put(join("while {0}:", [self.test(node.test)], test_at(node)))
        after_test = set(unit.definite)
        self.line(f" {self.value(unit.runtime.budget.tick)}()")
        self.inside(node.body, loops=1)
        self.otherwise(node.orelse, after_test)

    def otherwise(self, orelse: Sequence[ast.stmt], definite: set[Any]) -> None:
        """The ``else`` of a loop, after which only what is ``definite`` before the loop's body is so."""
        self.unit.definite = set(definite)
        if orelse:
            self.line("else:")
            self.inside(orelse)
            self.unit.definite = set(definite)


class SignalText(BlockText):
    """Lines of a template whose caller obeys signals."""

    def returned(self, node: ast.Return) -> None:
        none = self.value(RETURN_NONE)
        if node.value is None:
            self.line(f"return {none}")
            return
        self.put(join("value = {0}", [self.expression(node.value)]))
        self.line(f"return {none} if value is None else value")

    def passed_on(self) -> str:
        return "return s"


@compiles(STATEMENTS, ast.For, ast.While)
def loop(unit: Unit, node: ast.For | ast.While) -> Run:
    text = SignalText(unit)
    text.statement(node)
    return text.close()


def written_out(unit: Unit, body: Sequence[ast.stmt]) -> Run:
    """The body of a function as one closure that returns the function's value, or a signal for None."""
    text = BlockText(unit)
    text.block(body)
    return text.close()
