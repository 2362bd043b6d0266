"""Expressions, each compiled to a template over its operands.

Invariants: operands are evaluated in CPython's order; an attribute is reached plainly only when its name is public
and opens nothing, else through the gate; nothing here runs guest code at compile time.
"""

from __future__ import annotations

import ast
import operator
import sys
import types
from collections.abc import Callable, Container, Iterable, Sequence
from typing import Any, NoReturn

from .. import names
from ..sized import SIZED_METHODS
from . import priced
from .scopes import Place, Scope
from .shapes import UNSET, Operand, Position, call, close, constant, is_slot, join, part, slot, with_keywords
from .unit import (
    COMPREHENSION_FRAMES,
    EXPRESSIONS,
    INLINES_COMPREHENSIONS,
    Ready,
    Unit,
    at,
    attribute_at,
    compiles,
    unreviewed,
)

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
    raise UnboundLocalError(f"cannot access local variable '{name}' where it is not associated with a value")


def raise_free(name: str) -> NoReturn:
    """The error of a captured variable without a value."""
    raise NameError(
        f"cannot access free variable '{name}' where it is not associated with a value in enclosing scope", name=name
    )


def class_being_made(cell: list[Any]) -> Any:
    """What ``__class__`` is while ``type.__new__`` runs, which has put the class into its native cell; else UNSET."""
    native: types.CellType | None = cell[1] if len(cell) > 1 else None
    try:
        return UNSET if native is None else native.cell_contents
    except ValueError:
        return UNSET


def unset_class(cell: list[Any]) -> Any:
    """``__class__`` where it is not bound yet.

    Raises:
        NameError: the class is not there.
    """
    found = class_being_made(cell)
    return raise_free("__class__") if found is UNSET else found


def load_place(unit: Unit, place: Place, name: str, node: ast.AST) -> Operand:
    """The operand that reads a variable."""
    if place.kind == "global":
        builtin = unit.program.builtins.get(name, UNSET)
        if builtin is not UNSET:
            return Operand("({2}[{0}] if {0} in {2} else {1})", (name, builtin, unit.space(name)))
        return Operand(_GLOBAL, (name, unit.space(name)), ((_GLOBAL, at(node)),))
    if place.kind == "body":
        assert place.fallback is not None
        rest = load_place(unit, place.fallback, name, node)
        return call(close("try: return frame[0][v0]\nexcept v1: pass\nreturn {0}", [rest], [name, KeyError], at(node)))
    text = "frame[{0}][0]" if place.kind == "cell" else "frame[{0}]"
    if unit.is_definite(place):
        return Operand(text, (place.slot,))
    own = place.binding is not None and place.binding.owner is unit.scope.owner
    if own and type(unit.scope.node) in COMPREHENSION_FRAMES:
        own = unit.scope.bound.get(name) is place.binding
    if name == "__class__" and place.kind == "cell":
        fail, spots = "{2}(frame[{0}])", (("{2}(frame[{0}])", at(node)),)
        return Operand(f"({text} if {text} is not {{1}} else {fail})", (place.slot, UNSET, unset_class), spots)
    values = (place.slot, UNSET, raise_unbound if own else raise_free, name)
    return Operand(f"({text} if {text} is not {{1}} else {{2}}({{3}}))", values, (("{2}({3})", at(node)),))


@compiles(EXPRESSIONS, ast.Name)
def name(unit: Unit, node: ast.Name) -> Operand:
    return load_place(unit, unit.place(node.id), unit.mangled(node.id), node)


@compiles(EXPRESSIONS, Ready)
def ready(unit: Unit, node: Ready) -> Operand:
    return slot(node.slot)


@compiles(EXPRESSIONS, ast.Constant)
def literal(unit: Unit, node: ast.Constant) -> Operand:
    return constant(unit.program.constant(node.value))


# -- operators
def _is_small_number(value: Any) -> bool:
    return value.bit_length() <= _WORD if type(value) is int else type(value) in (float, complex)


def folded(unit: Unit, kind: type[ast.operator], left: Operand, right: Operand) -> Operand | None:
    """The constant that two literal numbers come to, as CPython's compiler finds it too; None where none is sure."""
    fold = FOLDED.get(kind)
    if fold is None or left.text != "{0}" or right.text != "{0}":
        return None
    one, other = left.values[0], right.values[0]
    if not (_is_small_number(one) and _is_small_number(other)):
        return None
    try:
        return constant(unit.program.constant(fold(one, other)))
    except ArithmeticError:
        return None


@compiles(EXPRESSIONS, ast.BinOp)
def binary_operation(unit: Unit, node: ast.BinOp) -> Operand:
    left = unit.operand(node.left)
    right = unit.operand(node.right)
    constants = folded(unit, type(node.op), left, right)
    if constants is not None:
        return constants
    if type(node.op) in unit.runtime.operators and not priced.is_small(unit, node.op, node.left, node.right):
        return priced.operation(unit, node, left, right, BINARY[type(node.op)], at(node))
    return part(f"({{0}} {BINARY[type(node.op)]} {{1}})", [left, right], at(node))


@compiles(EXPRESSIONS, ast.UnaryOp)
def unary_operation(unit: Unit, node: ast.UnaryOp) -> Operand:
    operand = unit.operand(node.operand)
    value: Any = operand.values[0] if operand.text == "{0}" else None
    if isinstance(node.op, ast.USub) and type(value) in (int, float, complex):
        return constant(-value)
    return part(f"({UNARY[type(node.op)]}{{0}})", [operand], at(node))


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
            return constant(unit.program.constant(values))
        return call(close("return [*v0]" if kind is ast.List else "return {{*v0}}", [], [values], at(node)))
    if _all_plain(node.elts):
        runs = tuple(unit.run(e) for e in node.elts)
        brackets = {ast.List: "[{}]", ast.Tuple: "(*[{}],)", ast.Set: "{{{{{}}}}}"}[kind]
        return call(close("return " + brackets.format("run(frame) for run in v0"), [], [runs], at(node)))
    text, operands = _elements(unit, node.elts)
    if kind is ast.Tuple:
        return part(f"({text},)" if node.elts else "()", operands, at(node))
    if kind is ast.List:
        return part(f"[{text}]", operands, at(node))
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
    if len(node.values) > _MANY:
        runs = tuple(unit.run(value) for value in node.values)
        return call(close("return v1([run(frame) for run in v0])", [], [runs, "".join], at(node)))
    operands = [unit.operand(value) for value in node.values]
    if not operands:
        return constant("")
    text = ", ".join(f"{{{k}}}" for k in range(len(operands)))
    return part(f"{{{len(operands)}}}([{text}])", operands, at(node), ["".join])


@compiles(EXPRESSIONS, ast.FormattedValue)
def formatted(unit: Unit, node: ast.FormattedValue) -> Operand:
    value = unit.operand(node.value)
    narrow = node.format_spec is None or priced.is_narrow_spec(node.format_spec)
    if node.conversion in CONVERSIONS:
        value = join("{1}({0})", [value, constant(CONVERSIONS[node.conversion])])
    spec = constant("") if node.format_spec is None else unit.operand(node.format_spec)
    return part("{2}({0}, {1})", [value, spec], at(node), [format if narrow else unit.runtime.prices.format])


# -- subscripts and attributes
@compiles(EXPRESSIONS, ast.Slice)
def slice_object(unit: Unit, node: ast.Slice) -> Operand:
    operands = [constant(None) if each is None else unit.operand(each) for each in (node.lower, node.upper, node.step)]
    return part("{3}({0}, {1}, {2})", operands, at(node), [slice])


@compiles(EXPRESSIONS, ast.Subscript)
def subscript(unit: Unit, node: ast.Subscript) -> Operand:
    owner = unit.operand(node.value)
    if isinstance(node.slice, ast.Slice):
        parts = [node.slice.lower, node.slice.upper, node.slice.step]
        operands = [owner, *(constant(None) if each is None else unit.operand(each) for each in parts)]
        step = "" if node.slice.step is None else ":{3}"
        return part(f"{{0}}[{{1}}:{{2}}{step}]", operands[: 3 + bool(step)], at(node))
    return part("{0}[{1}]", [owner, unit.operand(node.slice)], at(node))


@compiles(EXPRESSIONS, ast.Attribute)
def attribute(unit: Unit, node: ast.Attribute) -> Operand:
    attr = unit.mangled(node.attr)
    owner = _owner(unit, node.value)
    kind = names.classify(attr)
    if kind == "refused":
        unreviewed(unit, node)
    guards = unit.runtime.guards
    if kind == "special" and attr not in SIZED_METHODS:
        return part("{1}({0}, {2})", [owner], attribute_at(node, node), [guards.load_special, attr])
    direct = guards.direct if kind == "plain" else guards.open_types
    load = {"plain": guards.load, "private": guards.load_private, "special": guards.load_special}[kind]
    text = f"({{1}} if {_TYPE_OF[is_slot(owner)]} in {{3}} else {{4}})"
    return part(text, [owner, *_loads(owner, attr, direct, load)], attribute_at(node, node))


def _owner(unit: Unit, node: ast.expr) -> Operand:
    """What an attribute is read of."""
    if isinstance(node, ast.Call) and _is_super(node):
        return _super(unit, node, attribute=True)
    return unit.operand(node)


_TYPE_OF = {True: "{2}({0})", False: "{2}(owner := {0})"}
"""The type of what an attribute is read of, by whether that is a local variable. An attribute is read as it is from
types that are known, else through the gate. Other values are kept in ``owner``; it is not needed any longer when the
attribute is there, so that the next one may use the name again.
"""


def _loads(
    owner: Operand, attr: str, direct: Container[type], load: Callable[[Any, str], Any], *spot: Position
) -> list[Operand]:
    """The operands after the owner: read as it is, ``type``, known types, read through the gate.

    ``spot`` is where both ways of reading stand, if not for the whole.
    """
    if is_slot(owner):
        values: tuple[Any, ...] = owner.values
        plain, gated = "frame[{0}].{1}", "{0}(frame[{1}], {2})"
    else:
        values = ()
        plain, gated = "owner.{0}", "{0}(owner, {1})"
    return [
        Operand(plain, (*values, attr), tuple((plain, where) for where in spot), (len(values),)),
        constant(type),
        constant(direct),
        Operand(gated, (load, *values, attr), tuple((gated, where) for where in spot)),
    ]


# -- calls
@compiles(EXPRESSIONS, ast.Call)
def called(unit: Unit, node: ast.Call) -> Operand:
    function = node.func
    if _is_super(node):
        return _super(unit, node)
    if isinstance(function, ast.Name) and _is_global(unit, function.id):
        special = _scope_call(unit, node, function.id)
        if special is not None:
            return special
    if isinstance(function, ast.Attribute):
        kind = names.classify(unit.mangled(function.attr))
        if kind in ("plain", "private") or priced.is_small_method(node):
            return _method_call(unit, node, function, private=kind == "private")
    callee = unit.operand(function)
    texts, arguments, keywords = _arguments(unit, node, 1)
    operands = [callee, *arguments]
    if priced.read_argument(node) is not None:
        return _reading_call(unit, node, "f = {0}", texts, operands, keywords)
    text = f"{{0}}({', '.join(texts)})"
    if not keywords:
        return part(text, operands, at(node))
    return call(with_keywords(close(f"return {text}", operands, at=at(node)), keywords))


def _arguments(unit: Unit, node: ast.Call, first: int) -> tuple[list[str], list[Operand], list[str]]:
    """The texts of a call's arguments, from operand ``first`` on; their operands; the keywords for K0, K1 …"""
    texts: list[str] = []
    operands: list[Operand] = []
    keywords: list[str] = []
    for argument in node.args:
        star = "*" if isinstance(argument, ast.Starred) else ""
        texts.append(f"{star}{{{first + len(operands)}}}")
        operands.append(_starred(unit, argument) if isinstance(argument, ast.Starred) else unit.operand(argument))
    for keyword in node.keywords:
        value = unit.operand(keyword.value)
        if keyword.arg is None:
            texts.append(f"**{{{first + len(operands)}}}")
            value = join("{1}({0})", [value, constant(unit.runtime.guards.keywords)])
        else:
            texts.append(f"K{len(keywords)}={{{first + len(operands)}}}")
            keywords.append(unit.mangled(keyword.arg))
        operands.append(value)
    return texts, operands, keywords


def _reading_call(
    unit: Unit, node: ast.Call, head: str, texts: list[str], operands: list[Operand], keywords: list[str]
) -> Operand:
    """A call that reads one of its arguments to the end; ``head`` leaves the callee in ``f``."""
    read = priced.read_argument(node)
    assert read is not None
    lines = [head, *(f"b{k} = {text}" for k, text in enumerate(texts[: read + 1]))]
    lines.append(f"if v0(b{read}) in v1: b{read} = v2(f, b{read}, v3)")
    given = [*(f"b{k}" for k in range(read + 1)), *texts[read + 1 :]]
    lines.append(f"return f({', '.join(given)})")
    run = close("\n".join(lines), operands, priced.read_values(unit, node), at(node))
    return call(with_keywords(run, keywords) if keywords else run)


_MOST_REPEATED = 3


def _method_call(unit: Unit, node: ast.Call, function: ast.Attribute, *, private: bool) -> Operand:
    """``owner.name(…)``: a part of the template around it when the arguments are short enough to be there twice."""
    guards = unit.runtime.guards
    attr = unit.mangled(function.attr)
    direct, load = (guards.open_types, guards.load_private) if private else (guards.direct, guards.load)
    owner = _owner(unit, function.value)
    texts, arguments, keywords = _arguments(unit, node, 5)
    loads = _loads(owner, attr, direct, load, attribute_at(function, function))
    operands = [owner, *loads, *arguments]
    place = at(node) if any(text[0] == "*" for text in texts) else attribute_at(function, node)
    if priced.read_argument(node) is not None:
        head = "owner = {0}\nif {2}(owner) in {3}: f = {1}\nelse: f = {4}"
        return _reading_call(unit, node, head, texts, operands, keywords)
    given = f"({', '.join(texts)})"
    short = sum(len(each.values) for each in arguments) <= _MOST_REPEATED and not any(e.spots for e in arguments)
    if short and not keywords:
        return part(f"({{1}}{given} if {_TYPE_OF[is_slot(owner)]} in {{3}} else {{4}}{given})", operands, place)
    text = f"owner = {{0}}\nif {{2}}(owner) in {{3}}: return {{1}}{given}\nreturn {{4}}{given}"
    run = close(text, operands, at=place)
    return call(with_keywords(run, keywords) if keywords else run)


def no_super(has_first: bool) -> NoReturn:
    """The error of ``super()`` outside a class, or where there is no first argument."""
    raise RuntimeError(f"super(): {'__class__ cell not found' if has_first else 'no arguments'}")


def _is_super(node: ast.expr) -> bool:
    bare = isinstance(node, ast.Call) and not node.args and not node.keywords
    return bare and isinstance(node.func, ast.Name) and node.func.id == "super"  # type: ignore[attr-defined]


def _super(unit: Unit, node: ast.Call, *, attribute: bool = False) -> Operand:
    """``super()`` without arguments: the class whose body this is in, and the function's first argument.

    ``attribute`` tells that one of its attributes is read at once. Another function of that name is just called.
    """
    callee = unit.operand(node.func)
    place, first = unit.place("__class__"), _first_argument(unit.scope)
    if place.kind == "global" or first is None:
        text = "f = {0}\nif f is v2: v0(v1)\nreturn f()"
        return call(close(text, [callee], [no_super, first is not None, super], at(node)))
    if attribute and sys.version_info >= (3, 12) and not _names_super(unit):  # one instruction after ordinary loads
        operands = [load_place(unit, place, "__class__", node), load_place(unit, *first, node)]
    else:
        operands = [_present(place, no_class, "frame[{0}]"), _present(first[0], no_first)]
    text = "(parent({1}, {2}) if (parent := {0}) is {3} else parent())"
    return part(text, [callee, *operands], at(node), [super])


def _first_argument(scope: Scope) -> tuple[Place, str] | None:
    """Where the first argument of the running code is, and its name; None if that has no positional parameter.

    An inlined comprehension stores its variables where those of the same name of the function are.
    """
    inner = scope
    while scope.iterator < 0 and scope.kind == "comprehension" and scope.parent is not None:
        scope = scope.parent
    if scope.iterator >= 0:
        return Place("slot", scope.iterator), ".0"
    arguments = getattr(scope.node, "args", None)
    if scope.kind != "function" or not (arguments.posonlyargs or arguments.args):  # type: ignore[union-attr]
        return None
    return inner.place(scope.parameters[0]), scope.parameters[0]


def _names_super(unit: Unit) -> bool:
    """Whether the module's own code, too, has the name."""
    scope = unit.scope
    while scope.parent is not None:
        scope = scope.parent
    return "super" in scope.bound or "super" in scope.used


def _present(place: Place, fail: Callable[..., Any], argument: str = "") -> Operand:
    """A variable's value; ``fail`` raises where it has none."""
    text = "frame[{0}][0]" if place.kind == "cell" else "frame[{0}]"
    return Operand(f"({text} if {text} is not {{1}} else {{2}}({argument}))", (place.slot, UNSET, fail))


def no_first() -> NoReturn:
    """The error of ``super()`` in a method that has deleted its first parameter."""
    raise RuntimeError("super(): arg[0] deleted")


def no_class(cell: list[Any]) -> Any:
    """``__class__`` for ``super()`` in a method where it is not bound yet.

    Raises:
        RuntimeError: the class is not there.
    """
    found = class_being_made(cell)
    if found is UNSET:
        raise RuntimeError("super(): empty __class__ cell")
    return found


def _is_global(unit: Unit, name: str) -> bool:
    place = unit.place(name)
    if place.kind == "body" and name not in unit.scope.bound and place.fallback is not None:
        place = place.fallback
    return place.kind == "global"


# -- calls that mean the scope they stand in: locals(), globals(), vars(), dir(), eval(text), exec(text)
def _scope_call(unit: Unit, node: ast.Call, name: str) -> Operand | None:
    if node.keywords or name not in ("locals", "globals", "vars", "dir", "eval", "exec"):
        return None
    if name in ("eval", "exec"):
        if len(node.args) != 1 or isinstance(node.args[0], ast.Starred) or unit.scope.kind == "module":
            return None
        operands = [unit.operand(node.func), unit.operand(node.args[0]), _local_variables(unit, node)]
        return call(close("return v0({0}, {1}, {2})", operands, [unit.runtime.evaluated], at(node)))
    if node.args:
        return None
    operand = _global_variables(unit, node) if name == "globals" else _local_variables(unit, node)
    return call(close("return v0({0})", [operand], [sorted], at(node))) if name == "dir" else operand


def _global_variables(unit: Unit, node: ast.Call) -> Operand:
    return call(close("return v0()", [], [unit.runtime.global_variables], at(node)))


def _local_variables(unit: Unit, node: ast.Call) -> Operand:
    """The variables that the scope sees as its own: a snapshot; in a class body the namespace itself."""
    scope = unit.scope
    if scope.kind == "comprehension" and not INLINES_COMPREHENSIONS:
        where = [(name, scope.place(name)) for name in dict.fromkeys([*scope.bound, *sorted(_named_in(scope))])]
        return _values(unit, node, [(n, p.slot, p.kind == "cell") for n, p in where if p.kind in ("slot", "cell")])
    inlined: dict[str, tuple[str, int, bool]] = {}
    while scope.kind in ("comprehension", "type_params") and scope.parent is not None:
        inlined = {name: (name, each.slot, each.cell) for name, each in scope.bound.items()} | inlined
        scope = scope.parent
    if scope.kind == "function" or (inlined and sys.version_info >= (3, 13)):
        return _values(unit, node, ({each[0]: each for each in scope.variables()} | inlined).values())
    around = _global_variables(unit, node) if scope.kind == "module" else Operand("frame[0]", ())
    if not inlined:
        return around
    return call(close("return {{**{0}, **{1}}}", [around, _values(unit, node, inlined.values())], at=at(node)))


def _values(unit: Unit, node: ast.Call, where: Iterable[tuple[str, int, bool]]) -> Operand:
    return call(close("return v0(frame, v1)", [], [unit.runtime.local_variables, tuple(where)], at(node)))


def _named_in(scope: Scope) -> set[str]:
    """The names that a scope and those in it take from around them."""
    inner = (
        _named_in(child) - {name for name in child.bound if name not in child.nonlocals} for child in scope.children
    )
    return scope.used.union(*inner)
