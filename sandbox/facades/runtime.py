"""What a guarded engine offers the facades: the one door from library stand-ins back to the engine.

Invariants: facades reach guest attributes by string, guest frames, guest files and the guest's console only
through this protocol; nothing here is ever handed to guest code.
"""

from __future__ import annotations

import typing
from collections.abc import Mapping, Sequence
from typing import NoReturn, Protocol

if typing.TYPE_CHECKING:
    from traceback import StackSummary
    from types import CoroutineType, TracebackType

    from ..cellfiles import CellFiles
    from ..engine import EngineHost
    from ..prices import Prices
    from .console import Streams
    from .loans import Loans
    from .module import Facade


class Runtime(Protocol):
    """One engine instance, as facades see it.

    ``modules`` caches the facades of this engine; ``streams`` holds the guest's current stdout and stderr, which
    ``print`` must write to; ``files`` is /cell, whose ``open`` is the guest's builtin; ``namespace`` is the guest's
    globals; ``kept`` is what facades keep for the time of the engine; ``loans`` is what the
    guest has borrowed from the process; ``prices`` are what big results cost.
    """

    host: EngineHost
    kept: dict[str, object]
    loans: Loans
    modules: dict[str, Facade]
    streams: Streams
    files: CellFiles
    namespace: dict[str, object]
    prices: Prices

    def refuse(self, code: str, what: str) -> NoReturn:
        """Record a PolicyViolation and stop the run; guest code cannot catch it."""
        ...

    def charge(self, ops: int) -> None:
        """Pay for a big operation; stops the run when the budget is spent or an outcome is already recorded."""
        ...

    def format_exception(
        self, error: BaseException, tb: TracebackType | None, *, chain: bool = True, limit: int | None = None
    ) -> list[str]:
        """Traceback text of a guest exception, guest lines only; each item ends in a newline."""
        ...

    def exception_only(self, error: BaseException) -> list[str]:
        """The last lines of such a text: type, text and notes."""
        ...

    def extract_tb(self, tb: TracebackType | None) -> StackSummary:
        """Guest frames of a traceback, outermost first."""
        ...

    def extract_stack(self) -> StackSummary:
        """The guest's frames as they are now, outermost first."""
        ...

    def current_exception(self) -> BaseException | None:
        """The exception that the guest is handling now."""
        ...

    def getattr(self, obj: object, name: str, *default: object) -> object:
        """The attribute gate for names that are strings at run time."""
        ...

    def setattr(self, obj: object, name: str, value: object) -> None:
        """The attribute gate for stores by string."""
        ...

    def format(self, template: str, args: Sequence[object], kwargs: Mapping[str, object]) -> str:
        """``template.format(*args, **kwargs)`` with every field's attributes checked by the gate."""
        ...

    def is_guest_class(self, cls: type) -> bool:
        """Whether guest code defined this class."""
        ...

    def new_class(self, name: object, bases: object = (), kwds: object = None, exec_body: object = None) -> object:
        """``types.new_class`` under the rules of class statements."""
        ...

    def is_guests(self, value: object) -> bool:
        """Whether a function, class or instance is of the guest's own making."""
        ...

    def library_names(self, *classes: type) -> frozenset[str]:
        """The private names that library classes among these, and among those they derive from, use."""
        ...

    def is_reserved(self, name: str) -> bool:
        """Whether a global name belongs to a tool."""
        ...

    def run_example(self, source: str, filename: str, namespace: dict[str, object]) -> None:
        """Run one interactive statement of a docstring, which prints the values of its expressions."""
        ...

    def source(self, filename: str) -> Sequence[str]:
        """The lines of a guest file; none when it is not known."""
        ...

    def type_of(self, obj: object) -> object:
        """``type(obj)`` as the guest may see it."""
        ...

    def position(self, level: int = 1) -> tuple[str, int, str, str]:
        """Where the guest is now: filename, line, function, source line; ``level`` 2 is the caller, and so on.

        Beyond the outermost caller it stays there.
        """
        ...

    def depth(self) -> int:
        """How many callers deep the guest is: what the greatest level for ``position`` is."""
        ...

    def line_of(self, coroutine: CoroutineType[object, object, object]) -> int:
        """The guest's line at which a coroutine waits; that of its definition when it has not begun, or is done."""
        ...

    def show(self, real: type, shown: object) -> None:
        """Let guests hold ``shown`` in the place of a library's class."""
        ...

    def recursion_limit(self, new: int | None = None) -> int:
        """The guest's recursion limit; ``new`` asks for another one, within what the engine can bear."""
        ...
