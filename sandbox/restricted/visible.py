"""The guest's global names as everything but its bytecode sees them.

Bytecode needs a plain dictionary that also holds its builtins, and with them the hooks of the transformer. Facades,
``globals()``, ``eval`` and snapshots look names up that guest code has chosen, so they look here.

Invariants: a hidden name cannot be read, stored, deleted or listed through it.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

BUILTINS = "__builtins__"


def is_hidden(name: object) -> bool:
    """Whether a name belongs to the engine: none that guest source can spell begins with a dot."""
    return type(name) is not str or name == BUILTINS or name[:1] == "."


class Visible(MutableMapping[str, Any]):
    """The names of one namespace that are the guest's; ``layers`` is where a missing name is looked for next."""

    __slots__ = ("_layers", "_names")

    def __init__(self, names: dict[str, Any], *layers: dict[str, Any]) -> None:
        self._names = names
        self._layers = layers

    def __contains__(self, name: object) -> bool:
        return not is_hidden(name) and name in self._names

    def __getitem__(self, name: str) -> Any:
        if not is_hidden(name):
            for layer in (self._names, *self._layers):
                if name in layer:
                    return layer[name]
        raise NameError(f"name '{name}' is not defined", name=name)

    def get(self, name: str, default: Any = None) -> Any:
        """The guest's own variable of this name."""
        return self._names[name] if name in self else default

    def __setitem__(self, name: str, value: Any) -> None:
        if is_hidden(name):
            raise ValueError(f"{name!r} is no name of a variable")
        self._names[name] = value

    def __delitem__(self, name: str) -> None:
        if is_hidden(name):
            raise KeyError(name)
        del self._names[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._names if not is_hidden(name))

    def __reversed__(self) -> Iterator[str]:
        return (name for name in reversed(self._names) if not is_hidden(name))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def pop(self, name: str, *default: Any) -> Any:
        """``dict.pop``."""
        names: dict[str, Any] = {} if is_hidden(name) else self._names
        return names.pop(name, *default)

    def popitem(self) -> tuple[str, Any]:
        """``dict.popitem``."""
        for name in reversed(self):
            return name, self._names.pop(name)
        raise KeyError("popitem(): dictionary is empty")

    def clear(self) -> None:
        """``dict.clear``."""
        for name in list(self):
            del self._names[name]
