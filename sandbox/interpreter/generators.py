"""Generators whose whole body is one template: those that yield in plain statements only.

Their entry is the guest's generator itself, so nothing has to be passed down to steps of its body: what is sent or
thrown arrives where the guest waits, and closing ends it there, all of it CPython's own doing.

Invariants: statements that do not yield run as elsewhere, as closures or as the same template text; a value that
an expression needs for a moment is not kept by the frame of the generator.
"""

from __future__ import annotations

import ast
import itertools
import types
from collections.abc import Callable, Sequence
from typing import Any

from .conditions import truth
from .priced import note_counter
from .shapes import UNSET, Operand, Run, call, close, closed, constant, join, placed
from .signals import BREAK, CONTINUE, RETURN_NONE
from .statements import is_empty, signals
from .targets import place_target, target
from .unit import Unit, at, iteration_at, leaves, test_at

FREE = 2
"""The number of the value that the captured variables are."""

_DEEPEST = 10
"""Statements nested deeper are no part of the template: CPython allows twenty nested blocks."""


def fits(suspends: Callable[[ast.AST | None], bool], body: Sequence[ast.stmt], depth: int = 0) -> bool:
    """Whether the body yields in plain statements only, and not too deep inside others."""
    return depth <= _DEEPEST and all(not suspends(each) or _fits(suspends, each, depth) for each in body)


def _fits(suspends: Callable[[ast.AST | None], bool], node: ast.stmt, depth: int) -> bool:
    if isinstance(node, (ast.Expr, ast.Assign)):
        bound = isinstance(node, ast.Expr) or (len(node.targets) == 1 and isinstance(node.targets[0], ast.Name))
        return bound and isinstance(node.value, ast.Yield) and not suspends(node.value.value)
    if isinstance(node, (ast.If, ast.While)):
        plain = not suspends(node.test)
    elif isinstance(node, ast.For):
        plain = not suspends(node.iter) and not suspends(node.target)
    else:
        return False
    elif_ = isinstance(node, ast.If) and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If)
    return plain and fits(suspends, node.body, depth + 1) and fits(suspends, node.orelse, depth + (not elif_))


def whole(
    unit: Unit, body: Sequence[ast.stmt], signature: str, slots: Sequence[str], names: Sequence[str]
) -> types.FunctionType:
    """The generator function of these parameters, whose ``names`` only its frame shall keep.

    ``slots`` are what the frame begins with: parameters, ``UNSET``, and ``*FREE`` for the captured variables, which
    are the value number ``FREE`` that the function is closed over.
    """
    text = _Text(unit)
    tick, unset = text.value(unit.runtime.budget.tick), text.value(UNSET)
    assert len(text.values) == FREE
    frame = ", ".join(slots).replace("UNSET", unset).replace("FREE", text.value(None))
    text.block(body, 0, in_loop=False)
    scope = unit.scope
    temporaries = scope.size - len(scope.bindings) - len(scope.free)
    rest = f" + {text.value([UNSET] * temporaries)}" if temporaries else ""
    head = f"{tick}(); frame = [{frame}]{rest}; {' = '.join([*names, 'None'])}"
    run = close("\n".join([head, *text.lines, "if False: yield"]), text.operands, text.values, signature=signature)
    assert isinstance(run, types.FunctionType)
    return run


class _Text:
    """Lines of a template, with the operands and values that they name."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self.lines: list[str] = []
        self.operands: list[Operand] = []
        self.values: list[Any] = []

    def value(self, value: Any) -> str:
        """Note an extra value; its name in the template."""
        self.values.append(value)
        return f"v{len(self.values) - 1}"

    def _line(self, indent: int, text: str) -> None:
        self.lines.append(" " * indent + text)

    def _put(self, indent: int, operand: Operand) -> None:
        self._line(indent, f"{{{len(self.operands)}}}")
        self.operands.append(operand)

    # -- statements
    def block(self, body: Sequence[ast.stmt], indent: int, in_loop: bool) -> None:
        """Statements in order; ``in_loop`` tells that a loop of this template is around them."""
        before = len(self.lines)
        for node in body:
            if not is_empty(node):
                self._statement(node, indent, in_loop)
        if len(self.lines) == before:
            self._line(indent, "None")

    def _statement(self, node: ast.stmt, indent: int, in_loop: bool) -> None:
        unit = self._unit
        if isinstance(node, ast.Expr):
            self._put(indent, self._value(node.value))
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            value = self._value(node.value)
            self._put(indent, join("{1} = {0}", [value, place_target(unit, node.targets[0].id)]))
        elif isinstance(node, ast.Return):
            value = constant(None) if node.value is None else self._value(node.value)
            self._put(indent, join("return {0}", [value]))
        elif isinstance(node, (ast.Break, ast.Continue)):
            self._line(indent, "break" if isinstance(node, ast.Break) else "continue")
        elif isinstance(node, ast.If) and indent <= _DEEPEST:
            self._branch(node, indent, in_loop)
        elif isinstance(node, ast.For) and unit.suspends(node):
            self._for_loop(node, indent, in_loop)
        elif isinstance(node, ast.While) and unit.suspends(node):
            self._while_loop(node, indent, in_loop)
        else:
            self._closure(unit.statement(node), signals(node), indent, in_loop)

    def _value(self, node: ast.expr) -> Operand:
        unit = self._unit
        if not isinstance(node, ast.Yield):
            return placed(closed(unit.operand(node)), at(node))
        asked = constant(None) if node.value is None else closed(unit.operand(node.value))
        return join("(yield {0})", [asked], at(node))

    def _test(self, node: ast.expr) -> Operand:
        test = truth(self._unit, node)
        if ":=" not in test.text:
            return test
        return call(close("if {0}: return True\nreturn False", [test], at=at(node)))

    def _closure(self, run: Run, can_signal: bool, indent: int, in_loop: bool) -> None:
        call = f"{self.value(run)}(frame)"
        if not can_signal:
            self._line(indent, call)
            return
        self._line(indent, f"s = {call}")
        self._line(indent, "if s is not None:")
        if in_loop:
            self._line(indent + 1, f"if s is {self.value(BREAK)}: break")
            self._line(indent + 1, f"if s is {self.value(CONTINUE)}: continue")
        self._line(indent + 1, f"return None if s is {self.value(RETURN_NONE)} else s")

    def _branch(self, node: ast.If, indent: int, in_loop: bool, word: str = "if") -> None:
        unit = self._unit
        test = self._test(node.test)
        self._put(indent, join(f"{word} {{0}}:", [test], test_at(node)))
        branches = unit.branches()
        self.block(node.body, indent + 1, in_loop)
        branches.end(leaves(node.body))
        branches.begin()
        other = node.orelse[0] if len(node.orelse) == 1 else None
        if isinstance(other, ast.If):
            self._branch(other, indent, in_loop, "elif")
        elif node.orelse:
            self._line(indent, "else:")
            self.block(node.orelse, indent + 1, in_loop)
        branches.end(leaves(node.orelse))
        branches.close()

    def _for_loop(self, node: ast.For, indent: int, in_loop: bool) -> None:
        unit = self._unit
        begins = iteration_at(node.iter, node)
        ticks = constant(unit.runtime.budget.ticks)
        source = join("{0}({1}, {2})", [constant(itertools.compress), closed(unit.operand(node.iter)), ticks], begins)
        branches = unit.branches()
        place = target(unit, node.target)
        note_counter(unit, node.target, node.iter)
        self._put(indent, join("for {0} in {1}:", [place, source], begins))
        self.block(node.body, indent + 1, in_loop=True)
        self._tail(node.orelse, set(branches.before), indent, in_loop)

    def _while_loop(self, node: ast.While, indent: int, in_loop: bool) -> None:
        unit = self._unit
        test = self._test(node.test)
        after_test = set(unit.definite)
        self._put(indent, join("while {0}:", [test], test_at(node)))
        self._line(indent + 1, f"{self.value(unit.runtime.budget.tick)}()")
        self.block(node.body, indent + 1, in_loop=True)
        self._tail(node.orelse, after_test, indent, in_loop)

    def _tail(self, orelse: Sequence[ast.stmt], definite: set[Any], indent: int, in_loop: bool) -> None:
        """The ``else`` of a loop, after which only what is ``definite`` before the loop's body is so."""
        self._unit.definite = set(definite)
        if orelse:
            self._line(indent, "else:")
            self.block(orelse, indent + 1, in_loop)
            self._unit.definite = set(definite)
