"""Compiling one block of code: the scope it is in, what is surely bound, and the dispatch over node types.

Invariants: only what ``analysis`` has passed is compiled, and a node type without a registered compiler never is; a
Unit belongs to one owner scope and is thrown away after compiling.
"""

from __future__ import annotations

import ast
import copy
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from .analysis import Analysis
from .scopes import Binding, Place, Scope, mangle
from .shapes import Operand, Owner, Position, Run, closure_of

if TYPE_CHECKING:
    from .runtime import GuestRuntime

Node = TypeVar("Node", bound=ast.AST)
Compile = Callable[["Unit", Any], Any]

EXPRESSIONS: dict[type[ast.AST], Callable[[Unit, Any], Operand]] = {}
STATEMENTS: dict[type[ast.AST], Callable[[Unit, Any], Run]] = {}
SUSPENDED_EXPRESSIONS: dict[type[ast.AST], Callable[[Unit, Any], Run]] = {}
SUSPENDED_STATEMENTS: dict[type[ast.AST], Callable[[Unit, Any], Run]] = {}
PATTERNS: dict[type[ast.AST], Callable[[Unit, Any], Callable[[Any, Any], bool]]] = {}


def compiles(table: dict[type[ast.AST], Any], *types: type[ast.AST]) -> Callable[[Compile], Compile]:
    """Register the compiler of node types in a table."""

    def register(function: Compile) -> Compile:
        for kind in types:
            table[kind] = function
        return function

    return register


def unreviewed(_: Unit, node: ast.AST) -> NoReturn:
    """What is compiled although the analysis refuses it is a bug of ours, and must not run.

    Raises:
        TypeError: always.
    """
    raise TypeError(f"{type(node).__name__} cannot be compiled")


class Ready(ast.expr):
    """A node whose value an earlier step has left in a slot of the frame."""

    _fields = ()

    def __init__(self, slot: int, origin: ast.AST) -> None:
        super().__init__()
        self.slot = slot
        ast.copy_location(self, origin)


INLINES_COMPREHENSIONS = sys.version_info >= (3, 12)


class Program:
    """What all units of one module share: runtime, scopes, where global names live."""

    def __init__(self, runtime: GuestRuntime, analysis: Analysis, filename: str, namespace: Any = None) -> None:
        self.runtime = runtime
        self.namespace = runtime.namespace if namespace is None else namespace
        self.globals = getattr(self.namespace, "beyond", self.namespace)
        self.builtins: Mapping[str, Any] = {} if namespace is not None else runtime.builtins
        self.scopes = analysis.scopes
        self.declared: frozenset[str] = frozenset()
        if self.globals is not self.namespace:
            self.declared = self.declared.union(*(scope.globals for scope in analysis.scopes.values()))
        self.future_annotations = analysis.future_annotations
        self.filename = filename
        self._constants: dict[tuple[type, object], object] = {}

    def constant(self, value: Any) -> Any:
        """The value; equal literals of one module are one object, as CPython's compiler makes them."""
        kind = type(value)
        key = value
        if kind is tuple:
            value = tuple(map(self.constant, value))
            key = tuple(map(id, value))
        elif kind in (float, complex):  # 0.0 and -0.0 are equal, and not the same
            key = repr(value)
        return self._constants.setdefault((kind, key), value)


class Unit:
    """One owner scope being compiled. ``suspending`` holds the ids of nodes that yield or await inside it; ``owner``
    names its function or class, if what is around it can be suspended; ``relayed`` tells that it has handlers, and
    exceptions are sent down to them (see ``asynchronous.Thrown``).
    """

    def __init__(self, program: Program, scope: Scope, qualname: str, suspending: Iterable[int] = ()) -> None:
        self.program = program
        self.runtime = program.runtime
        self.scope = scope
        self.qualname = qualname
        self._suspending = set(suspending)
        self._made: list[ast.AST] = []
        self.definite: set[Binding] = set()
        self.counters: set[str] = set()
        self.owner: Owner | None = None
        self.is_async = False
        self.relayed = False

    # -- dispatch
    def operand(self, node: ast.expr) -> Operand:
        """An expression as an operand of a template."""
        return EXPRESSIONS.get(type(node), unreviewed)(self, node)

    def run(self, node: ast.expr) -> Run:
        """An expression as a closure."""
        return closure_of(self.operand(node))

    def statement(self, node: ast.stmt) -> Run:
        """A statement as a closure that returns None or a signal."""
        return STATEMENTS.get(type(node), unreviewed)(self, node)

    def suspends(self, node: ast.AST | None) -> bool:
        """Whether evaluating the node can yield or await."""
        return node is not None and id(node) in self._suspending

    def copied(self, node: Node) -> Node:
        """A shallow copy of a node, which opens the same scope."""
        made = copy.copy(node)
        self._made.append(made)
        if id(node) in self.program.scopes:
            self.program.scopes[id(made)] = self.program.scopes[id(node)]
        return made

    def stand_for(self, made: ast.AST, part: ast.AST | None) -> None:
        """A node made by the compiler suspends when the source's ``part`` in it does."""
        self._made.append(made)  # alive as long as its id counts
        if self.suspends(part):
            self._suspending.add(id(made))

    # -- names
    def mangled(self, name: str) -> str:
        """The name as this scope's class mangles it."""
        return mangle(self.scope.private, name)

    def space(self, name: str) -> Any:
        """The namespace of a global name: evaluated text has one of its own outside functions and classes."""
        program, scope = self.program, self.scope
        if INLINES_COMPREHENSIONS and scope.kind == "comprehension":
            scope = scope.owner
        return program.namespace if scope.kind == "module" and name not in program.declared else program.globals

    def place(self, name: str) -> Place:
        """Where a name of the source is found."""
        return self.scope.place(self.mangled(name))

    def is_definite(self, place: Place) -> bool:
        """Whether the variable surely has a value here, so that no check is needed."""
        return place.binding is not None and place.binding in self.definite

    def made_definite(self, place: Place) -> None:
        """The variable has just been bound, and nothing in its scope deletes it."""
        binding = place.binding
        if binding is not None and binding.owner is self.scope.owner and binding.name not in self._deleted():
            self.definite.add(binding)

    def _deleted(self) -> set[str]:
        return self.scope.owner.deleted

    def branches(self) -> Branches:
        """Bookkeeping of what is definite over alternative paths."""
        return Branches(self)

    def enter(self, node: ast.AST) -> Scoped:
        """Compile inside the scope that ``node`` opens in this frame (comprehensions, type parameters)."""
        return Scoped(self, self.program.scopes[id(node)], COMPREHENSION_FRAMES.get(type(node), ""))


class Scoped:
    """Context manager of ``Unit.enter``."""

    def __init__(self, unit: Unit, scope: Scope, frame: str) -> None:
        self.unit = unit
        self.scope = scope
        self.frame = frame
        self.outer = unit.scope, unit.qualname

    def __enter__(self) -> Scope:
        self.unit.scope = self.scope
        if self.frame:
            self.unit.qualname += f"{self.frame}."
        return self.scope

    def __exit__(self, *_: object) -> None:
        self.unit.scope, self.unit.qualname = self.outer


COMPREHENSION_FRAMES: dict[type[ast.AST], str] = {}
"""Names of the frames that comprehensions have in the Pythons that do not inline them (PEP 709)."""

if sys.version_info < (3, 12):
    COMPREHENSION_FRAMES |= {ast.ListComp: "<listcomp>", ast.SetComp: "<setcomp>", ast.DictComp: "<dictcomp>"}


class Branches:
    """Definite variables after alternatives: those bound on every path that goes on."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.before = set(unit.definite)
        self.ends: list[set[Binding]] = []

    def begin(self) -> None:
        """Start an alternative from the state before all of them."""
        self.unit.definite = set(self.before)

    def end(self, leaves: bool = False) -> None:
        """Finish an alternative; ``leaves`` when it never goes on to the next statement."""
        if not leaves:
            self.ends.append(self.unit.definite)

    def close(self) -> None:
        """Go on with what every alternative agreed on."""
        self.unit.definite = set.intersection(*self.ends) if self.ends else set(self.before)


def leaves(body: list[ast.stmt]) -> bool:
    """Whether a block never goes on to the statement after it."""
    if not body:
        return False
    last = body[-1]
    if isinstance(last, (ast.Return, ast.Raise, ast.Continue, ast.Break)):
        return True
    return isinstance(last, ast.If) and leaves(last.body) and leaves(last.orelse)


def at(node: Any) -> Position:
    """The position of a node."""
    return (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)


def attribute_at(node: ast.Attribute, whole: ast.expr) -> Position:
    """Where CPython says that reading ``node``, or calling it as ``whole``, fails: over several lines, at the name."""
    line, column, last, end = at(whole)
    if line != node.end_lineno:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        line, column = node.end_lineno, max(0, node.end_col_offset - len(node.attr))
    return line, column, last, end


def test_at(node: ast.If | ast.While) -> Position:
    """Where CPython says that the truth of a test is asked for."""
    return at(node.test if sys.version_info >= (3, 12) else node)


def iteration_at(node: ast.expr, around: ast.AST) -> Position:
    """Where CPython says that the iteration over ``node`` begins: there, or at the loop or comprehension around it."""
    return at(node if sys.version_info >= (3, 13) else around)


def with_at(item: ast.withitem, statement: ast.stmt) -> Position:
    """Where CPython says that a context manager is entered and left."""
    return at(item.context_expr if sys.version_info >= (3, 13) else statement)


def assert_at(node: ast.Assert) -> Position:
    """Where CPython says that an assertion fails."""
    if sys.version_info < (3, 12):
        return at(node.test if isinstance(node.test, ast.Compare) else node)
    return at(node.test if sys.version_info >= (3, 13) else node)


def suspending_nodes(body: list[ast.AST]) -> frozenset[int]:
    """Ids of all nodes in a function's body that contain a yield or await of that same function."""
    found: set[int] = set()

    def visit(node: ast.AST, parents: tuple[ast.AST, ...]) -> None:
        asynchronous = isinstance(node, ast.comprehension) and node.is_async
        if asynchronous or isinstance(node, (ast.Yield, ast.YieldFrom, ast.Await, ast.AsyncFor, ast.AsyncWith)):
            found.update(id(n) for n in (*parents, node))
        for child in _same_frame(node):
            visit(child, (*parents, node))

    for node in body:
        visit(node, ())
    return frozenset(found)


def _same_frame(node: ast.AST) -> Iterator[ast.AST]:
    """Children that are evaluated in the frame of ``node`` itself."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield from node.decorator_list
        if isinstance(node, ast.ClassDef):
            yield from node.bases
            yield from node.keywords
            return
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        yield from node.args.defaults
        yield from (d for d in node.args.kw_defaults if d is not None)
    elif isinstance(node, ast.GeneratorExp):
        yield node.generators[0].iter
    else:
        yield from ast.iter_child_nodes(node)
