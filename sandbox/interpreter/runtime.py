"""What compiled guest code is closed over: namespace, guards, budget, prices, imports, tracebacks.

Invariants: one per engine, used by one thread at a time; implements ``facades.Runtime``; a refusal or limit is
recorded in the budget, and told to the host, before it is raised.
"""

from __future__ import annotations

import abc
import ast
import sys
import traceback
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from .. import facades, means, refusals, safe_builtins
from ..budget import Budget, ClockedBudget
from ..cellfiles import CellFiles
from ..draws import Draws
from ..engine import EngineHost, Stop, ToolError
from ..errors import LimitExceeded, RunError
from ..facades.console import Streams
from ..facades.loans import Loans
from ..guards import Guards
from ..hearers import listening
from ..members import Members, Table
from ..prices import Prices
from ..raw_memory import RawMemory
from ..snapshot.sources import Definition, Sources
from . import classes
from .apart import room
from .metaclasses import Metaclasses
from .namespace import Globals, Namespace
from .reports import exception_only
from .shapes import NOTHING
from .suggestions import Suggestions, local_variables, suggestion
from .tracebacks import Options, Reporter

_MOST_REFUSED_IMPORTS = 1000


class GuestRuntime:
    """The state of one guarded engine."""

    def __init__(self, host: EngineHost) -> None:
        self.host = host
        self.kept: dict[str, object] = {}
        self.loans = Loans()
        self.modules: dict[str, facades.Facade] = {}
        self.streams = Streams(host.stdout, host.stderr)
        self.budget = self._make_budget(host)
        self.prices = Prices(self.charge, host.limits.memory_mb << 20)
        self.guards = Guards(
            prices=self.prices,
            stop=self.record,
            reviewed=lambda cls: cls is ToolError or facades.is_reviewed(cls),
            settable=facades.settable_names,
            facade=facades.Facade,
            guest_globals=NOTHING,
        )
        self.guards.class_types.add(facades.GuestEnumType)
        self.guards.stand_ins |= facades.ENUM_BASES | {abc.ABCMeta: facades.ABC_META}
        self.guards.members = Members(self.guards, self._table_of)
        if host.policy.allows_import("numpy"):
            self.guards.memory = RawMemory(self.guards)
        self._tables: dict[type, Table | None] = {}
        self.metaclasses = Metaclasses(self)
        self.guards.call_type = self.metaclasses.call_type
        self.guards.type_methods["__new__"] = self.metaclasses.type_new
        self.files = CellFiles(self)
        self.operators: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
            ast.Mult: self.prices.times,
            ast.Pow: self.prices.power,
            ast.LShift: self.prices.shift,
            ast.Mod: self.prices.modulo,
        }
        self.inplace_operators: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
            ast.Mult: self.prices.times_inplace,
            ast.Pow: self.prices.power_inplace,
            ast.LShift: self.prices.shift_inplace,
            ast.Mod: self.prices.modulo_inplace,
        }
        self.builtins: dict[str, Any] = safe_builtins.table(self.guards, self.prices, self._print, self.files.open)
        self.tools: dict[str, Any] = {}
        self.namespace: dict[str, object] = self._make_namespace()
        self._globals = Globals(self.namespace, self._check_global)
        self.guards.stand_ins[Globals] = dict
        self.sources: dict[str, list[str]] = {}
        self.texts = Sources()
        self.definitions: dict[types.CodeType, Definition] = {}
        self.run_example: Callable[[str, str, dict[str, object]], None]
        body_code = classes.build_class.__code__
        self.suggestions: Suggestions = Suggestions(self.namespace, body_code)
        self.reporter = Reporter(self.sources, body_code, self.suggestions)
        self.refused_imports: list[tuple[ImportError, str]] = []
        self.tick_cell: types.CellType = types.CellType(self.budget.tick)
        self.draws = Draws(self.budget, self.prices, self.guards.is_guests)
        self._recursion_limit = sys.getrecursionlimit()

    def _make_namespace(self) -> dict[str, object]:
        return Namespace(self.tools, self.builtins)

    def _emit(self, kind: str, data: Mapping[str, Any]) -> None:
        try:
            with room(), listening(None):
                self.host.emit(kind, data)
        except Stop as stop:  # the host wants the run to end
            raise self.budget.kill(stop) from None

    # -- outcomes
    def _make_budget(self, host: EngineHost) -> Budget:
        if host.in_process:
            return ClockedBudget(self._out_of_operations, self._late, host.limits.wall_s, host.clock)
        return Budget(self._out_of_operations)

    def _limit(self, limit: str, allowed: float, used: float | None) -> Stop:
        code = refusals.LIMIT_CODES[limit]
        text = f"{refusals.TABLE[code].why} ({allowed:g}). Instead: {refusals.TABLE[code].instead}"
        how = means.ENGINE
        self._emit("limit", {"limit": limit, "allowed": allowed, "used": used, "how": how})
        return Stop(LimitExceeded(text, limit=limit, allowed=allowed, used=used, how=how, code=code))

    def _out_of_operations(self, allowed: int) -> Stop:
        return self._limit("ops", allowed, allowed)

    def _late(self, wall_s: float) -> Stop:
        return self._limit("wall_s", wall_s, wall_s)

    def record(self, error: RunError) -> Stop:
        """Note an outcome, if it is the run's first, and tell the host; the Stop to raise."""
        stop = Stop(error)
        recorded = self.budget.kill(stop)
        if recorded is stop:
            self._emit("refused", {"code": error.code, "message": error.message[:500]})
        return recorded

    def final_answer(self, answer: Any) -> NoReturn:
        """End the run with this value."""
        stop = Stop(None, answer)
        recorded = self.budget.kill(stop)
        if recorded is stop:
            self._emit("final_answer", {})
        raise recorded

    def refuse(self, code: str, what: str) -> NoReturn:
        """Record a policy violation and stop the run."""
        self.guards.refuse(code, what)

    def charge(self, ops: int) -> None:
        """Pay for a big operation."""
        self.budget.charge(ops)
        if self.budget.stop is not None:
            raise self.budget.stop
        if isinstance(self.budget, ClockedBudget):
            self.budget.check_clock()

    def call_tool(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Call a host function; its time is not the guest's. Nothing is called once the run's outcome is recorded."""
        if self.budget.stop is not None:  # library code swallowed it, and no tick came since
            raise self.budget.stop
        began = self.host.clock()
        try:
            return self.host.call_tool(name, args, kwargs)
        finally:
            if isinstance(self.budget, ClockedBudget):
                self.budget.extend(self.host.clock() - began)

    # -- what facades ask for
    def format_exception(
        self,
        error: BaseException,
        tb: types.TracebackType | None,
        *,
        chain: bool = True,
        limit: int | None = None,
    ) -> list[str]:
        """Traceback text, guest lines only; each exception in it is one operation."""

        def pay() -> bool:
            self.charge(1)
            return True

        return self.reporter.format(error, tb, Options(pay, chain, limit))

    def exception_only(self, error: BaseException) -> list[str]:
        """The last lines of a traceback: type, text and notes."""
        return exception_only(error, suggestion(error, None))

    def extract_tb(self, tb: types.TracebackType | None) -> traceback.StackSummary:
        """Guest frames of a traceback, outermost first."""
        return self.reporter.extract(self.reporter.frames(tb))

    def extract_stack(self) -> traceback.StackSummary:
        """The guest's frames as they are now, outermost first."""
        return self.reporter.extract(self.reporter.running())

    def current_exception(self) -> BaseException | None:
        """The exception being handled."""
        return sys.exc_info()[1]

    def getattr(self, obj: object, name: str, *default: object) -> object:
        """The attribute gate by string."""
        return self.guards.getattr(obj, name, *default)

    def setattr(self, obj: object, name: str, value: object) -> None:
        """The attribute gate for stores by string."""
        self.guards.setattr(obj, name, value)

    def format(self, template: str, args: Sequence[object], kwargs: Mapping[str, object]) -> str:
        """``template.format`` through the gate."""
        return self.guards.formatter.vformat(template, args, kwargs)

    def is_guest_class(self, cls: type) -> bool:
        """Whether guest code defined this class."""
        return self.guards.is_guest_class(cls)

    def new_class(self, name: Any, bases: Any = (), kwds: Any = None, exec_body: Any = None) -> Any:
        """``types.new_class`` under the rules of class statements."""
        return self.metaclasses.new_class(name, bases, kwds, exec_body)

    def is_guests(self, value: object) -> bool:
        """Whether a function, class or instance is of the guest's own making."""
        return self.guards.is_guests(value)

    def library_names(self, *classes: type) -> frozenset[str]:
        """The private names that library classes among these, and among those they derive from, use."""
        return self.guards.taken_by(classes)

    def is_reserved(self, name: str) -> bool:
        """Whether a global name belongs to a tool."""
        return name in self.tools

    def source(self, filename: str) -> Sequence[str]:
        """The lines of a guest file; none when it is not known."""
        return self.sources.get(filename, ())

    def type_of(self, obj: object) -> object:
        """``type(obj)`` for guests."""
        return self.guards.type_of(obj)

    def position(self, level: int = 1) -> tuple[str, int, str, str]:
        """Where the guest is now; ``level`` 2 is the caller, and so on."""
        frames = self.reporter.running()
        if not frames:
            return ("<cell>", 1, "<module>", "")
        return self.reporter.describe(frames[max(0, len(frames) - level)])

    def depth(self) -> int:
        """How many callers deep the guest is."""
        return len(self.reporter.running())

    def _table_of(self, cls: type) -> Table | None:
        """The reviewed attributes of a third-party class, whose facade is loaded if it is not yet."""
        found = self._tables.get(cls)
        if found is None:
            root = cls.__module__.partition(".")[0]
            if root not in facades.KNOWN or not self.host.policy.allows_import(root):
                return None
            facades.load(root, self)
            found = self._tables[cls] = facades.table_of(cls, self)
        return found

    def line_of(self, coroutine: types.CoroutineType[Any, Any, Any]) -> int:
        """The guest's line at which a coroutine waits; that of its definition when it has not begun, or is done."""
        return self.reporter.line_of(coroutine)

    def show(self, real: type, shown: Any) -> None:
        """Let guests hold ``shown`` in the place of a library's class."""
        self.guards.stand_ins[real] = shown

    def recursion_limit(self, new: int | None = None) -> int:
        """The guest's own view of the recursion limit; the engine's real one stays."""
        if new is not None:
            self._recursion_limit = min(new, 10_000)
        return self._recursion_limit

    def _print(
        self, *values: Any, sep: str | None = " ", end: str | None = "\n", file: Any = None, flush: bool = False
    ) -> None:
        """The builtin ``print``."""
        print(*values, sep=sep, end=end, file=self.streams.stdout if file is None else file, flush=flush)

    def global_variables(self) -> Globals:
        """What ``globals()`` gives."""
        return self._globals

    def evaluated(self, function: Any, text: Any, local: Any) -> Any:
        """``eval(text)`` or ``exec(text)`` inside a function or class body; or a function of the guest's so named."""
        if function is self.builtins["eval"] or function is self.builtins["exec"]:
            return function(text, None, local)
        return function(text)

    def _check_global(self, name: object) -> None:
        if type(name) is not str:
            self.refuse("HC109", "the name of a global variable that is no plain str")
        if self.is_reserved(name):
            self.refuse("HC104", f"the name {name!r} belongs to a tool")

    @staticmethod
    def local_variables(frame: Sequence[Any], where: Sequence[tuple[str, int, bool]]) -> dict[str, Any]:
        """What ``locals()`` gives in a function; ``where`` has name, slot, and whether a cell is there."""
        return local_variables(frame, where)

    # -- imports
    def _load(self, name: str) -> facades.Facade:
        if not self.host.policy.allows_import(name) or name not in facades.KNOWN:
            self._refuse_import("HC201", name, f"import of {name!r}", ModuleNotFoundError)
        return facades.load(name, self)

    def _refuse_import(self, code: str, name: str, what: str, kind: type[ImportError]) -> NoReturn:
        """An ImportError in the guest; uncaught, the engine knows it again by its identity."""
        self._emit("import.refused", {"module": name[:200]})
        error = kind(f"[{code}] {refusals.explain(code, what)}", name=name)
        if len(self.refused_imports) < _MOST_REFUSED_IMPORTS:
            self.refused_imports.append((error, code))
        raise error

    def import_module(self, name: str) -> facades.Facade:
        """``import a.b``: loads all of it and gives what the name ``a`` is bound to."""
        self._load(name)
        return self._load(name.partition(".")[0])

    def import_as(self, name: str) -> facades.Facade:
        """``import a.b as c``."""
        return self._load(name)

    def import_from(self, module: str, name: str) -> Any:
        """``from module import name``."""
        facade = self._load(module)
        why = facade.missing(name)
        if f"{module}.{name}" in facades.KNOWN and name not in vars(facade):
            return self._load(f"{module}.{name}")
        if why is not None:
            self._refuse_import("HC202", f"{module}.{name}", f"cannot import {why}", ImportError)
        try:
            return self.guards.getattr(facade, name)
        except AttributeError:
            pass
        raise ImportError(f"cannot import name {name!r} from {module!r} (unknown location)", name=name)

    # -- generic syntax (PEP 695)
    def generic_bases(self, bases: tuple[Any, ...], params: tuple[Any, ...]) -> tuple[Any, ...]:
        """The bases of ``class C[T](…)``: ``Generic[T]`` comes last."""
        unpacked = [typing.Unpack[p] if isinstance(p, typing.TypeVarTuple) else p for p in params]
        return (*bases, typing.Generic[tuple(unpacked)])  # type: ignore[index]
