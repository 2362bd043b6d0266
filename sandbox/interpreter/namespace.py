"""The guest's global namespace.

Invariants: it holds the guest's own names only; tools and builtins are found behind it and cannot be reached or
changed through it.
"""

from __future__ import annotations

from typing import Any, NoReturn


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


class Snapshot(dict[str, Any]):
    """What ``globals()`` gives: a copy that says so when it is written to, instead of losing the value."""

    __slots__ = ()

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("globals() is a copy here and cannot be changed; assign to the name itself")

    __setitem__ = __delitem__ = update = setdefault = pop = popitem = clear = __ior__ = _refuse
