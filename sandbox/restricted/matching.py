"""The policy for ``match``: class patterns ask for attributes through the gate.

CPython's own class patterns read attributes with no code of ours between. A ``match`` that has one with sub-patterns
becomes one over a ``Case``, an object of ours that holds the subject; each of its patterns becomes a class of ours,
which tests the subject as the interpreter does and hands out what was captured. Binding names, guards and bodies stay
CPython's. Expressions in the patterns become functions, evaluated when they are reached.

Invariants: no attribute of a subject is read by CPython's own class patterns.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from ..interpreter.patterns import captured_names, pattern
from ..interpreter.shapes import Operand, Run, call
from ..interpreter.tracebacks import HERE
from . import nodes
from .cases import kind_of
from .expressions import Expressions


class _Thunks:
    """Stands for the unit of the interpreter's pattern compiler: expressions are functions in the frame, by number."""

    def __init__(self, runtime: Any) -> None:
        self.runtime = runtime
        self.expressions: list[ast.expr] = []

    def run(self, node: ast.expr) -> Run:
        """An expression of a pattern as a closure."""
        number = len(self.expressions)
        self.expressions.append(node)
        return lambda frame: frame[number]()

    def operand(self, node: ast.expr) -> Operand:
        """The same as an operand."""
        return call(self.run(node))


def _reads(node: ast.AST) -> bool:
    """Whether a pattern asks for attributes of its subject, or names its class by more than a variable."""
    if isinstance(node, ast.MatchClass):
        return bool(node.patterns or node.kwd_patterns) or not isinstance(node.cls, ast.Name)
    return False


class Matching(Expressions):
    """Visitors of ``match`` and its patterns."""

    def visit_Match(self, node: ast.Match) -> Any:
        """Patterns are CPython's own, but for classes whose attributes are asked for."""
        node.subject = self.visit(node.subject)
        if any(_reads(each) for case in node.cases for each in ast.walk(case.pattern)):
            self._translated(node)
        else:
            for case in node.cases:
                case.pattern = self.visit(case.pattern)
        for case in node.cases:
            if case.guard is not None:
                case.guard = self.visit(case.guard)
            case.body = self.block(case.body)
        return node

    def _translated(self, node: ast.Match) -> None:
        if self.scope.kind == "class":
            for each in (part for case in node.cases for part in ast.walk(case.pattern)):
                if _reads(each):
                    self.refuse(each, "class pattern with sub-patterns directly in a class body")
        thunks = _Thunks(self.runtime)
        unit: Any = thunks
        for case in node.cases:
            self._check_names(case.pattern)
            captured = captured_names(case.pattern)
            made = kind_of(pattern(unit, case.pattern), captured)
            case.pattern = self._asked(case.pattern, self.runtime.patterns.add(made), captured)
        functions = [self._function(each) for each in thunks.expressions]
        node.subject = nodes.call(".Case", node.subject, node.subject, *functions)

    def _asked(self, node: ast.pattern, name: str, captured: Sequence[str]) -> ast.pattern:
        cls = ast.copy_location(ast.Attribute(nodes.name(".patterns", node), name, ast.Load()), node)
        parts: list[ast.pattern] = [ast.copy_location(ast.MatchAs(None, each), node) for each in captured]
        return ast.copy_location(ast.MatchClass(cls, parts, [], []), node)

    def _function(self, node: ast.expr) -> ast.expr:
        """An expression that is evaluated later, in a frame that counts as the one around."""
        here = ast.copy_location(ast.arg(HERE), node)
        arguments = ast.arguments([], [here], None, [], [], None, [nodes.constant(None, node)])
        return ast.copy_location(ast.Lambda(arguments, self.visit(node)), node)

    def _check_names(self, node: ast.AST) -> None:
        for each in ast.walk(node):
            for name in (getattr(each, "name", None), getattr(each, "rest", None)):
                if isinstance(each, ast.pattern):
                    self.check_name(each, name)

    # -- patterns that CPython tests
    def _plain_pattern(self, node: Any) -> Any:
        self._check_names(node)
        return self.plain(node)

    visit_MatchSingleton: Any = _plain_pattern
    visit_MatchSequence: Any = _plain_pattern
    visit_MatchOr: Any = _plain_pattern
    visit_MatchAs: Any = _plain_pattern
    visit_MatchStar: Any = _plain_pattern

    def visit_MatchValue(self, node: ast.MatchValue) -> Any:
        """A literal or a dotted name."""
        node.value = self._value(node.value)
        return node

    def visit_MatchMapping(self, node: ast.MatchMapping) -> Any:
        """A mapping pattern."""
        self.check_name(node, node.rest)
        node.keys = [self._value(each) for each in node.keys]
        node.patterns = [self.visit(each) for each in node.patterns]
        return node

    def visit_MatchClass(self, node: ast.MatchClass) -> Any:
        """A class, and nothing of its instances."""
        if _reads(node):
            self.refuse(node, "class pattern with sub-patterns")
        return self.plain(node)

    def _value(self, node: ast.expr) -> ast.expr:
        """CPython wants a dotted name to stay one: what its last name is read of is what may be rewritten."""
        return self.dotted(node) if isinstance(node, ast.Attribute) else node
