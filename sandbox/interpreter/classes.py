"""Class statements: a real class, built by the real metaclass, from a namespace of guest functions.

Invariants: bases are reviewed or the guest's own; so are metaclasses; special methods are those of ``names``; the
class is entered with the guards before any code can use it. ``__class__`` is bound when the class comes to be,
before ``__set_name__`` and ``__init_subclass__`` run, as in CPython.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..views import cell_view
from .comprehensions import located
from .docstrings import docstring
from .frames import framer
from .functions import decorated
from .generics import type_param_values, with_type_params
from .shapes import UNSET, Frame, Operand, Run, close, constant, join
from .statements import block
from .targets import with_annotations
from .unit import STATEMENTS, Unit, at, compiles

if TYPE_CHECKING:
    from .runtime import GuestRuntime


@compiles(STATEMENTS, ast.ClassDef)
def class_definition(unit: Unit, node: ast.ClassDef) -> Run:
    decorators = [unit.operand(each) for each in node.decorator_list]
    return decorated(unit, node, decorators, with_type_params(unit, node, lambda: _class_maker(unit, node)))


def _class_maker(unit: Unit, node: ast.ClassDef) -> Run:
    bases, keywords = _arguments(unit, node)
    scope = unit.program.scopes[id(node)]
    qualname = node.name if node.name in unit.scope.globals else f"{unit.qualname}{node.name}"
    inner = Unit(unit.program, scope, f"{qualname}.")
    inner.owner = (unit.program.filename, node.name) if unit.owner is not None else None
    body = with_annotations(inner, block(inner, node.body))
    doc = docstring(node)
    new_frame = framer(unit.scope.owner, scope)
    binding = scope.bound["__class__"]
    class_slot = binding.slot if binding.cell else -1
    runtime, params = unit.runtime, getattr(node, "type_params", ())
    type_params = type_param_values(unit, params)

    def make(frame: Frame) -> Any:
        given = bases(frame)
        if params:
            given = runtime.generic_bases(given, type_params(frame))
        own = new_frame(frame)
        cell = own[class_slot] if class_slot > 0 else None
        return build_class(runtime, node.name, qualname, given, keywords(frame), body, own, doc, cell)

    return located(make, at(node))


def _arguments(unit: Unit, node: ast.ClassDef) -> tuple[Run, Run]:
    texts: list[str] = []
    operands: list[Operand] = []
    for base in node.bases:
        starred = isinstance(base, ast.Starred)
        texts.append(("*" if starred else "") + f"{{{len(operands)}}}, ")
        operands.append(unit.operand(base.value if isinstance(base, ast.Starred) else base))
    bases = close("return (" + "".join(texts) + ")", operands)
    pairs: list[str] = []
    values: list[Operand] = []
    keys: list[str] = []
    for keyword in node.keywords:
        if keyword.arg is None:
            pairs.append(f"**{{{len(values)}}}")
            values.append(join("{1}({0})", [unit.operand(keyword.value), constant(unit.runtime.guards.keywords)]))
            continue
        else:
            pairs.append(f"v{len(keys)}: {{{len(values)}}}")
            keys.append(unit.mangled(keyword.arg))
        values.append(unit.operand(keyword.value))
    return bases, close("return {{" + ", ".join(pairs) + "}}", values, keys)


def build_class(
    runtime: GuestRuntime,
    name: str,
    qualname: str,
    given: tuple[Any, ...],
    keywords: Mapping[str, Any],
    body: Run,
    frame: Frame,
    doc: str | None,
    cell: list[Any] | None,
) -> Any:
    """What the builtin ``__build_class__`` does, with reviewed bases and metaclasses.

    Raises:
        TypeError: as CPython does for conflicting metaclasses and bad bases.
        Stop: a base, metaclass or name is not reviewed.
    """
    metaclasses = runtime.metaclasses
    plan = metaclasses.prepare(name, given, keywords)
    namespace = plan.namespace
    namespace["__module__"] = "__main__"
    namespace["__qualname__"] = qualname
    if doc is not None:
        namespace["__doc__"] = doc
    frame[0] = namespace
    body(frame)
    if plan.resolved and "__orig_bases__" not in namespace:
        namespace["__orig_bases__"] = given
    if cell is not None:
        namespace["__classcell__"] = cell_view(cell, UNSET)
    made = metaclasses.make(plan)
    if cell is not None and issubclass(type(made), type):
        _check_class_cell(name, made, cell)
    return made


def _check_class_cell(name: str, made: type, cell: list[Any]) -> None:
    """Whether ``__class__`` came to be the class, or the metaclass went astray."""
    if cell[0] is UNSET:
        text = f"__class__ not set defining {name!r} as {made!r}. Was __classcell__ propagated to type.__new__?"
        raise RuntimeError(text)
    if cell[0] is not made:
        raise TypeError(f"__class__ set to {cell[0]!r} defining {name!r} as {made!r}")
