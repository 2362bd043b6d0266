"""Functions made from a definition alone, without running the cell that it stood in.

Invariants: a definition passes every check that a cell passes; making the function evaluates nothing of the guest's.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Container, Mapping
from typing import Any

from .. import reserved
from ..facades import warn
from ..hearers import listening
from ..snapshot.sources import Definition, Wrapped, wrap
from .analysis import Analysis, analyse
from .compilation import refuse_all, static_refusals
from .functions import Template
from .runtime import GuestRuntime
from .shapes import NOTHING
from .tracebacks import shown
from .unit import Program, Unit


def judged(runtime: GuestRuntime, definition: Definition, names: Container[str]) -> tuple[Wrapped, Analysis]:
    """The tree of a definition and its analysis; ``names`` are the global names.

    Raises:
        BadDefinition: it does not define one function.
        Stop: something in it is refused.
    """
    wrapped = wrap(definition)
    found = analyse(wrapped.tree)
    with listening(warn.state_of(runtime).hear_compiler(definition.file, shown(definition.file))):
        compile(wrapped.tree, definition.file, "exec", dont_inherit=True)
    refused = static_refusals(found, names) + reserved.refused(wrapped.tree, runtime.tools)
    if refused:
        refuse_all(runtime, refused)
    return wrapped, found


def maker(
    runtime: GuestRuntime, definition: Definition, names: Container[str]
) -> tuple[types.CodeType, Callable[[Mapping[str, Any]], types.FunctionType]]:
    """The code of a definition's functions, and what makes one from cells by name; ``names`` are the global names.

    Raises:
        BadDefinition: it does not define one function.
        Stop: something in it is refused.
    """
    wrapped, found = judged(runtime, definition, names)
    program = Program(runtime, found, definition.file)
    around = found.scopes[id(wrapped.holder or wrapped.maker)]
    template = Template(Unit(program, around, ""), wrapped.node, wrapped.name, definition.qualname)
    captured = [binding.name for binding in found.scopes[id(wrapped.node)].free]

    def make(cells: Mapping[str, Any]) -> types.FunctionType:
        free = types.CellType([cells[name] for name in captured])
        held = tuple(free if cell is None else cell for cell in template.cells)
        return types.FunctionType(template.code, NOTHING, wrapped.name, None, held)

    return template.code, make
