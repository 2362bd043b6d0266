"""Rewritings of syntax trees that evaluate something twice, elsewhere, or in another order: for planted faults.

The order is turned with a comprehension over one tuple, ``[a + b for b, a in [(B, A)]][0]``, so nothing that yields,
awaits or binds is rewritten.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Sequence

_BOUND_HERE = (ast.Yield, ast.YieldFrom, ast.Await, ast.NamedExpr, ast.Starred)


def _movable(*nodes: ast.AST) -> bool:
    return not any(isinstance(each, _BOUND_HERE) for node in nodes for each in ast.walk(node))


def _turned(parts: Sequence[ast.expr], order: Sequence[int], make: Callable[[list[ast.expr]], ast.expr]) -> ast.expr:
    """``make`` over names for the parts, which are evaluated in this order."""
    names = [f"_part{k}" for k in order]
    target = ast.Tuple([ast.Name(name, ast.Store()) for name in names], ast.Store())
    source = ast.List([ast.Tuple([parts[k] for k in order], ast.Load())], ast.Load())
    value = make([ast.Name(f"_part{k}", ast.Load()) for k in range(len(parts))])
    whole = ast.ListComp(value, [ast.comprehension(target, source, [], 0)])
    return ast.Subscript(whole, ast.Constant(0), ast.Load())


class Operands(ast.NodeTransformer):
    """The right operand first."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if not _movable(node.left, node.right):
            return node
        return _turned([node.left, node.right], (1, 0), lambda parts: ast.BinOp(parts[0], node.op, parts[1]))


class Arguments(ast.NodeTransformer):
    """The last argument first."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if len(node.args) < 2 or node.keywords or not _movable(*node.args) or not isinstance(node.func, ast.Name):
            return node
        if node.func.id == "super":
            return node
        order = range(len(node.args))[::-1]
        return _turned(node.args, order, lambda parts: ast.Call(node.func, parts, []))


class Pairs(ast.NodeTransformer):
    """A dict's values before their keys."""

    def visit_Dict(self, node: ast.Dict) -> ast.expr:
        self.generic_visit(node)
        keys = [key for key in node.keys if key is not None]
        if len(keys) != len(node.keys) or not keys or not _movable(*keys, *node.values):
            return node
        pairs = [_turned([k, v], (1, 0), lambda parts: ast.Dict([parts[0]], [parts[1]])) for k, v in self._both(node)]
        return ast.Dict([None] * len(pairs), pairs)

    @staticmethod
    def _both(node: ast.Dict) -> list[tuple[ast.expr, ast.expr]]:
        return [(key, value) for key, value in zip(node.keys, node.values, strict=True) if key is not None]


class Targets(ast.NodeTransformer):
    """The index of a target before the object."""

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        self.generic_visit(node)
        place = node.targets[0]
        if len(node.targets) > 1 or not isinstance(place, ast.Subscript) or isinstance(place.slice, ast.Slice):
            return node
        if not _movable(place, node.value):
            return node
        names = ("_value", "_index", "_object")
        stored = ast.Tuple([ast.Name(name, ast.Store()) for name in names], ast.Store())
        value, index, owner = (ast.Name(name, ast.Load()) for name in names)
        source = ast.List([ast.Tuple([node.value, place.slice, place.value], ast.Load())], ast.Load())
        body: ast.stmt = ast.Assign([ast.Subscript(owner, index, ast.Store())], value)
        return ast.copy_location(ast.For(stored, source, [body], []), node)


class Chains(ast.NodeTransformer):
    """``a < b < c`` as ``a < b and b < c``."""

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        if len(node.ops) != 2 or not _movable(node):
            return node
        middle, last = node.comparators
        first = ast.Compare(node.left, node.ops[:1], [middle])
        return ast.BoolOp(ast.And(), [first, ast.Compare(copy.deepcopy(middle), node.ops[1:], [last])])


class Augmented(ast.NodeTransformer):
    """``a[i] += v`` as ``a[i] = a[i] + v``."""

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        self.generic_visit(node)
        if isinstance(node.target, ast.Name) or not _movable(node.target):
            return node
        old = copy.deepcopy(node.target)
        old.ctx = ast.Load()
        return ast.copy_location(ast.Assign([node.target], ast.BinOp(old, node.op, node.value)), node)


class Leaking(ast.NodeTransformer):
    """``x = [e for i in s]`` as a loop in the scope around."""

    def visit_Assign(self, node: ast.Assign) -> ast.stmt | list[ast.stmt]:
        made = node.value
        if not isinstance(made, ast.ListComp) or len(made.generators) > 1 or not _movable(made):
            return node
        clause = made.generators[0]
        if clause.is_async or clause.ifs:
            return node
        filled: ast.stmt = ast.AugAssign(ast.Name("_filled", ast.Store()), ast.Add(), ast.List([made.elt], ast.Load()))
        start = ast.Assign([ast.Name("_filled", ast.Store())], ast.List([], ast.Load()))
        loop = ast.For(clause.target, clause.iter, [filled], [])
        node.value = ast.Name("_filled", ast.Load())
        return [ast.copy_location(start, node), ast.copy_location(loop, node), node]


class Super(ast.NodeTransformer):
    """``super()`` as ``super(self.__class__, self)``."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
            owner = ast.Name("self", ast.Load())
            node.args = [ast.Attribute(owner, "__class__", ast.Load()), ast.Name("self", ast.Load())]
        return node
