"""Comprehensions, generator expressions and the walrus.

Invariants: a list, set or dict comprehension runs in the frame around it with variables of its own; a generator
expression has its own frame and evaluates its first iterable at once; every turn is one operation.
"""

from __future__ import annotations

import ast
import itertools
import types
from collections.abc import Callable
from typing import Any

from .conditions import truth
from .frames import framer
from .priced import note_counter
from .scopes import Scope
from .shapes import NOTHING, UNSET, Frame, Operand, Position, Run, call, close, closed, constant, join, placed, slot
from .targets import place_target, target
from .unit import EXPRESSIONS, INLINES_COMPREHENSIONS, Unit, at, compiles, iteration_at

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp


@compiles(EXPRESSIONS, ast.ListComp, ast.SetComp, ast.DictComp)
def comprehension(unit: Unit, node: Comprehension) -> Operand:
    first = _first_source(unit, node)
    before = set(unit.definite)
    with unit.enter(node) as scope:
        operands = [first]
        clauses = _clauses(unit, node, operands)
        element = _element(unit, node, operands)
    unit.definite = before
    brackets = "[{}]" if isinstance(node, ast.ListComp) else "{{{{{}}}}}"
    text = fresh_cells(scope, "v0") + "return " + brackets.format(f"{element} {clauses}")
    return call(close(text, operands, [UNSET], at(node)))


def _first_source(unit: Unit, node: Comprehension) -> Operand:
    scope, iterable = unit.program.scopes[id(node)], node.generators[0].iter
    if not keeps_iterator(scope):
        return _source(unit, iterable, node)
    scope.iterator = scope.temporary()
    text = "frame[v0] = iterator = v1({0})\nreturn iterator"
    kept = close(text, [unit.operand(iterable)], [scope.iterator, iter], iteration_at(iterable, node))
    return _ticking(unit, call(kept), iterable, node)


def keeps_iterator(scope: Scope) -> bool:
    """Whether ``super()`` in a comprehension needs the iterator: its first argument where it has a frame of its own."""
    return not INLINES_COMPREHENSIONS and "super" in scope.used


def fresh_cells(scope: Scope, unset: str) -> str:
    """Lines that give a comprehension's captured variables new cells."""
    cells = [binding.slot for binding in scope.bound.values() if binding.cell]
    return "".join(f"frame[{slot}] = [{unset}]\n" for slot in cells)


def _element(unit: Unit, node: Comprehension, operands: list[Operand]) -> str:
    if isinstance(node, ast.DictComp):
        operands.append(join("{0}: {1}", [unit.operand(node.key), unit.operand(node.value)], _pair_at(node)))
    else:
        operands.append(placed(unit.operand(node.elt), at(node.elt)))
    return f"{{{len(operands) - 1}}}"


def _source(unit: Unit, node: ast.expr, around: ast.AST) -> Operand:
    """What a ``for`` clause iterates over, one operation a turn."""
    return _ticking(unit, closed(unit.operand(node)), node, around)


def _ticking(unit: Unit, source: Operand, node: ast.expr, around: ast.AST) -> Operand:
    values = [constant(itertools.compress), source, constant(unit.runtime.budget.ticks)]
    return join("{0}({1}, {2})", values, iteration_at(node, around))


def _pair_at(node: ast.DictComp) -> Position:
    return (*at(node.key)[:2], *at(node.value)[2:])


def _clauses(unit: Unit, node: Comprehension, operands: list[Operand]) -> str:
    """``for … in … if …`` clauses as template text; the first iterable is operand 0."""
    texts = []
    for number, generator in enumerate(node.generators):
        if number:
            operands.append(_source(unit, generator.iter, node))
        source = len(operands) - 1 if number else 0
        operands.append(target(unit, generator.target))
        note_counter(unit, generator.target, generator.iter)
        text = f"for {{{len(operands) - 1}}} in {{{source}}}"
        for test in generator.ifs:
            operands.append(truth(unit, test))
            text += f" if {{{len(operands) - 1}}}"
        texts.append(text)
    return " ".join(texts)


def generator_expression(unit: Unit, node: ast.GeneratorExp) -> Operand:
    """A generator expression without ``await`` and ``async for`` of its own."""
    first = unit.run(node.generators[0].iter)
    scope = unit.program.scopes[id(node)]
    inner = Unit(unit.program, scope, f"{unit.qualname}<genexpr>.")
    source = scope.iterator = scope.temporary()
    operands = [_ticking(inner, slot(source), node.generators[0].iter, node)]
    lines: list[str] = []
    for number, generator in enumerate(node.generators):
        indent = " " * len(lines)
        if number:
            operands.append(_source(inner, generator.iter, node))
        where = len(operands) - 1 if number else 0
        operands.append(target(inner, generator.target))
        note_counter(inner, generator.target, generator.iter)
        lines.append(f"{indent}for {{{len(operands) - 1}}} in {{{where}}}:")
        for test in generator.ifs:
            operands.append(truth(inner, test))
            lines.append(" " * len(lines) + f"if {{{len(operands) - 1}}}:")
    operands.append(inner.operand(node.elt))
    lines.append(" " * len(lines) + f"yield {{{len(operands) - 1}}}")
    run = named(
        close("\n".join(lines), operands, at=at(node), owner=(unit.program.filename, "<genexpr>")),
        "<genexpr>",
        f"{unit.qualname}<genexpr>",
    )
    return begun(unit, node, source, first, iter, run)


def begun(
    unit: Unit, node: ast.GeneratorExp, source: int, first: Run, begin: Callable[[Any], Any], run: Run
) -> Operand:
    """A generator expression: the iterator of its ``first`` iterable is made at once and put into the slot ``source``
    of a frame of its own, which ``run`` makes the generator of.
    """
    new_frame = framer(unit.scope.owner, unit.program.scopes[id(node)])

    def make(frame: Frame) -> Any:
        iterator = begin(first(frame))
        own = new_frame(frame)
        own[source] = iterator
        return run(own)

    return call(located(make, at(node)))


def located(run: Run, position: Any) -> Run:
    """A closure that keeps the position of a hand-written one for tracebacks."""
    return close("return v0(frame)", [], [run], position)


def named(run: Run, name: str, qualname: str) -> Run:
    """A copy of a template closure under another name, for the generators that it makes."""
    assert isinstance(run, types.FunctionType)
    code = run.__code__.replace(co_name=name, co_qualname=qualname)
    return types.FunctionType(code, NOTHING, name, None, run.__closure__)


@compiles(EXPRESSIONS, ast.NamedExpr)
def walrus(unit: Unit, node: ast.NamedExpr) -> Operand:
    value = unit.operand(node.value)
    scope = unit.scope
    while unit.scope.kind == "comprehension" and unit.scope.parent is not None:
        unit.scope = unit.scope.parent
    place = place_target(unit, node.target.id)
    unit.scope = scope
    return call(close("value = {0}\n{1} = value\nreturn value", [value, place], at=at(node)))
