"""What every visitor of the transformer needs: the scopes, the one check of identifiers, the refusals.

``RestrictingNodeTransformer`` refuses each kind of node that has no visitor. Its own visitors that call hooks for every
attribute, item and call are overridden by ours.

Invariants: the analysis of the guarded engines has judged the tree before; a node that nobody reviewed is refused here
again; every position that holds an identifier passes ``check_name``.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from RestrictedPython.transformer import RestrictingNodeTransformer

from ..interpreter.analysis import REFUSED_NAMES, Analysis
from ..interpreter.scopes import Scope, mangle
from ..refused import Refused
from ..snapshot.sources import OWN
from . import nodes

if TYPE_CHECKING:
    from .runtime import NativeRuntime


class Policy(RestrictingNodeTransformer):
    """The base of the transformer; ``scope`` is the current one, ``counters`` are bound by loops over ``range``.

    ``refused`` is what must not be compiled, and ``again`` what the analysis should have refused before; ``kept``
    counts the operands that are kept in variables at a time, ``iterables`` the iterables of comprehensions around;
    ``first`` is a method with the name of its first parameter, which nothing in it binds anew, and ``asked`` whether
    its class has been asked for.
    """

    def __init__(self, runtime: NativeRuntime, found: Analysis) -> None:
        super().__init__()
        self.runtime = runtime
        self.found = found
        self.refused: list[Refused] = []
        self.again: list[Refused] = []
        self.scope: Scope = found.root
        self.counters: set[str] = set()
        self.kept = self.iterables = 0
        self.first: tuple[Scope, str] | None = None
        self.asked = False

    def refuse(self, node: ast.AST, what: str) -> None:
        """Note what must not be compiled, and what the analysis lets through."""
        self.refused.append(Refused(node, "HC301", what))

    def refuse_again(self, node: ast.AST, what: str) -> None:
        """Note what must not be compiled, and what the analysis refuses, too."""
        self.again.append(Refused(node, "HC301", what))

    def error(self, node: ast.AST, info: str) -> None:
        """The library's own refusals, which it would keep as texts without columns."""
        self.refuse(node, info)

    def check_name(self, node: Any, name: str | None, allow_magic_methods: bool = False) -> None:
        """The one check of identifiers, wherever they stand; hooks have names that none of these is."""
        if name is None or name == OWN:
            return
        if name in REFUSED_NAMES or not name.replace(".", "_").isidentifier() or name[0] == ".":
            self.refuse_again(node, f"name {name!r}")

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

    # -- walking: the library's way, with what it looks up for each node looked up once
    def visit(self, node: Any) -> Any:
        """The visitor of the node's kind; what has none is refused."""
        return _VISITORS[type(self), type(node)](self, node)

    def plain(self, node: Any) -> Any:
        """A node that is as it is, and its children."""
        for field in _FIELDS[type(node)]:
            value = getattr(node, field, None)
            if type(value) is list:
                if value and isinstance(value[0], ast.stmt):
                    value[:] = self.block(value)
                else:
                    value[:] = [self.visit(each) if isinstance(each, ast.AST) else each for each in value]
            elif isinstance(value, ast.AST):
                setattr(node, field, self.visit(value))
        return node

    def node_contents_visit(self, node: Any) -> Any:
        """What the library's own visitors call."""
        return self.plain(node)

    def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Statements in order; one may become several."""
        found: list[ast.stmt] = []
        for each in body:
            made = self.visit(each)
            if isinstance(made, list):
                found += made
            else:
                found.append(made)
        return found


class _Visitors(dict[tuple[type, type], Callable[[Any, Any], Any]]):
    """By class of the transformer and kind of node."""

    def __missing__(self, key: tuple[type, type]) -> Callable[[Any, Any], Any]:
        transformer, kind = key
        unknown = RestrictingNodeTransformer.generic_visit
        found: Callable[[Any, Any], Any] = getattr(transformer, f"visit_{kind.__name__}", unknown)
        self[key] = found
        return found


class _Fields(dict[type, tuple[str, ...]]):
    """By kind of node, the fields with nodes to visit: all but those of kinds that have no other meaning."""

    def __missing__(self, kind: type) -> tuple[str, ...]:
        fields: tuple[str, ...] = kind._fields  # type: ignore[attr-defined]
        found = self[kind] = tuple(field for field in fields if field not in ("ctx", "op", "ops"))
        return found


_VISITORS = _Visitors()
_FIELDS = _Fields()
