"""Which variable every name means, decided once for a whole module before anything is compiled.

Invariants: after ``analyse`` every scope knows each of its names as a Place; slots are positions in the frame (a
list) of the owner: module, class, function, lambda or generator expression. List, set and dict comprehensions and
type parameters own no frame; their names have slots of their own in the frame around them. Captured variables are
one-element lists ("cells") in their slot. The rules are those of CPython's symbol table, name mangling included.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any, Literal

ScopeKind = Literal["module", "class", "function", "comprehension", "type_params"]


@dataclasses.dataclass(eq=False)
class Binding:
    """One variable of one scope; ``slot`` is its place in the owner's frame."""

    name: str
    owner: Scope
    slot: int = -1
    cell: bool = False


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a name is found: ``slot`` or ``cell`` in the frame, in the class's ``body`` first, or ``global``."""

    kind: Literal["slot", "cell", "body", "global"]
    slot: int = -1
    fallback: Place | None = None
    binding: Binding | None = None


GLOBAL = Place("global")


class Scope:
    """Names of one block of source. ``owner`` is the scope whose frame holds its variables."""

    def __init__(self, kind: ScopeKind, node: ast.AST, parent: Scope | None, private: str | None) -> None:
        self.kind = kind
        self.node = node
        self.parent = parent
        self.private = private
        self.owner: Scope = self if kind in ("module", "class", "function") else parent.owner  # type: ignore[union-attr]
        self.bound: dict[str, Binding] = {}
        self.used: set[str] = set()
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        self.deleted: set[str] = set()
        self.parameters: list[str] = []
        self.places: dict[str, Place] = {}
        self.free: dict[Binding, int] = {}
        self.children: list[Scope] = []
        self.bindings: list[Binding] = []
        self.size = 0
        self.yields = False
        if parent is not None:
            parent.children.append(self)

    def bind(self, name: str) -> Binding:
        """The variable of this name in this scope, made when it is new."""
        found = self.bound.get(name)
        if found is None:
            found = self.bound[name] = Binding(name, self.owner)
            self.owner.bindings.append(found)
        return found

    def temporary(self) -> int:
        """A fresh slot of the owner's frame."""
        self.owner.size += 1
        return self.owner.size - 1

    def place(self, name: str) -> Place:
        """Where ``name`` (already mangled) is found from this scope."""
        found = self.places.get(name)
        if found is None:
            found = self.places[name] = self._find(name)
        return found

    def _find(self, name: str) -> Place:
        if self.kind == "class":
            if name in self.globals:
                return GLOBAL
            outer = self._outer(name) if name in self.nonlocals or name not in self.bound else None
            rest = self._reach(outer) if outer is not None else GLOBAL
            return rest if name in self.nonlocals else Place("body", fallback=rest)
        if name in self.globals or self.kind == "module":
            return GLOBAL
        if name in self.bound and name not in self.nonlocals:
            return self._reach(self.bound[name])
        if self.kind in ("comprehension", "type_params") and self.parent is not None:
            if self.parent.kind != "class" or self.kind == "type_params":
                return self.parent.place(name)
        outer = self._outer(name)
        return self._reach(outer) if outer is not None else GLOBAL

    def _outer(self, name: str) -> Binding | None:
        """The enclosing function's (or comprehension's) variable of this name; class bodies are not seen."""
        scope = self.parent
        while scope is not None and scope.kind != "module":
            if scope.kind == "class":
                if name == "__class__" and name in scope.bound:
                    return scope.bound[name]
            elif name in scope.globals:
                return None
            elif name in scope.bound and name not in scope.nonlocals:
                return scope.bound[name]
            scope = scope.parent
        return None

    def _reach(self, binding: Binding) -> Place:
        """The place of a variable as seen from this scope's owner; capturing it makes it a cell on the way."""
        if binding.owner is self.owner:
            return Place("cell" if binding.cell else "slot", binding.slot, binding=binding)
        slot = self.owner.free.get(binding)
        if slot is None:
            raise LookupError(f"variable {binding.name!r} was not captured")
        return Place("cell", slot, binding=binding)

    def capture(self) -> None:
        """Mark as cells all outer variables that this scope or one inside it names."""
        for child in self.children:
            child.capture()
        for name in self.used | set(self.bound) | self.nonlocals:
            if name in self.globals or (name in self.bound and name not in self.nonlocals and self.kind != "class"):
                continue
            if self.kind == "class" and name in self.bound and name not in self.nonlocals:
                continue
            found = self._outer(name)
            if found is None or found.owner is self.owner:
                continue
            found.cell = True
            scope: Scope = self.owner
            while scope is not found.owner:
                scope.free.setdefault(found, -1)
                scope = scope.parent.owner  # type: ignore[union-attr]

    def number(self) -> None:
        """Give every variable its slot: parameters, other variables, then captured ones."""
        if self.owner is self:
            slot = 1 if self.kind == "class" else 0
            if self.kind in ("class", "module"):  # their own names live in a namespace, not in the frame
                self.bindings = [b for b in self.bindings if b.cell or self.bound.get(b.name) is not b]
            for binding in self.bindings:
                binding.slot = slot
                slot += 1
            for binding in self.free:
                self.free[binding] = slot
                slot += 1
            self.size = slot
        for child in self.children:
            child.number()


def mangle(private: str | None, name: str) -> str:
    """``__x`` inside ``class C`` means ``_C__x`` (language reference 6.2.1)."""
    if private is None or not name.startswith("__") or name.endswith("__") or "." in name:
        return name
    stripped = private.lstrip("_")
    return f"_{stripped}{name}" if stripped else name


class _Collector:
    """Walks a module and makes its scopes; ``scopes`` maps a node's identity to the scope that it opens."""

    def __init__(self, root: Scope) -> None:
        self.scope = root
        self.scopes: dict[int, Scope] = {}
        self.plain = True

    def visit(self, node: ast.AST) -> None:
        """Note what the node binds, uses and opens, and all below it."""
        visitor = _PLAIN_VISITORS.get(type(node))
        if visitor is None:
            visitor = _VISITORS.get(type(node), _Collector.generic_visit)
            self.plain = self.plain and type(node) in _PLAIN
        visitor(self, node)

    def generic_visit(self, node: ast.AST) -> None:
        """Visit the children in source order."""
        for field in node._fields:
            value = getattr(node, field, None)
            if type(value) is list:
                for item in value:
                    if isinstance(item, ast.AST):
                        self.visit(item)
            elif isinstance(value, ast.AST):
                self.visit(value)

    def _nothing(self, node: ast.AST) -> None:
        """A leaf."""

    # -- opening scopes
    def _open(self, kind: ScopeKind, node: ast.AST, private: str | None = None) -> Scope:
        scope = Scope(kind, node, self.scope, private or self.scope.private)
        self.scopes[id(node)] = scope
        return scope

    def _inside(self, scope: Scope, nodes: list[ast.AST]) -> None:
        outer, self.scope = self.scope, scope
        for node in nodes:
            self.visit(node)
        self.scope = outer

    def _type_params(self, node: ast.AST) -> Scope | None:
        params = getattr(node, "type_params", None)
        if not params:
            return None
        scope = Scope("type_params", node, self.scope, self.scope.private)
        self.scopes[id(params[0])] = scope
        outer, self.scope = self.scope, scope
        for param in params:
            scope.bind(mangle(scope.private, param.name))
            for field in ("bound", "default_value"):
                value = getattr(param, field, None)
                if value is not None:
                    self.visit(value)
        self.scope = outer
        return scope

    def _arguments(self, scope: Scope, arguments: ast.arguments) -> None:
        """Parameters in frame order: positional, keyword-only, ``*args``, ``**kwargs`` (as in co_varnames)."""
        ordered = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        ordered += [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
        for argument in ordered:
            name = mangle(scope.private, argument.arg)
            scope.bind(name)
            scope.parameters.append(name)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._bind(node.name)
        for decorator in node.decorator_list:
            self.visit(decorator)
        for default in [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]:
            self.visit(default)
        type_params = self._type_params(node)
        outer = self.scope
        self.scope = type_params or outer
        for annotation in annotations_of(node):
            self.visit(annotation)
        scope = self._open("function", node)
        self._arguments(scope, node.args)
        self._inside(scope, list(node.body))
        self.scope = outer

    visit_FunctionDef = visit_AsyncFunctionDef = _function

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for default in [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]:
            self.visit(default)
        scope = self._open("function", node)
        self._arguments(scope, node.args)
        self._inside(scope, [node.body])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._bind(node.name)
        for decorator in node.decorator_list:
            self.visit(decorator)
        type_params = self._type_params(node)
        outer = self.scope
        self.scope = type_params or outer
        for base in [*node.bases, *(k.value for k in node.keywords)]:
            self.visit(base)
        scope = self._open("class", node, node.name)
        scope.bind("__class__")
        self._inside(scope, list(node.body))
        self.scope = outer

    def visit_TypeAlias(self, node: ast.AST) -> None:
        self._bind(node.name.id)  # type: ignore[attr-defined]
        outer = self.scope
        self.scope = self._type_params(node) or outer
        scope = self._open("function", node)
        self._inside(scope, [node.value])  # type: ignore[attr-defined]
        self.scope = outer

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        first = node.generators[0]
        self.visit(first.iter)
        scope = self._open("function" if isinstance(node, ast.GeneratorExp) else "comprehension", node)
        outer, self.scope = self.scope, scope
        for number, generator in enumerate(node.generators):
            self.visit(generator.target)
            if number:
                self.visit(generator.iter)
            for test in generator.ifs:
                self.visit(test)
        if isinstance(node, ast.DictComp):
            self.visit(node.key)
            self.visit(node.value)
        else:
            self.visit(node.elt)
        self.scope = outer

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    # -- binding and using names
    def _bind(self, name: str) -> None:
        name = mangle(self.scope.private, name)
        scope = self.scope
        if name not in scope.globals and name not in scope.nonlocals:
            scope.bind(name)

    def visit_Name(self, node: ast.Name) -> None:
        name = mangle(self.scope.private, node.id)
        if isinstance(node.ctx, ast.Load):
            self.scope.used.add(name)
            if name == "super" and self.scope.kind in ("function", "comprehension"):
                self.scope.used.add("__class__")
        else:
            self._bind(node.id)
            if isinstance(node.ctx, ast.Del):
                self.scope.deleted.add(name)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        """In a comprehension a walrus binds in the function (or module) around it."""
        self.visit(node.value)
        name = mangle(self.scope.private, node.target.id)
        target = self.scope
        while target.kind == "comprehension" or isinstance(target.node, ast.GeneratorExp):
            target.used.add(name)
            target = target.parent  # type: ignore[assignment]
        if name not in target.globals and name not in target.nonlocals:
            target.bind(name)

    def visit_Global(self, node: ast.Global) -> None:
        self.scope.globals.update(mangle(self.scope.private, name) for name in node.names)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self.scope.nonlocals.update(mangle(self.scope.private, name) for name in node.names)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name != "*":
                self._bind(alias.asname or alias.name.split(".")[0])

    visit_Import = visit_ImportFrom = _import

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.type is not None:
            self.visit(node.type)
        if node.name is not None:
            self._bind(node.name)
            self.scope.deleted.add(mangle(self.scope.private, node.name))
        for statement in node.body:
            self.visit(statement)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name is not None:
            self._bind(node.name)
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name is not None:
            self._bind(node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest is not None:
            self._bind(node.rest)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._bind(node.target.id)
        else:
            self.visit(node.target)
        if self.scope.kind in ("module", "class"):
            self.visit(node.annotation)
        if node.value is not None:
            self.visit(node.value)

    # -- what makes a function a generator
    def _yields(self, node: ast.AST) -> None:
        self.scope.owner.yields = True
        self.generic_visit(node)

    visit_Yield = visit_YieldFrom = _yields


_VISITORS: dict[type[ast.AST], Callable[[_Collector, Any], None]] = {
    getattr(ast, name.removeprefix("visit_")): method
    for name, method in vars(_Collector).items()
    if name.startswith("visit_") and hasattr(ast, name.removeprefix("visit_"))
}
_PLAIN_VISITORS: dict[type[ast.AST], Callable[[_Collector, Any], None]] = {
    ast.Name: _Collector.visit_Name,
    **dict.fromkeys((ast.Constant, ast.Load, ast.Store, ast.Pass), _Collector._nothing),
}
_PLAIN = frozenset(
    {
        ast.Module, ast.Expr, ast.Assign, ast.AugAssign, ast.If, ast.For, ast.While, ast.Raise, ast.Assert, ast.BinOp,
        ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Call, ast.Attribute, ast.Subscript, ast.Slice, ast.List, ast.Tuple,
        ast.Dict, ast.Set, ast.IfExp, ast.JoinedStr, ast.FormattedValue, *ast.operator.__subclasses__(),
        *ast.unaryop.__subclasses__(), *ast.cmpop.__subclasses__(), *ast.boolop.__subclasses__(),
    }
)  # fmt: skip
"""Nodes that only the parser judges. All others may be wrong in ways that CPython's compiler finds."""


def annotations_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.expr]:
    """The annotations of a function in evaluation order."""
    arguments = node.args
    for argument in [*arguments.posonlyargs, *arguments.args]:
        if argument.annotation is not None:
            yield argument.annotation
    for maybe in (arguments.vararg, *arguments.kwonlyargs, arguments.kwarg):
        if maybe is not None and maybe.annotation is not None:
            yield maybe.annotation
    if node.returns is not None:
        yield node.returns


def analyse(tree: ast.Module) -> tuple[Scope, dict[int, Scope], bool]:
    """The module's scope; the scope that each scope-opening node opens, by the node's ``id``; and whether the parser
    has already found all that can be wrong with the source.

    Type parameters are found under the ``id`` of their first parameter.
    """
    root = Scope("module", tree, None, None)
    collector = _Collector(root)
    for statement in tree.body:
        collector.visit(statement)
    root.capture()
    root.number()
    return root, collector.scopes, collector.plain
