"""Assignment targets as template text: ``frame[a0]``, ``ns[name]``, ``owner[index]``, ``(x, *rest)``.

Invariants: CPython itself unpacks, so order, laziness and error messages are its own; attribute targets are stored
through an object whose item assignment is the attribute gate.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from .. import names
from ..guards import Guards
from . import priced
from .expressions import load_place, raise_unbound
from .scopes import Place
from .shapes import UNSET, Operand, Run, close, closed, constant, is_slot, is_still, join, placed, with_attribute
from .unit import STATEMENTS, Ready, Unit, at, compiles, unreviewed


class AttributeStore:
    """``store[owner] = value`` stores one attribute through the gate; ``del store[owner]`` deletes it."""

    __slots__ = ("_guards", "_name")

    def __init__(self, guards: Guards, name: str) -> None:
        self._guards = guards
        self._name = name

    def __setitem__(self, owner: Any, value: Any) -> None:
        self._guards.setattr(owner, self._name, value)

    def __delitem__(self, owner: Any) -> None:
        self._guards.delattr(owner, self._name)


def place_target(unit: Unit, name: str) -> Operand:
    """The target text of a variable; it counts as bound from here on."""
    place = unit.place(name)
    unit.made_definite(place)
    return _text_of(unit, place, unit.mangled(name))


def _text_of(unit: Unit, place: Place, name: str) -> Operand:
    if place.kind == "global":
        return Operand("{1}[{0}]", (name, unit.space(name)))
    if place.kind == "body":
        return Operand("frame[0][{0}]", (name,))
    return Operand("frame[{0}][0]" if place.kind == "cell" else "frame[{0}]", (place.slot,))


def target(unit: Unit, node: ast.expr) -> Operand:
    """The target text of any assignable expression."""
    if isinstance(node, ast.Name):
        return place_target(unit, node.id)
    if isinstance(node, Ready):
        return Operand("frame[{0}]", (node.slot,))
    if isinstance(node, ast.Starred):
        return join("*{0}", [target(unit, node.value)])
    if isinstance(node, (ast.Tuple, ast.List)):
        parts = [target(unit, element) for element in node.elts]
        return join("[" + ", ".join(f"{{{k}}}" for k in range(len(parts))) + "]", parts, at(node))
    if isinstance(node, ast.Subscript):
        return join("{0}[{1}]", [unit.operand(node.value), unit.operand(node.slice)], at(node))
    if isinstance(node, ast.Attribute):
        store = AttributeStore(unit.runtime.guards, _name(unit, node))
        return join("{0}[{1}]", [constant(store), unit.operand(node.value)], at(node))
    unreviewed(unit, node)


def _name(unit: Unit, node: ast.Attribute) -> str:
    attr = unit.mangled(node.attr)
    if names.classify(attr) == "refused":
        unreviewed(unit, node)
    return attr


# -- assignment
def assign(unit: Unit, node: ast.expr, value: Operand, origin: ast.AST) -> Run:
    """``node = value`` as a statement."""
    if isinstance(node, ast.Attribute):
        return _assign_attribute(unit, node, value, origin)
    return close("{0} = {1}", [target(unit, node), value], at=at(origin))


def _assign_attribute(unit: Unit, node: ast.Attribute, value: Operand, origin: ast.AST) -> Run:
    attr = _name(unit, node)
    owner = unit.operand(node.value)
    guards = unit.runtime.guards
    if names.classify(attr) in ("special", "refused") and attr not in names.GATED_PUBLIC:
        return close("v = {1}\nv0({0}, v1, v)", [owner, value], [guards.setattr, attr], at(node))
    text = "v = {1}\no = {0}\nif v0(o) in v1: o.ATTR = v\nelse: v2(o, v3, v)"
    values = [type, guards.open_types, guards.setattr, attr]
    return with_attribute(close(text, [owner, value], values, at(node)), attr)


@compiles(STATEMENTS, ast.Assign)
def assignment(unit: Unit, node: ast.Assign) -> Run:
    value = unit.operand(node.value)
    if len(node.targets) == 1:
        place = node.targets[0]
        if isinstance(place, (ast.Tuple, ast.List)) and any(isinstance(each, ast.Starred) for each in place.elts):
            value = priced.spread(unit, value, at(node))
        return assign(unit, place, value, node)
    places = [target(unit, each) for each in node.targets]
    lines = ["value = {0}", *(f"{{{k}}} = value" for k in range(1, len(places) + 1))]
    return close("\n".join(lines), [value, *places], at=at(node))


@compiles(STATEMENTS, ast.AnnAssign)
def annotated(unit: Unit, node: ast.AnnAssign) -> Run:
    steps: list[Run] = []
    if node.value is not None:
        steps.append(assign(unit, node.target, unit.operand(node.value), node))
    elif not isinstance(node.target, ast.Name):
        steps.append(close("{0}", [_owner(unit, node.target)], at=at(node)))
    scope = unit.scope
    if node.simple and scope.kind in ("module", "class") and isinstance(node.target, ast.Name):
        steps.append(_note_annotation(unit, node, unit.mangled(node.target.id)))
    elif scope.kind in ("module", "class") and not unit.program.future_annotations:
        steps.append(close("{0}", [unit.operand(node.annotation)], at=at(node)))
    if len(steps) == 1:
        return steps[0]
    return close("\n".join(f"v{k}(frame)" for k in range(len(steps))) or "return", [], steps)


def _owner(unit: Unit, node: ast.expr) -> Operand:
    return unit.operand(node.value) if isinstance(node, (ast.Attribute, ast.Subscript)) else constant(None)


def annotation(unit: Unit, node: ast.expr) -> Operand:
    """An annotation's value: its text under ``from __future__ import annotations``."""
    if unit.program.future_annotations:
        return constant(ast.unparse(node))
    if isinstance(node, ast.Starred):
        return join("[*{0}][0]", [unit.operand(node.value)])
    return unit.operand(node)


def with_annotations(unit: Unit, run: Run) -> Run:
    """The block of a class or module, its ``__annotations__`` made before anything in it runs."""
    if not unit.scope.annotates:
        return run
    space = "frame[0]" if unit.scope.kind == "class" else "v1"
    text = f'if "__annotations__" not in {space}: {space}["__annotations__"] = {{{{}}}}\nreturn v0(frame)'
    return close(text, [], [run, unit.space("__annotations__")])


def _note_annotation(unit: Unit, node: ast.AnnAssign, name: str) -> Run:
    value = annotation(unit, node.annotation)
    if unit.scope.kind == "class":
        text = 'if "__annotations__" not in frame[0]: frame[0]["__annotations__"] = {{}}'
        return close(text + '\nframe[0]["__annotations__"][v0] = {0}', [value], [name], at(node))
    text = 'if "__annotations__" not in v0: v0["__annotations__"] = {{}}\nv0["__annotations__"][v1] = {0}'
    return close(text, [value], [unit.space(name), name], at(node))


# -- augmented assignment
_INPLACE = {
    ast.Add: "+=", ast.Sub: "-=", ast.Mult: "*=", ast.Div: "/=", ast.FloorDiv: "//=", ast.Mod: "%=", ast.MatMult: "@=",
    ast.BitAnd: "&=", ast.BitOr: "|=", ast.BitXor: "^=", ast.RShift: ">>=", ast.Pow: "**=", ast.LShift: "<<=",
}  # fmt: skip


@compiles(STATEMENTS, ast.AugAssign)
def augmented(unit: Unit, node: ast.AugAssign) -> Run:
    operator = _INPLACE[type(node.op)]
    paid = priced.step(unit, node, operator)
    if isinstance(node.target, ast.Name):
        return _augment_name(unit, node, node.target, operator, paid)
    if isinstance(node.target, ast.Subscript):
        place = [unit.operand(node.target.value), unit.operand(node.target.slice)]
        value = unit.operand(node.value)
        if paid is None:
            return close(f"{{0}} {operator} {{1}}", [join("{0}[{1}]", place, at(node.target)), value], at=at(node))
        lines, values = paid
        text = f"o = {{0}}\ni = {{1}}\nl = o[i]\nr = {{2}}\n{lines}\no[i] = l"
        return close(text, [*place, value], values, at(node), [("o[i]", at(node.target))])
    assert isinstance(node.target, ast.Attribute)
    return _augment_attribute(unit, node, node.target, operator)


def _augment_name(unit: Unit, node: ast.AugAssign, name: ast.Name, operator: str, paid: Any) -> Run:
    place = unit.place(name.id)
    mangled = unit.mangled(name.id)
    old = load_place(unit, place, mangled, name)
    value = unit.operand(node.value)
    new = _text_of(unit, place, mangled)
    if paid is not None:
        lines, values = paid
        return close(f"l = {{1}}\nr = {{2}}\n{lines}\n{{0}} = l", [new, old, value], values, at(node))
    if place.kind in ("slot", "cell") and unit.is_definite(place):
        return close(f"{{0}} {operator} {{1}}", [new, value], at=at(node))
    return close(f"value = {{1}}\nvalue {operator} {{2}}\n{{0}} = value", [new, old, value], at=at(node))


def _augment_attribute(unit: Unit, node: ast.AugAssign, attribute: ast.Attribute, operator: str) -> Run:
    attr = _name(unit, attribute)
    guards = unit.runtime.guards
    price = unit.runtime.inplace_operators.get(type(node.op))
    operands = [unit.operand(attribute.value), unit.operand(node.value)]
    step = "value = v5(value, {1})" if price is not None else f"value {operator} {{1}}"
    values = [type, guards.open_types, guards.getattr, guards.setattr, attr, price]
    spots = [(part, at(attribute)) for part in ("o.ATTR", "v2(o, v4)", "v3(o, v4, value)")]
    if names.classify(attr) in ("special", "refused"):
        return close("o = {0}\nvalue = v2(o, v4)\n" + step + "\nv3(o, v4, value)", operands, values, at(node), spots)
    fast = f"o = {{0}}\nif v0(o) in v1:\n value = o.ATTR\n {step}\n o.ATTR = value\n"
    slow = f"else:\n value = v2(o, v4)\n {step}\n v3(o, v4, value)"
    return with_attribute(close(fast + slow, operands, values, at(node), spots), attr)


# -- assignments as lines of larger templates
def line_of(unit: Unit, node: ast.stmt, expression: Callable[[ast.expr], Operand]) -> list[Operand] | None:
    """An assignment as lines that keep no value in a variable of the template; None where it is not that simple.

    ``expression`` compiles its value.
    """
    if isinstance(node, ast.AugAssign):
        return _augmenting_line(unit, node, expression)
    if isinstance(node, ast.AnnAssign):
        named = isinstance(node.target, ast.Name) and unit.scope.kind == "function"
        return _storing_lines(unit, node.target, node, expression) if named else None
    if not isinstance(node, ast.Assign) or len(node.targets) > 1:
        return None
    return _storing_lines(unit, node.targets[0], node, expression)


def _storing_lines(
    unit: Unit, place: ast.expr, node: ast.Assign | ast.AnnAssign, expression: Callable[[ast.expr], Operand]
) -> list[Operand] | None:
    assert node.value is not None
    if isinstance(place, ast.Attribute):
        return _attribute_lines(unit, place, node.value, expression)
    names_only = isinstance(place, (ast.Tuple, ast.List)) and all(type(each) is ast.Name for each in place.elts)
    if not (isinstance(place, (ast.Name, ast.Subscript)) or names_only):
        return None
    value = expression(node.value)
    stored = _item(unit, place) if isinstance(place, ast.Subscript) else target(unit, place)
    return [join("{1} = {0}", [value, stored], at(node))]


def _item(unit: Unit, node: ast.Subscript) -> Operand:
    return join("{0}[{1}]", [closed(unit.operand(node.value)), closed(unit.operand(node.slice))], at(node))


def _local_owner(unit: Unit, node: ast.Attribute) -> Operand | None:
    """The local variable whose public or private attribute the node is; None for all else."""
    if not isinstance(node.value, ast.Name) or names.classify(_name(unit, node)) not in ("plain", "private"):
        return None
    owner = unit.operand(node.value)
    return owner if is_slot(owner) and node.attr not in names.GATED_PUBLIC else None


def _attribute_lines(
    unit: Unit, node: ast.Attribute, value: ast.expr, expression: Callable[[ast.expr], Operand]
) -> list[Operand] | None:
    if _local_owner(unit, node) is None:
        return None
    new = expression(value)
    owner = _local_owner(unit, node)
    if owner is None:
        return None
    attr, guards = _name(unit, node), unit.runtime.guards
    simple = is_still(new)
    stored = new if simple else Operand("v", ())
    place = Operand("frame[{0}].{1}", (*owner.values, attr), (), (1,))
    known = join("{0}({1}) in {2}", [constant(type), owner, constant(guards.open_types)])
    gated = [constant(guards.setattr), owner, constant(attr), stored]
    lines = [
        join("if {0}: {1} = {2}", [known, place, stored], at(node)),
        join("else: {0}({1}, {2}, {3})", gated, at(node)),
    ]
    return lines if simple else [join("v = {0}", [new]), *lines, Operand("v = None", ())]


def _augmenting_line(
    unit: Unit, node: ast.AugAssign, expression: Callable[[ast.expr], Operand]
) -> list[Operand] | None:
    operator = _INPLACE[type(node.op)]
    if priced.step(unit, node, operator) is not None:
        return None
    if isinstance(node.target, ast.Subscript):
        stored = _item(unit, node.target)
    elif isinstance(node.target, ast.Name):
        place, mangled = unit.place(node.target.id), unit.mangled(node.target.id)
        known = unit.is_definite(place) or (place.kind == "global" and mangled not in unit.program.builtins)
        if not known:
            return None
        stored = placed(_text_of(unit, place, mangled), at(node.target))
    else:
        return None
    return [join(f"{{0}} {operator} {{1}}", [stored, expression(node.value)], at(node))]


def inplace(unit: Unit, operator: ast.operator, place: Operand, value: Operand, node: ast.AST) -> Run:
    """``place op= value`` where the place holds a value and reading it twice has no effect."""
    price = unit.runtime.inplace_operators.get(type(operator))
    if price is not None:
        return close("{0} = v0({0}, {1})", [place, value], [price], at(node))
    return close(f"{{0}} {_INPLACE[type(operator)]} {{1}}", [place, value], at=at(node))


# -- deletion
@compiles(STATEMENTS, ast.Delete)
def deletion(unit: Unit, node: ast.Delete) -> Run:
    steps = [_delete(unit, each) for each in node.targets]
    if len(steps) == 1:
        return steps[0]
    return close("\n".join(f"v{k}(frame)" for k in range(len(steps))), [], steps)


def _delete(unit: Unit, node: ast.expr) -> Run:
    if isinstance(node, (ast.Tuple, ast.List)):
        steps = [_delete(unit, each) for each in node.elts]
        return close("\n".join(f"v{k}(frame)" for k in range(len(steps))) or "return", [], steps)
    if isinstance(node, ast.Name):
        return delete_name(unit, node.id, node)
    if isinstance(node, ast.Attribute):
        store = AttributeStore(unit.runtime.guards, _name(unit, node))
        return close("del v0[{0}]", [unit.operand(node.value)], [store], at(node))
    assert isinstance(node, ast.Subscript)
    return close("del {0}[{1}]", [unit.operand(node.value), unit.operand(node.slice)], at=at(node))


def raise_name(name: str) -> None:
    """The error of a global name without a value."""
    raise NameError(f"name '{name}' is not defined", name=name)


def delete_name(unit: Unit, name: str, node: ast.AST) -> Run:
    """``del name``."""
    place = unit.place(name)
    mangled = unit.mangled(name)
    where = _text_of(unit, place, mangled)
    if place.kind in ("slot", "cell"):
        text = "if {0} is v0: v1(v2)\n{0} = v0"
        return close(text, [where], [UNSET, raise_unbound, mangled], at(node))
    space = Operand("frame[0]", ()) if place.kind == "body" else constant(unit.space(mangled))
    return close("if v0 not in {0}: v1(v0)\ndel {0}[v0]", [space], [mangled, raise_name], at(node))
