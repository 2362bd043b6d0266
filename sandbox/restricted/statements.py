"""The policy for statements: operations are counted, stops pass every handler, stores pass the gate.

Invariants: what ended the run passes ``except``, ``finally`` and ``with`` without running code of the guest's; every
loop turn and function entry is one operation.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterator
from typing import Any

from .. import names
from ..interpreter import priced
from ..interpreter.scopes import Scope, mangle
from . import hooks, nodes
from .expressions import OWN
from .matching import Matching

_INPLACE: dict[type[ast.operator], str] = {
    ast.Mult: ".itimes", ast.Pow: ".ipower", ast.LShift: ".ishift", ast.Mod: ".imodulo",
}  # fmt: skip


class Statements(Matching):
    """Visitors of statements."""

    # -- names
    def visit_Name(self, node: ast.Name) -> ast.expr:
        """A variable."""
        self.check_name(node, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        """A parameter; annotations kept as text are no code."""
        self.check_name(node, node.arg)
        if node.annotation is not None and not self.found.future_annotations:
            node.annotation = self.visit(node.annotation)
        return node

    def visit_arguments(self, node: ast.arguments) -> ast.arguments:
        """Parameters; the defaults belong to the scope around."""
        return self.plain(node)  # type: ignore[no-any-return]

    def _declared(self, node: ast.Global | ast.Nonlocal) -> ast.stmt:
        for name in node.names:
            self.check_name(node, name)
        return node

    visit_Global = visit_Nonlocal = _declared

    def visit_alias(self, node: ast.alias) -> ast.alias:
        """One name of an import."""
        self.check_name(node, node.asname or node.name)
        return node

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.expr:
        """A walrus."""
        return self.plain(node)  # type: ignore[no-any-return]

    def visit_Await(self, node: ast.Await) -> ast.expr:
        """``await``; the attributes that lead from a coroutine to its frame are refused."""
        return self.plain(node)  # type: ignore[no-any-return]

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Items are native."""
        return self.plain(node)  # type: ignore[no-any-return]

    def _type_parameter(self, node: Any) -> Any:
        self.check_name(node, node.name)
        return self.plain(node)

    visit_TypeVar = visit_TypeVarTuple = visit_ParamSpec = _type_parameter

    # -- assignment
    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        """CPython unpacks; what a starred target reads is counted."""
        place = node.targets[0]
        starred = len(node.targets) == 1 and isinstance(place, (ast.Tuple, ast.List))
        starred = starred and any(isinstance(each, ast.Starred) for each in place.elts)  # type: ignore[attr-defined]
        node.value = self.visit(node.value)
        node.targets = [self.visit(each) for each in node.targets]
        if starred:
            node.value = nodes.call(".spread", node, node.value)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        """Annotations that are kept as text are no code."""
        node.target = self.visit(node.target)
        if not self.found.future_annotations:
            node.annotation = self.visit(node.annotation)
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt | list[ast.stmt]:
        """Operators that can make something big are priced, targets are evaluated once."""
        hook = _INPLACE.get(type(node.op))
        if hook is None or priced.is_small(self, node.op, node.target, node.value):
            return self._augmented_plainly(node)
        if isinstance(node.target, ast.Name):
            return self._augmented_name(node, node.target, hook)
        if isinstance(node.target, ast.Subscript):
            place = node.target
            item = nodes.call(".Item", place, self.visit(place.value), self.visit(place.slice))
            node.target = ast.copy_location(ast.Attribute(item, "item", ast.Store()), place)
        else:
            assert isinstance(node.target, ast.Attribute)
            attr = mangle(self.scope.private, node.target.attr)
            if names.classify(attr) == "refused":
                self.refuse_again(node, f"attribute {attr!r}")
            node.target.value = nodes.call(".Priced", node.target, self.visit(node.target.value))
        node.value = self.visit(node.value)
        return node

    def _augmented_plainly(self, node: ast.AugAssign) -> ast.stmt:
        """The operator is CPython's own; it is given what the target's attribute is, so that this is read guarded."""
        place = node.target
        if isinstance(place, ast.Attribute):
            kind = names.classify(mangle(self.scope.private, place.attr))
            if kind == "refused":
                self.refuse_again(node, f"attribute {place.attr!r}")
            if kind == "special":
                place.value = nodes.call(".Gate", place, self.visit(place.value))
                node.value = self.visit(node.value)
                return node
        return self.plain(node)  # type: ignore[no-any-return]

    def _augmented_name(self, node: ast.AugAssign, place: ast.Name, hook: str) -> ast.stmt:
        self.check_name(node, place.id)
        old = ast.copy_location(ast.Name(place.id, ast.Load()), place)
        value = self.visit(node.value)
        paid = nodes.call(hook, node, old, value)
        assign = ast.copy_location(ast.Assign([place], paid), node)
        if not nodes.is_still(value) or not isinstance(node.op, ast.Mod):
            return assign
        # Text alone has a price: on other types the operator is CPython's own.
        test = nodes.compare(nodes.type_of(old), ast.NotIn(), nodes.name(".texts", old))
        node.value = nodes.reread(value)
        return ast.copy_location(ast.If(test, [node], [assign]), node)

    # -- loops
    def visit_For(self, node: ast.For) -> ast.stmt:
        """Each turn is one operation."""
        node.iter = self.counted(self.visit(node.iter), node)
        node.target = self.visit(node.target)
        priced.note_counter(self, node.target, node.iter.args[0])  # type: ignore[attr-defined]
        node.body = self.block(node.body)
        node.orelse = self.block(node.orelse)
        return node

    def _ticking(self, node: Any) -> ast.stmt:
        """A loop whose body begins with an operation."""
        made: ast.stmt = self.plain(node)
        node.body.insert(0, self.tick(node.body[0]))
        return made

    visit_While = visit_AsyncFor = _ticking

    def tick(self, where: ast.AST) -> ast.stmt:
        """One operation, as a statement."""
        return ast.copy_location(ast.Expr(nodes.call(".tick", where)), where)

    # -- handlers
    def visit_Try(self, node: ast.Try) -> ast.stmt:
        """A stop is raised again by a handler of ours before the guest's; a ``finally`` block begins with a look."""
        self.plain(node)
        if node.handlers:
            first = node.handlers[0]
            body: list[ast.stmt] = [ast.copy_location(ast.Raise(), first)]
            node.handlers.insert(0, ast.copy_location(ast.ExceptHandler(nodes.name(".Stop", first), None, body), first))
        if node.finalbody:
            node.finalbody.insert(0, self.look(node.finalbody[0]))
        return node

    def visit_TryStar(self, node: ast.TryStar) -> ast.stmt:  # type: ignore[override]
        """The classes of each clause, and the group, are looked at before CPython splits it."""
        self.plain(node)
        alone = len(node.handlers) == 1
        for handler in node.handlers:
            assert handler.type is not None
            handler.type = nodes.call(".star_types", handler, nodes.constant(alone, handler), handler.type)
        if node.finalbody:
            node.finalbody.insert(0, self.look(node.finalbody[0]))
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> Any:
        """One ``except`` clause; what library code made of a stop does not get into it."""
        self.check_name(node, node.name)
        self.plain(node)
        node.body.insert(0, self.look(node.body[0]))
        return node

    def look(self, where: ast.AST) -> ast.stmt:
        """Raise the stop again, if the run has its outcome."""
        again: list[ast.stmt] = [ast.copy_location(ast.Expr(nodes.call(".again", where)), where)]
        return ast.copy_location(ast.If(nodes.name(".stops", where), again, []), where)

    def visit_With(self, node: ast.With) -> ast.stmt:
        """A manager is not told of what ends the run."""
        return self._managed(node, ".managed")

    def visit_AsyncWith(self, node: ast.AsyncWith) -> ast.stmt:
        """The same for ``async with``."""
        return self._managed(node, ".amanaged")

    def _managed(self, node: Any, hook: str) -> ast.stmt:
        for item in node.items:
            item.context_expr = nodes.call(hook, item.context_expr, self.visit(item.context_expr))
            if item.optional_vars is not None:
                item.optional_vars = self.visit(item.optional_vars)
        node.body = self.block(node.body)
        return node  # type: ignore[no-any-return]

    # -- imports
    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:
        """Names are bound to facades."""
        made = []
        for alias in node.names:
            self.visit(alias)
            hook = ".import_as" if alias.asname else ".import"
            value = nodes.call(hook, node, nodes.constant(alias.name, node))
            made.append(self._bound(alias.asname or alias.name.split(".")[0], value, node))
        return made

    def visit_ImportFrom(self, node: ast.ImportFrom) -> list[ast.stmt]:
        """Names are bound to what facades export; ``__future__`` is for the compiler."""
        if node.module == "__future__":
            return [ast.copy_location(ast.Pass(), node)]
        made = []
        for alias in node.names:
            self.visit(alias)
            parts = [nodes.constant(each, node) for each in (node.module or "", alias.name)]
            value = nodes.call(".import_from", node, *parts)
            made.append(self._bound(alias.asname or alias.name, value, node))
        return made

    def _bound(self, name: str, value: ast.expr, where: ast.AST) -> ast.stmt:
        target = ast.copy_location(ast.Name(name, ast.Store()), where)
        return ast.copy_location(ast.Assign([target], value), where)

    # -- scopes
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

    # -- definitions
    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.stmt:
        """A function's entry is one operation."""
        self.check_name(node, node.name)
        node.decorator_list = [self.visit(each) for each in node.decorator_list]
        node.args.defaults = [self.visit(each) for each in node.args.defaults]
        node.args.kw_defaults = [each and self.visit(each) for each in node.args.kw_defaults]
        with self.parameters(node):
            for each in self.every_argument(node.args):
                self.visit_arg(each)
            if node.returns is not None and not self.found.future_annotations:
                node.returns = self.visit(node.returns)
            has_doc = ast.get_docstring(node, clean=False) is not None
            where = node.body[1] if has_doc and len(node.body) > 1 else node.body[0]
            outer, is_method = (self.first, self.asked), self.scope.kind == "class"
            with self.inside(node) as scope:
                self.first, self.asked = _first(scope) if is_method else None, False
                body = self.block(node.body)
                begin = [self.tick(where), *self._ask(where)]
            self.first, self.asked = outer
        body[int(has_doc) : int(has_doc)] = begin
        node.body = body
        return node

    def _ask(self, where: ast.stmt) -> list[ast.stmt]:
        """Whether the first argument is an object of a class of the guest's, which it stays."""
        if self.first is None or not self.asked:
            return []
        own = nodes.is_in(nodes.name(self.first[1], where), ".open")
        return [ast.Assign([ast.Name(OWN, nodes.STORE, **nodes.at(where))], own, **nodes.at(where))]

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.stmt:
        """CPython runs the body; hooks are global names in it, whatever its namespace holds."""
        self.check_name(node, node.name)
        node.decorator_list = [self.visit(each) for each in node.decorator_list]
        with self.parameters(node):
            node.bases = [self.visit(each) for each in node.bases]
            node.keywords = [self.visit(each) for each in node.keywords]
            with self.inside(node):
                body = self.block(node.body)
        has_doc = ast.get_docstring(node, clean=False) is not None
        body.insert(int(has_doc), ast.copy_location(ast.Global(list(hooks.NAMES)), node.body[0]))
        node.body = body
        return node

    def visit_TypeAlias(self, node: Any) -> Any:
        """A ``type`` statement."""
        self.check_name(node, node.name.id)
        with self.parameters(node), self.inside(node):
            node.value = self.visit(node.value)
        return node


def _first(scope: Scope) -> tuple[Scope, str] | None:
    """A method and its first parameter, if it is always there and nothing binds it anew."""
    arguments: ast.arguments = scope.node.args  # type: ignore[attr-defined]
    if not (arguments.posonlyargs or arguments.args) or scope.rebinds:
        return None
    name = (arguments.posonlyargs or arguments.args)[0].arg
    plain = mangle(scope.private, name) == name and name not in scope.deleted
    place = scope.place(name)
    inner = any(name in child.nonlocals for child in _below(scope))
    return (scope, name) if plain and not inner and place.kind in ("slot", "cell") else None


def _below(scope: Scope) -> list[Scope]:
    found = list(scope.children)
    for each in found:
        found += each.children
    return found
