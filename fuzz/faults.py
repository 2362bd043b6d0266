"""Faults to plant in the interpreter, one at a time: the differential campaign must find each of them.

Most change the syntax tree between parser and compiler, so that the interpreter evaluates what a faulty compiler
would: a loop without its ``else``, an operand before the one to its left. The others replace one of its functions
or the text of its templates.

Invariants: ``plant`` is called in a process of its own, which is thrown away; a fault is silent until it is reached.
"""

from __future__ import annotations

import ast
import copy
import functools
import re
from collections.abc import Callable
from typing import Any

from fuzz import reordering
from sandbox.interpreter import compilation, expressions, handlers, shapes, suspended_statements, unit

Plant = Callable[[], None]
FAULTS: dict[str, Plant] = {}


def plant(name: str) -> None:
    """Put the fault into this process's interpreter."""
    FAULTS[name]()


def tree_fault(function: Callable[[ast.AST], None]) -> Callable[[ast.AST], None]:
    """A fault that changes nodes in place; named by its docstring."""

    def planted() -> None:
        analyse = compilation.analyse

        def faulty(tree: Any) -> Any:
            for node in list(ast.walk(tree)):
                function(node)
            return analyse(ast.fix_missing_locations(tree))

        compilation.analyse = faulty

    FAULTS[str(function.__doc__)] = planted
    return function


def transformer_fault(name: str, make: Callable[[], ast.NodeTransformer]) -> None:
    """A fault that puts other nodes in the place of some."""

    def planted() -> None:
        analyse = compilation.analyse
        compilation.analyse = lambda tree: analyse(ast.fix_missing_locations(make().visit(tree)))

    FAULTS[name] = planted


def text_fault(name: str, pattern: str, replacement: str) -> None:
    """A fault in the text of templates."""

    def planted() -> None:
        compiled = shapes._compile

        def faulty(text: str, *rest: Any) -> Any:
            return compiled(re.sub(pattern, replacement, text), *rest)

        shapes._compile = faulty

    FAULTS[name] = planted


def fault(function: Plant) -> Plant:
    """A fault that replaces something of the interpreter; named by its docstring."""
    FAULTS[str(function.__doc__)] = function
    return function


# -- nodes changed in place
@tree_fault
def _loop_else(node: ast.AST) -> None:
    """else of a loop lost"""
    if isinstance(node, (ast.For, ast.While, ast.AsyncFor)):
        node.orelse = []


@tree_fault
def _decorators(node: ast.AST) -> None:
    """decorators applied in the wrong order"""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        node.decorator_list.reverse()


@tree_fault
def _identity(node: ast.AST) -> None:
    """is compares like =="""
    if isinstance(node, ast.Compare):
        node.ops = [ast.Eq() if isinstance(op, ast.Is) else op for op in node.ops]


@tree_fault
def _not_in(node: ast.AST) -> None:
    """not of not in lost"""
    if isinstance(node, ast.Compare):
        node.ops = [ast.In() if isinstance(op, ast.NotIn) else op for op in node.ops]


@tree_fault
def _handler_order(node: ast.AST) -> None:
    """except clauses tried in the wrong order"""
    if isinstance(node, ast.Try) and node.handlers and node.handlers[-1].type is not None:
        node.handlers.reverse()


@tree_fault
def _conversion(node: ast.AST) -> None:
    """conversion of an f-string field lost"""
    if isinstance(node, ast.FormattedValue):
        node.conversion = -1


@tree_fault
def _step(node: ast.AST) -> None:
    """step of a slice lost"""
    if isinstance(node, ast.Slice):
        node.step = None


@tree_fault
def _guard(node: ast.AST) -> None:
    """guard of a case ignored"""
    if isinstance(node, ast.match_case):
        node.guard = None


@tree_fault
def _keyword_default(node: ast.AST) -> None:
    """defaults of keyword-only parameters ignored"""
    if isinstance(node, ast.arguments):
        node.kw_defaults = [None] * len(node.kw_defaults)


@tree_fault
def _nonlocal(node: ast.AST) -> None:
    """nonlocal name bound as a local one"""
    body = getattr(node, "body", None)
    if isinstance(body, list):
        body[:] = [ast.Pass() if isinstance(each, ast.Nonlocal) else each for each in body]


@tree_fault
def _generator_value(node: ast.AST) -> None:
    """return value of a generator lost"""
    if isinstance(node, ast.FunctionDef) and any(isinstance(each, ast.Yield) for each in ast.walk(node)):
        for each in ast.walk(node):
            if isinstance(each, ast.Return) and each.value is not None:
                each.value = ast.BoolOp(ast.And(), [ast.Tuple([each.value], ast.Load()), ast.Constant(None)])


@tree_fault
def _handler_name(node: ast.AST) -> None:
    """name of except … as not deleted"""
    if isinstance(node, ast.ExceptHandler) and node.name is not None:
        kept = ast.Assign([ast.Name(node.name, ast.Store())], ast.Name("_caught", ast.Load()))
        node.name, node.body = "_caught", [kept, *node.body]


@tree_fault
def _star(node: ast.AST) -> None:
    """starred target begins one item too late"""
    if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Store):
        stars = [k for k, each in enumerate(node.elts) if isinstance(each, ast.Starred)]
        if stars:
            node.elts.insert(stars[0], ast.Name("_lost", ast.Store()))


@tree_fault
def _late_default(node: ast.AST) -> None:
    """defaults evaluated at the call"""
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or not node.args.defaults:
        return
    names = [*node.args.posonlyargs, *node.args.args][-len(node.args.defaults) :]
    late: list[ast.stmt] = []
    for name, default in zip(names, node.args.defaults, strict=True):
        unset = ast.Compare(ast.Name(name.arg, ast.Load()), [ast.Is()], [ast.Constant(None)])
        late.append(ast.If(unset, [ast.Assign([ast.Name(name.arg, ast.Store())], copy.deepcopy(default))], []))
    node.args.defaults = [ast.Constant(None) for _ in node.args.defaults]
    node.body = [*late, *node.body]


@tree_fault
def _early_cells(node: ast.AST) -> None:
    """closure cells bound early"""
    if isinstance(node, ast.ListComp) and isinstance(node.elt, ast.Lambda):
        targets = [each.target.id for each in node.generators if isinstance(each.target, ast.Name)]
        taken = {each.arg for each in ast.walk(node.elt.args) if isinstance(each, ast.arg)}
        new = [name for name in targets if name not in taken]
        node.elt.args.kwonlyargs += [ast.arg(name) for name in new]
        node.elt.args.kw_defaults += [ast.Name(name, ast.Load()) for name in new]


@tree_fault
def _async_with(node: ast.AST) -> None:
    """managers of async with entered and left in the wrong order"""
    if isinstance(node, ast.AsyncWith):
        node.items.reverse()


@tree_fault
def _walrus(node: ast.AST) -> None:
    """walrus in a comprehension bound in the wrong scope"""
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        for each in ast.walk(node):
            if isinstance(each, ast.NamedExpr):
                each.target = ast.Name("_walrus", ast.Store())


@tree_fault
def _sent(node: ast.AST) -> None:
    """value sent to yield from lost"""
    if isinstance(node, ast.YieldFrom):
        each = ast.comprehension(ast.Name("_each", ast.Store()), node.value, [], 0)
        node.value = ast.GeneratorExp(ast.Name("_each", ast.Load()), [each])


@tree_fault
def _class_scope(node: ast.AST) -> None:
    """names of a class body seen in its methods"""
    if not isinstance(node, ast.ClassDef):
        return
    bound = {
        t.id for each in node.body if isinstance(each, ast.Assign) for t in each.targets if isinstance(t, ast.Name)
    }
    for method in node.body:
        if isinstance(method, ast.FunctionDef):
            for each in ast.walk(method):
                if isinstance(each, ast.BinOp) and isinstance(each.left, ast.Name) and each.left.id in bound:
                    each.left = ast.Attribute(ast.Name(node.name, ast.Load()), each.left.id, ast.Load())


# -- other nodes in their place
transformer_fault("operands evaluated right to left", reordering.Operands)
transformer_fault("arguments evaluated right to left", reordering.Arguments)
transformer_fault("values of a dict evaluated before their keys", reordering.Pairs)
transformer_fault("index of a target evaluated before the object", reordering.Targets)
transformer_fault("middle of a chained comparison evaluated twice", reordering.Chains)
transformer_fault("target of an augmented assignment evaluated twice", reordering.Augmented)
transformer_fault("variable of a comprehension leaks", reordering.Leaking)
transformer_fault("super() begins at the class of the instance", reordering.Super)


# -- templates and functions
text_fault("True of __exit__ ignored", r"if not (.*leave\(v\d\(e\).*\)): raise", r"if [\1]: raise")
text_fault("finally skipped by a return", r"\n(t = )?(yield from )?v3\(frame\)\nreturn s", r"\nif s is None: \g<0>")


@fault
def _unbound() -> None:
    """special methods of managers not bound by their descriptors"""

    def faulty(owner: Any) -> tuple[Any, Any]:
        enter, leave = type(owner).__enter__, type(owner).__exit__
        return functools.partial(enter, owner), functools.partial(leave, owner)

    handlers.manager = suspended_statements.manager = faulty


@fault
def _super_in_a_generator() -> None:
    """super() in a generator expression without the iterator as its argument"""
    first = expressions._first_argument
    expressions._first_argument = lambda scope: None if isinstance(scope.node, ast.GeneratorExp) else first(scope)


@fault
def _locals_in_a_comprehension() -> None:
    """locals() in a comprehension without its variables"""
    variables = expressions._values

    def faulty(unit: Any, node: Any, where: Any) -> Any:
        own = unit.scope.bound if unit.scope.kind == "comprehension" else ()
        return variables(unit, node, [each for each in where if each[0] not in own])

    expressions._values = faulty


@fault
def _first_of_a_tuple() -> None:
    """except with a tuple looks at its first class only"""
    matches = handlers.matches

    def faulty(error: BaseException, wanted: Any) -> bool:
        return matches(error, wanted[:1] if isinstance(wanted, tuple) else wanted)

    handlers.matches = suspended_statements.matches = faulty


@fault
def _mapping_rest() -> None:
    """**rest of a mapping pattern keeps the keys that matched"""
    compiler = unit.PATTERNS[ast.MatchMapping]

    def faulty(inner: Any, node: Any) -> Any:
        match = compiler(inner, node)

        def matched(frame: Any, subject: Any, captures: dict[str, Any]) -> bool:
            if not match(frame, subject, captures):
                return False
            if node.rest is not None:
                captures[node.rest] = dict(subject)
            return True

        return matched

    unit.PATTERNS[ast.MatchMapping] = faulty
