"""Engine ``cpython``: plain compile and exec, for enclosures that hold by themselves.

Invariants: names and attributes are not policed here; the import hook is advisory; tools live in the guest's
builtins, so they are no variables; ``final_answer`` is recorded before it stops the run, and what was recorded first
is the outcome; tracebacks show guest lines only.
"""

from __future__ import annotations

import ast
import builtins
import linecache
import sys
import traceback
import types
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from . import figures, reserved
from .cpython_world import CPythonWorld
from .engine import EngineHost, Outcome, Stop, attempt, changed_names
from .errors import GuestError, PolicyViolation, RunError
from .exhaustion import exhausted
from .refusals import explain
from .snapshot import Definition, Sources, World

if TYPE_CHECKING:
    from .findings import Finding

_FILENAME = "<cell {}>"
_MODULE = "__main__"


class CPython:
    """One guest namespace, evaluated by CPython itself. Implements ``sandbox.engine.Engine``."""

    name = "cpython"

    def __init__(self, host: EngineHost) -> None:
        self._host = host
        self._tools: tuple[str, ...] = ()
        self.cells = 0
        self.texts = Sources()
        self.definitions: dict[types.CodeType, Definition] = {}
        self._refused: list[ImportError] = []
        self._final: list[object] = []
        self.builtins = dict(vars(builtins))
        self.builtins |= {"__import__": self._import, "input": _input, reserved.FINAL: self._final_answer}
        self.builtins |= {"exit": _leave, "quit": _leave}
        if host.identity is not id:
            self.builtins["id"] = host.identity
        if not host.policy.files:
            self.builtins["open"] = _no_files
        module = types.ModuleType(_MODULE)
        sys.modules[_MODULE] = module
        self.names: dict[str, Any] = vars(module)
        self.names["__builtins__"] = self.builtins
        self._ours = frozenset(self.names)
        linecache.cache.pop("<string>", None)  # since 3.13 the lines of -c, which began the worker

    def run(self, code: str) -> Outcome:
        """Evaluate one cell; the value is that of a last expression."""
        self._refused.clear()
        self._final.clear()
        self.cells += 1
        filename = _FILENAME.format(self.cells)
        self.texts.add(filename, code)
        linecache.cache[filename] = (len(code), None, code.splitlines(keepends=True), filename)
        before = dict(self.names)
        try:
            tree = ast.parse(code, filename)
        except Exception as error:
            return Outcome(error=self._failure(error, filename))
        if reserved.may_bind(code, self._tools):
            violation = reserved.check(reserved.assignments_to_calls(tree), self._tools)
            if violation:
                self._host.emit("refused", {"code": violation.code, "line": violation.line})
                return Outcome(error=violation)
        value, raised = attempt(lambda: self._evaluate(tree, filename), self._host.relieve)
        if isinstance(raised, Stop):
            outcome = Outcome(error=raised.error)
        else:
            outcome = Outcome(value=value, error=None if raised is None else self._failure(raised, filename))
        if self._final:
            outcome = Outcome(value=self._final[0], is_final_answer=True)
        changed = changed_names(before, self.variables())
        return Outcome(outcome.value, outcome.error, outcome.is_final_answer, changed)

    def read(self, code: str, most: int) -> tuple[list[Finding], int]:
        """All that is wrong with a source, without running it. Implements ``sandbox.findings.Reader``."""
        from .cpython_reading import read

        filename = _FILENAME.format(0)
        return read(code, filename, tools=self._tools, allows=self.allows, describe=self._failure, most=most)

    def inside(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call; guest code shares everything with the worker here."""
        return function(*args)

    def outside(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call; nothing of the host's is here."""
        return function(*args)

    def set_tools(self, names: Sequence[str]) -> None:
        """Replace the callable host functions. A variable that bears a new tool's name is dropped."""
        for name in self._tools:
            self.builtins.pop(name, None)
            if hasattr(builtins, name):
                self.builtins[name] = getattr(builtins, name)
        self._tools = tuple(name for name in names if name != reserved.FINAL)
        for name in self._tools:
            self.builtins[name] = self._tool(name)
            self.names.pop(name, None)

    def set_variables(self, values: Mapping[str, Any]) -> None:
        """Bind names in the namespace."""
        self.names.update(values)

    def meet(self, package: str) -> None:
        """Nothing to do: the guest holds everything as it is."""

    def variables(self) -> Mapping[str, object]:
        """The guest's own names: no tools, no modules, nothing with a leading underscore."""
        return {
            name: value
            for name, value in self.names.copy().items()
            if type(name) is str
            and not name.startswith("_")
            and name not in self._ours
            and type(value) is not types.ModuleType
        }

    def world(self) -> World:
        """The namespace as snapshots see it."""
        return CPythonWorld(self)

    def own_names(self) -> dict[str, object]:
        """All global names of the guest's, private ones and modules included."""
        found = self.names.copy().items()
        return {name: value for name, value in found if type(name) is str and name not in self._ours}

    def tool_functions(self) -> dict[str, Any]:
        """The tools by name, ``final_answer`` included."""
        return {name: self.builtins[name] for name in (*self._tools, reserved.FINAL)}

    def allows(self, module: str) -> bool:
        """Whether the policy lets guest code import this."""
        return self._host.policy.allows_import(module)

    def import_for_guest(self, module: str) -> None:
        """Import it, under the policy."""
        self._import(module)

    def _evaluate(self, tree: ast.Module, filename: str) -> object:
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        # dont_inherit: this file's own __future__ imports must not reach the guest
        if tree.body:
            exec(compile(tree, filename, "exec", dont_inherit=True), self.names)
        if not isinstance(last, ast.Expr):
            return None
        code = compile(ast.Expression(last.value), filename, "eval", dont_inherit=True)
        return eval(code, self.names)

    def _tool(self, name: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            return self._host.call_tool(name, args, kwargs)

        call.__name__ = call.__qualname__ = name
        call.__module__ = _MODULE
        return call

    def _final_answer(self, answer: object) -> NoReturn:
        """End the run with this value."""
        if not self._final:
            self._final.append(answer)
            self._host.emit("final_answer", {})
        raise Stop(None, answer)

    def _import(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        # CPython's C code imports through this hook too (strptime: _strptime); only it passes a list here.
        by_guest = type(fromlist) is not list
        if by_guest and level == 0 and not self._host.policy.allows_import(name):
            self._host.emit("import.refused", {"module": name[:200]})
            error = ImportError(f"[HC201] {explain('HC201', f'import of {name!r}')}", name=name)
            self._refused.append(error)
            raise error
        found = builtins.__import__(name, globals, locals, fromlist or (), level)
        if by_guest and name.partition(".")[0] == "matplotlib":
            self._show_figures()
        return found

    def _show_figures(self) -> None:
        """``show()`` makes artifacts, as under the other engines: no window will ever open here."""
        pyplot: Any = sys.modules.get("matplotlib.pyplot")
        if pyplot is not None and not figures.is_ours(pyplot):
            pyplot.show = figures.shower(pyplot, self._host.cell.path)

    def _failure(self, error: BaseException, filename: str) -> RunError:
        try:
            return self._describe(error, filename)
        except Exception:
            # The guest's own __str__ or a damaged exception must not cost the answer.
            return GuestError("the exception could not be described", type=_type_name(error))

    def _describe(self, error: BaseException, filename: str) -> RunError:
        report = traceback.TracebackException.from_exception(error, compact=True)
        _keep_guest_frames(report, set())
        text = "".join(report.format())
        type_name = _type_name(error)
        line, column = _place(report, error, filename)
        if isinstance(error, SyntaxError) and error.filename == filename:
            message = error.msg or "invalid syntax"
        else:
            message = _message(error)
        common: dict[str, Any] = {"type": type_name, "line": line, "column": column, "traceback": text}
        if any(error is refused for refused in self._refused):
            common["type"] = "ImportError"
            return PolicyViolation(message.removeprefix("[HC201] "), code="HC201", **common)
        return exhausted(error, self._host, **common) or GuestError(message, **common)


def _place(report: traceback.TracebackException, error: BaseException, filename: str) -> tuple[int | None, int | None]:
    """1-based line and column: the deepest frame of this cell, else the deepest of any cell."""
    if isinstance(error, SyntaxError) and error.filename == filename:
        return error.lineno, error.offset
    frames = [frame for frame in report.stack if frame.filename == filename] or list(report.stack)
    if not frames:
        return None, None
    column = frames[-1].colno
    return frames[-1].lineno, None if column is None else column + 1


def _keep_guest_frames(report: traceback.TracebackException, seen: set[int]) -> None:
    """Leave only frames of cells in the report and in its causes."""
    if id(report) in seen:
        return
    seen.add(id(report))
    report.stack[:] = [frame for frame in report.stack if frame.filename.startswith("<cell ")]
    inner = [report.__cause__, report.__context__, *(getattr(report, "exceptions", None) or ())]
    for other in inner:
        if other is not None:
            _keep_guest_frames(other, seen)


def _message(error: BaseException) -> str:
    try:
        text = str(error)
        return text if type(text) is str else "".join(text)
    except Exception:
        return "<the exception's text cannot be had>"


def _type_name(error: BaseException) -> str:
    return str(type.__dict__["__name__"].__get__(type(error)))


def _input(prompt: object = "", /) -> NoReturn:
    raise EOFError("stdin is empty here: nobody answers input(); values arrive through send_variables")


def _leave(code: object = None, /) -> NoReturn:
    raise SystemExit(code)


def _no_files(file: object, *args: object, **kwargs: object) -> NoReturn:
    raise PermissionError("the policy opens no files to this code")
