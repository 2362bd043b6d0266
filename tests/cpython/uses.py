"""What a program uses, in the words of the rules: dotted names, attributes, definitions and constructs."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator, Mapping

from .bindings import bound, free_names

_BUILTINS = frozenset({*dir(builtins), "__file__"})


class Uses:
    """Names used by the nodes added so far. ``paths`` are dotted names as imported: ``sys.getrefcount``."""

    def __init__(self, aliases: Mapping[str, str], defined: frozenset[str]) -> None:
        self._aliases = aliases
        self._defined = defined
        self.paths: set[str] = set()
        self.builtins: set[str] = set()
        self.attributes: set[str] = set()
        self.stores: set[str] = set()
        self.definitions: set[str] = set()
        self.constructs: set[str] = set()

    def add(self, node: ast.AST) -> None:
        """Note what one statement or expression uses."""
        own = imported(node)
        self.paths |= set(own.values())
        outer = {id(each) for each in free_names([node], frozenset())}
        chains: dict[int, str] = {}
        for key, chain in _chains(node):
            chains.setdefault(key, chain)
        for each in ast.walk(node):
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load):
                self._name(each, own, outer, chains)
            elif isinstance(each, ast.Attribute):
                self.attributes.add(each.attr)
                if not isinstance(each.ctx, ast.Load):
                    self.stores.add(each.attr)
            elif isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value.isidentifier():
                self.attributes.add(each.value)
            elif isinstance(each, ast.ClassDef):
                self.definitions |= bound(each.body)
            for name, holds in CONSTRUCTS.items():
                if holds(each):
                    self.constructs.add(name)

    def _name(self, node: ast.Name, own: Mapping[str, str], outer: set[int], chains: Mapping[int, str]) -> None:
        path = own.get(node.id)
        if path is None and id(node) in outer:
            path = self._aliases.get(node.id)
            if path is None and node.id in _BUILTINS and node.id not in self._defined:
                self.builtins.add(node.id)
        if path is not None:
            self.paths.add(path + chains.get(id(node), ""))


def imported(tree: ast.AST) -> dict[str, str]:
    """The names that import statements anywhere in the code bind, and what they stand for."""
    return {name: path for node in ast.walk(tree) for name, path in _imported(node)}


def _imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name, f"{'.' * node.level}{node.module or ''}.{alias.name}"
    elif isinstance(node, ast.Import):
        for alias in node.names:
            yield alias.asname or alias.name, alias.name


def _chains(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """For each name that begins a chain of attributes, such chains: ``.a.b``; the longest one first."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            parts: list[str] = []
            inner: ast.expr = node
            while isinstance(inner, ast.Attribute):
                parts.insert(0, inner.attr)
                inner = inner.value
            if isinstance(inner, ast.Name):
                yield id(inner), "".join(f".{part}" for part in parts)


def _pure_python_copy(node: ast.AST) -> bool:
    return isinstance(node, ast.keyword) and node.arg == "blocked"


def _all_of_a_dictionary(node: ast.AST) -> bool:
    called = node.func if isinstance(node, ast.Call) else None
    listed = isinstance(called, ast.Attribute) and called.attr in ("items", "values")
    owner = called.value if isinstance(called, ast.Attribute) else None
    return listed and isinstance(owner, ast.Attribute) and owner.attr == "__dict__" and _is_a_class(owner.value)


def _is_a_class(node: ast.AST) -> bool:
    """Whether what is read looks like a class: not ``self`` and not another instance's attribute."""
    return isinstance(node, ast.Name) and node.id in ("cls", "base", "klass")


def _test_module(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("test.typinganndata")
    )


def _lines_of_the_library(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr.endswith("_internal_frames")


CONSTRUCTS: Mapping[str, Callable[[ast.AST], bool]] = {
    "__dict__.items()": _all_of_a_dictionary,
    "module file of the tests": _test_module,
    "lines of the library in a traceback": _lines_of_the_library,
    "import_fresh_module(blocked=...)": _pure_python_copy,
}
"""Constructs that rules may name, and how each is recognised."""
