"""Expressions, each compiled to a template over its operands.

Invariants: operands are evaluated in CPython's order; an attribute is reached plainly only when its name is public
and opens nothing, else through the gate; nothing here runs guest code at compile time.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from .. import names
from ..sized import SIZED_METHODS
from . import priced
from .scopes import Place
from .shapes import UNSET, Operand, Spot, call, close, constant, slot, with_attribute, with_keywords
from .unit import EXPRESSIONS, Ready, Unit, at, compiles, unreviewed

BINARY = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.MatMult: "@",
    ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.RShift: ">>", ast.Pow: "**", ast.LShift: "<<",
}  # fmt: skip
COMPARE = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.Is: "is",
    ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
FOLDED: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod,
}  # fmt: skip
UNARY = {ast.USub: "-", ast.UAdd: "+", ast.Not: "not ", ast.Invert: "~"}
CONVERSIONS: dict[int, Callable[[Any], str]] = {114: repr, 115: str, 97: ascii}
_GLOBAL = "{1}[{0}]"
_MANY = 24
_WORD = 64


# -- names
def raise_unbound(name: str) -> NoReturn:
    """The error of a local variable without a value."""
    raise UnboundLocalError(f"cannot access local variable '{name}' where it is not associated with a value", name=name)


def raise_free(name: str) -> NoReturn:
    """The error of a captured variable without a value."""
    raise NameError(
        f"cannot access free variable '{name}' where it is not associated with a value in enclosing scope", name=name
    )


def load_place(unit: Unit, place: Place, name: str, node: ast.AST) -> Operand:
    """The operand that reads a variable."""
    if place.kind == "global":
        builtin = unit.program.builtins.get(name, UNSET)
        if builtin is not UNSET:
            return Operand("({2}[{0}] if {0} in {2} else {1})", (name, builtin, unit.program.namespace))
        return Operand(_GLOBAL, (name, unit.program.namespace), ((_GLOBAL, at(node)),))
    if place.kind == "body":
        assert place.fallback is not None
        rest = load_place(unit, place.fallback, name, node)
        return call(close("try: return frame[0][v0]\nexcept v1: pass\nreturn {0}", [rest], [name, KeyError], at(node)))
    text = "frame[{0}][0]" if place.kind == "cell" else "frame[{0}]"
    read = Operand(text, (place.slot,))
    if unit.is_definite(place):
        return read
    own = place.binding is not None and place.binding.owner is unit.scope.owner
    values = [UNSET, raise_unbound if own else raise_free, name]
    return call(close("value = {0}\nif value is v0: v1(v2)\nreturn value", [read], values, at(node)))


@compiles(EXPRESSIONS, ast.Name)
def name(unit: Unit, node: ast.Name) -> Operand:
    return load_place(unit, unit.place(node.id), unit.mangled(node.id), node)


@compiles(EXPRESSIONS, Ready)
def ready(unit: Unit, node: Ready) -> Operand:
    return slot(node.slot)


@compiles(EXPRESSIONS, ast.Constant)
def literal(unit: Unit, node: ast.Constant) -> Operand:
    return constant(node.value)


# -- operators
def binary_text(unit: Unit, node: ast.BinOp) -> str | None:
    """The operator as text for inlining, unless it is priced."""
    if type(node.op) in unit.runtime.operators and not priced.is_small(unit, node.op, node.left, node.right):
        return None
    return f"({{0}} {BINARY[type(node.op)]} {{1}})"


@compiles(EXPRESSIONS, ast.BinOp)
def binary_operation(unit: Unit, node: ast.BinOp) -> Operand:
    left = unit.operand(node.left)
    right = unit.operand(node.right)
    if binary_text(unit, node) is None:
        return priced.operation(unit, node, left, right, BINARY[type(node.op)], at(node))
    return call(close(f"return {{0}} {BINARY[type(node.op)]} {{1}}", [left, right], at=at(node)))


@compiles(EXPRESSIONS, ast.UnaryOp)
def unary_operation(unit: Unit, node: ast.UnaryOp) -> Operand:
    operand = unit.operand(node.operand)
    value: Any = operand.values[0] if operand.text == "{0}" else None
    if isinstance(node.op, ast.USub) and type(value) in (int, float, complex):
        return constant(-value)
    return call(close(f"return {UNARY[type(node.op)]}{{0}}", [operand], at=at(node)))


# -- displays
def _elements(unit: Unit, elements: Sequence[ast.expr]) -> tuple[str, list[Operand]]:
    texts: list[str] = []
    operands: list[Operand] = []
    for element in elements:
        starred = isinstance(element, ast.Starred)
        texts.append(("*" if starred else "") + f"{{{len(operands)}}}")
        operands.append(_starred(unit, element) if isinstance(element, ast.Starred) else unit.operand(element))
    return ", ".join(texts), operands


def _starred(unit: Unit, node: ast.Starred) -> Operand:
    return priced.spread(unit, unit.operand(node.value), at(node))


def _all_plain(elements: Sequence[ast.expr]) -> bool:
    return len(elements) > _MANY and not any(isinstance(e, ast.Starred) for e in elements)


@compiles(EXPRESSIONS, ast.List, ast.Tuple, ast.Set)
def display(unit: Unit, node: ast.List | ast.Tuple | ast.Set) -> Operand:
    kind = type(node)
    if node.elts and all(type(e) is ast.Constant for e in node.elts):
        values = tuple(e.value for e in node.elts if isinstance(e, ast.Constant))
        if kind is ast.Tuple:
            return constant(values)
        return call(close("return [*v0]" if kind is ast.List else "return {{*v0}}", [], [values], at(node)))
    if _all_plain(node.elts):
        runs = tuple(unit.run(e) for e in node.elts)
        brackets = {ast.List: "[{}]", ast.Tuple: "(*[{}],)", ast.Set: "{{{{{}}}}}"}[kind]
        return call(close("return " + brackets.format("run(frame) for run in v0"), [], [runs], at(node)))
    text, operands = _elements(unit, node.elts)
    if kind is ast.Tuple:
        return call(close(f"return ({text},)" if node.elts else "return ()", operands, at=at(node)))
    if kind is ast.List:
        return call(close(f"return [{text}]", operands, at=at(node)))
    return call(close(f"return {{{{{text}}}}}", operands, at=at(node)))


@compiles(EXPRESSIONS, ast.Dict)
def dictionary(unit: Unit, node: ast.Dict) -> Operand:
    if len(node.keys) > _MANY and None not in node.keys:
        pairs = tuple((unit.run(k), unit.run(v)) for k, v in zip(node.keys, node.values, strict=True) if k is not None)
        return call(close("return {{key(frame): value(frame) for key, value in v0}}", [], [pairs], at(node)))
    texts: list[str] = []
    operands: list[Operand] = []
    for key, value in zip(node.keys, node.values, strict=True):
        first = len(operands)
        if key is None:
            texts.append(f"**{{{first}}}")
        else:
            texts.append(f"{{{first}}}: {{{first + 1}}}")
            operands.append(unit.operand(key))
        operands.append(unit.operand(value))
    return call(close("return {{" + ", ".join(texts) + "}}", operands, at=at(node)))


@compiles(EXPRESSIONS, ast.JoinedStr)
def joined(unit: Unit, node: ast.JoinedStr) -> Operand:
    operands = [unit.operand(value) for value in node.values]
    if not operands:
        return constant("")
    text = ", ".join(f"{{{k}}}" for k in range(len(operands)))
    return call(close(f"return v0([{text}])", operands, ["".join], at(node)))


@compiles(EXPRESSIONS, ast.FormattedValue)
def formatted(unit: Unit, node: ast.FormattedValue) -> Operand:
    operands = [unit.operand(node.value)]
    narrow = node.format_spec is None or priced.is_narrow_spec(node.format_spec)
    values: list[Any] = [format if narrow else unit.runtime.prices.format]
    text = "{0}"
    if node.conversion in CONVERSIONS:
        values.append(CONVERSIONS[node.conversion])
        text = "v1({0})"
    if node.format_spec is None:
        return call(close(f'return v0({text}, "")', operands, values, at(node)))
    operands.append(unit.operand(node.format_spec))
    return call(close(f"return v0({text}, {{1}})", operands, values, at(node)))


# -- subscripts and attributes
@compiles(EXPRESSIONS, ast.Slice)
def slice_object(unit: Unit, node: ast.Slice) -> Operand:
    operands = [constant(None) if part is None else unit.operand(part) for part in (node.lower, node.upper, node.step)]
    return call(close("return v0({0}, {1}, {2})", operands, [slice], at(node)))


@compiles(EXPRESSIONS, ast.Subscript)
def subscript(unit: Unit, node: ast.Subscript) -> Operand:
    owner = unit.operand(node.value)
    if isinstance(node.slice, ast.Slice):
        parts = [node.slice.lower, node.slice.upper, node.slice.step]
        operands = [owner, *(constant(None) if part is None else unit.operand(part) for part in parts)]
        step = "" if node.slice.step is None else ":{3}"
        return call(close(f"return {{0}}[{{1}}:{{2}}{step}]", operands[: 3 + bool(step)], at=at(node)))
    return call(close("return {0}[{1}]", [owner, unit.operand(node.slice)], at=at(node)))


@compiles(EXPRESSIONS, ast.Attribute)
def attribute(unit: Unit, node: ast.Attribute) -> Operand:
    attr = unit.mangled(node.attr)
    owner = unit.operand(node.value)
    kind = names.classify(attr)
    if kind == "refused":
        unreviewed(unit, node)
    if kind == "plain":
        return call(with_attribute(close(*plain_load(unit, owner, attr), at(node)), attr))
    guards = unit.runtime.guards
    if kind == "special":
        values = [type, guards.open_types, guards.load_special, attr]
        text = (
            "o = {0}\nif v0(o) in v1: return o.ATTR\nreturn v2(o, v3)"
            if attr in SIZED_METHODS
            else "return v2({0}, v3)"
        )
        return call(with_attribute(close(text, [owner], values, at(node)), attr))
    values = [type, guards.open_types, guards.load_private, attr]
    text = "o = {0}\nif v0(o) in v1: return o.ATTR\nreturn v2(o, v3)"
    return call(with_attribute(close(text, [owner], values, at(node)), attr))


def plain_load(unit: Unit, owner: Operand, attr: str) -> tuple[str, list[Operand], list[Any]]:
    """Template, operands and values that read a public attribute: plainly only from types known to be harmless."""
    guards = unit.runtime.guards
    text = "o = {0}\nif v0(o) in v1: return o.ATTR\nreturn v2(o, v3)"
    return text, [owner], [type, guards.direct, guards.load, attr]


# -- calls
@compiles(EXPRESSIONS, ast.Call)
def called(unit: Unit, node: ast.Call) -> Operand:
    function = node.func
    if isinstance(function, ast.Name) and function.id == "super" and not node.args and not node.keywords:
        return _super(unit, node)
    if isinstance(function, ast.Name) and unit.place(function.id).kind == "global":
        special = _scope_call(unit, node, function.id)
        if special is not None:
            return special
    operands: list[Operand] = []
    values: list[Any] = []
    spots: list[Spot] = []
    head, attr = _callee(unit, node, operands, values, spots)
    texts: list[str] = []
    for argument in node.args:
        star = "*" if isinstance(argument, ast.Starred) else ""
        texts.append(f"{star}{{{len(operands)}}}")
        operands.append(_starred(unit, argument) if isinstance(argument, ast.Starred) else unit.operand(argument))
    keywords: list[str] = []
    for keyword in node.keywords:
        if keyword.arg is None:
            texts.append(f"**{{{len(operands)}}}")
        else:
            texts.append(f"K{len(keywords)}={{{len(operands)}}}")
            keywords.append(unit.mangled(keyword.arg))
        operands.append(unit.operand(keyword.value))
    read = priced.read_argument(node)
    if read is not None:
        head = _before_reading(head, texts[: read + 1], len(values))
        values += priced.read_values(unit, node)
        texts[: read + 1] = [f"b{k}" for k in range(read + 1)]
    given = "(" + ", ".join(texts) + ")"
    run = close(head.replace("()", given) + given, operands, values, at(node), spots)
    if attr:
        run = with_attribute(run, attr)
    return call(with_keywords(run, keywords) if keywords else run)


def _before_reading(head: str, arguments: list[str], first: int) -> str:
    """The beginning of the template of a call that reads its last of these arguments to the end."""
    *lines, last = head.replace("()\n", "\n").replace("return ", "f = ").split("\n")
    lines.append(f"else: {last}" if lines and lines[-1].startswith("if ") else last)
    lines += [f"b{k} = {argument}" for k, argument in enumerate(arguments)]
    last = f"b{len(arguments) - 1}"
    lines.append(f"if v{first}({last}) in v{first + 1}: {last} = v{first + 2}(f, {last}, v{first + 3})")
    return "\n".join([*lines, "return f"])


def _callee(
    unit: Unit, call: ast.Call, operands: list[Operand], values: list[Any], spots: list[Spot]
) -> tuple[str, str]:
    """The beginning of a call's template, and the attribute name to put into it."""
    node = call.func
    if isinstance(node, ast.Attribute):
        attr = unit.mangled(node.attr)
        kind = names.classify(attr)
        spots += [("o.ATTR", at(node)), ("v2(o, v3)", at(node))]
        if kind == "plain" or priced.is_small_method(call):
            text, loaded, given = plain_load(unit, unit.operand(node.value), attr)
            operands += loaded
            values += given
            return text.replace("o.ATTR", "o.ATTR()"), attr
        if kind == "private":
            guards = unit.runtime.guards
            operands.append(unit.operand(node.value))
            values += [type, guards.open_types, guards.load_private, attr]
            return "o = {0}\nm = o.ATTR if v0(o) in v1 else v2(o, v3)\nreturn m", attr
    operands.append(unit.operand(node))
    return "return {0}", ""


def no_class_cell() -> NoReturn:
    """The error of ``super()`` outside a class."""
    raise RuntimeError("super(): __class__ cell not found")


def _super(unit: Unit, node: ast.Call) -> Operand:
    """``super()`` without arguments: the class whose body this is in, and the function's first argument."""
    callee = unit.operand(node.func)
    place = unit.place("__class__")
    if place.kind == "global":
        return call(close("return v0()", [], [no_class_cell], at(node)))
    owner = unit.scope.owner
    if not owner.parameters:
        return call(close("return {0}()", [callee], at=at(node)))
    first = load_place(unit, owner.place(owner.parameters[0]), owner.parameters[0], node)
    cls = load_place(unit, place, "__class__", node)
    return call(close("return {0}({1}, {2})", [callee, cls, first], at=at(node)))


# -- calls that mean the scope they stand in: locals(), globals(), vars(), dir(), eval(text), exec(text)
def _scope_call(unit: Unit, node: ast.Call, name: str) -> Operand | None:
    if node.keywords or name not in ("locals", "globals", "vars", "dir", "eval", "exec"):
        return None
    if name in ("eval", "exec"):
        if len(node.args) != 1 or isinstance(node.args[0], ast.Starred) or unit.scope.kind == "module":
            return None
        operands = [unit.operand(node.func), unit.operand(node.args[0]), _local_variables(unit, node)]
        return call(close("return {0}({1}, None, {2})", operands, at=at(node)))
    if node.args:
        return None
    operand = _global_variables(unit, node) if name == "globals" else _local_variables(unit, node)
    return call(close("return v0({0})", [operand], [sorted], at(node))) if name == "dir" else operand


def _global_variables(unit: Unit, node: ast.Call) -> Operand:
    return call(close("return v0()", [], [unit.runtime.global_variables], at(node)))


def _local_variables(unit: Unit, node: ast.Call) -> Operand:
    """A snapshot of the variables that the scope sees as its own."""
    scope = unit.scope
    if scope.kind == "module":
        return _global_variables(unit, node)
    if scope.kind == "class":
        return call(close("return v0(frame[0])", [], [dict], at(node)))
    places = [(name, scope.place(name)) for name in [*scope.bound, *sorted(scope.used - set(scope.bound))]]
    where = [(name, place.slot, place.kind == "cell") for name, place in places if place.kind in ("slot", "cell")]
    return call(close("return v0(frame, v1)", [], [unit.runtime.local_variables, tuple(where)], at(node)))
