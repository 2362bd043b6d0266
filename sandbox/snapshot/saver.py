"""A namespace to typed JSON: the codec of values, and what only snapshots carry: functions, classes, library objects.

Invariants: one memo for the whole document, so that shared objects stay shared; no code of the guest runs; what hangs
together in cycles (captured variables, attributes, fields) is written as *parts*, in the order in which they are met,
and the loader counts them the same way; a variable that cannot be saved leaves no trace.
"""

from __future__ import annotations

import collections
import dataclasses
import functools
import types
from collections.abc import Callable, Iterable
from typing import Any

from ..values import instances
from ..values.encode import Encoder
from ..values.fault import Fault
from ..values.kinds import FACTORIES, Bounds
from . import class_saver, library, shared_arrays
from .sources import Definition
from .world import EMPTY, World

Item = tuple[str, object]
"""A member of a part, and how a path goes on to it."""

_PLAIN_KEYS: frozenset[type] = frozenset({str, int, float, bool, bytes, type(None), complex})
_HASHING = (dict, set, frozenset, collections.defaultdict, collections.OrderedDict, collections.Counter)
_MOST_PATHS = 100_000
_REASONS = {
    "generator": "it is an open generator",
    "coroutine": "it is an open coroutine",
    "async_generator": "it is an open generator",
    "lock": "it is a lock",
    "RLock": "it is a lock",
    "Thread": "it is a thread",
    "TextIOWrapper": "it is an open file",
    "BufferedReader": "it is an open file",
    "BufferedWriter": "it is an open file",
    "BufferedRandom": "it is an open file",
    "FileIO": "it is an open file",
    "Connection": "it is an open connection",
    "Cursor": "it is an open connection",
    "frame": "it is a frame",
    "traceback": "it is a traceback",
    "memoryview": "it is a view of another object's memory",
    "mappingproxy": "it is a view of another object",
    "ReferenceType": "it is a weak reference",
}


@dataclasses.dataclass
class _Pending:
    """A part to be written: whose it is, how to list it, and in which part its owner was met."""

    owner: object
    members: Callable[[], list[Item]]
    around: _Pending | None
    items: list[Item] = dataclasses.field(default_factory=list)


class Saver(Encoder):
    """The state of writing one document. ``parts`` and ``definitions`` are the document's lists."""

    def __init__(self, world: World, bounds: Bounds) -> None:
        super().__init__(None, bounds)
        self.world = world
        self.parts: list[Any] = []
        self.definitions: list[Definition] = []
        self._numbers: dict[types.CodeType, int] = {}
        self._cells: dict[int, int] = {}
        self._waiting: collections.deque[_Pending] = collections.deque()
        self._current: _Pending | None = None
        self.copied: set[int] = set()

    # ---- variables
    def variable(self, name: str, value: object) -> Any:
        """The node of one variable; its parts follow those before.

        Raises:
            Fault: it cannot be saved; ``trail`` is the whole path, and nothing of it stays in the document.
        """
        marks = len(self.seen), len(self.parts), len(self.definitions), len(self._cells), self.nodes, self.left
        self._current = _Pending(None, list, None, [(name, value)])
        self.keep.append(value)
        try:
            node = self.value(value, 0)
            while self._waiting:
                self._part(self._waiting.popleft())
        except Fault as fault:
            fault.trail = [self._path() + "".join(reversed(fault.trail))]
            self._back(*marks)
            raise
        return node

    def _part(self, pending: _Pending) -> None:
        self._current = pending
        pending.items = pending.members()
        self.keep.append(pending.items)
        self.spend(1, list)
        self.number(pending.items)
        node = []
        for step, item in pending.items:
            try:
                node.append(self.value(item, 1))
            except Fault as fault:
                fault.trail.append(step)
                raise
        self.parts.append(node)

    def _back(self, seen: int, parts: int, definitions: int, cells: int, nodes: int, left: int) -> None:
        while len(self.seen) > seen:
            self.seen.popitem()
        while len(self._cells) > cells:
            self._cells.popitem()
        del self.parts[parts:], self.definitions[definitions:]
        self._numbers = {code: number for code, number in self._numbers.items() if number < definitions}
        self._waiting.clear()
        self.nodes, self.left = nodes, left

    def _path(self) -> str:
        """The path to the owner of the part at hand, from the variable on."""
        steps: list[str] = []
        pending = self._current
        while pending is not None and pending.around is not None:
            steps.append(_steps_to(pending.around.items, pending.owner))
            pending = pending.around
        if pending is not None and not steps:
            steps.append(pending.items[0][0])
        return "".join(reversed(steps))

    def later(self, owner: object, members: Callable[[], list[Item]]) -> None:
        """Write a part when what is at hand is written."""
        self._waiting.append(_Pending(owner, members, self._current))

    # ---- the codec, and what it does not know
    def value(self, value: Any, depth: int) -> Any:
        kind = type(value)
        if kind in _HASHING and id(value) not in self.seen and self._is_special(value, kind):
            return self._late(value, kind, depth)
        return super().value(value, depth)

    def _is_special(self, value: Any, kind: type) -> bool:
        """Whether hashing the keys runs guest code, or the factory is one that the codec does not keep."""
        if kind is collections.defaultdict and not any(value.default_factory is each for each in _FACTORIES):
            return True
        keys = kind.__iter__(value)  # type: ignore[attr-defined]
        return not set(map(type, value)) <= _PLAIN_KEYS and any(map(self._hashed_by_guest, keys))

    def _hashed_by_guest(self, key: Any, depth: int = 0) -> bool:
        kind = type(key)
        if kind is tuple or kind is frozenset:
            return depth > 8 or any(self._hashed_by_guest(each, depth + 1) for each in key)
        return kind not in _PLAIN_KEYS and self.world.is_guest_class(kind) and not library.is_member(key)

    def _late(self, value: Any, kind: type, depth: int) -> Any:
        """A container that is filled last, when the guest's classes can hash its keys."""
        if kind is frozenset:
            raise Fault(kind, "it is a frozenset of objects that your own classes hash; use a set, or a tuple")
        self.spend(3, kind)
        self.number(value)
        factory = self.field(value.default_factory, "default_factory", depth) if kind in _DEFAULT else None
        members = list(kind.__iter__(value))  # type: ignore[attr-defined]
        if issubclass(kind, dict):
            self.later(value, lambda: pairs_of(dict.items(value)))
        else:
            self.later(value, lambda: [(".member", each) for each in members])
        return {"$": "late", "k": kind.__name__, "f": factory}

    def other(self, value: Any, kind: type, depth: int) -> Any:
        world = self.world
        place = world.place(value)
        if place is not None:
            return {"$": "lib", "m": place[0], "n": place[1]}
        if (tool := world.tool(value)) is not None:
            return {"$": "tool", "n": tool}
        if (module := world.module(value)) is not None:
            return {"$": "module", "n": module}
        if world.is_guest_function(value):
            return self._function(value)
        if instances.is_kind_of(kind, type):
            if (name := library.kind_name(value)) is not None:
                return {"$": "kind", "n": name}
            if (shown := world.shown(value)) is not value:
                return self.other(shown, type(shown), depth)
            if not world.is_guest_class(value):
                raise Fault(kind, f"the class {instances.type_name(value)!r} has no name under which it is imported")
            return class_saver.save(self, value, depth)
        if library.is_member(value):
            return self._member(value, kind, depth)
        if instances.is_kind_of(kind, BaseException):
            return self._exception(value, kind, depth)
        if world.is_guest_class(kind):
            return self._instance(value, kind, depth)
        if shared_arrays.is_view(kind, value):
            found = shared_arrays.save_view(self, value, depth)
        else:
            found = library.save(self, value, kind, depth)
        if found is not None:
            return found
        reason = _REASONS.get(instances.type_name(kind))
        if reason is not None:
            raise Fault(kind, reason)
        return super().other(value, kind, depth)

    # ---- functions
    def _function(self, value: types.FunctionType) -> Any:
        definition = self.world.definition(value)
        if definition is None:
            raise Fault(types.FunctionType, f"the function {value.__qualname__!r} has no source: exec or eval made it")
        self.number(value)
        number = self._numbers.get(value.__code__)
        if number is None:
            number = self._numbers[value.__code__] = len(self.definitions)
            self.definitions.append(definition)
            self.spend(4, types.FunctionType, len(definition.text))
        cells = []
        for name, cell in zip(definition.free, self.world.captured(value), strict=True):
            cells.append(self._cell(value, name, cell))
        self.later(value, functools.partial(_attributes, value))
        return {"$": "function", "d": number, "c": cells}

    def _cell(self, owner: object, name: str, cell: Any) -> int:
        number = self._cells.get(id(cell))
        if number is None:
            number = self._cells[id(cell)] = len(self._cells)
            self.keep.append(cell)

            def content() -> list[Item]:
                held = self.world.content(cell)
                return [] if held is EMPTY else [(f".<captured {name}>", held)]

            self.later(owner, content)
        return number

    # ---- instances of the guest's classes
    def check_bases(self, kind: type) -> None:
        """Refuse instances whose state may lie where it cannot be read.

        Raises:
            Fault: the class derives from one of a library.
        """
        for base in instances.mro(kind):
            if self.world.is_guest_class(base) or library.is_clean(base):
                continue
            raise Fault(kind, f"its class derives from {instances.type_name(base)!r} of a library")

    def _instance(self, value: Any, kind: type, depth: int) -> Any:
        self.check_bases(kind)
        cls = self.value(kind, depth)
        self.number(value)
        base = instances.base_of(kind)
        found = {"$": "inst", "c": cls}
        if base is None or base in _MUTABLE:
            self.later(value, lambda: _content(self, value, base) + _fields(value, kind))
        else:
            held = instances.base_value(value, base)
            self.keep.append(held)
            found["b"] = self.value(held, depth)
            self.later(value, lambda: _fields(value, kind))
        return found

    def _member(self, value: Any, kind: type, depth: int) -> Any:
        cls = self.value(kind, depth)
        name, number = library.member_name(value)
        if name is None and type(number) is not int:
            raise Fault(kind, "it is a member that its enumeration does not list")
        return {"$": "member", "c": cls, "n": name, "v": number if name is None else None}

    def _exception(self, value: BaseException, kind: type, depth: int) -> Any:
        self.check_bases(kind)
        cls = self.value(kind, depth)
        self.number(value)
        args = self.items(instances.exception_args(value), depth)
        self.later(value, lambda: library.exception_links(value) + _fields(value, kind))
        return {"$": "exc", "c": cls, "a": args}


_FACTORIES = (None, *FACTORIES.values())
_DEFAULT = (collections.defaultdict,)
_MUTABLE = (list, dict, set, bytearray)


def _attributes(value: types.FunctionType) -> list[Item]:
    """What a function has beside its code: as ``loader.Loader.function`` takes it."""
    return [
        (".__name__", value.__name__),
        (".__qualname__", value.__qualname__),
        (".__doc__", value.__doc__),
        (".__module__", value.__module__),
        (".__defaults__", value.__defaults__),
        (".__kwdefaults__", value.__kwdefaults__),
        (".__annotations__", value.__annotations__),
        (".__type_params__", getattr(value, "__type_params__", ())),
        *((f".{text}", item) for name, held in value.__dict__.items() for text, item in ((name, name), (name, held))),
    ]


def pairs_of(pairs: Iterable[tuple[Any, Any]]) -> list[Item]:
    """Keys and values in turn."""
    found: list[Item] = []
    for key, value in pairs:
        shown = repr(key)[:80] if type(key) in _PLAIN_KEYS else "…"
        found += ((f".keys()[{len(found) // 2}]", key), (f"[{shown}]", value))
    return found


def _fields(value: object, kind: type) -> list[Item]:
    found: list[Item] = []
    for name, held in instances.fields_of(value).items():
        if type(name) is not str:
            raise Fault(kind, "it has a field whose name is not a plain str")
        found += ((f".{name}", name), (f".{name}", held))
    return found


def _content(saver: Saver, value: Any, base: type | None) -> list[Item]:
    """What a subclass of a mutable builtin holds, as one list."""
    if base is None:
        return []
    held: Any = instances.base_value(value, base)
    if base is dict:
        held = [each for pair in held.items() for each in pair]
    elif base is bytearray:
        held = bytes(held)
    elif base is set:
        held = list(held)
    saver.keep.append(held)
    return [("", held)]


def _steps_to(items: list[Item], wanted: object) -> str:
    """The path through builtin containers from the items of a part to an object met in it."""
    waiting: collections.deque[tuple[str, Any]] = collections.deque(items)
    for _ in range(_MOST_PATHS):
        if not waiting:
            break
        steps, value = waiting.popleft()
        if value is wanted:
            return steps
        kind = type(value)
        if kind is list or kind is tuple:
            waiting += ((f"{steps}[{place}]", each) for place, each in enumerate(value))
        elif kind in _HASHING and issubclass(kind, dict):
            waiting += ((steps + step, each) for step, each in pairs_of(dict.items(value)))
        elif kind is types.MethodType:
            waiting.append((f"{steps}.__self__", value.__self__))
        elif kind is functools.partial:
            waiting += ((f"{steps}.args", value.args), (f"{steps}.keywords", value.keywords), (steps, value.func))
        elif kind in (staticmethod, classmethod):
            waiting.append((steps, value.__func__))
        elif kind is property:
            waiting += ((steps, each) for each in (value.fget, value.fset, value.fdel))
        else:
            waiting.append((steps, type(value))) if type(value) is wanted else None
    return "…"
