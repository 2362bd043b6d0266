"""The guest's global namespace.

Invariants: it holds the guest's own names only; tools and builtins are found behind it and cannot be reached or
changed through it.
"""

from __future__ import annotations

from typing import Any


class Namespace(dict[str, Any]):
    """A dict that finds missing names among tools and builtins, or raises the NameError of CPython."""

    __slots__ = ("_layers",)

    def __init__(self, *layers: dict[str, Any]) -> None:
        super().__init__()
        self._layers = layers

    def __missing__(self, name: str) -> Any:
        for layer in self._layers:
            if name in layer:
                return layer[name]
        raise NameError(f"name '{name}' is not defined", name=name)
