"""The seam between snapshots and an engine: what the one must know of the guest's namespace, and make in it.

Invariants: reading runs no guest code; making goes through the engine's own rules, so that a document can make only
what guest code under this policy could have made; nothing of a definition but the function itself is evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any, Protocol

from ..values.packages import Packages
from .sources import Definition

EMPTY: Any = object()
"""The content of a captured variable that has no value."""

Place = tuple[str, str]
"""Module and name under which guest code can have an object of a library; the module is "" for builtins."""


class World(Protocol):
    """One engine's namespace, for the length of one snapshot."""

    python: str
    """The version of the guest's Python."""
    packages: Packages
    """Third-party packages for the codec, under the policy."""

    # ---- reading
    def names(self) -> dict[str, object]:
        """The guest's own global names: no tools, nothing that the engine put there."""
        ...

    def cells_run(self) -> int:
        """How many cells have run: it numbers their file names."""
        ...

    def place(self, value: object) -> Place | None:
        """Where guest code finds this object of a library."""
        ...

    def shown(self, cls: type) -> Any:
        """The class that guest code holds in the place of this one; itself where there is none."""
        ...

    def tool(self, value: object) -> str | None:
        """The name of the tool that this is."""
        ...

    def module(self, value: object) -> str | None:
        """The name of the module that this is, or stands for."""
        ...

    def is_guest_class(self, value: object) -> bool:
        """Whether guest code made this class."""
        ...

    def is_guest_function(self, value: object) -> bool:
        """Whether guest code made this function, with the session's names as its globals."""
        ...

    def definition(self, function: Any) -> Definition | None:
        """The source of a guest function; None when it has none."""
        ...

    def captured(self, function: Any) -> Sequence[Any]:
        """The cells of a guest function's captured variables, in the order of its definition's ``free``."""
        ...

    def content(self, cell: Any) -> Any:
        """What a cell holds, or EMPTY."""
        ...

    def random_states(self) -> Mapping[str, object]:
        """The states of the session's generators of random numbers, by module."""
        ...

    # ---- making
    def begin(self, names: Container[str], cells: int) -> None:
        """Get ready: ``names`` are those to be bound, ``cells`` how many cells have run."""
        ...

    def load(self, module: str) -> Any:
        """What ``import module as x`` binds.

        Raises:
            ImportError: the policy does not allow it, or it is not here.
        """
        ...

    def load_from(self, module: str, name: str) -> Any:
        """What ``from module import name`` binds; a builtin when the module is "".

        Raises:
            ImportError: as ``load``.
        """
        ...

    def get_tool(self, name: str) -> Any:
        """The tool of that name, or None."""
        ...

    def new_cell(self) -> Any:
        """A cell without content."""
        ...

    def fill(self, cell: Any, value: object) -> None:
        """Give a cell its content."""
        ...

    def define(self, definition: Definition) -> Callable[[Mapping[str, Any]], Any]:
        """What makes functions of this definition from cells by name.

        Raises:
            BadDefinition: it does not define one function.
            Stop: the policy or the language wall refuses something in it.
        """
        ...

    def new_class(self, name: str, bases: tuple[Any, ...], options: Mapping[str, Any], body: Mapping[str, Any]) -> Any:
        """A class, under the rules of class statements."""
        ...

    def getattr(self, value: object, name: str) -> Any:
        """Read an attribute under the engine's rules."""
        ...

    def check_store(self, value: object, name: str, new: object) -> None:
        """Refuse what guest code could not store.

        Raises:
            Stop: it could not.
        """
        ...

    def set_random_state(self, module: str, state: Any) -> None:
        """Put a generator into a state. Raises whatever the generator does for a state that is none."""
        ...

    def bind(self, names: Mapping[str, object]) -> None:
        """Make the global names, all of them."""
        ...
