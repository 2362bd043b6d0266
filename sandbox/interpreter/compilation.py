"""From source text to one closure: parse, judge, resolve, compile, refuse.

Invariants: CPython's own parser and compiler judge the syntax, but bytecode for guest code is dropped unrun; all static
refusals are found before anything runs; the same way for cells, ``eval`` and ``exec``.
"""

from __future__ import annotations

import ast
import contextlib
import gc
import types
from collections.abc import Callable, Container, Iterator
from typing import Any, Literal, NoReturn

from .. import reserved, safe_builtins
from ..facades import warn
from ..hearers import listening
from ..refused import Refused, in_order
from . import (  # noqa: F401 - they register node compilers when they are imported
    blocks,
    classes,
    comprehensions,
    conditions,
    functions,
    generics,
    handlers,
    patterns,
    statements,
    suspended_statements,
    suspension,
    targets,
)
from .analysis import Analysis, analyse
from .docstrings import docstring
from .parsing import parse
from .runtime import GuestRuntime
from .scopes import mangle
from .shapes import NOTHING, UNSET, Frame, Run, close
from .tracebacks import shown
from .unit import Program, Unit, at

_CHARACTERS_AN_OPERATION = 10
_FEW_CHARACTERS = 1000


class Block:
    """Compiled code; ``run`` evaluates it once in a new frame. ``value`` is the last expression's."""

    def __init__(self, run: Run, frame: Frame, filename: str) -> None:
        self._run = run
        self._frame = frame
        self._filename = filename

    def run(self) -> Any:
        """Evaluate; the value of the last expression, or None."""
        frame = list(self._frame)
        _module_entry(self._filename)(self._run, frame)
        return frame[-1]


def compile_block(
    runtime: GuestRuntime,
    code: str,
    filename: str,
    *,
    mode: Literal["exec", "eval", "single"] = "exec",
    namespace: Any = None,
    display: Callable[[Any], None] | None = None,
) -> Block:
    """Compile guest source. ``namespace`` is where its global names live; the session's when None; ``display`` gets
    the values of expression statements in mode ``single``.

    Raises:
        SyntaxError, ValueError, MemoryError, RecursionError: as CPython's compiler does.
        Stop: something in it is refused.
    """
    if len(code) < _FEW_CHARACTERS:
        return _compile_block(runtime, code, filename, mode, namespace, display)
    with no_collection():
        return _compile_block(runtime, code, filename, mode, namespace, display)


@contextlib.contextmanager
def no_collection() -> Iterator[None]:
    """A syntax tree is many objects and no garbage: looking through them again and again is a tenth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _compile_block(
    runtime: GuestRuntime,
    code: str,
    filename: str,
    mode: str,
    namespace: Any,
    display: Callable[[Any], None] | None,
) -> Block:
    read = Reading(runtime, code, filename, mode)
    if namespace is not None or mode == "eval":
        runtime.charge(len(code) // _CHARACTERS_AN_OPERATION)
    read.check()
    refused = read.refused(runtime.namespace if namespace is None else namespace)
    if refused:
        refuse_all(runtime, refused)
    return read.block(namespace, display)


class Reading:
    """Guest source that was parsed and analysed, and must be checked before it is compiled: ``check``, ``refused``,
    ``block``. Scans take the first two steps, too, and so find what a run is refused for.

    Raises:
        SyntaxError, ValueError, MemoryError, RecursionError: as CPython's parser does.
    """

    def __init__(self, runtime: GuestRuntime, code: str, filename: str, mode: str = "exec") -> None:
        self._runtime = runtime
        self._code = code
        self._filename = filename
        self._mode = mode
        self._hear = warn.state_of(runtime).hear_compiler(filename, shown(filename))
        with listening(self._hear):
            tree = parse(code, filename, mode, runtime.host.limits.memory_mb << 20)
        if mode == "eval":
            tree = ast.Module([ast.copy_location(ast.Expr(tree.body), tree.body)], [])
        elif mode == "single":
            tree = ast.Module(tree.body, [])
        self.tree: ast.Module = tree
        self.found = analyse(tree)

    def check(self) -> None:
        """Raises SyntaxError for what CPython's compiler finds wrong, and its parser does not."""
        if not self.found.plain or "__debug__" in self._code:
            with listening(self._hear):
                compile(self.tree, self._filename, "exec", dont_inherit=True)

    def refused(self, namespace: Container[str]) -> list[Refused]:
        """All that is refused, in no order; ``namespace`` has the global names bound before. Once."""
        refused: list[Refused] = []
        if not self.found.names.isdisjoint(self._runtime.tools):
            reserved.assignments_to_calls(self.tree)
            refused = reserved.refused(self.tree, self._runtime.tools)
            self.found = analyse(self.tree)
        if self.found.refusals or self.found.builtins:
            refused += static_refusals(self.found, namespace)
        return refused

    def block(self, namespace: Any = None, display: Callable[[Any], None] | None = None) -> Block:
        """The compiled code, when nothing is refused. Uses the tree up."""
        runtime, tree, root = self._runtime, self.tree, self.found.root
        if display is not None:
            _displaying(tree, display)
        unit = Unit(Program(runtime, self.found, self._filename, namespace), root, "")
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        if not isinstance(last, ast.Expr):
            run = statements.block(unit, tree.body)
        elif tree.body:
            first = statements.block(unit, tree.body)
            run = close("v0(frame)\nframe[-1] = {0}", [unit.operand(last.value)], [first], at(last))
        else:
            run = close("frame[-1] = {0}", [unit.operand(last.value)], at=at(last))
        run = targets.with_annotations(unit, run)
        doc = docstring(tree) if self._mode == "exec" else None
        if doc is not None:
            run = close('v0["__doc__"] = v1\nv2(frame)', [], [unit.program.namespace, doc, run])
        frame: Frame = [[UNSET] if binding.cell else UNSET for binding in root.bindings]
        return Block(run, [*frame, *[UNSET] * (root.size - len(frame)), None], self._filename)


def _displaying(node: ast.AST, display: Callable[[Any], None]) -> None:
    """Hand the value of each expression statement to ``display``, but for those in functions and classes."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Expr):
            shown: Any = display
            called = ast.Call(ast.Constant(shown), [child.value], [])
            child.value = ast.copy_location(called, child.value)
            ast.copy_location(called.func, child)
        elif isinstance(child, (ast.stmt, ast.excepthandler, ast.match_case)) and not isinstance(child, _DEFINITIONS):
            _displaying(child, display)


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def static_refusals(found: Analysis, namespace: Container[str]) -> list[Refused]:
    """What the analysis found; ``namespace`` has the global names bound before."""
    refused: list[Refused] = []
    for node, scope in found.builtins:
        bound = node.id in found.root.bound or node.id in namespace
        if not bound and scope.place(mangle(scope.private, node.id)).kind == "global":
            refused.append(Refused(node, "HC302", f"builtin {node.id!r} ({safe_builtins.LEFT_OUT[node.id]})"))
    return [*refused, *(Refused(node, code, what) for node, code, what in found.refusals)]


def refuse_all(runtime: GuestRuntime, refused: list[Refused]) -> NoReturn:
    """Stop with the first refusal of the source, and name the places of the others."""
    first, *others = in_order(refused)
    violation = first.violation()
    rest = sorted({(each.place[0], each.code) for each in others})[:10]
    if rest:
        also = ", ".join(f"line {line} {code}" for line, code in rest)
        violation.message += f" (also refused: {also})"
        violation.args = (violation.message,)
    raise runtime.record(violation)


def _module_entry(filename: str) -> Any:
    """A function whose frame stands for the module in tracebacks."""

    def module(run: Run, frame: Frame) -> None:
        run(frame)

    code = module.__code__.replace(co_filename=filename, co_name="<module>", co_qualname="<module>")
    return types.FunctionType(code, NOTHING)
