"""Generators whose whole body is one template: those that yield in plain statements only.

Their entry is the guest's generator itself, so nothing has to be passed down to steps of its body: what is sent or
thrown arrives where the guest waits, and closing ends it there, all of it CPython's own doing.

Invariants: statements that do not yield run as elsewhere, as closures or as the same template text; a value that
an expression needs for a moment is not kept by the frame of the generator.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Callable, Sequence

from .blocks import DEEPEST, BlockText
from .shapes import UNSET, Operand, close, closed, constant, join
from .unit import Unit, at

FREE = 2
"""The number of the value that the captured variables are."""


def fits(suspends: Callable[[ast.AST | None], bool], body: Sequence[ast.stmt], depth: int = 0) -> bool:
    """Whether the body yields in plain statements only, and not too deep inside others."""
    return depth <= DEEPEST and all(not suspends(each) or _fits(suspends, each, depth) for each in body)


def _fits(suspends: Callable[[ast.AST | None], bool], node: ast.stmt, depth: int) -> bool:
    if isinstance(node, (ast.Expr, ast.Assign)):
        bound = isinstance(node, ast.Expr) or (len(node.targets) == 1 and isinstance(node.targets[0], ast.Name))
        return bound and isinstance(node.value, ast.Yield) and not suspends(node.value.value)
    if isinstance(node, (ast.If, ast.While)):
        plain = not suspends(node.test)
    elif isinstance(node, ast.For):
        plain = not suspends(node.iter) and not suspends(node.target)
    else:
        return False
    elif_ = isinstance(node, ast.If) and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If)
    return plain and fits(suspends, node.body, depth + 1) and fits(suspends, node.orelse, depth + (not elif_))


def whole(
    unit: Unit, body: Sequence[ast.stmt], signature: str, slots: Sequence[str], names: Sequence[str]
) -> types.FunctionType:
    """The generator function of these parameters, whose ``names`` only its frame shall keep.

    ``slots`` are what the frame begins with: parameters, ``UNSET``, and ``*FREE`` for the captured variables, which
    are the value number ``FREE`` that the function is closed over.
    """
    text = _Text(unit)
    tick, unset = text.value(unit.runtime.budget.tick), text.value(UNSET)
    assert len(text.values) == FREE
    frame = ", ".join(slots).replace("UNSET", unset).replace("FREE", text.value(None))
    text.block(body)
    scope = unit.scope
    temporaries = scope.size - len(scope.bindings) - len(scope.free)
    rest = f" + {text.value([UNSET] * temporaries)}" if temporaries else ""
    head = f"{tick}(); frame = [{frame}]{rest}; {' = '.join([*names, 'None'])}"
    run = close("\n".join([head, *text.lines, "if False: yield"]), text.operands, text.values, signature=signature)
    assert isinstance(run, types.FunctionType)
    return run


class _Text(BlockText):
    """The lines of a generator."""

    def expression(self, node: ast.expr) -> Operand:
        if not isinstance(node, ast.Yield):
            return super().expression(node)
        asked = constant(None) if node.value is None else closed(self.unit.operand(node.value))
        return join("(yield {0})", [asked], at(node))
