"""Code that can yield or await, compiled to generators.

A statement or expression that suspends becomes a template with ``yield from`` around its suspending parts. An
expression is taken apart first: what CPython evaluates before the last suspension is computed into slots of the
frame, in order; the rest stays a plain closure over those slots.

Invariants: evaluation order is CPython's; parts that do not suspend are the same plain closures as elsewhere.
"""

from __future__ import annotations

import ast
import builtins
import copy
import itertools
import types
from collections.abc import Callable, Sequence
from typing import Any

from .asynchronous import DRIVEN, Escaped, Yielded, delegate, drive, received
from .awaitables import async_iterator, awaitable, awaitable_relayed, iterator_of, next_item, next_item_relayed
from .comprehensions import begun, fresh_cells, generator_expression, keeps_iterator, named
from .conditions import truth_closure
from .expressions import COMPARE
from .keywords import keywords_now
from .shapes import NOTHING, UNSET, Frame, Operand, Owner, Position, Run, Spot, close, constant, define, join
from .targets import target
from .unit import (
    COMPREHENSION_FRAMES,
    EXPRESSIONS,
    SUSPENDED_EXPRESSIONS,
    Ready,
    Unit,
    at,
    compiles,
    iteration_at,
    suspending_nodes,
)

_BUILD_CLASS: Any = builtins.__build_class__
_LAZY = (ast.BoolOp, ast.IfExp, ast.Yield, ast.YieldFrom, ast.Await, ast.ListComp, ast.SetComp, ast.DictComp)


def close_steps(
    body: str,
    operands: Sequence[Operand] = (),
    values: Sequence[Any] = (),
    at: Position | None = None,
    spots: Sequence[Spot] = (),
    owner: Owner | None = None,
) -> Run:
    """``close`` for a generator closure, which a StopIteration leaves as Escaped."""
    count = len(values)
    indented = body.replace("\n", "\n ")
    text = f"try:\n {indented}\nexcept v{count} as e: raise v{count + 1}(e)"
    return close(text, operands, [*values, StopIteration, Escaped], at, spots, owner)


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
        first.iter = settle(first.iter, steps)
        node.generators = [first, *node.generators[1:]]
        return node
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        node.args = copy.copy(node.args)
    parts = _evaluated(node)
    last = max((k for k, (_, _, child) in enumerate(parts) if steps.unit.suspends(child)), default=-1)
    for number, (field, index, child) in enumerate(parts[: last + 1]):
        owner = node.args if field in ("defaults", "kw_defaults") else node
        if isinstance(child, ast.Starred) and isinstance(child.ctx, ast.Load):
            value = ast.copy_location(ast.Starred(settle(child.value, steps), child.ctx), child)
            display = ast.Set([value]) if isinstance(node, ast.Set) else ast.List([value], ast.Load())
            all_of_it = steps.add(ast.copy_location(display, child))
            settled: ast.AST = ast.copy_location(ast.Starred(all_of_it, child.ctx), child)
        elif isinstance(node, ast.Dict) and field == "values" and node.keys[index] is None:
            settled = steps.add(ast.copy_location(ast.Dict([None], [settle(child, steps)]), child))
        elif isinstance(child, ast.keyword) and child.arg is None and number < last:
            settled = ast.copy_location(ast.keyword(None, _merged(node, index, child, steps)), child)
        else:
            settled = settle(child, steps)
        _replace(owner, field, index, settled)  # what is unpacked is iterated over now, too
    return node


def _merged(node: Any, index: int, child: ast.keyword, steps: Steps) -> ast.expr:
    """``**mapping`` that is unpacked now, and must not have a keyword that the call has been given before."""
    function = node.func if isinstance(node, ast.Call) else ast.Constant(_BUILD_CLASS)
    before = [ast.Constant(steps.unit.mangled(each.arg)) if each.arg else each.value for each in node.keywords[:index]]
    given = [function, settle(child.value, steps), *before]
    made = ast.Call(ast.Constant(keywords_now), given, [])  # type: ignore[arg-type]
    for each in (made, made.func, *made.args):
        if not hasattr(each, "lineno"):
            ast.copy_location(each, node)
    return steps.add(made)


def settle(child: Any, steps: Steps) -> Any:
    """A child that is evaluated now: its value's stand-in."""
    if isinstance(child, (ast.Constant, Ready)):
        return child
    if isinstance(child, ast.Starred):
        return ast.copy_location(ast.Starred(settle(child.value, steps), child.ctx), child)
    stored = isinstance(getattr(child, "ctx", None), (ast.Store, ast.Del))
    if stored or isinstance(child, (ast.keyword, ast.Slice)):
        child = copy.copy(child)
        for field, index, inner in _evaluated(child):
            _replace(child, field, index, settle(inner, steps))
        return child
    return steps.add(child)


_ORDER: dict[type, tuple[str, ...]] = {
    ast.NamedExpr: ("value",),
    ast.Dict: (),
    ast.Assign: ("value", "targets"),
    ast.AnnAssign: ("value", "target"),
    ast.Attribute: ("value",),
    ast.Subscript: ("value", "slice"),
    ast.ClassDef: ("decorator_list", "bases", "keywords"),
}


def _evaluated(node: Any) -> list[tuple[str, int, Any]]:
    """The children of a node in evaluation order, each with its field and index (-1 for a single child).

    The defaults of a function's parameters count as its own children.
    """
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        found = [("decorator_list", k, each) for k, each in enumerate(getattr(node, "decorator_list", ()))]
        found += [("defaults", k, each) for k, each in enumerate(node.args.defaults)]
        return found + [("kw_defaults", k, each) for k, each in enumerate(node.args.kw_defaults) if each is not None]
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


@compiles(SUSPENDED_EXPRESSIONS, ast.Yield, ast.YieldFrom, ast.Await)
def suspension(unit: Unit, node: ast.Yield | ast.YieldFrom | ast.Await) -> Run:
    steps = Steps(unit)
    value = constant(None) if node.value is None else unit.operand(hoist(node.value, steps))
    return steps.then("return {0}", [suspension_of(unit, node, value)], [], at(node))


def suspension_of(unit: Unit, node: ast.Yield | ast.YieldFrom | ast.Await, value: Operand) -> Operand:
    """``yield value``, ``yield from value`` or ``await value`` as an operand, for templates of generators."""
    if isinstance(node, ast.Await):
        return join("(yield from {1}({0}))", [value, constant(awaitable_of(unit))], at(node))
    if isinstance(node, ast.YieldFrom):
        inner = [value, *map(constant, (iterator_of, unit.runtime.draws.delegated, delegate))]
        text = "{3}({1}({2}({0})))" if unit.relayed else "{1}({2}({0}))"
        return join(f"(yield from {text})", inner, at(node))
    if unit.is_async:
        value = join("{1}({0})", [value, constant(Yielded)])
    if not unit.relayed:
        return join("(yield {0})", [value], at(node))
    text = "(None if (sent := (yield {0})) is None else {1}((sent, sent := None)[0]))"  # sent keeps nothing alive
    return join(text, [value, constant(received)], at(node))


def awaitable_of(unit: Unit) -> Any:
    return awaitable_relayed if unit.relayed else awaitable


def next_item_of(unit: Unit) -> Any:
    return next_item_relayed if unit.relayed else next_item


Part = Callable[[Unit, Any, list[Any]], str]


@compiles(SUSPENDED_EXPRESSIONS, ast.BoolOp)
def boolean(unit: Unit, node: ast.BoolOp) -> Run:
    values: list[Any] = []
    return close_steps(f"return {_value_text(unit, node, values)}", [], values, at(node))


def _value_text(unit: Unit, node: ast.expr, values: list[Any]) -> str:
    """Template text of a part of ``and`` and ``or`` whose value counts (see ``conditions``)."""
    if isinstance(node, ast.BoolOp):
        return _joined(unit, node, values, _value_text)
    if isinstance(node, ast.IfExp):
        return f"({_conditional(unit, node, values, _value_text)})"
    values.append(either(unit, node))
    return call_text(unit, node, len(values) - 1)


def _joined(unit: Unit, node: ast.BoolOp, values: list[Any], part: Part) -> str:
    texts = [part(unit, node.values[0], values)]
    definite = set(unit.definite)
    texts += [part(unit, each, values) for each in node.values[1:]]
    unit.definite = definite
    return "(" + (" and " if isinstance(node.op, ast.And) else " or ").join(texts) + ")"


def condition(unit: Unit, node: ast.expr, values: list[Any]) -> str:
    """Template text that is tested for the truth of ``node``, whose parts become further values."""
    if not unit.suspends(node):
        values.append(truth_closure(unit, node))
        return f"v{len(values) - 1}(frame)"
    if isinstance(node, ast.BoolOp):
        return _joined(unit, node, values, condition)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return f"(not {condition(unit, node.operand, values)})"
    if isinstance(node, ast.IfExp):
        return f"({_conditional(unit, node, values, condition)})"
    if isinstance(node, ast.Compare):
        return f"({_chain_text(unit, node, values)})"
    values.append(suspended_expression(unit, node))
    return f"(yield from v{len(values) - 1}(frame))"


@compiles(SUSPENDED_EXPRESSIONS, ast.IfExp)
def conditional(unit: Unit, node: ast.IfExp) -> Run:
    values: list[Any] = []
    return close_steps(f"return {_conditional(unit, node, values, _plain_text)}", [], values, at(node))


def _plain_text(unit: Unit, node: ast.expr, values: list[Any]) -> str:
    values.append(either(unit, node))
    return call_text(unit, node, len(values) - 1)


def _conditional(unit: Unit, node: ast.IfExp, values: list[Any], part: Part) -> str:
    test = condition(unit, node.test, values)
    definite = set(unit.definite)
    texts = []
    for each in (node.body, node.orelse):
        unit.definite = set(definite)
        texts.append(part(unit, each, values))
    unit.definite = definite
    return f"{texts[0]} if {test} else {texts[1]}"


@compiles(SUSPENDED_EXPRESSIONS, ast.Compare)
def chain(unit: Unit, node: ast.Compare) -> Run:
    values: list[Any] = []
    return close_steps(f"return {_chain_text(unit, node, values)}", [], values, at(node))


def _chain_text(unit: Unit, node: ast.Compare, values: list[Any]) -> str:
    values.append(either(unit, node.left))
    text = call_text(unit, node.left, len(values) - 1)
    definite: set[Any] | None = None
    for operator, part in zip(node.ops, node.comparators, strict=True):
        values.append(either(unit, part))
        text += f" {COMPARE[type(operator)]} {call_text(unit, part, len(values) - 1)}"
        definite = definite or set(unit.definite)
    unit.definite = definite or unit.definite
    return text


def either(unit: Unit, node: ast.expr) -> Run:
    return suspended_expression(unit, node) if unit.suspends(node) else unit.run(node)


def call_text(unit: Unit, node: ast.AST | None, number: int) -> str:
    """Template text that runs the closure ``v<number>`` compiled for ``node``."""
    return f"(yield from v{number}(frame))" if unit.suspends(node) else f"v{number}(frame)"


@compiles(SUSPENDED_EXPRESSIONS, ast.ListComp, ast.SetComp, ast.DictComp)
def comprehension(unit: Unit, node: ast.ListComp | ast.SetComp | ast.DictComp) -> Run:
    """An asynchronous comprehension, or one with ``await`` inside: loops that fill the result."""
    values = _loop_values(unit)
    operands: list[Operand] = []

    def part(each: ast.expr) -> str:
        values.append(either(unit, each))
        return call_text(unit, each, len(values) - 1)

    first = part(node.generators[0].iter)
    around = COMPREHENSION_FRAMES.get(type(node), "")
    slot = unit.scope.temporary()
    before = set(unit.definite)
    with unit.enter(node) as scope:
        start = {ast.ListComp: "[]", ast.SetComp: "v5()", ast.DictComp: "{{}}"}[type(node)]
        lines = [f"first = frame[{slot}]"]
        if keeps_iterator(scope):
            scope.iterator = slot
        else:
            lines.append(f"frame[{slot}] = v2")
        lines += [f"out = {start}", *fresh_cells(scope, "v2").splitlines()]
        clauses, indent = _clauses(unit, node.generators, part, operands, values)
        lines += clauses
        if isinstance(node, ast.DictComp):
            lines += [f"{indent}key = {part(node.key)}", f"{indent}out[key] = {part(node.value)}"]
        else:
            lines.append(f"{indent}out.{'append' if isinstance(node, ast.ListComp) else 'add'}({part(node.elt)})")
    unit.definite = before
    loops = close_steps("\n".join([*lines, "return out", "yield"]), operands, values, at(node))
    if around:
        loops = named(loops, around, f"{unit.qualname}{around}")
    iterated = f"v2({first.replace('v8', 'v1')})"
    text = f"frame[{slot}] = {iterated}\nreturn (yield from v0(frame))"
    values = [loops, values[8], async_iterator if node.generators[0].is_async else iter]
    return close_steps(text, [], values, at(node), [(iterated, iteration_at(node.generators[0].iter, node))])


def _loop_values(unit: Unit) -> list[Any]:
    """The first values of a template with asynchronous ``for`` clauses."""
    values: list[Any] = [itertools.compress, unit.runtime.budget.ticks, UNSET, async_iterator, next_item_of(unit)]
    return [*values, set, StopAsyncIteration, unit.runtime.budget.tick]


def _clauses(
    unit: Unit,
    generators: Sequence[ast.comprehension],
    part: Callable[[ast.expr], str],
    operands: list[Operand],
    values: list[Any],
) -> tuple[list[str], str]:
    """``for`` and ``if`` clauses as lines over ``first``, the first iterator; the indent of what is inside them."""
    lines: list[str] = []
    indent = ""
    for number, generator in enumerate(generators):
        source = part(generator.iter) if number else "first"
        operands.append(target(unit, generator.target))
        where = f"{{{len(operands) - 1}}}"
        if generator.is_async:
            lines += [f"{indent}it{number} = {f'v3({source})' if number else source}", f"{indent}while True:"]
            lines += [f"{indent} try: item = yield from v4(it{number})", f"{indent} except v6: break"]
            lines += [f"{indent} {where} = item", f"{indent} v7()"]
        else:
            lines.append(f"{indent}for {where} in v0({source}, v1):")
        indent += " "
        for test in generator.ifs:
            lines.append(f"{indent}if not {condition(unit, test, values)}: continue")
    return lines, indent


# -- asynchronous generator expressions
@compiles(EXPRESSIONS, ast.GeneratorExp)
def any_generator_expression(unit: Unit, node: ast.GeneratorExp) -> Operand:
    """A generator expression, of either kind."""
    scope = unit.program.scopes[id(node)]
    if not scope.suspends:
        return generator_expression(unit, node)
    first = unit.run(node.generators[0].iter)
    inner = Unit(unit.program, scope, f"{unit.qualname}<genexpr>.", suspending_nodes([*node.generators, node.elt]))
    inner.is_async = True
    inner.owner = (unit.program.filename, "<genexpr>")
    source = scope.iterator = scope.temporary()
    values = _loop_values(inner)
    operands: list[Operand] = []

    def part(each: ast.expr) -> str:
        values.append(either(inner, each))
        return call_text(inner, each, len(values) - 1)

    clauses, indent = _clauses(inner, node.generators, part, operands, values)
    values.append(Yielded)
    wrap = f"v{len(values) - 1}"
    lines = [f"first = frame[{source}]", *clauses, f"{indent}yield {wrap}({part(node.elt)})"]
    body = close_steps("\n".join(lines), operands, values, at(node), owner=inner.owner)
    entry = _async_generator(body, unit.program.filename, f"{unit.qualname}<genexpr>")
    begin = async_iterator if node.generators[0].is_async else iter
    return begun(unit, node, source, first, begin, entry)


_make_async_generator = define(
    f"def make(body, drive):\n async def entry(frame):\n  drive_ = drive(body(frame))\n{DRIVEN}\n return entry\n",
    "make",
)


def _async_generator(body: Run, filename: str, qualname: str) -> Callable[[Frame], Any]:
    """What makes the native async generators over a body, shown as of the guest's file."""
    made: Any = _make_async_generator(body, drive)
    line = 1
    code = made.__code__.replace(co_name="<genexpr>", co_qualname=qualname, co_filename=filename, co_firstlineno=line)
    return types.FunctionType(code, NOTHING, "<genexpr>", None, made.__closure__)
