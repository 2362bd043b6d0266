"""Functions: a native function of our own shape around a compiled body.

A guest function is a real Python function object whose code is one of our entry templates, renamed: CPython itself
binds arguments, with its own error messages, and the function works wherever a function does (``sorted(key=…)``,
descriptors, ``functools``). The entry advances the budget, builds the frame and runs the body's closure.

Invariants: a guest function's globals are empty and hold no builtins; its code holds no guest text but names.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import sys
import types
from collections.abc import Callable, Sequence
from typing import Any

from .apart import room
from .asynchronous import DRIVEN, AwaitRelayed, AwaitSteps, drive, drive_relayed
from .blocks import written_out
from .comprehensions import located
from .docstrings import docstring
from .frames import capturer
from .generators import FREE, fits, whole
from .generics import with_type_params
from .scopes import Scope
from .shapes import NOTHING, UNSET, Frame, Operand, Run, call, close, define
from .signals import RETURN_NONE
from .statements import is_empty
from .suspended_blocks import suspended_block
from .targets import annotation, place_target
from .unit import EXPRESSIONS, STATEMENTS, Unit, at, compiles, suspending_nodes

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

_CLOSES_WHAT_RUNS = sys.version_info < (3, 13)
"""Whether CPython may read what a running generator delegates to off a stack that is being taken down, and crash: when
one that delegates to it is closed meanwhile. The collector of cycles closes steps of a body by themselves, so there
no guest generator delegates natively to them.
"""
_ESCAPED = (
    "  except drive.Escaped as e: error = e.error\n  if error is not None:\n   try: raise error\n"
    "   finally: error = None\n  return None if value is NONE else value"
)
_RELAYED = (
    "def entry({0}):\n  tick()\n  steps_ = body([{1}])\n  {2}\n  error = sent = None\n  try:\n"
    "   while True:\n    item = steps_.send(None if sent is None else (sent, sent := None)[0])\n"
    "    try: sent = yield item\n    except drive.Base as e: sent = drive.Thrown(e)\n    else: continue\n"
    "    sent = sent.noted()\n"
    "  except drive.Returned as e: value = e.value\n" + _ESCAPED
)
_BODIES = {
    "value": "def entry({0}):\n  tick()\n  return body([{1}])",
    "plain": "def entry({0}):\n  tick()\n  value = body([{1}])\n  return None if value is NONE else value",
    "forgetful": "def entry({0}):\n  tick()\n  frame = [{1}]\n  {2}\n  value = body(frame)\n"
    "  return None if value is NONE else value",
    "relayed generator": _RELAYED,
    "coroutine": "async def entry({0}):\n  tick()\n  error = None\n"
    "  steps_ = body([{1}])\n  {2}\n  try: value = await steps(steps_)\n" + _ESCAPED,
    "relayed coroutine": _RELAYED,
    "async generator": "async def entry({0}):\n  tick()\n  drive_ = drive(body([{1}]))\n  {2}\n" + DRIVEN,
}


@dataclasses.dataclass(frozen=True)
class Shape:
    """What an entry template depends on. ``cells`` has one flag per frame slot before the captured ones."""

    kind: str
    positional_only: int
    positional: int
    keyword_only: int
    varargs: bool
    varkeywords: bool
    cells: tuple[bool, ...]
    captures: bool


_codes: dict[Shape, types.CodeType] = {}


def entry_code(shape: Shape) -> types.CodeType:
    """The code object of the entry template of this shape."""
    code = _codes.get(shape)
    if code is None:
        code = _codes[shape] = _make_entry(shape)
    return code


class _Parts:
    """The texts that an entry is put together from."""

    def __init__(self, shape: Shape) -> None:
        names = [f"p{k}" for k in range(shape.positional_only + shape.positional + shape.keyword_only)]
        first_keyword = shape.positional_only + shape.positional
        signature = names[: shape.positional_only] + (["/"] if shape.positional_only else [])
        signature += names[shape.positional_only : first_keyword]
        if shape.varargs:
            signature.append("*rest")
        elif shape.keyword_only:
            signature.append("*")
        signature += names[first_keyword:] + (["**extra"] if shape.varkeywords else [])
        names += ["rest"] * shape.varargs + ["extra"] * shape.varkeywords
        slots = [*names, *["UNSET"] * (len(shape.cells) - len(names))]
        self.names = names
        self.signature = ", ".join(signature)
        self.slots = [f"[{text}]" if cell else text for text, cell in zip(slots, shape.cells, strict=True)]


def _make_entry(shape: Shape) -> types.CodeType:
    parts = _Parts(shape)
    frame = [*parts.slots, *["*free"] * shape.captures]
    forget = " = ".join([*parts.names, "None"])  # the frame alone keeps arguments that may end early
    body = _BODIES[shape.kind].format(parts.signature, ", ".join(frame), forget).replace("\n", "\n ")
    source = f"def make(tick, body, NONE, UNSET, free, steps, drive):\n {body}\n return entry\n"
    entry: types.FunctionType = define(source, "make")(*[None] * 7)
    code = entry.__code__
    flags = code.co_flags
    if shape.kind == "relayed coroutine":
        # A coroutine that yields by itself, and so goes on where it was when it ignores GeneratorExit.
        flags = flags & ~inspect.CO_GENERATOR | inspect.CO_COROUTINE
    return code.replace(co_flags=flags, co_varnames=_own_names(code, len(parts.names)))


def _own_names(code: types.CodeType, parameters: int) -> tuple[str, ...]:
    """The names of a code's variables: those after the parameters are none that a guest can have."""
    return code.co_varnames[:parameters] + tuple(f".{name}" for name in code.co_varnames[parameters:])


_CELLS: dict[str, types.CellType | None] = {
    "free": None,
    "NONE": types.CellType(RETURN_NONE),
    "UNSET": types.CellType(UNSET),
    "steps": types.CellType(AwaitSteps),
    "drive": types.CellType(drive),
}
_RELAYED_CELLS = {**_CELLS, "steps": types.CellType(AwaitRelayed), "drive": types.CellType(drive_relayed)}
"""What entry templates are closed over, apart from the budget, the body and the captured variables."""


class Template:
    """A function of the source; ``make`` builds the function object each time its ``def`` runs.

    The body is compiled when the function is first called: the analysis has found all there is to refuse in it. That
    of a generator which is one template is compiled at once, being the code of the function.
    """

    def __init__(self, unit: Unit, node: FunctionNode, name: str, qualname: str) -> None:
        scope = unit.program.scopes[id(node)]
        arguments, body = node.args, _body_nodes(node)
        suspends = scope.suspends or isinstance(node, ast.AsyncFunctionDef)
        coroutine = isinstance(node, ast.AsyncFunctionDef)
        relayed = suspends and (not coroutine or _CLOSES_WHAT_RUNS or _has_handlers(node))
        shape = Shape(
            _kind(node, scope, relayed),
            len(arguments.posonlyargs),
            len(arguments.args),
            len(arguments.kwonlyargs),
            arguments.vararg is not None,
            arguments.kwarg is not None,
            tuple(binding.cell for binding in scope.bindings),
            bool(scope.free),
        )
        self.name = name
        inner = Unit(unit.program, scope, f"{qualname}.<locals>.", suspending_nodes(body) if suspends else ())
        inner.is_async = coroutine
        inner.relayed = relayed
        inner.owner = (unit.program.filename, name) if suspends else None
        if isinstance(node, ast.FunctionDef) and scope.yields and fits(inner.suspends, node.body):
            code, self.cells = _whole(inner, node.body, shape)
        else:
            code = entry_code(shape)
            cells = _RELAYED_CELLS if relayed else _CELLS
            known = {**cells, "tick": unit.runtime.tick_cell, "body": _uncompiled(inner, node)}
            self.cells = [known[name] for name in code.co_freevars]
        self.code = code.replace(
            co_varnames=(*scope.parameters, *code.co_varnames[len(scope.parameters) :]),
            co_name=name,
            co_qualname=qualname,
            co_filename=unit.program.filename,
            co_firstlineno=getattr(node, "lineno", 1),
            co_consts=(*code.co_consts, at(node)),  # tells it from others of its line, and where its source is
        )
        variables = tuple(dict.fromkeys([*scope.parameters, *(b.name for b in scope.bindings if not b.cell)]))
        captured = tuple(binding.name for binding in scope.free)
        unit.runtime.guards.function_names[self.code] = (variables, captured, UNSET)
        unit.runtime.suggestions.variables[self.code] = scope.variables()
        self.capture = capturer(unit.scope.owner, scope)

    def make(self, frame: Frame, defaults: tuple[Any, ...] | None) -> types.FunctionType:
        """The function object, closed over the frame's cells."""
        cells = self.cells
        if None in cells:
            free = types.CellType(self.capture(frame))
            cells = [free if cell is None else cell for cell in cells]
        return types.FunctionType(self.code, NOTHING, self.name, defaults, tuple(cells))  # type: ignore[arg-type]


def _uncompiled(inner: Unit, node: FunctionNode) -> types.CellType:
    """A cell with the closure of a body that is compiled when it is first called."""

    def first_call(frame: Frame) -> Any:
        with room():
            run = _compile_body(inner, node)
        cell.cell_contents = run
        return run(frame)

    cell = types.CellType(first_call)
    return cell


def _whole(inner: Unit, body: Sequence[ast.stmt], shape: Shape) -> tuple[types.CodeType, list[types.CellType | None]]:
    """The code of a generator that is one template, and its cells, without the one of captured variables."""
    parts = _Parts(shape)
    _begin(inner)
    run = whole(inner, body, parts.signature, [*parts.slots, *["*FREE"] * shape.captures], parts.names)
    code = run.__code__
    free = f"v{FREE}"
    names = tuple("free" if name == free else f".{name}" for name in code.co_freevars)
    cells = [None if name == free else cell for name, cell in zip(code.co_freevars, run.__closure__ or (), strict=True)]
    return code.replace(co_varnames=_own_names(code, len(parts.names)), co_freevars=names), cells


def _begin(inner: Unit) -> None:
    """Parameters have values when the body begins."""
    scope = inner.scope
    inner.definite.update(scope.bound[p] for p in scope.parameters if p not in scope.deleted)


def _body_nodes(node: FunctionNode) -> list[ast.AST]:
    return [node.body] if isinstance(node, ast.Lambda) else list(node.body)


def _has_handlers(node: FunctionNode) -> bool:
    """Whether a handler or a context manager stands around code of the function."""
    catching = (ast.Try, ast.TryStar, ast.With, ast.AsyncWith)
    return any(isinstance(each, catching) for statement in _body_nodes(node) for each in ast.walk(statement))


def _kind(node: FunctionNode, scope: Scope, relayed: bool) -> str:
    """Which of the entry templates the function needs."""
    if isinstance(node, ast.AsyncFunctionDef):
        return "async generator" if scope.yields else "relayed coroutine" if relayed else "coroutine"
    if scope.yields:
        return "relayed generator"
    if scope.rebinds:
        return "forgetful"
    return "plain" if _only_value(node) is None else "value"


def _only_value(node: FunctionNode) -> ast.expr | None:
    """The expression of a lambda, or of a function that does nothing but return one."""
    if isinstance(node, ast.Lambda):
        return node.body
    statements = [s for s in node.body if not is_empty(s)]
    if len(statements) == 1 and isinstance(statements[0], ast.Return):
        return statements[0].value
    return None


def _compile_body(inner: Unit, node: FunctionNode) -> Run:
    scope = inner.scope
    _begin(inner)
    value = _only_value(node)
    if isinstance(node, ast.AsyncFunctionDef) or scope.yields:
        run = suspended_block(inner, _body_statements(inner, node))
    elif value is not None:
        run = close("return {0}", [inner.operand(value)], at=at(value))
    else:
        run = written_out(inner, _body_statements(inner, node))
    temporaries = scope.size - len(scope.bindings) - len(scope.free)
    if not temporaries:
        return run
    return close("frame += v0\nreturn v1(frame)", [], [[UNSET] * temporaries, run])


def _body_statements(inner: Unit, node: FunctionNode) -> list[ast.stmt]:
    if not isinstance(node, ast.Lambda):
        return node.body
    returned = ast.copy_location(ast.Return(node.body), node.body)
    inner.stand_for(returned, node.body)
    return [returned]


# -- def and lambda
def _defaults(unit: Unit, arguments: ast.arguments) -> tuple[Run | None, Run | None]:
    """Closures of the positional defaults (a tuple) and the keyword-only ones (a dict), None where there are none."""
    positional = keyword = None
    if arguments.defaults:
        operands = [unit.operand(d) for d in arguments.defaults]
        positional = close("return (" + "".join(f"{{{k}}}, " for k in range(len(operands))) + ")", operands)
    pairs = [(a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None]
    if pairs:
        operands = [unit.operand(d) for _, d in pairs]
        names = [unit.mangled(a.arg) for a, _ in pairs]
        text = ", ".join(f"v{k}: {{{k}}}" for k in range(len(pairs)))
        keyword = close("return {{" + text + "}}", operands, names)
    return positional, keyword


@compiles(EXPRESSIONS, ast.Lambda)
def lambda_expression(unit: Unit, node: ast.Lambda) -> Operand:
    positional, keyword = _defaults(unit, node.args)
    template = Template(unit, node, "<lambda>", f"{unit.qualname}<lambda>")

    def make(frame: Frame) -> Any:
        function = template.make(frame, None if positional is None else positional(frame))
        if keyword is not None:
            function.__kwdefaults__ = keyword(frame)
        return function

    return call(located(make, at(node)) if positional or keyword else make)


@compiles(STATEMENTS, ast.FunctionDef, ast.AsyncFunctionDef)
def function_definition(unit: Unit, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Run:
    decorators = [unit.operand(each) for each in node.decorator_list]
    positional, keyword = _defaults(unit, node.args)
    made = with_type_params(unit, node, lambda: _function_maker(unit, node))

    def make(frame: Frame) -> Any:
        defaults = None if positional is None else positional(frame)
        return made(frame, defaults, None if keyword is None else keyword(frame))

    return decorated(unit, node, decorators, make)


def decorated(unit: Unit, node: Any, decorators: list[Operand], make: Run) -> Run:
    """Evaluate decorators top down, make the object, apply them bottom up, bind the name."""
    count = len(decorators)
    position = at(node)
    name = place_target(unit, node.name)
    if not count:
        return close("{0} = v0(frame)", [name], [make], position)
    lines = [f"d{k} = {{{k}}}" for k in range(count)]
    lines.append("value = v0(frame)")
    lines += [f"value = d{k}(value)" for k in reversed(range(count))]
    lines.append(f"{{{count}}} = value")
    spots = [(f"d{k}(value)", at(each)) for k, each in enumerate(node.decorator_list)]
    return close("\n".join(lines), [*decorators, name], [make], position, spots)


def _function_maker(unit: Unit, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Callable[..., Any]:
    """What makes the function in a frame, from its defaults: a tuple, and a dict of the keyword-only ones."""
    annotations = _annotations(unit, node)
    qualname = node.name if node.name in unit.scope.globals else f"{unit.qualname}{node.name}"
    template = Template(unit, node, node.name, qualname)
    doc = docstring(node)

    def make(frame: Frame, defaults: tuple[Any, ...] | None, keyword_only: dict[str, Any] | None) -> Any:
        function = template.make(frame, defaults)
        if keyword_only is not None:
            function.__kwdefaults__ = keyword_only
        if annotations is not None:
            function.__annotations__ = annotations(frame)
        if doc is not None:
            function.__doc__ = doc
        return function

    return make


def _annotations(unit: Unit, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Run | None:
    arguments = node.args
    pairs: list[tuple[str, ast.expr]] = []
    ordered = [*arguments.posonlyargs, *arguments.args, arguments.vararg, *arguments.kwonlyargs, arguments.kwarg]
    for argument in ordered:
        if argument is not None and argument.annotation is not None:
            pairs.append((unit.mangled(argument.arg), argument.annotation))
    if node.returns is not None:
        pairs.append(("return", node.returns))
    if not pairs:
        return None
    text = ", ".join(f"v{k}: {{{k}}}" for k in range(len(pairs)))
    operands = [annotation(unit, each) for _, each in pairs]
    return close("return {{" + text + "}}", operands, [name for name, _ in pairs], at(node))
