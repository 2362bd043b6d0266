"""The source of functions: found in the cells they were defined in, and turned back into a tree that defines them.

Invariants: a definition is the text of one ``def`` or ``lambda`` and nothing else; decorators, defaults, annotations
and type parameters in it are never evaluated, since their values travel as values; lines and columns stay those of
the cell, for tracebacks.
"""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterator, Sequence
from typing import Any

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Position = tuple[int, int, int, int]
"""First line, first column, last line, last column of a node, as ``ast`` counts them."""

MAKER = "definition"
"""Name of the function around a definition, whose parameters are the variables it captured."""
OWN = ".function"
"""Name of the function itself meanwhile: no name in it can mean this one."""
WHOLE_LINES = -1
"""The column of a ``def``: its text begins with its line."""
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_CLASS = "__class__"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class BadDefinition(Exception):
    """The text does not define one function."""


@dataclasses.dataclass(frozen=True)
class Definition:
    """One function as source. ``line`` and ``column`` are where ``text`` begins in the cell ``file``; ``free`` are
    the variables it captured, ``private`` the class whose name mangles its private names.
    """

    file: str
    line: int
    column: int
    qualname: str
    text: str
    free: tuple[str, ...]
    private: str | None


@dataclasses.dataclass(frozen=True)
class Wrapped:
    """A tree with the definition inside ``maker``, and inside ``holder``, a class, where it needs one.

    ``name`` is the function's, which has another one in the tree.
    """

    tree: ast.Module
    maker: ast.FunctionDef
    holder: ast.ClassDef | None
    node: FunctionNode
    name: str


@dataclasses.dataclass(frozen=True)
class Found:
    """A function in a text: its node, the class that mangles its private names, the text and where that begins."""

    node: FunctionNode
    private: str | None
    text: str
    line: int
    column: int

    def position(self) -> Position:
        """Where its node is."""
        node = self.node
        return (node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0)

    def first_line(self) -> int:
        """The line of the first decorator, or its own."""
        decorators: list[ast.expr] = getattr(self.node, "decorator_list", [])
        return min([self.node.lineno, *(each.lineno for each in decorators)])


class Sources:
    """The source texts of one engine, by the file names of its cells."""

    def __init__(self) -> None:
        self._cells: dict[str, str] = {}
        self._definitions: dict[str, list[Definition]] = {}
        self._found: dict[str, list[Found]] = {}

    def add(self, file: str, text: str) -> None:
        """Keep the source of a cell."""
        self._cells[file] = text

    def add_definition(self, definition: Definition) -> None:
        """Keep what is known of a cell that ran elsewhere."""
        known = self._definitions.setdefault(definition.file, [])
        if definition not in known:
            known.append(definition)

    def forget_trees(self) -> None:
        """Let go of what ``functions`` parsed."""
        self._found.clear()

    def functions(self, file: str) -> Sequence[Found]:
        """The functions of a cell."""
        found = self._found.get(file)
        if found is None:
            found = self._found[file] = []
            if file in self._cells:
                text = self._cells[file]
                found += (Found(node, private, text, 1, WHOLE_LINES) for node, private in _walk(ast.parse(text), None))
            for each in self._definitions.get(file, ()):
                for node, private in _walk(_parse(each), each.private):
                    found.append(Found(node, private, each.text, each.line, each.column))
        return found

    def at(self, file: str, position: Position) -> Found | None:
        """The function whose node has this position."""
        return next((each for each in self.functions(file) if each.position() == position), None)


def _walk(tree: ast.AST, private: str | None) -> Iterator[tuple[FunctionNode, str | None]]:
    waiting: list[tuple[ast.AST, str | None]] = [(tree, private)]
    while waiting:
        node, around = waiting.pop()
        if isinstance(node, _FUNCTIONS):
            yield node, around
        inside = node.name if isinstance(node, ast.ClassDef) else around
        waiting += ((child, inside) for child in ast.iter_child_nodes(node))


def define(file: str, found: Found, qualname: str, free: Sequence[str]) -> Definition:
    """The definition of a function that was found."""
    node = found.node
    first, last = found.first_line(), node.end_lineno or node.lineno
    lines = _LINE.findall(found.text)[first - found.line : last - found.line + 1]
    picked = [line.encode("utf-8", "surrogatepass") for line in lines]
    before = max(0, found.column)
    picked[-1] = picked[-1][: (node.end_col_offset or 0) - (before if last == found.line else 0)]
    column = WHOLE_LINES
    if isinstance(node, ast.Lambda):
        column = node.col_offset
        picked[0] = picked[0][column - (before if first == found.line else 0) :]
    text = b"".join(picked).decode("utf-8", "surrogatepass")
    return Definition(file, first, column, qualname, text, tuple(free), found.private)


def _parse(definition: Definition) -> ast.Module:
    """The tree of a definition, with the positions of its cell.

    Raises:
        SyntaxError, ValueError, MemoryError, RecursionError: as ``ast.parse`` does.
    """
    text, column = definition.text, definition.column
    if column == WHOLE_LINES:
        indented = text[:1].isspace()
        tree = ast.parse(f"if 1:\n{text}" if indented else text)
        ast.increment_lineno(tree, definition.line - 1 - indented)
        return tree
    tree = ast.parse(f"({text}\n)")
    for node in ast.walk(tree):
        if getattr(node, "lineno", 0) == 1:
            node.col_offset += column - 1  # type: ignore[attr-defined]
        if getattr(node, "end_lineno", 0) == 1:
            node.end_col_offset += column - 1  # type: ignore[attr-defined]
    ast.increment_lineno(tree, definition.line - 1)
    return tree


def _only_function(definition: Definition) -> FunctionNode:
    try:
        body: list[Any] = _parse(definition).body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise BadDefinition(f"the source of {definition.qualname!r} does not parse here: {error}") from None
    if definition.text[:1].isspace() and len(body) == 1 and isinstance(body[0], ast.If) and not body[0].orelse:
        body = body[0].body
    node = body[0] if len(body) == 1 else None
    if definition.column != WHOLE_LINES and isinstance(node, ast.Expr):
        node = node.value
    if not isinstance(node, _FUNCTIONS) or isinstance(node, ast.Lambda) != (definition.column != WHOLE_LINES):
        raise BadDefinition(f"the source of {definition.qualname!r} is not one function")
    return node


def wrap(definition: Definition) -> Wrapped:
    """The tree that defines the function, and evaluates nothing.

    Raises:
        BadDefinition: the text is anything but one function.
    """
    node = _only_function(definition)
    _strip(node)
    name = "<lambda>"
    if not isinstance(node, ast.Lambda):
        name, node.name = node.name, OWN
    statement: ast.stmt = ast.Expr(node) if isinstance(node, ast.Lambda) else node
    holder = None
    if definition.private is not None or _CLASS in definition.free:
        around = definition.private or "C"
        while around in definition.text:
            around = f"_{around}"  # mangles as before, and no name in the text means this class
        holder = ast.ClassDef(around, [], [], [statement], [])
        statement = holder
    captured = [ast.arg(name) for name in definition.free if name != _CLASS]
    given = ast.arguments([], captured, None, [], [], None, [])
    maker = ast.FunctionDef(MAKER, given, [statement], [])
    made: Any
    for made in (maker, holder):
        if made is not None and "type_params" in made._fields:
            made.type_params = []
    tree = ast.Module([maker], [])
    for each in ast.walk(tree):
        if "lineno" in each._attributes and not hasattr(each, "lineno"):
            ast.copy_location(each, node)
    return Wrapped(tree, maker, holder, node, name)


def _strip(node: FunctionNode) -> None:
    """Take away all that is evaluated when the function is made."""
    arguments = node.args
    arguments.defaults = []
    arguments.kw_defaults = [None] * len(arguments.kwonlyargs)
    every = [*arguments.posonlyargs, *arguments.args, arguments.vararg, *arguments.kwonlyargs, arguments.kwarg]
    for argument in every:
        if argument is not None:
            argument.annotation = None
    if not isinstance(node, ast.Lambda):
        node.decorator_list = []
        node.returns = None
        if "type_params" in node._fields:
            node.type_params = []  # type: ignore[union-attr,unused-ignore]
