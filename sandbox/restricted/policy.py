"""What every visitor of the transformer needs: the scopes, the one check of identifiers, the refusals.

``RestrictingNodeTransformer`` refuses each kind of node that has no visitor, and collects errors with lines. Its own
visitors that call hooks for every attribute, item and call are overridden by ours.

Invariants: the analysis of the guarded engines has judged the tree before; a node that nobody reviewed is refused here
again; every position that holds an identifier passes ``check_name``.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from RestrictedPython.transformer import RestrictingNodeTransformer

from ..interpreter.analysis import REFUSED_NAMES, Analysis
from ..interpreter.scopes import Scope, mangle
from . import nodes

if TYPE_CHECKING:
    from .runtime import NativeRuntime


class Policy(RestrictingNodeTransformer):
    """The base of the transformer; ``scope`` is the current one, ``counters`` are bound by loops over ``range``."""

    def __init__(self, runtime: NativeRuntime, found: Analysis) -> None:
        super().__init__()
        self.runtime = runtime
        self.found = found
        self.scope: Scope = found.root
        self.counters: set[str] = set()

    def refuse(self, node: ast.AST, what: str) -> None:
        """Note what must not be compiled."""
        self.error(node, what)

    def check_name(self, node: Any, name: str | None, allow_magic_methods: bool = False) -> None:
        """The one check of identifiers, wherever they stand; hooks have names that none of these is."""
        if name is not None and (name in REFUSED_NAMES or not name.replace(".", "_").isidentifier() or name[0] == "."):
            self.refuse(node, f"name {name!r}")

    def is_global(self, name: str) -> bool:
        """Whether a name of the source means a global variable or a builtin here."""
        place = self.scope.place(mangle(self.scope.private, name))
        if place.kind == "body" and name not in self.scope.bound and place.fallback is not None:
            place = place.fallback
        return place.kind == "global"

    @contextlib.contextmanager
    def inside(self, node: ast.AST) -> Iterator[Scope]:
        """Visit inside the scope that a node opens."""
        outer, counters = self.scope, self.counters
        self.scope = self.found.scopes[id(node)]
        if self.scope.owner is self.scope:
            self.counters = set()
        try:
            yield self.scope
        finally:
            self.scope, self.counters = outer, counters

    def counted(self, source: ast.expr, where: ast.AST) -> ast.expr:
        """An iterable whose every item is one operation."""
        made = nodes.call(".compress", source, source, nodes.name(".ticks", source))
        return nodes.begins(made, source, where)

    def plain(self, node: Any) -> Any:
        """A node that is as it is, and its children."""
        return self.node_contents_visit(node)
