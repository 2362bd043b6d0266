"""The sides of the comparison: our guarded engines and CPython, all in this process, thousands of programs each.

Invariants: each program starts from a fresh copy of the namespace that the prelude made; addresses are blanked out of
whatever is compared; nothing that a program does stays for the next one.
"""

from __future__ import annotations

import ast
import dataclasses
import io
import linecache
import re
import sys
import tempfile
import traceback
import types
import warnings
from collections.abc import Iterator
from typing import Any

from executors.testing.programs import PRELUDE
from sandbox.engine import EngineHost, Outcome, Place
from sandbox.engines import load_engine
from sandbox.limits import Limits
from sandbox.policy import Policy

ENGINES = ("interpreter", "restricted")
PROGRAMS_AN_ENGINE = 400
CELL = "<cell 2>"
_ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
_CARETS = re.compile(r"^ +[~^]+\n", re.MULTILINE)
_PRELUDE_CODE = compile(PRELUDE, "<cell 1>", "exec", dont_inherit=True)


class TooLong(BaseException):
    """A program was ended from outside: it has no answer."""


@dataclasses.dataclass(frozen=True)
class Answer:
    """What a program came to. ``refused`` is the HC code where our side would not run it."""

    output: str
    value: str = ""
    error: str = ""
    message: str = ""
    line: int = 0
    trace: str = ""
    variables: tuple[tuple[str, str], ...] = ()
    refused: str = ""


class Ours:
    """One of our guarded engines, without worker and jail."""

    def __init__(self, engine: str = "interpreter") -> None:
        self.name = engine
        self._left = 0

    def run(self, body: str) -> Answer:
        """The answer of the engine to a program's body."""
        if self._left <= 0:
            self._renew()
        self._left -= 1
        engine = self._engine
        self._output.seek(0)
        self._output.truncate()
        namespace = self._globals()
        dict.clear(namespace)
        dict.update(namespace, self._start)
        self._start["noted"][0] = 0
        engine._cells = 1  # the name of the cell, and so of its lines, is the same for every program
        outcome = engine.run(body)
        return self._answer(outcome)

    def _renew(self) -> None:
        self._output = io.StringIO()
        host = EngineHost(
            Policy.standard(),
            Limits(ops=300_000, wall_s=20.0),
            self._output,
            io.StringIO(),
            Place(tempfile.gettempdir()),
            lambda name, args, kwargs: None,
            lambda kind, data: None,
            True,
        )
        self._engine: Any = load_engine(self.name, host)
        made = self._engine.run(PRELUDE)
        if made.error is not None:
            raise RuntimeError(f"the prelude does not run: {made.error}")
        self._start: dict[str, Any] = dict(self._globals())
        self._left = PROGRAMS_AN_ENGINE

    def _globals(self) -> dict[str, Any]:
        """Where the engine keeps global names: a plain dictionary in the one that runs bytecode."""
        runtime = self._engine.runtime
        found: dict[str, Any] = runtime.names if self.name == "restricted" else runtime.namespace
        return found

    def _answer(self, outcome: Outcome) -> Answer:
        error = outcome.error
        if error is None:
            value = _shown(outcome.value)
            output = self._output.getvalue()
            return Answer(output, value, variables=_variables(self._engine.runtime.namespace, self._start))
        code = getattr(error, "code", "")
        if code:
            return Answer(self._output.getvalue(), refused=code, message=error.message)
        return Answer(
            self._output.getvalue(),
            error=error.type,
            message=_blank(error.message),
            line=error.line or 0,
            trace=_plain(error.traceback or ""),
            variables=_variables(self._engine.runtime.namespace, self._start),
        )


class CPython:
    """The running Python itself."""

    def __init__(self) -> None:
        self._start: dict[str, Any] = {"__name__": "__main__", "__doc__": None}
        exec(_PRELUDE_CODE, self._start)
        _remember("<cell 1>", PRELUDE)
        self.tree: ast.Module | None = None

    def run(self, body: str) -> Answer:
        """The answer of CPython; ``tree`` is the program's syntax tree afterwards."""
        output = io.StringIO()
        namespace = dict(self._start)
        self._start["noted"][0] = 0
        stdout, sys.stdout = sys.stdout, output
        value: Any = None
        failure: BaseException | None = None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                value = self._run(body, namespace)
        except TooLong:
            raise
        except BaseException as error:
            failure = error
        finally:
            sys.stdout = stdout
        if failure is None:
            shown = _shown(value)
            return Answer(output.getvalue(), shown, variables=_variables(namespace, self._start))
        return self._failed(failure, output, namespace, body)

    def _run(self, body: str, namespace: dict[str, Any]) -> Any:
        self.tree = ast.parse(body, CELL)
        last = self.tree.body[-1] if self.tree.body else None
        statements = self.tree.body[:-1] if isinstance(last, ast.Expr) else self.tree.body
        code = compile(ast.Module(statements, []), CELL, "exec", dont_inherit=True)
        tail = compile(ast.Expression(last.value), CELL, "eval") if isinstance(last, ast.Expr) else None
        exec(code, namespace)
        return None if tail is None else eval(tail, namespace)

    def _failed(self, error: BaseException, output: io.StringIO, namespace: dict[str, Any], body: str) -> Answer:
        name = type(error).__qualname__
        if isinstance(error, SyntaxError) and error.filename == CELL:
            return Answer(output.getvalue(), error=name, message=error.msg, line=error.lineno or 0)
        _remember(CELL, body)
        _strip(error, set())
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == CELL]
        text = "".join(traceback.format_exception(error))
        return Answer(
            output.getvalue(),
            error=name,
            message=_blank(str(error)),
            line=frames[-1].lineno or 0 if frames else 0,
            trace=_plain(text),
            variables=_variables(namespace, self._start),
        )


def differs(ours: Answer, theirs: Answer) -> str:
    """In what two answers differ, or an empty string."""
    if ours.refused:
        return ""
    for field in ("output", "error", "message", "value", "variables", "line", "trace"):
        if field in ("line", "trace") and theirs.error == "SyntaxError":
            continue
        if getattr(ours, field) != getattr(theirs, field):
            return field
    return ""


def _shown(value: Any) -> str:
    try:
        return _blank(repr(value))
    except Exception as error:
        return f"repr failed: {type(error).__name__}: {error}"


def _variables(namespace: dict[str, Any], start: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    stdout, sys.stdout = sys.stdout, io.StringIO()
    try:
        start["noted"][0] = -10_000
        names = [name for name in namespace if name not in start and not name.startswith("_")]
        found = [(name, namespace[name]) for name in names]
        return tuple((name, _shown(value)) for name, value in found if not _native(value))
    finally:
        sys.stdout = stdout


def _native(value: Any) -> bool:
    """What our side shows to guests in its own way: modules and library functions."""
    return isinstance(value, types.ModuleType | types.BuiltinFunctionType) or type(value).__name__ == "Facade"


def _blank(text: str) -> str:
    return _ADDRESS.sub("0x", text) if "0x" in text else text


def _plain(trace: str) -> str:
    """A traceback without carets."""
    return _CARETS.sub("", _blank(trace))


def _remember(filename: str, text: str) -> None:
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)


def _strip(error: BaseException | None, seen: set[int]) -> None:
    """Take our own frames, and those of the library, off the traceback of an exception and of those it came from."""
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    error.__traceback__ = _guest_part(error.__traceback__)
    _strip(error.__cause__, seen)
    _strip(error.__context__, seen)
    for inner in getattr(error, "exceptions", ()):
        _strip(inner, seen)


def _guest_part(trace: types.TracebackType | None) -> types.TracebackType | None:
    kept = [each for each in _links(trace) if each.tb_frame.f_code.co_filename.startswith("<cell ")]
    made: types.TracebackType | None = None
    for each in reversed(kept):
        made = types.TracebackType(made, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return made


def _links(trace: types.TracebackType | None) -> Iterator[types.TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next
