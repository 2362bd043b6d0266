"""The engine ``interpreter``: guest source to closures, run in one namespace.

Invariants: no bytecode compiled from guest code is ever run; the outcome recorded first is the outcome of the run;
``run`` raises nothing that guest code can cause.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from .. import facades, reserved, safe_builtins
from ..engine import EngineHost, Outcome, Stop, ToolError, attempt, changed_names
from ..errors import GuestError, PolicyViolation, RunError
from ..exhaustion import exhausted
from ..facades import shared, warn
from ..findings import Finding
from ..refused import Refused
from ..sized import PricedMethod
from ..snapshot import World
from ..stand_ins import BUILTIN_FUNCTION, FUNCTION
from . import ignored
from .apart import Apart
from .compilation import Reading, compile_block
from .depth import recursion_limit
from .evaluation import Evaluation
from .parsing import is_too_complex
from .reading import FAULTS, read
from .reports import message
from .runtime import GuestRuntime
from .shapes import CELL
from .tracebacks import Options
from .world import InterpreterWorld

_MOST_FRAMES_TOLD = 40
_MOST_EXCEPTIONS_TOLD = 20


class Interpreter:
    """One guest namespace, evaluated by closures. Implements ``sandbox.engine.Engine``."""

    name = "interpreter"

    def __init__(self, host: EngineHost) -> None:
        self._host = host
        self.runtime = self._make_runtime(host)
        self.runtime.guards.stand_ins |= {
            Tool: FUNCTION,
            safe_builtins.GuestBuiltin: BUILTIN_FUNCTION,
            PricedMethod: BUILTIN_FUNCTION,
        }
        self.runtime.namespace["__name__"] = "__main__"
        self.runtime.namespace["__doc__"] = None
        evaluation = Evaluation(self.runtime)
        self.runtime.run_example = evaluation.example
        self.runtime.builtins["ToolError"] = ToolError
        for name in ("eval", "exec"):
            self.runtime.builtins[name] = safe_builtins.GuestBuiltin(name, getattr(evaluation, name))
        if host.identity is not id:
            self.runtime.builtins["id"] = safe_builtins.GuestBuiltin("id", host.identity)
        ignore = functools.partial(ignored.tell, self.runtime)
        self._apart = Apart(self.runtime.loans, warn.state_of(self.runtime).hear, ignore)
        self._cells = 0
        self._frames = recursion_limit(host.in_process)
        self.set_tools(())

    def _make_runtime(self, host: EngineHost) -> GuestRuntime:
        return GuestRuntime(host)

    # -- the engine's interface
    def run(self, code: str) -> Outcome:
        """Evaluate one cell; the value is that of a last expression."""
        outcome: Outcome = self._within(self._run, code)
        return outcome

    def read(self, code: str, most: int) -> tuple[list[Finding], int]:
        """All that is wrong with a source, without running it. Implements ``sandbox.findings.Reader``."""
        found: tuple[list[Finding], int] = self._within(self._read, code, most)
        return found

    def _read(self, code: str, most: int) -> tuple[list[Finding], int]:
        filename = self._begin(code)
        try:
            with self._deep():
                return read(self.runtime, code, filename, most, rest=self._rest, describe=self._describe)
        finally:
            self.runtime.sources.pop(filename, None)

    def _rest(self, source: Reading, filename: str) -> list[Refused]:
        """The rest of compiling a source in which nothing is refused so far: what it refuses itself."""
        source.block()
        return []

    def _begin(self, code: str) -> str:
        """The file name of a new cell."""
        runtime = self.runtime
        self._cells += 1
        filename = f"{CELL}{self._cells}>"
        runtime.sources[filename] = code.splitlines()
        runtime.refused_imports.clear()
        runtime.budget.renew(self._host.limits.ops)
        return filename

    @contextlib.contextmanager
    def _deep(self) -> Iterator[None]:
        """As many frames as guest code may nest."""
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, self._frames))
        try:
            yield
        finally:
            sys.setrecursionlimit(limit)

    def _run(self, code: str) -> Outcome:
        runtime = self.runtime
        filename = self._begin(code)
        runtime.texts.add(filename, code)
        before = dict(runtime.namespace)
        with self._deep():
            value, error = self._evaluate(code, filename)
        stop = runtime.budget.stop
        if stop is not None:
            value, error = stop.value, self._placed(stop, filename)
        final = stop is not None and stop.error is None
        changed = changed_names(before, self.variables())
        return Outcome(None if error else value, error, final, changed, runtime.budget.used)

    def _evaluate(self, code: str, filename: str) -> tuple[object, RunError | None]:
        """Value and error of the cell. What compiling raises beyond the guest's own faults is a bug of ours."""
        try:
            run = self._compiled(code, filename)
        except Stop as stop:
            return None, stop.error
        except FAULTS as error:
            return None, self._describe(error, filename)
        value, raised = attempt(run, self._host.relieve)
        if raised is None:
            return value, None
        return None, raised.error if isinstance(raised, Stop) else self._describe(raised, filename)

    def _compiled(self, code: str, filename: str) -> Callable[[], object]:
        """What runs the cell and gives its value; raises as ``compile_block`` does."""
        return compile_block(self.runtime, code, filename).run

    def inside(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call on the guest's side, where a ``__repr__`` of the guest's may run.

        Raises:
            Stop: guest code was refused or met a limit, whatever the function made of it.
        """
        known = self.runtime.budget.stop
        answer = self._within(function, *args)
        stop = self.runtime.budget.stop
        if stop is not None and stop is not known and stop.error is not None:
            raise stop
        return answer

    def _within(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call; nothing of the guest's stays in caches that the host uses, too."""
        try:
            return self._apart.guest(function, *args)
        finally:
            if self._host.in_process:
                shared.forget()

    def outside(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call on the host's side, from inside guest code."""
        if self._host.in_process:
            shared.forget()
        return self._apart.host(function, *args)

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

    def meet(self, package: str) -> None:
        """Load the facade, which closes what objects of the package would open."""
        if package in facades.KNOWN:
            facades.load(package, self.runtime)

    def variables(self) -> Mapping[str, object]:
        """The guest's own names: no tools, no modules, nothing with a leading underscore."""
        return {
            name: value
            for name, value in self.runtime.namespace.items()
            if not name.startswith("_") and type(value) is not facades.Facade
        }

    def world(self) -> World:
        """The namespace as snapshots see it."""
        return InterpreterWorld(self.runtime, self._cells, self._count)

    def _count(self, cells: int) -> None:
        self._cells = cells

    # -- tools
    def _tool(self, name: str) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            try:
                return self.outside(self.runtime.call_tool, name, args, kwargs)
            except Stop as stop:  # from the host: it must hold even where guest code swallows it
                raise self.runtime.budget.kill(stop) from None

        return Tool(name, call)

    # -- errors
    def _describe(self, error: BaseException, filename: str) -> RunError:
        try:
            return self._error(error, filename)
        except BaseException:  # the exception's own methods are guest code
            return GuestError("the exception could not be described", type=type(error).__name__)

    def _error(self, error: BaseException, filename: str) -> RunError:
        runtime = self.runtime
        shown = itertools.count()
        options = Options(lambda: next(shown) < _MOST_EXCEPTIONS_TOLD, limit=-_MOST_FRAMES_TOLD)
        text = "".join(runtime.reporter.format(error, error.__traceback__, options))
        line, column = self._place(error, filename)
        name = type(error).__qualname__
        common: dict[str, Any] = {"type": name, "line": line, "column": column, "traceback": text}
        if isinstance(error, SyntaxError) and error.filename == filename:
            return GuestError(error.msg or "invalid syntax", **common)
        code = next((code for refused, code in runtime.refused_imports if refused is error), "")
        if code:
            common["type"] = "ImportError"
            return PolicyViolation(message(error).removeprefix(f"[{code}] "), code=code, **common)
        limit = None if is_too_complex(error) else exhausted(error, self._host, **common)
        return limit or GuestError(message(error), **common)

    def _place(self, error: BaseException, filename: str) -> tuple[int | None, int | None]:
        if isinstance(error, SyntaxError) and error.filename == filename:
            return error.lineno, error.offset
        frames = self.runtime.reporter.frames(error.__traceback__, error)
        here = [frame for frame in frames if frame.filename == filename] or frames
        if not here or here[-1].position is None:
            return None, None
        return here[-1].position[0], here[-1].position[1] + 1

    def _placed(self, stop: Stop, filename: str) -> RunError | None:
        error = stop.error
        if error is not None and error.line is None:
            error.line, error.column = self._place(stop, filename)
        return error


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
