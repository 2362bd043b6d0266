"""One test file, and what of it a single test needs.

Invariants: a program keeps the file's own text on the file's own lines, everything else is blank; only imports are
written anew, so that each brings just the names that are used and ``test.support`` becomes our stand-in for it.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import importlib
import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from .bindings import bound, free, touched
from .inventory import Test, source_of
from .uses import Uses

SUPPORT = "test_support"
"""The name under which a guest has our stand-in for ``test.support``."""

_ANNOTATION = re.compile(r"[\w.\[\], |]{1,60}")
_WORD = re.compile(r"\w+")
_HOOKS = frozenset(
    """setUp tearDown setUpClass tearDownClass asyncSetUp asyncTearDown setUpModule tearDownModule id
    failureException longMessage maxDiff runTest""".split()
)


@dataclasses.dataclass(frozen=True)
class Item:
    """A statement of a module or class body, or one name of an import."""

    node: ast.stmt
    binds: frozenset[str]
    touches: frozenset[str]
    alias: ast.alias | None = None


@dataclasses.dataclass(frozen=True)
class Program:
    """What one test needs: the guest's text, and what it uses."""

    text: str
    uses: Uses


class TestFile:
    """The statements of one test file by the names they bind."""

    __test__ = False  # not a test of ours, whatever its name

    def __init__(self, name: str, tests: Iterable[Test]) -> None:
        self.name = name
        self.text = source_of(name)
        self.lines = self.text.splitlines()
        self.tree = ast.parse(self.text)
        self.items = [item for node in self.tree.body for item in _items(node)]
        owners = {base for test in tests for base in test.bases}
        self.cut = {
            id(node): node
            for node in self.tree.body
            if isinstance(node, ast.ClassDef) and node.name in owners and node.body[0].lineno > node.lineno
        }
        self.aliases = {name: path for item in self.items if item.alias for name, path in _paths(item)}
        self.names = frozenset().union(*(item.binds for item in self.items))

    def program(self, test: Test) -> Program:
        """What a method needs: its class, cut down to the members it reaches, and what those use."""
        return _Selection(self).of(test.bases, {test.method})

    def surroundings(self, nodes: list[ast.stmt], aliases: Mapping[str, str] = MappingProxyType({})) -> Program:
        """What the examples of a doctest need of the module they stand in; ``aliases`` are names imported before."""
        return _Selection(self, aliases).of(sorted(free(nodes)), set(), nodes)


class _Selection:
    """Statements and members chosen so far."""

    def __init__(self, file: TestFile, aliases: Mapping[str, str] = MappingProxyType({})) -> None:
        self._file = file
        self._aliases = {**file.aliases, **aliases}
        self._items: dict[int, Item] = {}
        self._members: dict[int, list[ast.stmt]] = {}
        self._attributes: set[str] = set()
        self._names: list[str] = []
        self._seen: set[str] = set()

    def of(self, names: Iterable[str], attributes: set[str], extra: list[ast.stmt] | None = None) -> Program:
        self._attributes |= attributes
        self._names += names
        future = [item for item in self._file.items if _is_future(item.node)]
        self._items.update((id(item), item) for item in future)
        while self._names or self._reach_members():
            while self._names:
                self._resolve(self._names.pop())
        uses = Uses(self._aliases, self._file.names)
        for node in [*self._nodes(), *(extra or [])]:
            uses.add(node)
        return Program(self._text(), uses)

    def _resolve(self, name: str) -> None:
        if name in self._seen:
            return
        self._seen.add(name)
        for item in self._file.items:
            if (name in item.binds or name in item.touches) and id(item) not in self._items:
                self._items[id(item)] = item
                if id(item.node) in self._file.cut:
                    self._members[id(item.node)] = []
                    self._take(_head(item.node))
                elif item.alias is None:
                    self._take([item.node])
                    self._names += free(_code_in(item.node))

    def _take(self, nodes: Iterable[ast.AST]) -> None:
        nodes = list(nodes)
        self._names += free(nodes)
        for node in nodes:
            for each in ast.walk(node):
                if isinstance(each, ast.Attribute):
                    self._attributes.add(each.attr)
                elif isinstance(each, ast.Constant) and isinstance(each.value, str):
                    self._take_text(each.value)

    def _take_text(self, text: str) -> None:
        """Text may name an attribute, or be an annotation with imported names in it."""
        if text.isidentifier():
            self._attributes.add(text)
        if _ANNOTATION.fullmatch(text):
            self._names += [word for word in _WORD.findall(text) if word in self._file.aliases]

    def _reach_members(self) -> bool:
        """Take the members of chosen test classes that something taken may reach; whether there were any."""
        grown = False
        for key, chosen in self._members.items():
            for member in self._file.cut[key].body:
                binds = bound([member]) | touched(member)
                reached = binds & (self._attributes | _HOOKS | self._seen) or any(map(_is_dunder, binds))
                if reached and member not in chosen:
                    chosen.append(member)
                    self._take([member])
                    grown = True
        return grown

    def _nodes(self) -> Iterator[ast.AST]:
        """All that was chosen, for the rules to look at."""
        for item in self._items.values():
            if id(item.node) in self._members:
                yield from _head(item.node)
                yield from self._members[id(item.node)]
            elif item.alias is None:
                yield item.node
            elif isinstance(item.node, ast.ImportFrom):
                yield ast.ImportFrom(item.node.module, [item.alias], item.node.level)
            else:
                yield ast.Import([item.alias])

    def _text(self) -> str:
        lines = self._file.lines
        kept: dict[int, str] = {}
        imports: dict[int, tuple[ast.stmt, list[ast.alias]]] = {}
        for item in self._items.values():
            node = item.node
            if id(node) in self._members:
                first = _start(_class(node).body[0])
                kept.update((n, lines[n - 1]) for n in range(_start(node), first))
                kept.setdefault(first, " " * _class(node).body[0].col_offset + "pass")
                for member in self._members[id(node)]:
                    kept.update(self._verbatim(member))
            elif item.alias is not None:
                imports.setdefault(id(node), (node, []))[1].append(item.alias)
            else:
                kept.update(self._verbatim(node))
        for node, aliases in imports.values():
            kept[node.lineno] = _import_text(node, aliases)
        return "\n".join(kept.get(n, "") for n in range(1, max(kept, default=0) + 1)) + "\n"

    def _verbatim(self, node: ast.stmt) -> Iterator[tuple[int, str]]:
        lines = self._file.lines
        for n in range(_start(node), (node.end_lineno or node.lineno) + 1):
            yield n, lines[n - 1]
        for each in ast.walk(node):
            if isinstance(each, (ast.Import, ast.ImportFrom)) and _of_support(each):
                last = each.end_lineno or each.lineno
                before = lines[each.lineno - 1].encode()[: each.col_offset].decode()
                after = lines[last - 1].encode()[each.end_col_offset :].decode()
                yield from ((n, "") for n in range(each.lineno, last + 1))
                yield each.lineno, before + _import_text(each, each.names) + after


def for_guests(source: str) -> str:
    """The source of a doctest's example, its imports of ``test.support`` replaced by our stand-in."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return source
    if len(body) == 1 and _of_support(body[0]):
        return _import_text(body[0], body[0].names) + "\n"  # type: ignore[attr-defined]
    return source


def _items(node: ast.stmt) -> Iterator[Item]:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        for alias in node.names:
            for each in _expanded(node, alias):
                name = each.asname or each.name.partition(".")[0]
                yield Item(node, frozenset({name}), frozenset(), each)
    else:
        yield Item(node, frozenset(bound([node])), frozenset(touched(node)))


def _expanded(node: ast.stmt, alias: ast.alias) -> list[ast.alias]:
    """The names behind a star."""
    if alias.name != "*" or not isinstance(node, ast.ImportFrom) or node.module is None:
        return [alias]
    return [ast.alias(name) for name in _all_of(node.module)]


@functools.cache
def _all_of(module: str) -> tuple[str, ...]:
    real = importlib.import_module(module)
    return tuple(getattr(real, "__all__", [name for name in dir(real) if not name.startswith("_")]))


def _paths(item: Item) -> Iterator[tuple[str, str]]:
    alias, node = item.alias, item.node
    assert alias is not None
    if isinstance(node, ast.ImportFrom):
        yield alias.asname or alias.name, f"{node.module}.{alias.name}"
    elif alias.asname:
        yield alias.asname, alias.name
    else:
        head = alias.name.partition(".")[0]
        yield head, head


def _import_text(node: ast.stmt, aliases: Iterable[ast.alias]) -> str:
    return "; ".join(_one_import(node, alias) for alias in aliases)


def _one_import(node: ast.stmt, alias: ast.alias) -> str:
    as_name = f" as {alias.asname}" if alias.asname else ""
    if not isinstance(node, ast.ImportFrom):
        return f"import {alias.name}{as_name}"
    if _of_support(node):
        path = f"{node.module}.{alias.name}".removeprefix("test.support").removeprefix(".")
        return f"{alias.asname or alias.name} = {SUPPORT}" + (f".{path}" if path else "")
    return f"from {node.module} import {alias.name}{as_name}"


def _of_support(node: ast.stmt) -> bool:
    if not isinstance(node, ast.ImportFrom) or node.module is None:
        return False
    if node.module == "test":
        return all(alias.name == "support" for alias in node.names)
    return node.module == "test.support" or node.module.startswith("test.support.")


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _class(node: ast.stmt) -> ast.ClassDef:
    assert isinstance(node, ast.ClassDef)
    return node


def _head(node: ast.stmt) -> list[ast.AST]:
    cls = _class(node)
    return [*cls.decorator_list, *cls.bases, *cls.keywords]


def _code_in(node: ast.stmt) -> list[ast.stmt]:
    """The statements of a constant that is program text, which a test executes."""
    value = node.value if isinstance(node, ast.Assign) else None
    if not (isinstance(value, ast.Constant) and isinstance(value.value, str) and "\n" in value.value):
        return []
    try:
        return ast.parse(value.value).body
    except SyntaxError:
        return []


def _start(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")
