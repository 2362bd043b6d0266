"""Templates of what can be big: operators that are priced, and calls that read an iterator to its end.

What the form of an expression shows to be small is not looked at when it runs; what a look at the exact types of
operands shows to be small is done natively; the rest goes through ``prices`` and ``draws``.

Invariants: operands are evaluated once and in CPython's order; the value is that of the plain operator or call.
"""

from __future__ import annotations

import ast
import re
from typing import Any, Protocol

from ..draws import CALLEES, COUNTING, ENDLESS, REDUCING
from ..prices import SMALL, TEXTS
from ..sized import SIZED_METHODS
from ..widths import is_narrow
from .shapes import Operand, call, close, is_still, part
from .unit import Unit, at

_FEW = 4096
_SHORT = 16
_CLASSES = frozenset({"str", "bytes", "bytearray", "int"})
_NUMERIC_CALLS = frozenset("len int float abs ord id hash complex".split())
_NUMERIC = (ast.Sub, ast.Div, ast.FloorDiv, ast.Pow, ast.RShift)
_DISPLAYS = (ast.List, ast.Tuple, ast.JoinedStr, ast.ListComp)

_LOOKS: dict[type[ast.operator], str] = {
    ast.Mult: "v1(l) is v2 or v1(l) is v3 is v1(r) and v4 < l < v5",
    ast.Pow: "v1(l) is v2 or v1(r) is v2 or v1(l) is v3 is v1(r) and v4 < l < v5 and -16 < r < 16",
    ast.LShift: "v1(l) is v3 is v1(r) and r < 1024",
    ast.Mod: "v1(l) not in v6",
}
LOOK_AT_TYPES = "v1(l) is v2 or v1(l) is v1(r)"


def look(operator: ast.operator, left: ast.expr, right: ast.expr, grows: bool = False) -> str:
    """When an operator over ``l`` and ``r`` needs no price; ``look_values`` are the text's values.

    ``grows``: the result takes the place of the left operand.

    Numbers grow out of bounds where one is squared again and again; else the types are enough, since nothing is
    repeated by its own kind.
    """
    squared = isinstance(left, ast.Name) and isinstance(right, ast.Name) and (left.id == right.id or grows)
    return _LOOKS[type(operator)] if squared or not isinstance(operator, ast.Mult) else LOOK_AT_TYPES


def look_values(priced: Any) -> list[Any]:
    """The values that the text of ``look`` names; ``priced`` is the operator that pays."""
    return [priced, type, float, int, -SMALL, SMALL, _TEXTS]


_TEXTS = frozenset(TEXTS)


class Counting(Protocol):
    """What knows the names that loops over ``range`` bind."""

    counters: set[str]


def is_small(unit: Counting, operator: ast.operator, left: ast.expr, right: ast.expr) -> bool:
    """Whether the form of the operands alone shows that the result is not big."""
    if isinstance(operator, ast.Mult):
        counts = _is_count(unit, left) or _is_count(unit, right)
        return counts or _is_few(left) or _is_few(right) or (_is_number(left) and _is_number(right))
    if isinstance(operator, ast.Pow):
        return isinstance(right, ast.Constant) and type(right.value) is float
    if isinstance(operator, ast.LShift):
        return _is_few(right)
    if isinstance(operator, ast.Mod):
        if isinstance(left, ast.Constant):
            if isinstance(left.value, (str, bytes)):
                text = left.value if isinstance(left.value, str) else left.value.decode("latin-1")
                return is_narrow(text, _FEW)
            return True
        return _is_number(left) or _is_number(right) or (isinstance(left, ast.BinOp) and not _is_text_like(left))
    return True


def is_surely_priced(operator: ast.operator, left: ast.expr, right: ast.expr) -> bool:
    """Whether a look at the types is wasted."""
    if isinstance(operator, ast.Mult):
        return isinstance(left, _DISPLAYS) or isinstance(right, _DISPLAYS) or _is_text(left) or _is_text(right)
    return isinstance(operator, ast.Mod) and (_is_text(left) or isinstance(left, ast.JoinedStr))


def note_counter(unit: Counting, target: ast.expr, source: ast.expr) -> None:
    """A loop over ``range`` gives small numbers, unless its body binds the name anew: then a price is missed."""
    if isinstance(target, ast.Name) and isinstance(source, ast.Call) and isinstance(source.func, ast.Name):
        if source.func.id == "range":
            unit.counters.add(target.id)


def _is_count(unit: Counting, node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in unit.counters


def _is_few(node: ast.expr) -> bool:
    node = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and abs(node.value) <= _FEW


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))


def _is_text_like(node: ast.BinOp) -> bool:
    return _is_text(node.left) or _is_text(node.right) or isinstance(node.left, ast.JoinedStr)


def _is_number(node: ast.expr) -> bool:
    """Whether an expression gives a number, or an object with operators of its own, by its form."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, (int, float, complex))
    if isinstance(node, ast.UnaryOp):
        return True
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, _NUMERIC)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _NUMERIC_CALLS


def operation(unit: Unit, node: ast.BinOp, left: Operand, right: Operand, text: str, position: Any) -> Operand:
    """A priced operator; ``text`` is the operator as text."""
    priced = unit.runtime.operators[type(node.op)]
    if is_surely_priced(node.op, node.left, node.right):
        return part("{2}({0}, {1})", [left, right], position, [priced])
    small = look(node.op, node.left, node.right)
    if ":=" in right.text:
        lines = f"l = {{0}}\nr = {{1}}\nif {small}: return l {text} r\nreturn v0(l, r)"
        return call(close(lines, [left, right], look_values(priced), position))
    small = re.sub(r"v(\d)", lambda value: f"{{{int(value[1]) + 2}}}", small)
    one, two, named = "{0}", "{1}", ""
    if not (is_still(left) and is_still(right)):
        # names of its own: the template around it may keep other things in l and r meanwhile; the comparison with
        # None only binds both, the left one first
        one, two, named = "one", "two", "((one := {0}) is (two := {1})) is None or "
    small = re.sub(r"\b[lr]\b", lambda name: {"l": one, "r": two}[name[0]], small)
    return part(
        f"({one} {text} {two} if {named}{small} else {{2}}({one}, {two}))", [left, right], position, look_values(priced)
    )


def is_narrow_spec(node: ast.expr) -> bool:
    """Whether an f-string's format specification is written out and asks for no great width."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return all(isinstance(part, ast.Constant) and is_narrow(str(part.value), _FEW) for part in parts)


def step(unit: Unit, node: ast.AugAssign, text: str) -> tuple[str, list[Any]] | None:
    """Template lines that turn ``l`` into ``l op= r``, and their values; None where no price is due."""
    paid = unit.runtime.inplace_operators.get(type(node.op))
    if paid is None or is_small(unit, node.op, node.target, node.value):
        return None
    small = look(node.op, node.target, node.value, grows=True)
    return f"if {small}: l {text} r\nelse: l = v0(l, r)", look_values(paid)


# -- methods whose results can be big
def is_small_method(node: ast.Call) -> bool:
    """Whether the arguments, as written, show that a method of ``SIZED_METHODS`` makes nothing big."""
    name = callee_name(node.func)
    if name not in SIZED_METHODS or any(isinstance(each, ast.Starred) for each in node.args):
        return False
    owner = getattr(node.func, "value", None)
    if isinstance(owner, ast.Name) and owner.id in _CLASSES:
        return False
    if name == "replace":
        return len(node.args) < 2 or _is_short(node.args[1])
    if name == "translate" or node.keywords:
        return False
    return not node.args or _is_few(node.args[0])


def _is_short(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)) and len(node.value) <= _SHORT


# -- reading to the end
def read_argument(node: ast.Call) -> int | None:
    """Which argument of a call is read to its end, by the name of the callee."""
    name = callee_name(node.func)
    index = CALLEES.get(name)
    if index is None or len(node.args) <= index or (name in ("min", "max") and len(node.args) > 1):
        return None
    if name in COUNTING and _is_few(node.args[index]):
        return None
    return None if any(isinstance(each, ast.Starred) for each in node.args[: index + 1]) else index


def callee_name(function: ast.expr) -> str:
    """The name that a callee is written with."""
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def how_read(node: ast.Call) -> tuple[bool, bool]:
    """Of a call that reads an argument to its end: whether a number tells it how much to make, and whether it keeps
    what it reads."""
    name = callee_name(node.func)
    bounded = name == "deque" and (len(node.args) > 1 or bool(node.keywords))
    return name in COUNTING, name not in REDUCING and not bounded


def read_values(unit: Unit, node: ast.Call) -> list[Any]:
    """Values of a reading call's template: the types to look for, what then gives the argument, whether it is kept."""
    counting, keeps = how_read(node)
    return [type, _WITH_NUMBERS if counting else ENDLESS, unit.runtime.draws.given, keeps]


_WITH_NUMBERS = ENDLESS | {int}


def spread(unit: Unit, operand: Operand, position: Any) -> Operand:
    """What stands behind a star: read to its end into a list, tuple or set."""
    return _drawn(unit.runtime.draws.spread, operand, position)


def compared(unit: Unit, operator: ast.cmpop, right: ast.expr) -> Operand:
    """The right side of a comparison; what a call gives to ``in`` is read until the item is found."""
    operand = unit.operand(right)
    if isinstance(operator, (ast.In, ast.NotIn)) and isinstance(right, ast.Call):
        return _drawn(unit.runtime.draws.searched, operand, at(right))
    return operand


def _drawn(draw: Any, operand: Operand, position: Any) -> Operand:
    return call(close("a = {0}\nreturn v2(a) if v0(a) in v1 else a", [operand], [type, ENDLESS, draw], position))
