"""The policy for ``match``.

Invariants: no attribute of a subject is read by CPython's own class patterns.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterator
from typing import Any

from .expressions import Expressions


class Matching(Expressions):
    """Visitors of ``match`` and its patterns."""

    def visit_Match(self, node: ast.Match) -> Any:
        """Patterns are CPython's own, but for classes whose attributes are asked for."""
        return self.plain(node)

    visit_match_case = visit_MatchValue = visit_MatchSingleton = visit_MatchSequence = visit_MatchOr = visit_Match

    def visit_MatchAs(self, node: ast.MatchAs | ast.MatchStar) -> Any:
        """A capture."""
        self.check_name(node, node.name)
        return self.plain(node)

    visit_MatchStar = visit_MatchAs

    def visit_MatchMapping(self, node: ast.MatchMapping) -> Any:
        """A mapping pattern."""
        self.check_name(node, node.rest)
        return self.plain(node)

    def visit_MatchClass(self, node: ast.MatchClass) -> Any:
        """A class, and nothing of its instances."""
        if node.patterns or node.kwd_patterns or not isinstance(node.cls, ast.Name):
            self.refuse(node, "class pattern with sub-patterns")
        return self.plain(node)

    @contextlib.contextmanager
    def parameters(self, node: Any) -> Iterator[None]:
        """Visit type parameters, and then inside their scope."""
        params = getattr(node, "type_params", None)
        if not params:
            yield
            return
        outer, self.scope = self.scope, self.found.scopes[id(params[0])]
        node.type_params = [self.visit(each) for each in params]
        try:
            yield
        finally:
            self.scope = outer

    def every_argument(self, arguments: ast.arguments) -> list[ast.arg]:
        """All parameters."""
        found = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        return [*found, *(each for each in (arguments.vararg, arguments.kwarg) if each is not None)]
