"""Which names a piece of code binds, and which it takes from outside."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def bound(nodes: Iterable[ast.AST]) -> set[str]:
    """The names bound in the scope of these nodes, not in functions and classes within them."""
    found: set[str] = set()
    for node in _own(nodes):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
            found.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            found.add(node.rest)
    return found


def touched(node: ast.stmt) -> set[str]:
    """The names that a statement changes without binding them: ``x.a = 1``, ``x[0] = 1``, ``x.append(1)``,
    ``exec(text, x)``."""
    found: set[str] = set()
    for each in _own([node]):
        if isinstance(each, (ast.Attribute, ast.Subscript)) and not isinstance(each.ctx, ast.Load):
            found |= root(each)
    call = node.value if isinstance(node, ast.Expr) else None
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
        found |= root(call.func)
    elif isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "exec":
        found = found.union(*map(root, call.args[1:]))
    return found


def root(node: ast.AST) -> set[str]:
    """The name that a chain of attributes and subscripts starts from."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def free(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that these nodes read and that no function or comprehension within them binds."""
    return {name.id for name in free_names(nodes, frozenset())}


def free_names(nodes: Iterable[ast.AST], hidden: frozenset[str]) -> Iterator[ast.Name]:
    """The Name nodes behind ``free``; ``hidden`` are names of functions around."""
    for node in nodes:
        if isinstance(node, ast.Name):
            if node.id not in hidden and not isinstance(node.ctx, ast.Store):
                yield node
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            if node.target.id not in hidden:
                yield node.target
            yield from free_names([node.value], hidden)
        elif isinstance(node, _FUNCTIONS):
            arguments = node.args
            yield from free_names([*arguments.defaults, *filter(None, arguments.kw_defaults)], hidden)
            body = node.body if isinstance(node.body, list) else [node.body]
            everything = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            everything += [each for each in (arguments.vararg, arguments.kwarg) if each is not None]
            yield from free_names([each.annotation for each in everything if each.annotation], hidden)
            if not isinstance(node, ast.Lambda):
                yield from free_names([*node.decorator_list, *([node.returns] if node.returns else [])], hidden)
            declared = {name for each in _own(body) if isinstance(each, ast.Global) for name in each.names}
            local = (bound(body) | {each.arg for each in everything}) - declared
            yield from free_names(body, hidden - declared | local)
        elif isinstance(node, _COMPREHENSIONS):
            targets = bound([each.target for each in node.generators])
            yield from free_names(ast.iter_child_nodes(node), hidden | targets)
        else:
            yield from free_names(ast.iter_child_nodes(node), hidden)


def _own(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes of one scope: functions and classes within are given, but not entered."""
    for node in nodes:
        yield node
        if isinstance(node, (*_FUNCTIONS, *_COMPREHENSIONS)):
            continue
        if isinstance(node, ast.ClassDef):
            continue
        yield from _own(ast.iter_child_nodes(node))
