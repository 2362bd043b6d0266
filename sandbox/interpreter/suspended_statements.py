"""Statements that can yield or await, compiled to generators (see ``suspension`` and ``suspended_blocks``).

Invariants: a statement's generator returns None or a signal; evaluation order is CPython's.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Sequence
from typing import Any

from ..engine import Stop
from ..special_methods import async_manager, manager
from .asynchronous import Escaped
from .awaitables import async_iterator, entered, entered_relayed, left, left_relayed
from .handlers import HandlerText, matches, star_types
from .patterns import case_test, pattern_test
from .shapes import Operand, Run, constant, join, slot
from .signals import BREAK, CONTINUE
from .statements import loop_body
from .suspended_blocks import assigned, first_stored, hoisted, suspended_block, suspended_statement
from .suspension import Steps, call_text, close_steps, condition, either, hoist, next_item_of, settle
from .targets import inplace, target
from .unit import SUSPENDED_STATEMENTS, Ready, Unit, assert_at, at, compiles, iteration_at, with_at

_RESTORE = " if x is not None: x.restore(); x = None"


def _caught(number: int) -> list[str]:
    """Lines, inside a ``try``, that run the body ``v0``; ``v<number>`` is Escaped, ``x`` what escaped from it."""
    return [" try: s = yield from v0(frame)", f" except v{number} as k: x = k", " if x is not None: raise x.error"]


# -- targets that suspend
Part = tuple[Run, bool]
"""A closure, and whether it is a generator's."""


def _in_order(steps: Steps, parts: Sequence[Part], node: ast.stmt) -> Run:
    lines = [f"{'yield from ' if suspends else ''}w{k}(frame)" for k, (_, suspends) in enumerate(parts)]
    return steps.then("\n".join(lines), [], [run for run, _ in parts], at(node))


@compiles(SUSPENDED_STATEMENTS, ast.Assign)
def assignment(unit: Unit, node: ast.Assign) -> Run:
    if not any(unit.suspends(each) for each in node.targets):
        return hoisted(unit, node)
    steps = Steps(unit)
    value = settle(node.value, steps)
    return _in_order(steps, [part for each in node.targets for part in _stores(unit, each, value, node)], node)


def _stores(unit: Unit, place: ast.expr, value: ast.expr, origin: ast.stmt) -> list[Part]:
    """``place = value``: what a target is made of is evaluated after the targets before it were stored to."""
    if isinstance(place, (ast.Tuple, ast.List)) and unit.suspends(place):
        inner = [each.value if isinstance(each, ast.Starred) else each for each in place.elts]
        ready = [Ready(unit.scope.temporary(), each) for each in inner]
        pairs = zip(place.elts, ready, strict=True)
        elts: list[ast.expr] = []
        for each, slot in pairs:
            starred = isinstance(each, ast.Starred)
            elts.append(ast.copy_location(ast.Starred(slot, ast.Store()), each) if starred else slot)
        whole = ast.copy_location(ast.Tuple(elts, ast.Store()), place)
        parts: list[Part] = [(unit.statement(assigned(unit, whole, value, origin)), False)]
        for each, slot in zip(inner, ready, strict=True):
            parts += _stores(unit, each, slot, origin)
        return parts
    made = assigned(unit, place, value, origin)
    return [(hoisted(unit, made), True) if unit.suspends(made) else (unit.statement(made), False)]


@compiles(SUSPENDED_STATEMENTS, ast.Delete)
def deletion(unit: Unit, node: ast.Delete) -> Run:
    parts: list[Part] = []
    waiting = list(node.targets)
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, (ast.Tuple, ast.List)):
            waiting[:0] = each.elts
            continue
        made = ast.copy_location(ast.Delete([each]), node)
        unit.stand_for(made, each)
        parts.append((hoisted(unit, made), True) if unit.suspends(made) else (unit.statement(made), False))
    return _in_order(Steps(unit), parts, node)


# -- statements
@compiles(SUSPENDED_STATEMENTS, ast.AugAssign)
def augmented(unit: Unit, node: ast.AugAssign) -> Run:
    """Load the old value, suspend for the new one, operate, store; the target's parts are evaluated once."""
    steps = Steps(unit)
    place = copy.copy(node.target)
    if isinstance(place, ast.Attribute):
        place.value = settle(hoist(place.value, steps), steps)
    elif isinstance(place, ast.Subscript):
        place.value = settle(hoist(place.value, steps), steps)
        place.slice = settle(hoist(place.slice, steps), steps)
    load = copy.copy(place)
    load.ctx = ast.Load()
    old = steps.add(load)
    value = settle(hoist(node.value, steps), steps)
    operate = inplace(unit, node.op, slot(old.slot), unit.operand(value), node)
    store = unit.statement(ast.copy_location(ast.Assign([place], old), node))
    return steps.then("w0(frame)\nw1(frame)", [], [operate, store], at(node))


@compiles(SUSPENDED_STATEMENTS, ast.Assert)
def asserted(unit: Unit, node: ast.Assert) -> Run:
    error: Any = AssertionError  # a constant of ours, not the name that the guest may have bound anew
    raised = ast.Call(ast.Constant(error), [node.msg], []) if node.msg else ast.Constant(error)
    failing = ast.Raise(raised, None)
    negated = ast.UnaryOp(ast.Not(), node.test)
    whole = ast.If(negated, [failing], [])
    for each, part in ((raised, node.msg), (failing, node.msg), (negated, node.test)):
        ast.copy_location(each, node)
        unit.stand_for(each, part)
    failing.lineno, failing.col_offset, failing.end_lineno, failing.end_col_offset = assert_at(node)
    return suspended_statement(unit, ast.copy_location(whole, node))


@compiles(SUSPENDED_STATEMENTS, ast.AsyncFor)
def async_for(unit: Unit, node: ast.AsyncFor) -> Run:
    source = either(unit, node.iter)
    before = set(unit.definite)
    stored, block = first_stored(unit, node.target, node.body)
    place = target(unit, stored)
    values: list[Any] = [suspended_block(unit, block), BREAK, CONTINUE, source]
    unit.definite = set(before)
    iterable = call_text(unit, node.iter, 3)
    values += [async_iterator, next_item_of(unit), StopAsyncIteration, unit.runtime.budget.tick]
    lines = [f"it = v4({iterable})", "more = True", "while more:", " try: item = yield from v5(it)"]
    lines += [" except v6: more = False", " if not more: continue", " {0} = item", " v7()"]
    lines.append(loop_body(node.body, "yield from v0(frame)"))
    if node.orelse:
        lines.append(f"else: return (yield from v{len(values)}(frame))")
        values.append(suspended_block(unit, node.orelse))
    unit.definite = before
    spots = [(f"v4({iterable})", iteration_at(node.iter, node))]
    return close_steps("\n".join(lines), [place], values, at(node), spots)


@compiles(SUSPENDED_STATEMENTS, ast.Try)
def try_statement(unit: Unit, node: ast.Try) -> Run:
    before = set(unit.definite)
    run = suspended_block(unit, node.body)
    if node.handlers:
        orelse = suspended_block(unit, node.orelse)
        text = HandlerText(unit, 5)
        lines = ["x = None", "try:", *_caught(4), "except v1: raise", "except v2 as e:", _RESTORE]
        for number, handler in enumerate(node.handlers):
            unit.definite = set(before)
            if handler.type is None:
                lines.append(" if True:" if number == 0 else " else:")
            else:
                wait = "yield from " if unit.suspends(handler.type) else ""
                test = f"{{0}}(e, ({wait}{{1}}(frame)))"
                place = Operand(test, (matches, either(unit, handler.type)), ((test, at(handler)),))
                lines.append(f" {'elif' if number else 'if'} {text.operand(place)}:")
            body = suspended_block(unit, handler.body)
            lines += [f"  {line}" for line in text.clause(handler, body, "yield from {run}(frame)")]
        if node.handlers[-1].type is not None:
            lines.append(" else: raise")
        lines += ["else:", " if s is None: return (yield from v3(frame))", "return s"]
        values = [run, Stop, BaseException, orelse, Escaped, *text.values]
        run = close_steps("\n".join(lines), text.operands, values, owner=unit.owner)
    unit.definite = set(before)
    return _finally(unit, run, node.finalbody) if node.finalbody else run


def _finally(unit: Unit, run: Run, body: Sequence[ast.stmt]) -> Run:
    lines = ["x = None", "try:", *_caught(4), "except v1: raise", "except v2:", _RESTORE, " t = yield from v3(frame)"]
    lines += [" if t is not None: return t", " raise", "t = yield from v3(frame)", "return s if t is None else t"]
    values = [run, Stop, BaseException, suspended_block(unit, body), Escaped]
    return close_steps("\n".join(lines), [], values, owner=unit.owner)


@compiles(SUSPENDED_STATEMENTS, ast.TryStar)
def try_star(unit: Unit, node: ast.TryStar) -> Run:
    before = set(unit.definite)
    text = HandlerText(unit, 3)
    values: list[Any] = [suspended_block(unit, node.body), suspended_block(unit, node.orelse), Escaped]
    lines = ["s = x = None", "try:", *_caught(2)]
    for handler in node.handlers:
        assert handler.type is not None
        unit.definite = set(before)
        parts = [star_types, unit.runtime.guards, len(node.handlers) == 1]
        wanted = join("{0}({1}, {2}, {3})", [*map(constant, parts), unit.operand(handler.type)], at(handler))
        lines.append(f"except* {text.operand(wanted)} as e:")
        body = suspended_block(unit, handler.body)
        lines += [f" {line}" for line in text.star_clause(handler, body, "yield from {run}(frame)")]
    lines += ["else:", " if s is None: s = yield from v1(frame)", "return s"]
    run = close_steps("\n".join(lines), text.operands, [*values, *text.values], owner=unit.owner)
    unit.definite = before
    return _finally(unit, run, node.finalbody) if node.finalbody else run


@compiles(SUSPENDED_STATEMENTS, ast.With, ast.AsyncWith)
def with_statement(unit: Unit, node: ast.With | ast.AsyncWith) -> Run:
    return _with_items(unit, node.items, node)


def _with_items(unit: Unit, items: Sequence[ast.withitem], node: ast.With | ast.AsyncWith) -> Run:
    item = items[0]
    source = either(unit, item.context_expr)
    before = set(unit.definite)
    first: list[ast.stmt] = []
    operands: list[Operand] = []
    if item.optional_vars is not None:
        stored, first = first_stored(unit, item.optional_vars, first)
        operands.append(target(unit, stored))
    stores = [suspended_statement(unit, each) for each in first]
    run = _with_items(unit, items[1:], node) if items[1:] else suspended_block(unit, node.body)
    if stores:
        run = close_steps("yield from v0(frame)\nreturn (yield from v1(frame))", [], [*stores, run])
    unit.definite = before
    asynchronous = isinstance(node, ast.AsyncWith)
    wait, wait_left = ("(yield from v4({}))", "(yield from v5({}))") if asynchronous else ("{}", "{}")
    text = f"""x = None
enter, leave = v0({call_text(unit, item.context_expr, 1)})
value = {wait.format("enter()")}
enter = None
try:
 {"{0} = value" if operands else "pass"}
 value = None
 try: s = yield from v2(frame)
 except v3 as k: x = k
 if x is not None: raise x.error
except v6: raise
except v7 as e:
 if x is not None: x.restore(); x = None
 if not {wait_left.format("leave(v8(e), e, e.__traceback__)")}: raise
 return None
{wait_left.format("leave(None, None, None)")}
return s"""
    values: list[Any] = [async_manager if asynchronous else manager, source, run, Escaped]
    values += [entered_relayed if unit.relayed else entered, left_relayed if unit.relayed else left]
    values += [Stop, BaseException, type]
    return close_steps(text, operands, values, with_at(item, node), owner=unit.owner)


@compiles(SUSPENDED_STATEMENTS, ast.Match)
def match_statement(unit: Unit, node: ast.Match) -> Run:
    steps = Steps(unit)
    subject = unit.operand(hoist(node.subject, steps))
    lines = ["subject = {0}"]
    values: list[Any] = []
    before = set(unit.definite)
    for case in node.cases:
        unit.definite = set(before)
        suspends = case.guard is not None and unit.suspends(case.guard)
        values.append(pattern_test(unit, case.pattern) if suspends else case_test(unit, case))
        test = f"w{len(values) - 1}(frame, subject)"
        if suspends and case.guard is not None:
            guard: list[Any] = []
            text = condition(unit, case.guard, guard)
            values.append(close_steps(f"if {text}: return True\nreturn False", [], guard, at(case.guard)))
            test += f" and (yield from w{len(values) - 1}(frame))"
        values.append(suspended_block(unit, case.body))
        lines.append(f"if {test}: return (yield from w{len(values) - 1}(frame))")
    unit.definite = before
    return steps.then("\n".join(lines), [subject], values, at(node.subject))
