"""Reserved names: the static check that no cell binds the name of a tool, for every engine alike.

Invariants: every binding form of the grammar is seen (assignment, loop, with, import, def, class, argument, except,
match, global, type parameter); the one exception is ``final_answer = …`` at module level, which ends the cell.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from .errors import PolicyViolation
from .refused import Refused

FINAL = "final_answer"


def may_bind(code: str, names: Collection[str]) -> bool:
    """Whether the source can bind a reserved name at all: a cheap test that spares most cells the walk."""
    # Identifiers are normalised by the parser, so text beyond ASCII may spell a name in other letters.
    return not code.isascii() or FINAL in code or any(name in code for name in names)


def check(tree: ast.Module, names: Collection[str]) -> PolicyViolation | None:
    """The violation of the first place that binds one of ``names`` or ``final_answer``, or None.

    Call it after ``assignments_to_calls``, which takes the allowed assignments away.
    """
    found = refused(tree, names)
    return found[0].violation() if found else None


def refused(tree: ast.Module, names: Collection[str]) -> list[Refused]:
    """Every place that binds one of ``names`` or ``final_answer``, in order. As for ``check``."""
    reserved = {*names, FINAL}
    found = [(line, column, name, node) for name, line, column, node in bindings(tree) if name in reserved]
    found.sort(key=lambda each: each[:3])
    return [Refused(node, "HC104", f"the name {name!r} belongs to a tool") for _, _, name, node in found]


def assignments_to_calls(tree: ast.Module) -> ast.Module:
    """``final_answer = x`` at module level becomes ``final_answer(x)``, as models often write it."""
    _Assignments().visit(tree)
    return tree


class _Assignments(ast.NodeTransformer):
    """Visits module-level statements only: what is inside a function, class or lambda is left alone."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        if len(node.targets) == 1 and _is_final(node.targets[0]):
            return _call(node, node.targets[0], node.value)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is not None and _is_final(node.target):
            return _call(node, node.target, node.value)
        return node


def _is_final(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id == FINAL


def _call(statement: ast.stmt, target: ast.expr, value: ast.expr) -> ast.Expr:
    name = ast.copy_location(ast.Name(FINAL, ast.Load()), target)
    call = ast.copy_location(ast.Call(name, [value], []), statement)
    return ast.copy_location(ast.Expr(call), statement)


def bindings(tree: ast.AST) -> Iterator[tuple[str, int, int, ast.AST]]:
    """Every (name, line, column, node) that the tree binds or deletes."""
    for node in ast.walk(tree):
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name, line, column, node
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, line, column, node
            case ast.arg(arg=name):
                yield name, line, column, node
            case ast.alias(name=dotted, asname=asname):
                yield asname or dotted.split(".")[0], line, column, node
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name, line, column, node
            case ast.MatchMapping(rest=str(name)):
                yield name, line, column, node
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                for name in names:
                    yield name, line, column, node
            case _ if type(node).__name__ in ("TypeVar", "ParamSpec", "TypeVarTuple"):
                yield getattr(node, "name", ""), line, column, node
