"""Generic syntax (PEP 695): type parameters of functions and classes, and ``type`` statements.

The objects are made by CPython's own syntax in templates of ours, so bounds, constraints, defaults and the values of
aliases are evaluated when they are first asked for.

Invariants: type parameters are bound before anything that can name them is evaluated; no name of the guest's is part
of a template's text.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Callable, Sequence
from typing import Any

from .comprehensions import named
from .frames import framer
from .scopes import Scope
from .shapes import NOTHING, UNSET, Frame, Run, close, define
from .targets import place_target
from .unit import STATEMENTS, Unit, at

_HEADS = {"TypeVar": "", "TypeVarTuple": "*", "ParamSpec": "**"}
_codes: dict[str, types.CodeType] = {}


def with_type_params(unit: Unit, node: Any, build: Callable[[], Callable[..., Any]]) -> Callable[..., Any]:
    """The maker of a generic function or class in a frame: its type parameters are bound first, but not before what
    the maker is given besides the frame.
    """
    params: Sequence[Any] = getattr(node, "type_params", ())
    if not params:
        return build()
    scope: Scope = unit.program.scopes[id(params[0])]
    outer, unit.scope = unit.scope, scope
    steps = [_type_param(unit, each) for each in params]
    made = build()
    values = type_param_values(unit, params)
    text = "value = v0(frame, *given)\nv1(value, v2(frame))\nreturn value"
    attach = close(text, [], [made, _set_type_params, values], at(node), signature="frame, *given")
    name = f"<generic parameters of {node.name}>"
    attach = named(attach, name, f"{unit.qualname}{name}")
    unit.scope = outer
    cells = [binding.slot for binding in scope.bound.values() if binding.cell]

    def make(frame: Frame, *given: Any) -> Any:
        for slot in cells:
            frame[slot] = [UNSET]
        for step in steps:
            step(frame)
        return attach(frame, *given)

    return make


def _set_type_params(value: Any, params: tuple[Any, ...]) -> None:
    if type(value) is types.FunctionType:
        value.__type_params__ = params  # type: ignore[attr-defined]
    elif isinstance(value, type):
        type.__setattr__(value, "__type_params__", params)


def type_param_values(unit: Unit, params: Sequence[Any]) -> Run:
    """A closure that gives the tuple of these type parameters, once they are bound."""
    operands = [unit.operand(ast.copy_location(ast.Name(p.name, ast.Load()), p)) for p in params]
    return close("return (" + "".join(f"{{{k}}}, " for k in range(len(operands))) + ")", operands)


# -- what is evaluated later
class _Declared:
    """One type parameter as text of a template, with the closures of its bound and default."""

    def __init__(self, unit: Unit, node: Any, number: int) -> None:
        bound, default = getattr(node, "bound", None), getattr(node, "default_value", None)
        self.name: str = node.name
        self.text = f"{_HEADS[type(node).__name__]}NAME{number}"
        if bound is not None:
            self.text += f": (*b{number}(),)" if isinstance(bound, ast.Tuple) else f": b{number}()"
        if default is not None:
            self.text += f" = *d{number}()" if isinstance(default, ast.Starred) else f" = d{number}()"
        self._bound = None if bound is None else unit.run(bound)
        value = default.value if isinstance(default, ast.Starred) else default
        self._default = None if value is None else unit.run(value)

    def thunks(self, frame: Frame) -> list[Any]:
        """The functions that evaluate bound and default in this frame."""
        return [_later(self._bound, frame), _later(self._default, frame)]


def _later(run: Run | None, frame: Frame) -> Any:
    return None if run is None else lambda: run(frame)


def _template(text: str, count: int, names: dict[str, str]) -> Any:
    """The function of a template whose placeholder names are these."""
    code = _codes.get(text)
    if code is None:
        parameters = ", ".join(["value", *(f"b{k}, d{k}" for k in range(count))])
        made: Any = define(f"def make({parameters}):\n {text}\n", "make")
        code = _codes[text] = made.__code__
    return types.FunctionType(_renamed(code, names), NOTHING, "make")


def _renamed(code: types.CodeType, names: dict[str, str]) -> types.CodeType:
    def renamed(const: Any) -> Any:
        if type(const) is types.CodeType:
            return _renamed(const, names)
        return names.get(const, const) if type(const) is str else const

    name = names.get(code.co_name, code.co_name)
    return code.replace(co_consts=tuple(renamed(const) for const in code.co_consts), co_name=name)


def _type_param(unit: Unit, node: Any) -> Run:
    place = place_target(unit, node.name)
    declared = _Declared(unit, node, 0)
    text = f"def f[{declared.text}](): pass\n return f.__type_params__[0]"
    make = _template(text, 1, {"NAME0": node.name})
    return close("{0} = v0(v1, *v2(frame))", [place], [make, None, declared.thunks], at(node))


# -- type statements
def type_alias(unit: Unit, node: Any) -> Run:
    """``type X = …``: the value is computed when it is first asked for."""
    name = place_target(unit, node.name.id)
    params: Sequence[Any] = node.type_params
    if not params:
        return close("{0} = v0(frame)", [name], [_alias_maker(unit, node, [])], at(node))
    scope: Scope = unit.program.scopes[id(params[0])]
    outer, unit.scope = unit.scope, scope
    places = [place_target(unit, each.name) for each in params]
    made = _alias_maker(unit, node, [_Declared(unit, each, number) for number, each in enumerate(params)])
    unit.scope = outer
    cells = tuple(binding.slot for binding in scope.bound.values() if binding.cell)
    bound = ", ".join(f"{{{k}}}" for k in range(1, len(places) + 1))
    text = f"for slot in v1: frame[slot] = [v2]\nvalue = v0(frame)\n{bound}, = value.__type_params__\n{{0}} = value"
    return close(text, [name, *places], [made, cells, UNSET], at(node))


def _itself(frame: Frame) -> Frame:
    return frame


def _alias_maker(unit: Unit, node: Any, declared: list[_Declared]) -> Run:
    scope = unit.program.scopes[id(node)]
    qualname = f"{unit.qualname}{node.name.id}.<locals>."
    if scope.owner is scope:
        value = Unit(unit.program, scope, qualname).run(node.value)
        new_frame = framer(unit.scope.owner, scope)
    else:  # in a class body, whose names it sees
        around = unit.scope, unit.qualname
        unit.scope, unit.qualname = scope, qualname
        value = unit.run(node.value)
        unit.scope, unit.qualname = around
        new_frame = _itself
    params = f"[{', '.join(each.text for each in declared)}]" if declared else ""
    names = {"ALIAS": node.name.id} | {f"NAME{k}": each.name for k, each in enumerate(declared)}
    make = _template(f"type ALIAS{params} = value()\n return ALIAS", len(declared), names)

    def run(frame: Frame) -> Any:
        own = new_frame(frame)
        return make(lambda: value(own), *(thunk for each in declared for thunk in each.thunks(frame)))

    return run


if hasattr(ast, "TypeAlias"):
    STATEMENTS[ast.TypeAlias] = type_alias
