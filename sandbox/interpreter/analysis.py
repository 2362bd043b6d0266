"""One walk over a module before anything is compiled: its scopes, its static refusals, and what else must be asked.

Invariants: a node type without an entry here is refused (deny by default); everything that is refused before a run is
found here, so that compiling can wait until a function is first called; ``plain`` is only kept where the parser has
already found all that can be wrong with the source.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from .. import names, safe_builtins
from .scopes import Scope, ScopeKind, mangle

REFUSED_NAMES = names.REFUSED | {
    "__import__",
    "__builtins__",
    "__loader__",
    "__spec__",
    "__build_class__",
    "__package__",
}
_MOST_NESTED_BLOCKS = 4
"""CPython allows 20 blocks inside each other; a ``try`` statement takes up to four of them."""


@dataclasses.dataclass
class Analysis:
    """What the walk found.

    ``scopes`` has the scope that each scope-opening node opens, by the node's ``id`` (type parameters: that of the
    first one); ``refusals`` are (node, code, what); ``builtins`` are loads of names that builtins leave out, which
    are refused unless the name is bound somewhere; ``names`` are all names bound, as written; ``plain`` tells whether
    CPython's compiler can find nothing wrong, or to warn of, that its parser has not.
    """

    root: Scope
    scopes: dict[int, Scope] = dataclasses.field(default_factory=dict)
    refusals: list[tuple[ast.AST, str, str]] = dataclasses.field(default_factory=list)
    builtins: list[tuple[ast.Name, Scope]] = dataclasses.field(default_factory=list)
    names: set[str] = dataclasses.field(default_factory=set)
    plain: bool = True
    future_annotations: bool = False


def analyse(tree: ast.Module) -> Analysis:
    """Walk a module and give every variable its place."""
    found = Analysis(Scope("module", tree, None, None), future_annotations=_future_annotations(tree))
    walk = _Walk(found)
    for statement in tree.body:
        walk.visit(statement)
    found.root.capture()
    found.root.number()
    return found


def _future_annotations(tree: ast.Module) -> bool:
    for node in tree.body:
        if type(node) is ast.ImportFrom and node.module == "__future__":
            if any(alias.name == "annotations" for alias in node.names):
                return True
    return False


class _Walk:
    """``scope`` is the current one; ``loops`` and ``blocks`` count the loops and blocks around in the same frame."""

    def __init__(self, found: Analysis) -> None:
        self.found = found
        self.scope = found.root
        self.loops = 0
        self.blocks = 0
        self.awaits = 0

    def visit(self, node: ast.AST) -> None:
        """Note what the node binds, uses, opens and is refused for, and all below it."""
        _VISITORS[type(node)](self, node)

    def unknown(self, node: ast.AST) -> None:
        """A kind of node that nobody reviewed."""
        self.found.plain = False
        self.refuse(node, "HC301", type(node).__name__)

    def refuse(self, node: ast.AST, code: str, what: str) -> None:
        """Note a refusal."""
        self.found.refusals.append((node, code, what))

    def doubt(self, node: ast.AST) -> None:
        """Visit the children of a node that CPython's compiler may find wrong."""
        self.found.plain = False
        self.children(node)

    def children(self, node: ast.AST) -> None:
        """Visit the children in source order."""
        for field in _CHILDREN[type(node)]:
            value = getattr(node, field, None)
            if type(value) is list:
                self.all(value)
            elif value is not None:
                _VISITORS[type(value)](self, value)

    def all(self, nodes: Sequence[Any]) -> None:
        """Visit each node of a list; a missing key of a dict display is None."""
        for node in nodes:
            if node is not None:
                _VISITORS[type(node)](self, node)

    # -- expressions
    def leaf(self, node: ast.AST) -> None:
        """Nothing to note."""

    def name(self, node: ast.Name) -> None:
        scope = self.scope
        name = node.id
        if scope.private is not None:
            name = mangle(scope.private, name)
        if type(node.ctx) is ast.Store:
            self.bind(node.id)
            return
        if type(node.ctx) is ast.Del:
            self.bind(node.id)
            scope.deleted.add(name)
            return
        scope.used.add(name)
        if node.id in _SPECIAL_NAMES:
            if name == "super" and scope.kind in ("function", "comprehension"):
                scope.used.add("__class__")
            if node.id in REFUSED_NAMES:
                self.refuse(node, "HC103", f"name {node.id!r}")
            elif node.id in safe_builtins.LEFT_OUT:
                self.found.builtins.append((node, scope))

    def attribute(self, node: ast.Attribute) -> None:
        owner = node.value
        _VISITORS[type(owner)](self, owner)
        attr = mangle(self.scope.private, node.attr)
        if names.classify(attr) == "refused":
            self.refuse(node, "HC101", f"attribute {attr!r}")

    def binary(self, node: ast.BinOp) -> None:
        left, right = node.left, node.right
        _VISITORS[type(left)](self, left)
        _VISITORS[type(right)](self, right)

    def compare(self, node: ast.Compare) -> None:
        self.visit(node.left)
        self.all(node.comparators)
        if any(type(op) in (ast.Is, ast.IsNot) for op in node.ops):
            for operand in (node.left, *node.comparators):
                if type(operand) in _VALUES and type(getattr(operand, "value", "")) not in _SINGLE:
                    self.found.plain = False

    def subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)
        self.visit(node.slice)
        if type(node.value) in _LITERALS and type(node.slice) not in (ast.Name, ast.Slice, ast.BinOp, ast.UnaryOp):
            self.found.plain = False

    def assertion(self, node: ast.Assert) -> None:
        self.children(node)
        if type(node.test) is ast.Tuple:
            self.found.plain = False

    def call(self, node: ast.Call) -> None:
        function = node.func
        if type(function) in _LITERALS:
            self.found.plain = False
        _VISITORS[type(function)](self, function)
        self.elements(node.args)
        if node.keywords:
            self.keywords(node)
            for keyword in node.keywords:
                if keyword.arg is not None and not names.may_define(keyword.arg):
                    self.refuse(node, "HC103", f"keyword argument {keyword.arg!r}")

    def keywords(self, node: ast.Call | ast.ClassDef) -> None:
        """The keyword arguments; CPython's compiler finds those given twice."""
        given = [keyword.arg for keyword in node.keywords if keyword.arg is not None]
        if len(given) > len(set(given)):
            self.found.plain = False
        for keyword in node.keywords:
            self.visit(keyword.value)

    def elements(self, nodes: Sequence[ast.expr]) -> None:
        """Expressions among which a star may stand."""
        for node in nodes:
            if type(node) is ast.Starred:
                node = node.value
            _VISITORS[type(node)](self, node)

    def display(self, node: ast.List | ast.Tuple) -> None:
        if type(node.ctx) is ast.Load:
            self.elements(node.elts)
        else:
            self.all(node.elts)

    def set_display(self, node: ast.Set) -> None:
        self.elements(node.elts)

    def awaited(self, node: ast.AST) -> None:
        self.scope.owner.suspends = True
        self.awaits += 1
        self.doubt(node)

    def yielded(self, node: ast.Yield | ast.YieldFrom) -> None:
        self.found.plain = False
        self.plain_yield(node)

    def plain_yield(self, node: ast.Yield | ast.YieldFrom) -> None:
        self.scope.owner.yields = self.scope.owner.suspends = True
        self.children(node)

    def walrus(self, node: ast.NamedExpr) -> None:
        """In a comprehension a walrus binds in the function (or module) around it."""
        self.found.plain = False
        self.found.names.add(node.target.id)
        self.visit(node.value)
        name = mangle(self.scope.private, node.target.id)
        target = self.scope
        while target.kind == "comprehension" or isinstance(target.node, ast.GeneratorExp):
            target.used.add(name)
            target = target.parent  # type: ignore[assignment]
        if name not in target.globals and name not in target.nonlocals:
            target.bind(name)
            target.rebinds = target.rebinds or name in target.parameters

    def comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        first = node.generators[0]
        self.visit(first.iter)
        awaits = self.awaits
        scope = self.open("function" if type(node) is ast.GeneratorExp else "comprehension", node)
        outer, self.scope = self.scope, scope
        for generator in node.generators:
            if generator.is_async:
                self.found.plain = False
                self.awaits += 1
                scope.owner.suspends = True
            self.visit(generator.target)
            if generator is not first:
                self.visit(generator.iter)
            self.all(generator.ifs)
        if type(node) is ast.DictComp:
            self.visit(node.key)
            self.visit(node.value)
        else:
            self.visit(node.elt)  # type: ignore[union-attr]
        self.scope = outer
        if self.awaits > awaits and type(node) is ast.GeneratorExp:
            scope.suspends = True
            self.awaits = awaits  # it does so by itself, later

    def lambda_expression(self, node: ast.Lambda) -> None:
        self.defaults(node.args)
        scope = self.open("function", node)
        self.parameters(scope, node.args)
        self.inside(scope, [node.body])

    # -- opening scopes
    def open(self, kind: ScopeKind, node: ast.AST, private: str | None = None) -> Scope:
        """The scope that a node opens."""
        scope = Scope(kind, node, self.scope, private or self.scope.private)
        self.found.scopes[id(node)] = scope
        return scope

    def inside(self, scope: Scope, nodes: Sequence[ast.AST]) -> None:
        """Visit the body of a function or class."""
        around = self.scope, self.loops, self.blocks
        self.scope, self.loops, self.blocks = scope, 0, 0
        self.all(nodes)
        self.scope, self.loops, self.blocks = around

    def type_params(self, node: ast.AST) -> Scope | None:
        """The scope of type parameters, if there are any."""
        params = getattr(node, "type_params", None)
        if not params:
            return None
        self.found.plain = False
        scope = Scope("type_params", node, self.scope, self.scope.private)
        self.found.scopes[id(params[0])] = scope
        outer, self.scope = self.scope, scope
        for param in params:
            self.bind(param.name)
            for field in ("bound", "default_value"):
                value = getattr(param, field, None)
                if value is not None:
                    self.visit(value)
        self.scope = outer
        return scope

    def parameters(self, scope: Scope, arguments: ast.arguments) -> None:
        """Parameters in frame order: positional, keyword-only, ``*args``, ``**kwargs`` (as in co_varnames)."""
        ordered = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        ordered += [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
        for argument in ordered:
            name = mangle(scope.private, argument.arg)
            self.found.names.add(argument.arg)
            scope.bind(name)
            scope.parameters.append(name)
        if len(scope.bound) < len(ordered):
            self.found.plain = False

    def defaults(self, arguments: ast.arguments) -> None:
        """The defaults of parameters, which belong to the scope around."""
        self.all(arguments.defaults)
        self.all(arguments.kw_defaults)

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.bind(node.name)
        self.all(node.decorator_list)
        self.defaults(node.args)
        type_params = self.type_params(node)
        outer = self.scope
        self.scope = type_params or outer
        for annotation in annotations_of(node):
            self.annotation(annotation)
        scope = self.open("function", node)
        if type(node) is ast.AsyncFunctionDef:
            self.found.plain = False
        self.parameters(scope, node.args)
        self.inside(scope, node.body)
        self.scope = outer

    def annotation(self, node: ast.expr) -> None:
        """An annotation that is evaluated, unless the module keeps them as text."""
        if not self.found.future_annotations:
            self.visit(node)

    def class_definition(self, node: ast.ClassDef) -> None:
        self.bind(node.name)
        self.all(node.decorator_list)
        type_params = self.type_params(node)
        outer = self.scope
        self.scope = type_params or outer
        self.elements(node.bases)
        self.keywords(node)
        scope = self.open("class", node, node.name)
        scope.bind("__class__")
        self.special_methods(node.body)
        self.inside(scope, node.body)
        self.scope = outer

    def special_methods(self, body: Sequence[ast.stmt]) -> None:
        """Refuse those that are not reviewed; computed names are checked when the class is made."""
        for statement in body:
            bound = [statement.name] if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)) else []
            if type(statement) is ast.Assign:
                bound = [target.id for target in statement.targets if type(target) is ast.Name]
            for name in bound:
                if not names.may_define(name):
                    self.refuse(statement, "HC106", f"defining {name!r} in a class")

    def type_alias(self, node: Any) -> None:
        self.found.plain = False
        self.bind(node.name.id)
        outer = self.scope
        self.scope = self.type_params(node) or outer
        # Its value sees the names of a class body around it, which functions do not.
        self.inside(self.open("type_params" if outer.kind == "class" else "function", node), [node.value])
        self.scope = outer

    # -- statements
    def bind(self, name: str) -> None:
        """A name of the source is bound in the current scope."""
        self.found.names.add(name)
        scope = self.scope
        name = mangle(scope.private, name)
        if name not in scope.globals and name not in scope.nonlocals:
            scope.bind(name)
            scope.rebinds = scope.rebinds or name in scope.parameters

    def expression(self, node: ast.Expr) -> None:
        if type(node.value) in _YIELDS and self.in_function():
            self.plain_yield(node.value)  # type: ignore[arg-type]
        else:
            self.visit(node.value)

    def assign(self, node: ast.Assign) -> None:
        self.all(node.targets)
        if type(node.value) in _YIELDS and self.in_function():
            self.plain_yield(node.value)  # type: ignore[arg-type]
        else:
            self.visit(node.value)

    def in_function(self) -> bool:
        """Whether this is directly in the body of a ``def``."""
        return type(self.scope.node) is ast.FunctionDef and self.scope.kind == "function"

    def annotated(self, node: ast.AnnAssign) -> None:
        self.scope.annotates = True
        if not isinstance(node.target, ast.Name):
            self.visit(node.target)
        elif node.simple or node.value is not None:  # ``(name): int`` alone binds nothing
            self.bind(node.target.id)
        if self.scope.kind in ("module", "class"):
            self.annotation(node.annotation)
        elif not isinstance(node.annotation, (ast.Name, ast.Constant, ast.Subscript)):
            self.found.plain = False
        if node.value is not None:
            self.visit(node.value)

    def returned(self, node: ast.Return) -> None:
        if not self.in_function():
            self.found.plain = False
        if node.value is not None:
            self.visit(node.value)

    def jump(self, node: ast.Break | ast.Continue) -> None:
        if not self.loops:
            self.found.plain = False

    def declared(self, node: ast.Global | ast.Nonlocal) -> None:
        self.found.plain = False
        self.found.names.update(node.names)
        declared = self.scope.globals if type(node) is ast.Global else self.scope.nonlocals
        declared.update(mangle(self.scope.private, name) for name in node.names)

    def block(self, nodes: Sequence[ast.AST], loops: int = 0, blocks: int = 1) -> None:
        """Statements inside blocks that CPython counts; ``loops`` is 1 in the body of a loop."""
        self.loops += loops
        self.blocks += blocks
        if self.blocks > _MOST_NESTED_BLOCKS:
            self.found.plain = False
        self.all(nodes)
        self.loops -= loops
        self.blocks -= blocks

    def for_loop(self, node: ast.For | ast.AsyncFor) -> None:
        if type(node) is ast.AsyncFor:
            self.found.plain = False
            self.awaits += 1
            self.scope.owner.suspends = True
        self.visit(node.target)
        self.visit(node.iter)
        self.block(node.body, 1)
        self.all(node.orelse)

    def while_loop(self, node: ast.While) -> None:
        self.visit(node.test)
        self.block(node.body, 1)
        self.all(node.orelse)

    def with_statement(self, node: ast.With | ast.AsyncWith) -> None:
        if type(node) is ast.AsyncWith:
            self.found.plain = False
            self.awaits += 1
            self.scope.owner.suspends = True
        for item in node.items:
            self.visit(item.context_expr)
            if item.optional_vars is not None:
                self.visit(item.optional_vars)
        self.block(node.body, blocks=len(node.items))

    def try_statement(self, node: ast.Try) -> None:
        if any(handler.type is None for handler in node.handlers[:-1]):
            self.found.plain = False
        self.block(node.body)
        self.block(node.handlers)
        self.block(node.orelse)
        self.block(node.finalbody)

    def handler(self, node: ast.ExceptHandler) -> None:
        if node.type is not None:
            self.visit(node.type)
        if node.name is not None:
            self.bind(node.name)
            self.scope.deleted.add(mangle(self.scope.private, node.name))
        self.all(node.body)

    def imports(self, node: ast.Import | ast.ImportFrom) -> None:
        if type(node) is ast.ImportFrom:
            if node.module == "__future__":
                self.found.plain = False
            if node.level:
                self.refuse(node, "HC204", "relative import")
        for alias in node.names:
            if alias.name == "*":
                self.found.plain = False
                self.refuse(node, "HC203", f"from {node.module} import *")  # type: ignore[union-attr]
            else:
                self.bind(alias.asname or alias.name.split(".")[0])

    # -- patterns
    def match_as(self, node: ast.MatchAs) -> None:
        if node.name is not None:
            self.bind(node.name)
        self.children(node)

    def match_star(self, node: ast.MatchStar) -> None:
        if node.name is not None:
            self.bind(node.name)

    def match_mapping(self, node: ast.MatchMapping) -> None:
        if node.rest is not None:
            self.bind(node.rest)
        self.children(node)


_LEAVES = frozenset({"ctx", "op", "ops", "conversion", "kind", "name", "rest", "kwd_attrs"})
"""Fields that hold no nodes to visit."""


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """By type of node, the fields with nodes to visit."""

    def __missing__(self, node: type[ast.AST]) -> tuple[str, ...]:
        found = self[node] = tuple(field for field in node._fields if field not in _LEAVES)
        return found


_CHILDREN = _Fields()
_YIELDS = (ast.Yield, ast.YieldFrom)
_VALUES = (ast.Constant, ast.Tuple, ast.UnaryOp, ast.BinOp)
_SINGLE = (type(None), type(...), bool)
_LITERALS = frozenset(
    {ast.Constant, ast.Tuple, ast.List, ast.ListComp, ast.Dict, ast.DictComp, ast.Set, ast.SetComp, ast.GeneratorExp,
     ast.JoinedStr, ast.FormattedValue, ast.Lambda}
)  # fmt: skip
_SPECIAL_NAMES = frozenset({*REFUSED_NAMES, *safe_builtins.LEFT_OUT, "super"})
_REVIEWED: dict[type[ast.AST], Callable[[_Walk, Any], None]] = {
    ast.Name: _Walk.name,
    ast.Attribute: _Walk.attribute,
    ast.BinOp: _Walk.binary,
    ast.Compare: _Walk.compare,
    ast.Subscript: _Walk.subscript,
    ast.Assert: _Walk.assertion,
    ast.Call: _Walk.call,
    ast.Set: _Walk.set_display,
    ast.Await: _Walk.awaited,
    ast.NamedExpr: _Walk.walrus,
    ast.Lambda: _Walk.lambda_expression,
    ast.ClassDef: _Walk.class_definition,
    ast.Expr: _Walk.expression,
    ast.Assign: _Walk.assign,
    ast.AnnAssign: _Walk.annotated,
    ast.Return: _Walk.returned,
    ast.While: _Walk.while_loop,
    ast.Try: _Walk.try_statement,
    ast.ExceptHandler: _Walk.handler,
    ast.MatchAs: _Walk.match_as,
    ast.MatchStar: _Walk.match_star,
    ast.MatchMapping: _Walk.match_mapping,
    **dict.fromkeys((ast.Constant, ast.Pass, ast.MatchSingleton), _Walk.leaf),
    **dict.fromkeys((ast.List, ast.Tuple), _Walk.display),
    **dict.fromkeys((ast.Yield, ast.YieldFrom), _Walk.yielded),
    **dict.fromkeys((ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp), _Walk.comprehension),
    **dict.fromkeys((ast.FunctionDef, ast.AsyncFunctionDef), _Walk.function),
    **dict.fromkeys((ast.Break, ast.Continue), _Walk.jump),
    **dict.fromkeys((ast.Global, ast.Nonlocal), _Walk.declared),
    **dict.fromkeys((ast.For, ast.AsyncFor), _Walk.for_loop),
    **dict.fromkeys((ast.With, ast.AsyncWith), _Walk.with_statement),
    **dict.fromkeys((ast.Import, ast.ImportFrom), _Walk.imports),
    **dict.fromkeys(
        (ast.UnaryOp, ast.BoolOp, ast.IfExp, ast.Dict, ast.JoinedStr, ast.FormattedValue, ast.Slice, ast.AugAssign,
         ast.Delete, ast.If, ast.Raise),
        _Walk.children,
    ),
    **dict.fromkeys(
        (ast.Starred, ast.TryStar, ast.Match, ast.match_case, ast.MatchValue, ast.MatchSequence,
         ast.MatchClass, ast.MatchOr),
        _Walk.doubt,
    ),
}  # fmt: skip
if hasattr(ast, "TypeAlias"):
    _REVIEWED[ast.TypeAlias] = _Walk.type_alias


class _Visitors(dict[type[ast.AST], Callable[[_Walk, Any], None]]):
    """By type of node; what is not listed is unknown."""

    def __missing__(self, node: type[ast.AST]) -> Callable[[_Walk, Any], None]:
        return _Walk.unknown


_VISITORS = _Visitors(_REVIEWED)


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
