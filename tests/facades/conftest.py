"""A runtime double: the engine's side of the facades, without an engine."""

from __future__ import annotations

import importlib.util
import io
import sys
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from traceback import StackSummary
from types import CoroutineType, TracebackType
from typing import Any, NoReturn

import pytest

from executors import create_executor
from sandbox import facades
from sandbox.cellfiles import CellFiles
from sandbox.engine import EngineHost, Place, Stop
from sandbox.errors import GuestError, PolicyViolation
from sandbox.facades.console import Streams
from sandbox.facades.loans import Loans
from sandbox.facades.module import Facade
from sandbox.library_names import private_names
from sandbox.limits import Limits
from sandbox.members import Members
from sandbox.policy import Policy
from sandbox.prices import Prices
from sandbox.stand_ins import CLASS_TYPES


def need_package(facade: str) -> None:
    """Skip where the third-party package of this facade is not installed."""
    package = facade.partition(".")[0]
    if package in facades.THIRD_PARTY and importlib.util.find_spec(package) is None:
        pytest.skip(f"needs {package}")


class GuestType(type):
    """Stands for the engine's stand-in of ``type``."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, type)


class GuestTypeStandIn(metaclass=GuestType):
    """What ``type_of`` gives for classes."""


class Double:
    """Implements ``facades.Runtime`` plainly: classes whose module is ``__main__`` are the guest's."""

    def __init__(self, cell: Path, policy: Policy) -> None:
        self.out, self.err = io.StringIO(), io.StringIO()
        self.refusals: list[str] = []
        self.charged = 0
        self.looks = 0
        self.host = EngineHost(
            policy=policy,
            limits=Limits(memory_mb=8),
            stdout=self.out,
            stderr=self.err,
            cell=Place(str(cell)),
            call_tool=lambda name, args, kwargs: None,
            emit=lambda type, data: None,
        )
        self.kept: dict[str, object] = {}
        self.loans = Loans()
        self.modules: dict[str, Facade] = {}
        self.streams = Streams(self.out, self.err)
        self.files = CellFiles(self)
        self.namespace: dict[str, object] = {}
        self.limit = 1000
        self.prices = Prices(self.charge, self.host.limits.memory_mb << 20)
        self.class_types = CLASS_TYPES
        self.members = Members(self, lambda cls: facades.table_of(cls, self))  # type: ignore[arg-type]

    def load(self, name: str) -> Any:
        need_package(name)
        return facades.load(name, self)

    def refuse(self, code: str, what: str) -> NoReturn:
        self.refusals.append(code)
        raise Stop(PolicyViolation(what, code=code))

    def charge(self, ops: int) -> None:
        self.charged += ops
        self.looks += 1

    def format_exception(
        self, error: BaseException, tb: TracebackType | None, *, chain: bool = True, limit: int | None = None
    ) -> list[str]:
        return ["Traceback (most recent call last):\n", f"{type(error).__name__}: {error}\n"]

    def exception_only(self, error: BaseException) -> list[str]:
        return [f"{type(error).__name__}: {error}\n"]

    def extract_tb(self, tb: TracebackType | None) -> StackSummary:
        return StackSummary.from_list([("<cell>", 3, "<module>", "1 / 0")])

    def extract_stack(self) -> StackSummary:
        return StackSummary.from_list([("<cell>", 7, "<module>", "stack()")])

    def current_exception(self) -> BaseException | None:
        return sys.exc_info()[1]

    def getattr(self, obj: object, name: str, *default: object) -> object:
        if name.startswith("_") and name not in ("__name__", "__doc__", "__traceback__", "__len__"):
            self.refuse("HC101", name)
        return getattr(obj, name, *default)

    def setattr(self, obj: object, name: str, value: object) -> None:
        if name.startswith("__") and not hasattr(obj, "__code__"):
            self.refuse("HC105", name)
        setattr(obj, name, value)

    def format(self, template: str, args: Sequence[object], kwargs: Mapping[str, object]) -> str:
        if "._" in template:
            self.refuse("HC101", template)
        return template.format(*args, **kwargs)

    def is_guest_class(self, cls: type) -> bool:
        return cls.__module__ == "__main__"

    def new_class(self, name: Any, bases: Any = (), kwds: Any = None, exec_body: Any = None) -> Any:
        made = types.new_class(name, bases, kwds, exec_body)
        made.__module__ = "__main__"
        return made

    def is_guests(self, value: object) -> bool:
        return getattr(value, "__module__", "__main__") == "__main__" or type(value).__module__ == "__main__"

    def library_names(self, *classes: type) -> frozenset[str]:
        library = {base for cls in classes for base in cls.__mro__ if not self.is_guest_class(base)}
        return frozenset().union(*map(private_names, library - {object}))

    def is_reserved(self, name: str) -> bool:
        return name == "final_answer"

    def type_of(self, obj: object) -> object:
        return GuestTypeStandIn if isinstance(obj, type) else type(obj)

    def position(self, level: int = 1) -> tuple[str, int, str, str]:
        return ("<cell>", 7, "<module>", "warnings.warn('x')")

    def depth(self) -> int:
        return 3

    def line_of(self, coroutine: CoroutineType[Any, Any, Any]) -> int:
        return coroutine.cr_code.co_firstlineno

    def show(self, real: type, shown: object) -> None:
        self.kept[real.__name__] = shown

    def recursion_limit(self, new: int | None = None) -> int:
        self.limit = new or self.limit
        return self.limit


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Double]:
    """An engine's side with a /cell of its own and the widest policy."""
    cell = tmp_path / "cell"
    cell.mkdir()
    yield Double(cell, Policy.data_science())


@pytest.fixture
def strict_runtime(tmp_path: Path) -> Double:
    """The same under a policy without files."""
    return Double(tmp_path, Policy.strict())


@pytest.fixture
def data_science() -> Callable[[str], str]:
    """What becomes of a program on the language wall alone: a code, the guest's error, or the value."""

    def ran(code: str) -> str:
        policy = Policy.data_science()
        with create_executor("local", policy=policy, enclosure="inprocess", min_isolation="none") as executor:
            result = executor.run(code)
        if isinstance(result.error, PolicyViolation):
            return result.error.code
        if isinstance(result.error, GuestError):
            return f"{result.error.type}: {result.error.message}"
        return f"value {result.value_repr}" if result.error is None else str(result.error)

    return ran
