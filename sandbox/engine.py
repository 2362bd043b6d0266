"""The seam between the worker and an engine: what an engine is given and what it gives back.

Invariants: an engine never raises for anything that guest code can cause; it records a refusal or a limit
through ``EngineHost.record`` before it raises it inside the guest; it holds no socket and no frame.
"""

from __future__ import annotations

import dataclasses
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from .errors import RunError
from .limits import Limits
from .policy import Policy

if TYPE_CHECKING:
    from .snapshot import World


class Stop(BaseException):
    """Ends a run from inside. Guest handlers never see it; the first recorded outcome is what counts.

    ``error`` is the outcome, or None for ``final_answer``, whose value is in ``value``.
    """

    def __init__(self, error: RunError | None, value: object = None) -> None:
        super().__init__(error)
        self.error = error
        self.value = value


def _nothing() -> None:
    """For hosts that set no memory aside."""


def attempt(guest: Callable[[], object], relieve: Callable[[], None]) -> tuple[object, BaseException | None]:
    """The value of ``guest()``, or what it raised, with memory to spare again.

    Short on purpose: with full memory CPython 3.11 spins for ever in a handler that lies more than 256 instructions
    into its function, because it cannot make the number of that place.
    """
    try:
        return guest(), None
    except BaseException as error:
        relieve()
        return None, error


@dataclasses.dataclass
class Place:
    """Where the guest's /cell really is. A branch of a session moves to a directory of its own, but not what is in
    ``bound``: objects by id that keep real paths for themselves, and so prevent branches while they live."""

    path: str
    bound: weakref.WeakValueDictionary[int, object] = dataclasses.field(default_factory=weakref.WeakValueDictionary)


@dataclasses.dataclass(frozen=True)
class EngineHost:
    """What the worker offers an engine.

    ``call_tool(name, args, kwargs)`` returns the host's answer, or raises the guest-catchable ``ToolError``;
    ``emit(type, data)`` sends an audit event; ``cell`` is where the guest's /cell really is;
    ``in_process`` is True when no process wall stands around the engine (wall clock is then checked at ticks);
    ``clock()`` is monotonic seconds;
    ``identity`` is the guest's ``id``;
    ``relieve`` gives back the memory set aside for describing what guest code did when memory was full.
    """

    policy: Policy
    limits: Limits
    stdout: TextIO
    stderr: TextIO
    cell: Place
    call_tool: Callable[[str, Sequence[Any], Mapping[str, Any]], Any]
    emit: Callable[[str, Mapping[str, Any]], None]
    in_process: bool = False
    relieve: Callable[[], None] = _nothing
    clock: Callable[[], float] = time.monotonic
    identity: Callable[[object], int] = id


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What one run came to, in live guest objects. ``value`` is meaningful when ``error`` is None.

    ``changed`` names the variables that are new or another object than before; ``ops`` is the operations used
    (0: not counted).
    """

    value: object = None
    error: RunError | None = None
    is_final_answer: bool = False
    changed: tuple[str, ...] = ()
    ops: int = 0


class Engine(Protocol):
    """One guest namespace and the way its code is evaluated."""

    name: str

    def run(self, code: str) -> Outcome:
        """Evaluate one cell in the namespace."""
        ...

    def inside(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call with what belongs to the guest in place, such as its context variables: for reprs after the run."""
        ...

    def outside(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call host code from inside guest code, with nothing of the guest's in place."""
        ...

    def set_tools(self, names: Sequence[str]) -> None:
        """Make these host functions callable by name; replaces the former set. ``final_answer`` always exists."""
        ...

    def set_variables(self, values: Mapping[str, Any]) -> None:
        """Bind names in the guest's namespace."""
        ...

    def meet(self, package: str) -> None:
        """Objects of this third-party package are about to enter the namespace."""
        ...

    def variables(self) -> Mapping[str, object]:
        """The guest's own names and their values (no tools, no modules, no names with a leading underscore)."""
        ...

    def world(self) -> World:
        """The namespace as snapshots see it."""
        ...


class ToolError(Exception):
    """What the guest sees when a host tool failed: type name and message, never a traceback."""

    def __init__(self, type_name: str, message: str) -> None:
        super().__init__(f"{type_name}: {message}" if message else type_name)
        self.type_name = type_name
        self.message = message


_PLAIN = frozenset({int, float, complex, str, bytes, bool, type(None)})
_MISSING = object()


def changed_names(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[str, ...]:
    """The names that are new or bound to another object, in order.

    Equal numbers and texts are one object here: whether they really are is up to the engine and the Python version.
    """
    return tuple(name for name, now in after.items() if not _same(before.get(name, _MISSING), now))


def _same(one: object, other: object) -> bool:
    if one is other:
        return True
    if type(one) is not type(other) or type(other) not in _PLAIN:
        return False
    return repr(one) == repr(other) if isinstance(other, (float, complex)) else one == other
