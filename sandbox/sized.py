"""Methods of the language's own types whose results can be much larger than what they are given, and their readers.

Invariants: the size is paid before the method is called; however the method is reached, it comes with its price; a
method of a guest's own making, or of the library's, is left as it is.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .prices import FREE_BYTES, TEXTS

if TYPE_CHECKING:
    from .guards import Guards


def _width(text: Any = None, width: Any = 0, *_: Any, **__: Any) -> int:
    return width if isinstance(width, int) else 0


def _tabs(text: Any = "", tabsize: Any = 8, *_: Any, **__: Any) -> int:
    tab: Any = "\t" if isinstance(text, str) else b"\t"
    return text.count(tab) * tabsize if isinstance(tabsize, int) else 0


def _replaced(text: Any = None, old: Any = None, new: Any = None, count: Any = -1, *_: Any, **__: Any) -> int:
    if not (isinstance(text, TEXTS) and isinstance(old, TEXTS) and isinstance(new, TEXTS) and isinstance(count, int)):
        return 0
    most = len(text) // len(old) if old else len(text) + 1
    if most * len(new) <= FREE_BYTES or len(new) <= len(old):
        return 0
    same: Any = old
    found = text.count(same) if isinstance(text, str) is isinstance(old, str) else 0
    return len(text) + len(new) * (min(found, count) if count >= 0 else found)


def _translated(text: Any = "", table: Any = None, *_: Any, **__: Any) -> int:
    if type(table) is not dict:
        return 0
    return len(text) * max((len(value) for value in table.values() if isinstance(value, str)), default=0)


def _digits(number: Any = 0, length: Any = 1, *_: Any, **__: Any) -> int:
    return length if isinstance(length, int) else 0


SIZED_METHODS: Mapping[str, tuple[tuple[type, ...], Callable[..., int]]] = {
    "ljust": (TEXTS, _width),
    "rjust": (TEXTS, _width),
    "center": (TEXTS, _width),
    "zfill": (TEXTS, _width),
    "expandtabs": (TEXTS, _tabs),
    "replace": (TEXTS, _replaced),
    "translate": ((str,), _translated),
    "to_bytes": ((int,), _digits),
}
"""Methods of the language's own types whose results can be much larger than what they are given: the types, and the
size of the result in characters from the object and the arguments (0: small, or CPython's own error follows)."""

OPERATOR_METHODS: Mapping[str, str] = {
    "__mul__": "pay_times", "__rmul__": "pay_times", "__imul__": "pay_times", "__pow__": "pay_power",
    "__lshift__": "pay_shift", "__mod__": "pay_modulo", "__format__": "pay_format",
}  # fmt: skip
"""Operators reached as methods, and the price of each."""


class PricedMethod:
    """A native method in guest hands that is paid before it is called; ``pay`` gets the object and the arguments."""

    __slots__ = ("__bound", "__found", "__name__", "__pay", "__qualname__")

    def __init__(self, found: Any, pay: Callable[..., None]) -> None:
        self.__found = found
        self.__pay = pay
        self.__bound = () if type(found) in _UNBOUND else (found.__self__,)
        self.__name__ = found.__name__
        self.__qualname__ = found.__qualname__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.__pay(*self.__bound, *args, **kwargs)
        return self.__found(*args, **kwargs)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None or self.__bound else types.MethodType(self, instance)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PricedMethod) and bool(self.__found == other.__found)

    def __hash__(self) -> int:
        return hash(self.__found)

    def __repr__(self) -> str:
        return repr(self.__found)


_UNBOUND = (types.MethodDescriptorType, types.WrapperDescriptorType)
_BOUND = (types.BuiltinMethodType, types.MethodWrapperType)


def _read_sized(attribute: str) -> Callable[[Guards, Any], Any]:
    kinds, size = SIZED_METHODS[attribute]

    def read(guards: Guards, value: Any) -> Any:
        found = getattr(value, attribute)
        if type(found) in _BOUND:
            native = isinstance(found.__self__, kinds)
        else:
            native = type(found) in _UNBOUND and found.__objclass__ in kinds
        return (
            PricedMethod(found, lambda *args, **kwargs: guards.prices.room(size(*args, **kwargs))) if native else found
        )

    return read


def _read_operator(attribute: str) -> Callable[[Guards, Any], Any]:
    def read(guards: Guards, value: Any) -> Any:
        found = getattr(value, attribute)
        if type(found) not in _BOUND and type(found) not in _UNBOUND:
            return found
        pay = getattr(guards.prices, OPERATOR_METHODS[attribute])
        return PricedMethod(found, lambda *args: pay(*args[:2]) if len(args) > 1 else None)

    return read


READERS: Mapping[str, Callable[[Guards, Any], Any]] = {
    **{name: _read_sized(name) for name in SIZED_METHODS},
    **{name: _read_operator(name) for name in OPERATOR_METHODS},
}
