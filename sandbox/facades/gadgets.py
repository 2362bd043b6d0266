"""Safe versions of the library's string-named doors: attribute getters, identifiers, annotation strings.

Invariants: names are exact ``str``; every attribute read by name goes through the engine's gate; no text is
evaluated: annotation strings resolve as dotted names, subscripts and unions over the guest's own namespace.
"""

from __future__ import annotations

import keyword
import operator
from collections.abc import Callable
from typing import Any

from .runtime import Runtime


def check_identifier(name: object, what: str) -> str:
    """``name`` when it is a plain, public identifier.

    Raises:
        TypeError: not exactly str.
        ValueError: not an identifier, a keyword, or a special name.
    """
    if type(name) is not str:
        raise TypeError(f"{what} must be a plain str, not {type(name).__name__}")
    if not name.isidentifier() or keyword.iskeyword(name):
        raise ValueError(f"{what} must be a valid identifier and no keyword: {name!r}")
    if name.startswith("__"):
        raise ValueError(f"{what} must not begin with two underscores: {name!r}")
    return name


def exact_int(value: object) -> int:
    """The number itself, when a guest's int subclass may compute otherwise.

    Raises:
        TypeError: not an integer.
    """
    return int.__pos__(operator.index(value))  # type: ignore[arg-type]


def marks_guests(runtime: Runtime, decorate: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A decorator that notes something on what it decorates, for the guest's own functions and classes only.

    What the library made is shared by the whole process and returned as it is.
    """

    def mark(obj: Any) -> Any:
        return decorate(obj) if runtime.is_guests(obj) else obj

    mark.__name__ = mark.__qualname__ = getattr(decorate, "__name__", "decorate")
    return mark


class AttrGetter:
    """``operator.attrgetter`` whose reads go through the engine's gate."""

    __slots__ = ("_names", "_runtime")

    def __init__(self, runtime: Runtime, *names: str) -> None:
        for name in names:
            if type(name) is not str:
                raise TypeError("attribute name must be a string")
        self._runtime = runtime
        self._names = tuple(tuple(name.split(".")) for name in names)

    def __call__(self, obj: object, /) -> object:
        values = []
        for path in self._names:
            value = obj
            for name in path:
                value = self._runtime.getattr(value, name)
            values.append(value)
        return values[0] if len(values) == 1 else tuple(values)

    def __repr__(self) -> str:
        return f"operator.attrgetter({', '.join(repr('.'.join(path)) for path in self._names)})"


class MethodCaller:
    """``operator.methodcaller`` whose method lookup goes through the engine's gate."""

    __slots__ = ("_args", "_kwargs", "_name", "_runtime")

    def __init__(self, runtime: Runtime, name: str, args: tuple[object, ...], kwargs: dict[str, object]) -> None:
        if type(name) is not str:
            raise TypeError("method name must be a string")
        self._runtime, self._name, self._args, self._kwargs = runtime, name, args, kwargs

    def __call__(self, obj: object, /) -> object:
        method = self._runtime.getattr(obj, self._name)
        return method(*self._args, **self._kwargs)  # type: ignore[operator]

    def __repr__(self) -> str:
        shown = [repr(self._name), *map(repr, self._args), *(f"{k}={v!r}" for k, v in self._kwargs.items())]
        return f"operator.methodcaller({', '.join(shown)})"
