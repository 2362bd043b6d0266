"""Class statements: a real class, built by the real metaclass, from a namespace of guest functions.

Invariants: bases are reviewed or the guest's own; so are metaclasses; special methods are those of ``names``; the
class is entered with the guards before any code can use it. ``__class__`` is bound when the class comes to be,
before ``__set_name__`` and ``__init_subclass__`` run, as in CPython.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .comprehensions import located
from .frames import framer
from .functions import decorated, type_param_values, with_type_params
from .shapes import UNSET, Frame, Operand, Run, close
from .statements import block
from .unit import STATEMENTS, Unit, at, compiles

if TYPE_CHECKING:
    from .runtime import GuestRuntime

_MARKER = "__hardcell_class_marker__"


@compiles(STATEMENTS, ast.ClassDef)
def class_definition(unit: Unit, node: ast.ClassDef) -> Run:
    decorators = [unit.operand(each) for each in node.decorator_list]
    return decorated(unit, node, decorators, with_type_params(unit, node, lambda: _class_maker(unit, node)))


def _class_maker(unit: Unit, node: ast.ClassDef) -> Run:
    bases, keywords = _arguments(unit, node)
    scope = unit.program.scopes[id(node)]
    qualname = node.name if node.name in unit.scope.globals else f"{unit.qualname}{node.name}"
    inner = Unit(unit.program, scope, f"{qualname}.")
    body = block(inner, node.body)
    doc = ast.get_docstring(node, clean=False)
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
    guards, metaclasses = runtime.guards, runtime.metaclasses
    resolved = types.resolve_bases(given)
    bases = tuple(metaclasses.real_base(base) for base in resolved)
    metaclasses.check_bases(bases)
    options = dict(keywords)
    if "metaclass" in options:
        options["metaclass"] = metaclasses.real_metaclass(options["metaclass"])
    metaclass, namespace, options = types.prepare_class(name, bases, options)
    namespace["__module__"] = "__main__"
    namespace["__qualname__"] = qualname
    if doc is not None:
        namespace["__doc__"] = doc
    if cell is not None:
        namespace[_MARKER] = _ClassMarker(cell)
    frame[0] = namespace
    body(frame)
    if resolved is not given and "__orig_bases__" not in namespace:
        namespace["__orig_bases__"] = given
    stored = metaclasses.check_namespace(bases, namespace) - {_MARKER}
    made = metaclass(name, bases, namespace, **options)
    if issubclass(type(made), type):
        if _MARKER in vars(made):
            type.__delattr__(made, _MARKER)
        if made not in guards.classes and not guards.is_guest_class(metaclass):
            guards.adopt(made, stored)  # what a guest's metaclass gives may be any class
        if cell is not None and cell[0] is UNSET:
            cell[0] = made
    return made


class _ClassMarker:
    """Learns the class while ``type.__new__`` makes it, before any guest hook runs."""

    __slots__ = ("_cell",)

    def __init__(self, cell: list[Any]) -> None:
        self._cell = cell

    def __set_name__(self, owner: type, name: str) -> None:
        self._cell[0] = owner
