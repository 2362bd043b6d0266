"""The guest's global namespace, and what ``globals()`` gives of it.

Invariants: it holds the guest's own names only; tools and builtins are found behind it and cannot be reached or
changed through it; guests never hold the namespace itself, whose C methods know nothing of reserved names.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator
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


_MISSING: Any = object()


class Globals(dict[str, Any]):
    """What ``globals()`` gives: the guest's names as they are now. ``check`` is asked before one is bound or deleted.

    A dict of its own stays empty: whoever reads it as one natively sees no names, and whoever writes to it binds none.
    """

    __slots__ = ("__check", "__names")

    def __init__(self, names: dict[str, Any], check: Callable[[Any], None]) -> None:
        super().__init__()
        self.__names = names
        self.__check = check

    # -- reading
    def __getitem__(self, name: str) -> Any:
        found = self.__names.get(name, _MISSING)
        if found is _MISSING:
            raise KeyError(name)
        return found

    def get(self, name: str, default: Any = None, /) -> Any:
        """``dict.get``."""
        return self.__names.get(name, default)

    def __contains__(self, name: object) -> bool:
        return name in self.__names

    def __len__(self) -> int:
        return len(self.__names)

    def __iter__(self) -> Iterator[str]:
        return iter(self.__names)

    def __reversed__(self) -> Iterator[str]:
        return reversed(self.__names)

    def copy(self) -> dict[str, Any]:
        """``dict.copy``."""
        return dict(self.__names)

    def keys(self) -> Any:
        """``dict.keys``, of the names as they are now."""
        return self.copy().keys()

    def values(self) -> Any:
        """``dict.values``, of the names as they are now."""
        return self.copy().values()

    def items(self) -> Any:
        """``dict.items``, of the names as they are now."""
        return self.copy().items()

    def __eq__(self, other: object) -> bool:
        return self is other or self.copy() == (other.copy() if type(other) is Globals else other)

    def __or__(self, other: Any) -> Any:
        return self.copy() | other

    def __ror__(self, other: Any) -> Any:
        return other | self.copy()

    def __repr__(self) -> str:
        return repr(self.copy())

    # -- writing
    def __setitem__(self, name: str, value: Any) -> None:
        self.__check(name)
        self.__names[name] = value

    def __delitem__(self, name: str) -> None:
        self.__check(name)
        del self.__names[name]

    def setdefault(self, name: str, default: Any = None, /) -> Any:
        """``dict.setdefault``."""
        if name not in self.__names:
            self[name] = default
        return self.__names[name]

    def pop(self, name: str, *default: Any) -> Any:
        """``dict.pop``."""
        self.__check(name)
        return self.__names.pop(name, *default)

    def popitem(self) -> tuple[str, Any]:
        """``dict.popitem``."""
        return self.__names.popitem()

    def clear(self) -> None:
        """``dict.clear``."""
        self.__names.clear()

    def update(self, *args: Any, **more: Any) -> None:
        """``dict.update``."""
        for name, value in dict(*args, **more).items():
            self[name] = value

    def __ior__(self, other: Any) -> typing.Self:  # type: ignore[override]
        self.update(other)
        return self
