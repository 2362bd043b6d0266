"""The engine ``interpreter``: guest source to closures, run in one namespace.

Invariants: all static refusals of a cell are found before any of it runs; CPython's own compiler judges the syntax,
but none of its bytecode for guest code is ever run; the outcome recorded first is the outcome of the run.
"""

from __future__ import annotations

import ast
import resource
import sys
import types
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from .. import facades, reserved
from ..engine import EngineHost, Outcome, Stop
from ..errors import GuestError, LimitExceeded, PolicyViolation, RunError
from ..refusals import explain
from . import classes, comprehensions, functions, handlers, patterns, statements, suspension, targets
from .runtime import GuestRuntime
from .scopes import analyse
from .shapes import UNSET, Frame, Run, close
from .tracebacks import CELL, message
from .unit import Program, Unit, at

_MOST_FRAMES = 12_000
_STACK_OF_A_FRAME = 2048

_COMPILERS = (classes, comprehensions, functions, handlers, patterns, statements, suspension, targets)
"""Modules that register node compilers when they are imported."""


class Interpreter:
    """One guest namespace, evaluated by closures. Implements ``sandbox.engine.Engine``."""

    name = "interpreter"

    def __init__(self, host: EngineHost) -> None:
        self._host = host
        self.runtime = GuestRuntime(host)
        self.runtime.namespace["__name__"] = "__main__"
        self.runtime.namespace["__doc__"] = None
        self._cells = 0
        self._frames = recursion_limit(host.in_process)
        self.set_tools(())

    # -- the engine's interface
    def run(self, code: str) -> Outcome:
        """Evaluate one cell; the value is that of a last expression."""
        runtime = self.runtime
        self._cells += 1
        filename = f"{CELL}{self._cells}>"
        runtime.sources[filename] = code.splitlines()
        runtime.refused_imports.clear()
        runtime.budget.renew(self._host.limits.ops)
        before = dict(runtime.namespace)
        value: object = None
        error: RunError | None = None
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, self._frames))
        try:
            body, frame = self._compile(code, filename)
            _module_entry(filename)(body, frame)
            value = frame[-1]
        except Stop as stop:
            error = stop.error
        except BaseException as raised:
            error = self._describe(raised, filename)
        finally:
            sys.setrecursionlimit(limit)
        stop_recorded = runtime.budget.stop
        if stop_recorded is not None:
            error, value = self._placed(stop_recorded, filename), stop_recorded.value
        final = stop_recorded is not None and stop_recorded.error is None
        changed = tuple(name for name, now in self.variables().items() if before.get(name, UNSET) is not now)
        return Outcome(None if error else value, error, final, changed, runtime.budget.used)

    def set_tools(self, names: Sequence[str]) -> None:
        """Replace the callable host functions."""
        tools = self.runtime.tools
        tools.clear()
        for name in names:
            tools[name] = self._tool(name)
            self.runtime.namespace.pop(name, None)
        tools[reserved.FINAL] = Tool(reserved.FINAL, self.runtime.final_answer)

    def set_variables(self, values: Mapping[str, Any]) -> None:
        """Bind names in the namespace."""
        self.runtime.namespace.update(values)

    def variables(self) -> Mapping[str, object]:
        """The guest's own names: no tools, no modules, nothing with a leading underscore."""
        return {
            name: value
            for name, value in self.runtime.namespace.items()
            if not name.startswith("_") and type(value) is not facades.Facade
        }

    # -- compiling
    def _compile(self, code: str, filename: str) -> tuple[Run, Frame]:
        """The cell as one closure, and its frame, whose last slot takes the value of a last expression.

        Raises:
            SyntaxError: as CPython's compiler does.
            Stop: something in the cell is refused.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(code, filename)
            # CPython judges what ast.parse does not, such as return outside a function; the result is dropped
            compile(tree, filename, "exec", dont_inherit=True)
        reserved.assignments_to_calls(tree)
        violation = reserved.check(tree, [name for name in self.runtime.tools if name != reserved.FINAL])
        root, scopes = analyse(tree)
        program = Program(self.runtime, scopes, _future_annotations(tree), filename)
        unit = Unit(program, root, "")
        if violation is not None:
            program.violations.append(violation)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        run = statements.block(unit, tree.body)
        if isinstance(last, ast.Expr):
            run = close("v0(frame)\nframe[-1] = {0}", [unit.operand(last.value)], [run], at(last))
        if program.violations:
            first = min(program.violations, key=lambda each: (each.line or 0, each.column or 0))
            self._refuse_all(first, program.violations)
        frame: Frame = [[UNSET] if binding.cell else UNSET for binding in root.bindings]
        frame += [UNSET] * (root.size - len(frame)) + [None]
        return run, frame

    def _refuse_all(self, first: PolicyViolation, violations: list[PolicyViolation]) -> NoReturn:
        rest = sorted({(v.line or 0, v.code) for v in violations if v is not first})[:10]
        also = ", ".join(f"line {line} {code}" for line, code in rest)
        error = PolicyViolation(
            first.message + (f" (also refused: {also})" if also else ""),
            code=first.code,
            line=first.line,
            column=first.column,
            recovery=first.recovery,
        )
        raise self.runtime.record(error)

    # -- tools
    def _tool(self, name: str) -> Any:
        call_tool = self._host.call_tool
        return Tool(name, lambda *args, **kwargs: call_tool(name, args, kwargs))

    # -- errors
    def _describe(self, error: BaseException, filename: str) -> RunError:
        try:
            return self._error(error, filename)
        except Exception:
            return GuestError("the exception could not be described", type=type(error).__name__)

    def _error(self, error: BaseException, filename: str) -> RunError:
        runtime = self.runtime
        text = "".join(runtime.format_exception(error))
        line, column = self._place(error, filename)
        name = type(error).__qualname__
        common: dict[str, Any] = {"type": name, "line": line, "column": column, "traceback": text}
        if isinstance(error, SyntaxError) and error.filename == filename:
            return GuestError(error.msg or "invalid syntax", **common)
        if any(error is refused for refused in runtime.refused_imports):
            common["type"] = "ImportError"
            return PolicyViolation(message(error).removeprefix("[HC201] "), code="HC201", recovery="ask", **common)
        if isinstance(error, MemoryError):
            allowed = self._host.limits.memory_mb
            self._host.emit("limit", {"limit": "memory_mb", "allowed": allowed})
            why = explain("HC603", "memory ran out")
            return LimitExceeded(why, limit="memory_mb", allowed=allowed, how="worker", code="HC603", **common)
        return GuestError(message(error), **common)

    def _place(self, error: BaseException, filename: str) -> tuple[int | None, int | None]:
        if isinstance(error, SyntaxError) and error.filename == filename:
            return error.lineno, error.offset
        frames = self.runtime.reporter.frames(error)
        here = [frame for frame in frames if frame.filename == filename] or frames
        if not here or here[-1].position is None:
            return None, None
        return here[-1].position[0], here[-1].position[1] + 1

    def _placed(self, stop: Stop, filename: str) -> RunError | None:
        error = stop.error
        if error is not None and error.line is None:
            error.line, error.column = self._place(stop, filename)
        return error


def recursion_limit(in_process: bool) -> int:
    """Host frames that a run may nest: one guest call takes 3 to 10.

    The costliest recursion known (through ``sorted(key=…)``) takes under 2 KiB of C stack a frame, so 8 MiB bear
    4,000 frames. A thread's stack is not known: in process, the usual 8 MiB are assumed.
    """
    stack = resource.getrlimit(resource.RLIMIT_STACK)[0]
    if in_process or stack == resource.RLIM_INFINITY:
        stack = 8 << 20
    return min(_MOST_FRAMES, stack // _STACK_OF_A_FRAME)


class Tool:
    """A host function in guest hands: callable, named, and nothing else."""

    __slots__ = ("__call", "__name__")

    def __init__(self, name: str, call: Any) -> None:
        self.__name__ = name
        self.__call = call

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.__call(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<tool {self.__name__}>"


def _module_entry(filename: str) -> Any:
    """A function whose frame stands for the module in tracebacks."""

    def module(run: Run, frame: Frame) -> None:
        run(frame)

    code = module.__code__.replace(co_filename=filename, co_name="<module>", co_qualname="<module>")
    return types.FunctionType(code, {"__builtins__": {}})


def _future_annotations(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
        for node in tree.body
    )
