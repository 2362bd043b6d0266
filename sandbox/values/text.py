"""Short reprs: what a value looks like, within a bound of characters and of work.

Invariants: builtin containers are walked here, so neither size nor cycles nor shared parts can make a repr long or
dear; ``safe_repr`` runs no code of the value's class; ``guest_repr`` does, in a worker only, and survives it.
"""

from __future__ import annotations

import sys
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable
from typing import Any

from . import instances
from .kinds import EnumValue, Opaque, Record

_ELLIPSIS = "…"
_DEEPEST = 100
_SHORT_INT_DIGITS = 18
_SHORT_INT = 10**_SHORT_INT_DIGITS
_EXACT = frozenset({bool, float, complex, type(None), type(Ellipsis)})
_TRUSTED = frozenset(
    {("datetime", name) for name in ("date", "time", "datetime", "timedelta", "timezone")}
    | {("decimal", "Decimal"), ("fractions", "Fraction"), ("uuid", "UUID"), ("zoneinfo", "ZoneInfo")}
    | {
        (module, name)
        for module in ("pathlib", "pathlib._local")
        for name in ("PosixPath", "PurePosixPath", "WindowsPath", "PureWindowsPath")
    }
)
_CONTAINERS: tuple[type, ...] = (list, tuple, dict, set, frozenset, slice, Record, EnumValue, Opaque)
_BRACKETS: dict[type, str] = {list: "[]", tuple: "()", set: "{}"}
_CYCLES: dict[type, str] = {list: "[...]", tuple: "(...)", dict: "{...}"}


class _Full(Exception):
    """The bound is reached."""


class _Writer:
    """Collects the text of one repr."""

    __slots__ = ("leaf", "left", "open", "parts")

    def __init__(self, limit: int, leaf: Callable[[object, int], str]) -> None:
        self.left = limit
        self.leaf = leaf
        self.parts: list[str] = []
        self.open: set[int] = set()

    def put(self, text: str) -> None:
        self.parts.append(text)
        self.left -= len(text)
        if self.left < 0:
            raise _Full

    def value(self, value: Any) -> None:
        """Write one value as its own ``repr`` would."""
        kind = type(value)
        if kind is str or kind is bytes or kind is bytearray:
            self.put(repr(value[: self.left + 1]))
        elif kind is int:
            self.put(_int(value))
        elif any(kind is item for item in _EXACT):
            self.put(repr(value))
        elif kind is range:
            steps = (value.start, value.stop) if value.step == 1 else (value.start, value.stop, value.step)
            self.sequence("range(", steps, ")")
        elif any(kind is item for item in _CONTAINERS):
            self.container(value, kind)
        elif self.trusted(kind):
            self.put(repr(value))
        else:
            self.put(self.leaf(value, self.left))

    def trusted(self, kind: type) -> bool:
        """Whether the type is one of the library's own, or numpy's, with a short repr of plain data."""
        place = (instances.module_of(kind), instances.type_name(kind))
        listed = place in _TRUSTED or place[0] == "numpy"
        return listed and getattr(sys.modules.get(place[0]), place[1], None) is kind

    def container(self, value: Any, kind: type) -> None:
        """Write a container; one inside itself, or too deep, shows as dots."""
        if id(value) in self.open or len(self.open) > _DEEPEST:
            self.put(_CYCLES.get(kind, "..."))
            return
        self.open.add(id(value))
        if kind is dict:
            self.pairs("{", dict.items(value), ": ", "}", keys=True)
        elif kind is slice:
            self.sequence("slice(", (value.start, value.stop, value.step), ")")
        elif kind is Opaque:
            self.put(value.repr)
        elif kind is EnumValue:
            self.put(f"<{value.type}.{value.name}: ")
            self.value(value.value)
            self.put(">")
        elif kind is Record:
            fields = dict(value.fields)
            if value.base is not None and tuple(fields) and type(value.base) is not tuple:
                fields = {"": value.base, **fields}
            elif value.base is not None and not fields:
                fields = {"": value.base}
            self.pairs(f"{value.type}(", fields.items(), "=", ")", keys=False)
        elif not value and kind is not list and kind is not tuple:
            self.put(f"{kind.__name__}()")
        elif kind is frozenset:
            self.sequence("frozenset({", value, "})")
        elif kind is tuple and len(value) == 1:
            self.sequence("(", value, ",)")
        else:
            self.sequence(_BRACKETS[kind][0], value, _BRACKETS[kind][1])
        self.open.discard(id(value))

    def sequence(self, before: str, items: Iterable[Any], after: str) -> None:
        self.put(before)
        for index, item in enumerate(items):
            if index:
                self.put(", ")
            self.value(item)
        self.put(after)

    def pairs(self, before: str, items: Iterable[tuple[Any, Any]], between: str, after: str, *, keys: bool) -> None:
        self.put(before)
        for index, (key, item) in enumerate(items):
            if index:
                self.put(", ")
            if keys:
                self.value(key)
                self.put(between)
            elif key:
                self.put(f"{key}{between}")
            self.value(item)
        self.put(after)


def _int(value: int) -> str:
    try:
        return repr(value)
    except ValueError:
        return f"<int of {value.bit_length()} bits>"


def _plain_leaf(value: object, left: int) -> str:
    name = next((kind.__name__ for kind in (Counter, OrderedDict, defaultdict) if type(value) is kind), None)
    if name is not None:
        return f"{name}({_write(dict(dict.items(value)), left + 1, _plain_leaf)})"  # type: ignore[arg-type]
    if type(value) is deque:
        return f"deque({_write(list(value), left + 1, _plain_leaf)})"
    return f"<{instances.type_name(type(value))} object>"


def _guest_leaf(value: object, left: int) -> str:
    try:
        text = repr(value)
        return text if type(text) is str else str.__str__(text)
    except BaseException as error:
        name = instances.type_name(type(value))
        return f"<{name} object whose repr raised {instances.type_name(type(error))}>"


def _write(value: object, limit: int, leaf: Callable[[object, int], str]) -> str:
    if type(value) is int and -_SHORT_INT < value < _SHORT_INT and limit > _SHORT_INT_DIGITS:
        return repr(value)
    writer = _Writer(limit, leaf)
    try:
        writer.value(value)
    except (_Full, RecursionError):
        return "".join(writer.parts)[: max(0, limit - 1)] + _ELLIPSIS
    return "".join(writer.parts)


def safe_repr(value: object, limit: int = 2048) -> str:
    """At most ``limit`` characters that show ``value``; no code of its class runs."""
    return _write(value, limit, _plain_leaf)


def short_repr(value: object, limit: int = 200) -> str:
    """``safe_repr`` for a line of text."""
    return _write(value, limit, _plain_leaf)


def guest_repr(value: object, limit: int = 2048) -> str:
    """``repr`` as the guest's classes write it, cut at ``limit`` characters; for workers only.

    Whatever a guest's ``__repr__`` does, text comes back; an exception in it is named in that text.
    """
    return _write(value, limit, _guest_leaf)
