"""The policy for expressions: attributes through the gate, big operations through their price.

Invariants: operands are evaluated once and in CPython's order; what is not rewritten is left to CPython.
"""

from __future__ import annotations

import ast
from typing import Any

from .. import names
from ..interpreter import priced
from ..interpreter.scopes import Scope, mangle
from ..sized import SIZED_METHODS
from . import nodes
from .policy import Policy

_PRICED: dict[type[ast.operator], str] = {
    ast.Mult: ".times", ast.Pow: ".power", ast.LShift: ".shift", ast.Mod: ".modulo",
}  # fmt: skip
_KNOWN = {"plain": ".direct", "private": ".open", "special": ".open"}
OWN = ".o"
"""The variable of a method that tells whether its first argument is an object of a class of the guest's."""
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_SCOPE_CALLS = frozenset({"locals", "globals", "vars", "dir", "eval", "exec"})
_FRESH = (ast.List, ast.ListComp, ast.Tuple, ast.Set, ast.SetComp, ast.Dict, ast.DictComp, ast.GeneratorExp,
          ast.Constant, ast.JoinedStr)  # fmt: skip


class Expressions(Policy):
    """Visitors of expressions."""

    # -- attributes
    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """Native on types that are known to need no look, else through the gate."""
        attr = mangle(self.scope.private, node.attr)
        kind = names.classify(attr)
        if kind == "refused":
            self.refuse_again(node, f"attribute {attr!r}")
            return self.plain(node)  # type: ignore[no-any-return]
        owner = node.value
        if not isinstance(node.ctx, ast.Load):
            node.value = self._storing(self.visit(owner), attr, kind)
            return node
        if kind == "special" and attr not in SIZED_METHODS:
            parent = self._parent(owner) if attr == "__init__" else None
            if parent is not None:
                node.value = parent
                return node
            made = nodes.call(".special", node, self.visit(owner), nodes.constant(attr, node))
            return nodes.placed_at_attribute(made, node)
        return self._loaded(node, attr, kind)

    def _loaded(self, node: ast.Attribute, attr: str, kind: str) -> ast.expr:
        known = _KNOWN[kind]
        parent = self._parent(node.value) if kind == "plain" else None
        if parent is not None:
            node.value = parent
            return node
        owner = node.value = self.visit(node.value)
        if not isinstance(owner, ast.Name):
            node.value = self._guarded(owner, known)
            return node
        load = {"plain": ".load", "private": ".private", "special": ".special"}[kind]
        gated = nodes.call(load, node, nodes.reread(owner), nodes.constant(attr, node))
        made: ast.expr = nodes.placed_at_attribute(gated, node)
        own = self._is_own(owner)
        if own is None or known == ".direct":
            again = node if own is None else ast.Attribute(nodes.reread(owner), node.attr, nodes.LOAD, **nodes.at(node))
            made = nodes.choose(nodes.is_in(owner, known), again, made, node)
        return made if own is None else nodes.choose(own, node, made, node)

    def _is_own(self, owner: ast.Name) -> ast.expr | None:
        """The variable that tells whether a method's first argument is of a class of the guest's, in that method."""
        if self.first is None or self.first != (self.scope, owner.id):
            return None
        self.asked = True
        return nodes.name(OWN, owner)

    def _parent(self, node: ast.expr) -> ast.expr | None:
        """``super()`` with no arguments where it is CPython's own, and the method's first argument an object of a
        class of the guest's; None for all else.

        The methods that such an object finds there come bound to it, so that they need no look.
        """
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"):
            return None
        if node.args or node.keywords or self.first is None or self.first[0] is not self.scope:
            return None
        own = self._is_own(ast.Name(self.first[1], nodes.LOAD, **nodes.at(node)))
        assert own is not None
        real = nodes.compare(nodes.reread(node.func), ast.Is(), nodes.name(".super", node))
        test = ast.BoolOp(ast.And(), [real, own], **nodes.at(node))
        return nodes.choose(test, nodes.call(".super", node), nodes.call(".Gate", node, node), node)

    def dotted(self, node: ast.Attribute) -> ast.Attribute:
        """An attribute that stays one, as patterns need it."""
        attr = mangle(self.scope.private, node.attr)
        kind = names.classify(attr)
        if kind == "refused":
            self.refuse_again(node, f"attribute {attr!r}")
            return self.plain(node)  # type: ignore[no-any-return]
        owner = self.visit(node.value)
        gate = kind == "special" and attr not in SIZED_METHODS
        node.value = nodes.call(".Gate", owner, owner) if gate else self._guarded(owner, _KNOWN[kind])
        return node

    def _guarded(self, owner: ast.expr, known: str) -> ast.expr:
        """What an attribute is read of: the object itself where its type is known, else what stands for it."""
        if isinstance(owner, _FRESH) and known == ".direct":
            return owner
        if isinstance(owner, ast.Name):
            other = nodes.call(".Gate" if known == ".open" else ".guard", owner, nodes.reread(owner))
            return self._known(owner, known, other)
        return nodes.call(".guard" if known == ".direct" else ".own", owner, owner)

    def _known(self, owner: ast.Name, known: str, other: ast.expr) -> ast.expr:
        """A variable's value where its type is known, else ``other``."""
        own = self._is_own(owner)
        return nodes.choose(nodes.is_in(owner, known) if own is None else own, owner, other, owner)

    def _storing(self, owner: ast.expr, attr: str, kind: str) -> ast.expr:
        """What an attribute is stored on."""
        if kind in ("special", "refused") and attr not in names.GATED_PUBLIC:
            return nodes.call(".Gate", owner, owner)
        if not isinstance(owner, ast.Name):
            return self._guarded(owner, ".open")
        other = nodes.call(".stored", owner, nodes.reread(owner), nodes.constant(attr, owner))
        return self._known(owner, ".open", other)

    # -- calls
    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Native, but for calls that mean the scope they stand in, and those that read an iterator to its end."""
        function = node.func
        if isinstance(function, ast.Name) and function.id in _SCOPE_CALLS and not node.keywords:
            if self.is_global(function.id):
                made = self._scope_call(node, function.id)
                if made is not None:
                    return made
        read = priced.read_argument(node)
        small = priced.is_small_method(node)
        form = node.args[read] if read is not None else None
        counting, keeps = priced.how_read(node)
        if isinstance(function, ast.Attribute):
            node.func = self._callee(function, small)
        else:
            node.func = self.visit(function)
        node.args = [self.visit(each) for each in node.args]
        node.keywords = [self.visit(each) for each in node.keywords]
        if form is None or read is None or isinstance(form, _FRESH):
            return node
        flags = [nodes.constant(each, node) for each in (read, counting, keeps)]
        made = nodes.call(".read", node, node.func, *flags, *node.args)
        made.keywords = node.keywords
        return made

    def _callee(self, function: ast.Attribute, small: bool) -> ast.expr:
        attr = mangle(self.scope.private, function.attr)
        kind = names.classify(attr)
        if kind not in ("plain", "private") and not small:
            return self.visit(function)  # type: ignore[no-any-return]
        known = ".open" if kind == "private" else ".direct"
        parent = self._parent(function.value) if kind == "plain" else None
        if parent is not None:
            function.value = parent
            return function
        function.value = self._guarded(self.visit(function.value), known)
        return function

    def _scope_call(self, node: ast.Call, name: str) -> ast.expr | None:
        module = self.scope.kind == "module"
        if name in ("eval", "exec"):
            if len(node.args) != 1 or isinstance(node.args[0], ast.Starred) or module:
                return None
            local = self._variables(node)
            return nodes.call(".evaluate", node, self.visit(node.func), self.visit(node.args[0]), local)
        if node.args:
            return None
        made = nodes.call(".globals", node) if name == "globals" or module else self._variables(node)
        return nodes.call(".sorted", node, made) if name == "dir" else made

    def _variables(self, node: ast.Call) -> ast.Call:
        """The namespace of a class body; of a function those that are the guest's, by name."""
        scope: Scope | None = self.scope
        if self.scope.kind == "class":
            return nodes.call(".locals", node)
        names = set()
        while scope is not None and scope.kind not in ("module", "class"):
            used = {*scope.bound, *scope.used}
            names |= {each for each in used if scope.place(each).kind in ("slot", "cell")}
            scope = scope.parent if scope.kind == "comprehension" else None
        return nodes.call(".variables", node, *[nodes.constant(each, node) for each in sorted(names)])

    def visit_keyword(self, node: ast.keyword) -> ast.keyword:
        """Names are checked by their form, those of a mapping when it is unpacked."""
        value = self.visit(node.value)
        if node.arg is None:
            value = nodes.call(".keywords", node.value, value)
        else:
            self.check_name(node, node.arg)
        node.value = value
        return node

    def visit_Starred(self, node: ast.Starred) -> ast.Starred:
        """What stands behind a star is read to its end."""
        value = self.visit(node.value)
        if isinstance(node.ctx, ast.Load) and not isinstance(node.value, _FRESH):
            value = nodes.call(".spread", node, value)
        node.value = value
        return node

    # -- operators
    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Operators that can make something big are priced where their operands may be big."""
        hook = _PRICED.get(type(node.op))
        if hook is None or priced.is_small(self, node.op, node.left, node.right):
            node.left = self.visit(node.left)
            outer, self.kept = self.kept, 0
            node.right = self.visit(node.right)
            self.kept = max(outer, self.kept)
            return node
        surely = priced.is_surely_priced(node.op, node.left, node.right)
        look = priced.look(node.op, node.left, node.right)
        outer, self.kept = self.kept, 0
        left = self.visit(node.left)
        before, self.kept = self.kept, 0
        right = self.visit(node.right)
        deepest, self.kept = self.kept, max(outer, before, self.kept)
        if isinstance(node.op, ast.Mult) and look != priced.LOOK_AT_TYPES:
            hook = ".square"
        if not surely and isinstance(node.op, (ast.Mult, ast.Mod)):
            return self._looked(node, hook, left, right, deepest)
        return nodes.call(hook, node, left, right)

    def _looked(self, node: ast.BinOp, hook: str, left: ast.expr, right: ast.expr, deepest: int) -> ast.expr:
        """CPython's own operator after a look at the types, where the operands can be kept for it."""
        still = nodes.is_still(left) and nodes.is_still(right)
        if not still and not self.keeps():
            return nodes.call(hook, node, left, right)
        one, other = left, right
        if not still:
            self.kept = max(self.kept, deepest + 1)
            one, other = (nodes.name(f".{side}{deepest + 1}", node) for side in "lr")
        test = _test(node.op, hook, one, other)
        if not still:
            both = nodes.compare(nodes.kept(one.id, left), ast.Is(), nodes.kept(other.id, right))  # type: ignore[attr-defined]
            never = nodes.compare(both, ast.Is(), nodes.constant(None, node))
            test = ast.BoolOp(ast.Or(), [never, test], **nodes.at(node))
        node.left, node.right = nodes.reread(one), nodes.reread(other)
        paid = nodes.call(hook, node, nodes.reread(one), nodes.reread(other))
        return nodes.choose(test, node, paid, node)

    def keeps(self) -> bool:
        """Whether an expression here may keep values in variables of the frame, which have names of ours.

        CPython allows no walrus in the scopes of type aliases and type parameters.
        """
        return isinstance(self.scope.node, _FUNCTIONS) and self.scope.kind == "function" and not self.iterables

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """What a call gives to ``in`` is read until the item is found."""
        forms = node.comparators
        node.left = self.visit(node.left)
        node.comparators = [
            nodes.call(".searched", form, self.visit(form))
            if isinstance(operator, (ast.In, ast.NotIn)) and isinstance(form, ast.Call)
            else self.visit(form)
            for operator, form in zip(node.ops, forms, strict=True)
        ]
        return node

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.expr:
        """A width that is not written out is priced."""
        narrow = node.format_spec is None or priced.is_narrow_spec(node.format_spec)
        self.plain(node)
        if narrow:
            return node
        value = node.value
        if node.conversion >= 0:
            conversion = {114: ".repr", 115: ".str", 97: ".ascii"}[node.conversion]
            value = nodes.call(conversion, node.value, value)
        assert node.format_spec is not None
        node.value = nodes.call(".format", node, value, node.format_spec)
        node.conversion, node.format_spec = -1, None
        return node

    # -- functions and comprehensions
    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        """A lambda's entry is one operation."""
        node.args = self.visit(node.args)
        with self.inside(node):
            body = self.visit(node.body)
        node.body = nodes.choose(nodes.call(".tick", body), body, nodes.constant(None, body), body)
        return node

    def _comprehension(self, node: Any) -> Any:
        """Each turn is one operation."""
        first = node.generators[0]
        first.iter = self._turning(first, self._iterable(first.iter), node)
        with self.inside(node):
            for generator in node.generators:
                generator.target = self.visit(generator.target)
                if generator is not first:
                    generator.iter = self._turning(generator, self._iterable(generator.iter), node)
                generator.ifs[:] = [self.visit(each) for each in generator.ifs]
                if generator.is_async:
                    generator.ifs.insert(0, nodes.call(".tick", generator.iter))
            if isinstance(node, ast.DictComp):
                node.key = self.visit(node.key)
                node.value = self.visit(node.value)
            else:
                node.elt = self.visit(node.elt)
        return node

    def _iterable(self, node: ast.expr) -> ast.expr:
        """CPython allows no walrus in the iterables of a comprehension."""
        self.iterables += 1
        made: ast.expr = self.visit(node)
        self.iterables -= 1
        return made

    def _turning(self, generator: ast.comprehension, source: ast.expr, around: ast.AST) -> ast.expr:
        priced.note_counter(self, generator.target, source)
        return source if generator.is_async else self.counted(source, around)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def visit_YieldFrom(self, node: ast.YieldFrom) -> ast.expr:
        """What is delegated to gives its items without a loop of the guest's."""
        node.value = nodes.call(".delegated", node, self.visit(node.value))
        return node


def _test(operator: ast.operator, hook: str, left: ast.expr, right: ast.expr) -> ast.expr:
    """A test over names and literals that no price is due: the types tell."""
    if isinstance(operator, ast.Mod):
        return nodes.compare(nodes.type_of(left), ast.NotIn(), nodes.name(".texts", left))
    is_float = nodes.compare(nodes.type_of(left), ast.Is(), nodes.name(".float", left))
    if hook == ".square":
        return is_float
    same = nodes.compare(nodes.type_of(left), ast.Is(), nodes.type_of(right))
    return ast.BoolOp(ast.Or(), [same, is_float], **nodes.at(left))
