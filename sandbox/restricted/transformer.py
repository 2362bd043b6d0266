"""From the guest's syntax tree to the tree that is compiled."""

from __future__ import annotations
import __future__

import ast
import types
from typing import TYPE_CHECKING

from ..hearers import listening
from ..interpreter.analysis import Analysis
from ..refused import Refused
from .statements import Statements

if TYPE_CHECKING:
    from .runtime import NativeRuntime


class Transformer(Statements):
    """RestrictedPython's transformer with the policy of this product."""

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """All statements of a cell."""
        node.body = self.block(node.body)
        return node

    def visit_Interactive(self, node: ast.Interactive) -> ast.AST:
        """Cells are modules."""
        self.not_allowed(node)
        return node


def transformed(runtime: NativeRuntime, tree: ast.Module, found: Analysis) -> tuple[ast.Module, list[Refused]]:
    """The tree to compile, made of the guest's own in which nothing is refused so far, and what is refused in it."""
    transformer = Transformer(runtime, found)
    made = transformer.visit(tree)
    return made, [*transformer.refused, *transformer.again]


def refused_beside(runtime: NativeRuntime, tree: ast.Module, found: Analysis) -> list[Refused]:
    """What only the transformer refuses in a tree that must not be compiled in any case. Uses the tree up."""
    transformer = Transformer(runtime, found)
    try:
        transformer.visit(tree)
    except (MemoryError, RecursionError):
        return []  # what is wrong with the tree is told already
    return transformer.refused


def compiled(tree: ast.Module | ast.Expression, filename: str, future_annotations: bool = False) -> types.CodeType:
    """The bytecode of a transformed tree. The compiler has warned of the guest's own tree before."""
    flags = __future__.annotations.compiler_flag if future_annotations else 0
    mode = "eval" if isinstance(tree, ast.Expression) else "exec"
    with listening(_unheard):
        code: types.CodeType = compile(tree, filename, mode, flags, dont_inherit=True)
    return code


def _unheard(*_: object) -> None:
    """Takes warnings of rewritten code."""
