"""From the guest's syntax tree to the tree that is compiled."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..interpreter.analysis import Analysis
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


def transformed(runtime: NativeRuntime, tree: ast.Module, found: Analysis) -> tuple[ast.Module, list[str]]:
    """The tree to compile, made of the guest's own, and what is refused in it, with lines."""
    transformer = Transformer(runtime, found)
    made = transformer.visit(tree)
    return made, list(transformer.errors)
