"""Code that can yield or await, compiled to generators.

A statement or expression that suspends becomes a template with ``yield from`` around its suspending parts. An
expression is taken apart first: what CPython evaluates before the last suspension is computed into slots of the
frame, in order; the rest stays a plain closure over those slots.

Invariants: evaluation order is CPython's; parts that do not suspend are the same plain closures as elsewhere.
"""

from __future__ import annotations

import ast
import copy
import itertools
from collections.abc import Sequence
from typing import Any

from ..engine import Stop
from .asynchronous import Escaped, Thrown, Yielded, delegate
from .awaitables import (
    async_iterator,
    awaitable,
    awaitable_relayed,
    entered,
    entered_relayed,
    iterator_of,
    left,
    left_relayed,
    next_item,
    next_item_relayed,
)
from .comprehensions import fresh_cells
from .expressions import COMPARE
from .handlers import HandlerText, matches, not_a_manager, star_types
from .patterns import case_test
from .shapes import UNSET, Operand, Position, Run, Spot, close, constant, slot
from .signals import BREAK, CONTINUE
from .statements import is_empty, loop_body, sequence, signals
from .targets import inplace, join, target
from .unit import (
    SUSPENDED_EXPRESSIONS,
    SUSPENDED_STATEMENTS,
    Ready,
    Unit,
    at,
    compiles,
    iteration_at,
    test_at,
    with_at,
)

_LAZY = (ast.BoolOp, ast.IfExp, ast.Yield, ast.YieldFrom, ast.Await, ast.ListComp, ast.SetComp, ast.DictComp)


def close_steps(
    body: str,
    operands: Sequence[Operand] = (),
    values: Sequence[Any] = (),
    at: Position | None = None,
    spots: Sequence[Spot] = (),
) -> Run:
    """``close`` for a generator closure, which a StopIteration leaves as Escaped."""
    count = len(values)
    indented = body.replace("\n", "\n ")
    text = f"try:\n {indented}\nexcept v{count} as e: raise v{count + 1}(e)"
    return close(text, operands, [*values, StopIteration, Escaped], at, spots)


def _caught(number: int) -> list[str]:
    """Lines, inside a ``try``, that run the body ``v0``; ``v<number>`` is Escaped, ``x`` what escaped from it."""
    return [" try: s = yield from v0(frame)", f" except v{number} as k: x = k", " if x is not None: raise x.error"]


_RESTORE = " if x is not None: x.restore(); x = None"


# -- taking expressions apart
class Steps:
    """Steps that run before a node: each computes one sub-expression into a slot."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.lines: list[str] = []
        self.runs: list[Run] = []

    def add(self, node: ast.expr) -> Ready:
        """Compute ``node`` as the next step; the node that stands for its value from now on."""
        slot = self.unit.scope.temporary()
        suspends = self.unit.suspends(node)
        run = suspended_expression(self.unit, node) if suspends else self.unit.run(node)
        word = "yield from " if suspends else ""
        self.lines.append(f"frame[{slot}] = {word}v{len(self.runs)}(frame)")
        self.runs.append(run)
        return Ready(slot, node)

    def then(self, text: str, operands: Sequence[Operand], values: Sequence[Any], at: Position) -> Run:
        """A generator closure: the steps, then ``text``, whose extra values are ``w0``, ``w1`` …"""
        names = {f"w{k}": f"v{len(self.runs) + k}" for k in range(len(values))}
        for old, new in reversed(names.items()):
            text = text.replace(old, new)
        lines = "\n".join([*self.lines, text])
        if "yield" not in lines:
            lines += "\nif False: yield"
        return close_steps(lines, operands, [*self.runs, *values], at)


def hoist(node: Any, steps: Steps) -> Any:
    """A copy of ``node`` in which everything up to the last suspension is Ready."""
    if not steps.unit.suspends(node):
        return node
    if isinstance(node, _LAZY) or (isinstance(node, ast.Compare) and len(node.ops) > 1):
        return steps.add(node)
    node = steps.unit.copied(node)
    if isinstance(node, ast.GeneratorExp):
        first = copy.copy(node.generators[0])
        first.iter = _settle(first.iter, steps)
        node.generators = [first, *node.generators[1:]]
        return node
    parts = _evaluated(node)
    last = max((k for k, (_, _, child) in enumerate(parts) if steps.unit.suspends(child)), default=-1)
    for field, index, child in parts[: last + 1]:
        _replace(node, field, index, _settle(child, steps))
    return node


def _settle(child: Any, steps: Steps) -> Any:
    """A child that is evaluated now: its value's stand-in."""
    if isinstance(child, (ast.Constant, Ready)):
        return child
    if isinstance(child, ast.Starred):
        return ast.copy_location(ast.Starred(_settle(child.value, steps), child.ctx), child)
    stored = isinstance(getattr(child, "ctx", None), (ast.Store, ast.Del))
    if stored or isinstance(child, (ast.keyword, ast.Slice, ast.FormattedValue, ast.JoinedStr)):
        child = copy.copy(child)
        for field, index, inner in _evaluated(child):
            _replace(child, field, index, _settle(inner, steps))
        return child
    return steps.add(child)


_ORDER: dict[type, tuple[str, ...]] = {
    ast.NamedExpr: ("value",),
    ast.Dict: (),
    ast.Assign: ("value", "targets"),
    ast.AnnAssign: ("value",),
    ast.Attribute: ("value",),
    ast.Subscript: ("value", "slice"),
    ast.FunctionDef: ("decorator_list",),
    ast.AsyncFunctionDef: ("decorator_list",),
    ast.ClassDef: ("decorator_list", "bases", "keywords"),
}


def _evaluated(node: Any) -> list[tuple[str, int, Any]]:
    """The children of a node in evaluation order, each with its field and index (-1 for a single child)."""
    if isinstance(node, ast.Dict):
        pairs = enumerate(zip(node.keys, node.values, strict=True))
        flat = [part for k, (key, value) in pairs for part in (("keys", k, key), ("values", k, value))]
        return [part for part in flat if part[2] is not None]
    found = []
    for field in _ORDER.get(type(node), node._fields):
        value = getattr(node, field, None)
        if isinstance(value, list):
            found += [(field, k, child) for k, child in enumerate(value) if isinstance(child, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append((field, -1, value))
    return [each for each in found if isinstance(each[2], (ast.expr, ast.keyword))]


def _replace(node: Any, field: str, index: int, child: Any) -> None:
    if index < 0:
        setattr(node, field, child)
        return
    children = list(getattr(node, field))
    children[index] = child
    setattr(node, field, children)


# -- expressions
def suspended_expression(unit: Unit, node: ast.expr) -> Run:
    """A generator closure that returns the expression's value."""
    compiler = SUSPENDED_EXPRESSIONS.get(type(node))
    if compiler is not None and not (isinstance(node, ast.Compare) and len(node.ops) == 1):
        return compiler(unit, node)
    steps = Steps(unit)
    rest = hoist(node, steps)
    return steps.then("return {0}", [unit.operand(rest)], [], at(node))


def _value(unit: Unit, node: ast.expr | None, steps: Steps) -> list[Operand]:
    return [] if node is None else [unit.operand(hoist(node, steps))]


@compiles(SUSPENDED_EXPRESSIONS, ast.Yield)
def yielded(unit: Unit, node: ast.Yield) -> Run:
    steps = Steps(unit)
    value = _value(unit, node.value, steps)
    text = "{0}" if value else "None"
    text = f"w0({text})" if unit.is_async else text
    if unit.relayed:
        text = f"sent = yield {text}\nif w1(sent) is not w2: return sent\nsent, error = None, sent.error\n"
        text += "try: raise error\nfinally: error = None"
        return steps.then(text, value, [Yielded, type, Thrown], at(node))
    return steps.then(f"return (yield {text})", value, [Yielded], at(node))


@compiles(SUSPENDED_EXPRESSIONS, ast.YieldFrom)
def yielded_from(unit: Unit, node: ast.YieldFrom) -> Run:
    steps = Steps(unit)
    value = _value(unit, node.value, steps)
    if unit.relayed:
        return steps.then("return (yield from w0(w1({0})))", value, [delegate, iterator_of], at(node))
    return steps.then("return (yield from w0({0}))", value, [iterator_of], at(node))


@compiles(SUSPENDED_EXPRESSIONS, ast.Await)
def awaited(unit: Unit, node: ast.Await) -> Run:
    steps = Steps(unit)
    return steps.then("return (yield from w0({0}))", _value(unit, node.value, steps), [_awaitable(unit)], at(node))


def _awaitable(unit: Unit) -> Any:
    return awaitable_relayed if unit.relayed else awaitable


def _next_item(unit: Unit) -> Any:
    return next_item_relayed if unit.relayed else next_item


@compiles(SUSPENDED_EXPRESSIONS, ast.BoolOp)
def boolean(unit: Unit, node: ast.BoolOp) -> Run:
    stop = "if not value: return value" if isinstance(node.op, ast.And) else "if value: return value"
    lines: list[str] = []
    values: list[Any] = []
    for part in node.values:
        lines.append(f"value = {_call(unit, part, len(values))}\n{stop}")
        values.append(_either(unit, part))
    return close_steps("\n".join(lines) + "\nreturn value", [], values, at(node))


@compiles(SUSPENDED_EXPRESSIONS, ast.IfExp)
def conditional(unit: Unit, node: ast.IfExp) -> Run:
    parts = [node.test, node.body, node.orelse]
    test, yes, no = (_call(unit, part, k) for k, part in enumerate(parts))
    text = f"if {test}: return {yes}\nreturn {no}"
    return close_steps(text, [], [_either(unit, part) for part in parts], at(node))


@compiles(SUSPENDED_EXPRESSIONS, ast.Compare)
def chain(unit: Unit, node: ast.Compare) -> Run:
    parts = [node.left, *node.comparators]
    lines = [f"left = {_call(unit, parts[0], 0)}"]
    for number, operator in enumerate(node.ops, 1):
        lines.append(f"right = {_call(unit, parts[number], number)}")
        lines.append(f"result = left {COMPARE[type(operator)]} right\nif not result: return result\nleft = right")
    return close_steps("\n".join(lines) + "\nreturn result", [], [_either(unit, part) for part in parts], at(node))


def _either(unit: Unit, node: ast.expr) -> Run:
    return suspended_expression(unit, node) if unit.suspends(node) else unit.run(node)


def _call(unit: Unit, node: ast.AST | None, number: int) -> str:
    """Template text that runs the closure ``v<number>`` compiled for ``node``."""
    return f"(yield from v{number}(frame))" if unit.suspends(node) else f"v{number}(frame)"


@compiles(SUSPENDED_EXPRESSIONS, ast.ListComp, ast.SetComp, ast.DictComp)
def comprehension(unit: Unit, node: ast.ListComp | ast.SetComp | ast.DictComp) -> Run:
    """An asynchronous comprehension, or one with ``await`` inside: loops that fill the result."""
    values: list[Any] = [itertools.compress, unit.runtime.budget.ticks, UNSET, async_iterator, _next_item(unit)]
    values += [set, StopAsyncIteration, unit.runtime.budget.tick]
    operands: list[Operand] = []

    def part(each: ast.expr) -> str:
        values.append(_either(unit, each))
        return _call(unit, each, len(values) - 1)

    first = part(node.generators[0].iter)
    with unit.enter(node) as scope:
        start = {ast.ListComp: "[]", ast.SetComp: "v5()", ast.DictComp: "{{}}"}[type(node)]
        lines = [f"first = {first}", f"out = {start}", *fresh_cells(scope, "v2").splitlines()]
        indent = ""
        for number, generator in enumerate(node.generators):
            source = part(generator.iter) if number else "first"
            operands.append(target(unit, generator.target))
            where = f"{{{len(operands) - 1}}}"
            if generator.is_async:
                lines += [f"{indent}it{number} = v3({source})", f"{indent}while True:"]
                lines += [f"{indent} try: {where} = yield from v4(it{number})", f"{indent} except v6: break"]
                lines.append(f"{indent} v7()")
            else:
                lines.append(f"{indent}for {where} in v0({source}, v1):")
            indent += " "
            for test in generator.ifs:
                lines.append(f"{indent}if not {part(test)}: continue")
        if isinstance(node, ast.DictComp):
            lines += [f"{indent}key = {part(node.key)}", f"{indent}out[key] = {part(node.value)}"]
        else:
            lines.append(f"{indent}out.{'append' if isinstance(node, ast.ListComp) else 'add'}({part(node.elt)})")
    return close_steps("\n".join([*lines, "return out", "yield"]), operands, values, at(node))


# -- statements
def suspended_block(unit: Unit, body: Sequence[ast.stmt]) -> Run:
    """Statements in order as one generator closure that returns a signal."""
    lines: list[str] = []
    values: list[Run] = []
    plain: list[tuple[Run, bool]] = []

    def settle() -> None:
        if plain:
            lines.append(_signalling(f"v{len(values)}(frame)", any(flag for _, flag in plain)))
            values.append(sequence(list(plain)))
            plain.clear()

    for node in body:
        if is_empty(node):
            continue
        if not unit.suspends(node):
            plain.append((unit.statement(node), signals(node)))
            continue
        settle()
        lines.append(_signalling(f"yield from v{len(values)}(frame)", signals(node)))
        values.append(suspended_statement(unit, node))
    settle()
    return close_steps("\n".join([*lines, "return None", "yield"]), [], values)


def _signalling(call: str, can_signal: bool) -> str:
    return f"s = {call}\nif s is not None: return s" if can_signal else call


def suspended_statement(unit: Unit, node: ast.stmt) -> Run:
    """A generator closure that runs the statement and returns its signal."""
    compiler = SUSPENDED_STATEMENTS.get(type(node))
    if compiler is not None:
        return compiler(unit, node)
    steps = Steps(unit)
    rest = hoist(node, steps)
    return steps.then("return w0(frame)", [], [unit.statement(rest)], at(node))


@compiles(SUSPENDED_STATEMENTS, ast.AugAssign)
def augmented(unit: Unit, node: ast.AugAssign) -> Run:
    """Load the old value, suspend for the new one, operate, store; the target's parts are evaluated once."""
    steps = Steps(unit)
    place = copy.copy(node.target)
    if isinstance(place, ast.Attribute):
        place.value = _settle(hoist(place.value, steps), steps)
    elif isinstance(place, ast.Subscript):
        place.value = _settle(hoist(place.value, steps), steps)
        place.slice = _settle(hoist(place.slice, steps), steps)
    load = copy.copy(place)
    load.ctx = ast.Load()
    old = steps.add(load)
    value = _settle(hoist(node.value, steps), steps)
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
    run: Run = branch(unit, ast.copy_location(whole, node))
    return run


@compiles(SUSPENDED_STATEMENTS, ast.If)
def branch(unit: Unit, node: ast.If) -> Run:
    steps = Steps(unit)
    test = unit.operand(hoist(node.test, steps))
    branches = unit.branches()
    yes = suspended_block(unit, node.body)
    branches.end()
    branches.begin()
    no = suspended_block(unit, node.orelse)
    branches.end()
    branches.close()
    text = "if {0}: return (yield from w0(frame))\nreturn (yield from w1(frame))"
    return steps.then(text, [test], [yes, no], test_at(node))


def _loop_tail(unit: Unit, node: ast.For | ast.AsyncFor | ast.While, number: int) -> tuple[str, list[Run]]:
    if not node.orelse:
        return "", []
    return f"\nelse: return (yield from v{number}(frame))", [suspended_block(unit, node.orelse)]


@compiles(SUSPENDED_STATEMENTS, ast.While)
def while_loop(unit: Unit, node: ast.While) -> Run:
    before = set(unit.definite)
    test = _either(unit, node.test)
    values = [suspended_block(unit, node.body), BREAK, CONTINUE, unit.runtime.budget.tick, test]
    unit.definite = set(before)
    tail, extra = _loop_tail(unit, node, 5)
    unit.definite = before
    body = loop_body(node.body, "yield from v0(frame)")
    return close_steps(f"while {_call(unit, node.test, 4)}:\n v3()\n{body}{tail}", [], [*values, *extra], test_at(node))


@compiles(SUSPENDED_STATEMENTS, ast.For)
def for_loop(unit: Unit, node: ast.For) -> Run:
    source = _either(unit, node.iter)
    before = set(unit.definite)
    place = target(unit, node.target)
    body = suspended_block(unit, node.body)
    unit.definite = set(before)
    tail, extra = _loop_tail(unit, node, 6)
    unit.definite = before
    values = [body, BREAK, CONTINUE, itertools.compress, unit.runtime.budget.ticks, source, *extra]
    lines = loop_body(node.body, "yield from v0(frame)")
    return close_steps(
        f"for {{0}} in v3({_call(unit, node.iter, 5)}, v4):\n{lines}{tail}",
        [place],
        values,
        iteration_at(node.iter, node),
    )


@compiles(SUSPENDED_STATEMENTS, ast.AsyncFor)
def async_for(unit: Unit, node: ast.AsyncFor) -> Run:
    source = _either(unit, node.iter)
    before = set(unit.definite)
    place = target(unit, node.target)
    body = suspended_block(unit, node.body)
    unit.definite = set(before)
    tail, extra = _loop_tail(unit, node, 8)
    unit.definite = before
    values = [body, BREAK, CONTINUE, async_iterator, _next_item(unit), StopAsyncIteration, source]
    values.append(unit.runtime.budget.tick)
    lines = loop_body(node.body, "yield from v0(frame)")
    text = f"it = v3({_call(unit, node.iter, 6)})\nmore = True\nwhile more:\n try: item = yield from v4(it)\n"
    text += f" except v5: more = False\n if not more: continue\n {{0}} = item\n v7()\n{lines}{tail}"
    return close_steps(text, [place], [*values, *extra], at(node.iter))


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
                place = Operand(test, (matches, _either(unit, handler.type)), ((test, at(handler)),))
                lines.append(f" {'elif' if number else 'if'} {text.operand(place)}:")
            body = suspended_block(unit, handler.body)
            lines += [f"  {line}" for line in text.clause(handler, body, "yield from {run}(frame)")]
        if node.handlers[-1].type is not None:
            lines.append(" else: raise")
        lines += ["else:", " if s is None: return (yield from v3(frame))", "return s"]
        run = close_steps("\n".join(lines), text.operands, [run, Stop, BaseException, orelse, Escaped, *text.values])
    unit.definite = set(before)
    return _finally(unit, run, node.finalbody) if node.finalbody else run


def _finally(unit: Unit, run: Run, body: Sequence[ast.stmt]) -> Run:
    lines = ["x = None", "try:", *_caught(4), "except v1: raise", "except v2:", _RESTORE, " t = yield from v3(frame)"]
    lines += [" if t is not None: return t", " raise", "t = yield from v3(frame)", "return s if t is None else t"]
    return close_steps("\n".join(lines), [], [run, Stop, BaseException, suspended_block(unit, body), Escaped])


@compiles(SUSPENDED_STATEMENTS, ast.TryStar)
def try_star(unit: Unit, node: ast.TryStar) -> Run:
    before = set(unit.definite)
    text = HandlerText(unit, 3)
    values: list[Any] = [suspended_block(unit, node.body), suspended_block(unit, node.orelse), Escaped]
    lines = ["s = x = None", "try:", *_caught(2)]
    for handler in node.handlers:
        assert handler.type is not None
        unit.definite = set(before)
        wanted = join("{0}({1})", [constant(star_types), unit.operand(handler.type)], at(handler))
        lines.append(f"except* {text.operand(wanted)} as e:")
        body = suspended_block(unit, handler.body)
        lines += [f" {line}" for line in text.clause(handler, body, "yield from {run}(frame)")]
    lines += ["else:", " if s is None: s = yield from v1(frame)", "return s"]
    run = close_steps("\n".join(lines), text.operands, [*values, *text.values])
    unit.definite = before
    return _finally(unit, run, node.finalbody) if node.finalbody else run


@compiles(SUSPENDED_STATEMENTS, ast.With, ast.AsyncWith)
def with_statement(unit: Unit, node: ast.With | ast.AsyncWith) -> Run:
    return _with_items(unit, node.items, node)


def _with_items(unit: Unit, items: Sequence[ast.withitem], node: ast.With | ast.AsyncWith) -> Run:
    item = items[0]
    manager = _either(unit, item.context_expr)
    before = set(unit.definite)
    operands = [] if item.optional_vars is None else [target(unit, item.optional_vars)]
    run = _with_items(unit, items[1:], node) if items[1:] else suspended_block(unit, node.body)
    unit.definite = before
    asynchronous = isinstance(node, ast.AsyncWith)
    enter, leave = ("__aenter__", "__aexit__") if asynchronous else ("__enter__", "__exit__")
    wait, wait_left = ("(yield from v6({}))", "(yield from v9({}))") if asynchronous else ("{}", "{}")
    text = f"""x = None
o = {_call(unit, item.context_expr, 7)}
c = v0(o)
try:
 enter = c.{enter}
 leave = c.{leave}
except v1: enter = None
if enter is None: v2(c)
value = {wait.format("enter(o)")}
try:
 {"{0} = value" if operands else "value"}
 try: s = yield from v3(frame)
 except v8 as k: x = k
 if x is not None: raise x.error
except v4: raise
except v5 as e:
 if x is not None: x.restore(); x = None
 if not {wait_left.format("leave(o, v0(e), e, e.__traceback__)")}: raise
 return None
{wait_left.format("leave(o, None, None, None)")}
return s"""
    refuse = _not_async_manager if asynchronous else not_a_manager
    values = [type, AttributeError, refuse, run, Stop, BaseException]
    values += [entered_relayed if unit.relayed else entered, manager, Escaped, left_relayed if unit.relayed else left]
    return close_steps(text, operands, values, with_at(item, node))


def _not_async_manager(cls: type) -> None:
    not_a_manager(cls, asynchronous=True)


@compiles(SUSPENDED_STATEMENTS, ast.Match)
def match_statement(unit: Unit, node: ast.Match) -> Run:
    steps = Steps(unit)
    subject = unit.operand(hoist(node.subject, steps))
    lines = ["subject = {0}"]
    values: list[Any] = []
    before = set(unit.definite)
    for case in node.cases:
        unit.definite = set(before)
        lines.append(f"if w{len(values)}(frame, subject): return (yield from w{len(values) + 1}(frame))")
        values += [case_test(unit, case), suspended_block(unit, case.body)]
    unit.definite = before
    return steps.then("\n".join(lines), [subject], values, at(node.subject))
