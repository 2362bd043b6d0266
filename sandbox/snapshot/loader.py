"""Typed JSON to a namespace: the hostile side, in a worker.

Invariants: a closed table of tags; functions are made from their definitions alone, classes from their parts, under
the rules of the engine; nothing of the guest runs but the hashing of keys that its classes hash, last of all; the only
exceptions that leave are ``DecodeError`` and the engine's own ``Stop``.
"""

from __future__ import annotations

import abc
import collections
import contextlib
import enum
import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..errors import DecodeError
from ..values import instances
from ..values.decode import Decoder
from ..values.kinds import Bounds
from . import class_loader, library
from .sources import BadDefinition, Definition
from .world import World

_Json = dict[str, Any]
_Action = Callable[[list[Any]], None]
_MOST_TEXT = 4096


class Loader(Decoder):
    """The state of reading one document."""

    def __init__(self, world: World, bounds: Bounds, definitions: Sequence[Definition], parts: list[Any]) -> None:
        super().__init__({}, bounds, world.packages)
        self.world = world
        self._definitions = definitions
        self._makers: dict[int, Callable[..., Any]] = {}
        self._parts = parts
        self._next = 0
        self._actions: collections.deque[_Action] = collections.deque()
        self._cells: list[Any] = []
        self._last: list[Callable[[], object]] = []
        self.classes_made: list[type] = []

    # ---- variables
    def variable(self, doc: Any) -> Any:
        """The value of one variable, its parts included."""
        value = self.whole([doc], 0)[0]
        while self._actions:
            action = self._actions.popleft()
            if self._next >= len(self._parts):
                raise DecodeError("not a snapshot: a part is missing")
            items = self.value(self._parts[self._next], 0)
            self._next += 1
            if type(items) is not list:
                raise DecodeError("not a snapshot: a part that is no list")
            action(items)
        return value

    def end(self) -> None:
        """When all names are bound: what runs code of the guest's classes."""
        if self._next != len(self._parts):
            raise DecodeError("not a snapshot: parts that nothing asks for")
        for cls in self.classes_made:
            abc.update_abstractmethods(cls)
        for action in self._last:
            action()

    def later(self, action: _Action) -> None:
        """Hand the next part to ``action``."""
        self._actions.append(action)

    def last(self, action: Callable[[], object]) -> None:
        """Do this when everything else is there."""
        self._last.append(action)

    # ---- checks
    def text(self, value: Any) -> str:
        """A short plain text."""
        if type(value) is not str or len(value) > _MOST_TEXT:
            raise DecodeError("not a snapshot: malformed text")
        return value

    def pairs_in(self, items: list[Any]) -> Iterator[tuple[str, Any]]:
        """Names and values in turn."""
        if len(items) % 2:
            raise DecodeError("not a snapshot: names and values must pair")
        for name, value in zip(items[::2], items[1::2], strict=True):
            yield self.text(name), value

    def keywords(self, given: dict[Any, Any]) -> dict[str, Any]:
        """Keyword arguments."""
        if not all(type(name) is str for name in given):
            raise DecodeError("not a snapshot: malformed keywords")
        return given

    # ---- the codec, and what it does not know
    def value(self, doc: Any, depth: int) -> Any:
        if type(doc) is dict and "$" in doc:
            build = _TAGS.get(doc["$"])
            if build is not None:
                self.spend(4)
                if depth > self.most:
                    raise DecodeError("not a snapshot: nested too deep")
                return build(self, doc, depth + 1)
        return super().value(doc, depth)

    def _late(self, doc: _Json, depth: int) -> Any:
        kind, factory = doc["k"], None
        if kind == "defaultdict":
            made: Any = collections.defaultdict()
            self.objects.append(made)
            (factory,) = self.whole([doc["f"]], depth)
            if factory is not None and not callable(factory):
                raise DecodeError("not a snapshot: malformed defaultdict")
            made.default_factory = factory
        else:
            made = _LATE[kind]()
            self.objects.append(made)
        self.later(lambda items: self.last(functools.partial(self.insert, made, items)))
        return made

    def insert(self, target: Any, items: list[Any]) -> None:
        """Put keys and values, or members, into a container of the guest's."""
        self.spend(len(items))
        if isinstance(target, set):
            self.keys.charge(len(items))
            set.update(target, items)
            return
        if len(items) % 2:
            raise DecodeError("not a snapshot: keys and values must pair")
        self.keys.charge(len(items) // 2)
        store = collections.OrderedDict if isinstance(target, collections.OrderedDict) else dict
        for key, value in zip(items[::2], items[1::2], strict=True):
            store.__setitem__(target, key, value)

    def _lib(self, doc: _Json, depth: int) -> Any:
        module, name = self.text(doc["m"]), self.text(doc["n"])
        if name.startswith("_"):
            raise DecodeError(f"{module}.{name} is no public name")
        return self.world.load_from(module, name)

    def _tool(self, doc: _Json, depth: int) -> Any:
        name = self.text(doc["n"])
        found = self.world.get_tool(name)
        if found is None:
            raise DecodeError(f"it uses the tool {name!r}, which this session does not have; send it first")
        return found

    def _kind(self, doc: _Json, depth: int) -> Any:
        return library.KINDS[self.text(doc["n"])]

    def _module(self, doc: _Json, depth: int) -> Any:
        return self.world.load(self.text(doc["n"]))

    # ---- functions
    def _function(self, doc: _Json, depth: int) -> Any:
        number, cells = doc["d"], doc["c"]
        if type(number) is not int or not 0 <= number < len(self._definitions) or type(cells) is not list:
            raise DecodeError("not a snapshot: malformed function")
        definition = self._definitions[number]
        if len(cells) != len(definition.free):
            raise DecodeError("not a snapshot: malformed function")
        if number not in self._makers:
            try:
                self._makers[number] = self.world.define(definition)
            except BadDefinition as error:
                raise DecodeError(str(error)) from None
        held = {name: self._cell(cell) for name, cell in zip(definition.free, cells, strict=True)}
        made = self._makers[number](held)
        self.objects.append(made)
        self.later(lambda items: self._attributes(made, items))
        return made

    def _cell(self, number: Any) -> Any:
        if type(number) is not int or not 0 <= number <= len(self._cells):
            raise DecodeError("not a snapshot: malformed captured variable")
        if number == len(self._cells):
            cell = self.world.new_cell()
            self._cells.append(cell)

            def fill(items: list[Any]) -> None:
                if len(items) > 1:
                    raise DecodeError("not a snapshot: malformed captured variable")
                if items:
                    self.world.fill(cell, items[0])

            self.later(fill)
        return self._cells[number]

    def _attributes(self, made: Any, items: list[Any]) -> None:
        if len(items) < 8:
            raise DecodeError("not a snapshot: malformed function")
        name, qualname, doc, module, defaults, keywords, hints, params = items[:8]
        made.__name__, made.__qualname__ = self.text(name), self.text(qualname)
        stored = {"__doc__": doc, "__module__": module, "__annotations__": hints}
        if type(defaults) not in (tuple, type(None)) or type(keywords) not in (dict, type(None)):
            raise DecodeError("not a snapshot: malformed defaults")
        stored |= {"__defaults__": defaults, "__kwdefaults__": self.keywords(keywords) if keywords else None}
        if params and type(params) is tuple and hasattr(made, "__type_params__"):
            stored["__type_params__"] = params
        for key, value in [*stored.items(), *self.pairs_in(items[8:])]:
            self.world.check_store(made, key, value)
            setattr(made, key, value)

    # ---- instances
    def _class_of(self, doc: Any, depth: int) -> type:
        (cls,) = self.whole([doc], depth)
        if not isinstance(type(cls), type) or not instances.is_kind_of(type(cls), type):
            raise DecodeError("not a snapshot: a class that is none")
        return cls  # type: ignore[no-any-return]

    def _instance(self, doc: _Json, depth: int) -> Any:
        cls = self._class_of(doc["c"], depth)
        if not self.world.is_guest_class(cls) or not self._is_clean(cls) or instances.is_kind_of(cls, enum.Enum):
            raise DecodeError("not a snapshot: an instance of a class that is not the guest's own")
        base = instances.base_of(cls)
        if "b" in doc:
            number = self.begin()
            (held,) = self.whole([doc["b"]], depth)
            if base is None or base in _FILLED or type(held) is not base:
                raise DecodeError("not a snapshot: malformed instance")
            made = self.finish(number, base.__new__(cls, held))
            self.later(lambda items: self._fields(made, items))
            return made
        if base is not None and base not in _FILLED:
            raise DecodeError("not a snapshot: malformed instance")
        made = (base or object).__new__(cls)
        self.objects.append(made)
        self.later(lambda items: self._filled(made, base, items))
        return made

    def _is_clean(self, cls: type) -> bool:
        return all(self.world.is_guest_class(base) or library.is_clean(base) for base in instances.mro(cls))

    def _filled(self, made: Any, base: type | None, items: list[Any]) -> None:
        if base is not None:
            content: Any = items.pop(0) if items else None
            if (base is bytearray and type(content) is not bytes) or (
                base is not bytearray and type(content) is not list
            ):
                raise DecodeError("not a snapshot: malformed instance")
            if base is list:
                list.extend(made, content)
            elif base is bytearray:
                bytearray.extend(made, content)
            else:
                self.last(functools.partial(self.insert, made, content))
        self._fields(made, items)

    def _fields(self, made: Any, items: list[Any]) -> None:
        for name, value in self.pairs_in(items):
            self.world.check_store(made, name, value)
            instances.set_field(made, name, value)

    def _member(self, doc: _Json, depth: int) -> Any:
        cls: Any = self._class_of(doc["c"], depth)
        if not instances.is_kind_of(cls, enum.Enum):
            raise DecodeError("not a snapshot: a member of what is no enumeration")
        name, value = doc["n"], doc["v"]
        if name is None and type(value) is int and instances.is_kind_of(cls, enum.Flag):
            found = cls._value2member_map_.get(value)
            return enum.Flag.__dict__["_missing_"].__func__(cls, value) if found is None else found
        found = instances.in_namespace(cls, "_member_map_").get(self.text(name))
        if found is None:
            raise DecodeError(f"{instances.type_name(cls)} has no member {name!r} here")
        return found

    def _exception(self, doc: _Json, depth: int) -> Any:
        cls = self._class_of(doc["c"], depth)
        if not instances.is_kind_of(cls, BaseException) or not self._is_clean(cls):
            raise DecodeError("not a snapshot: an exception that is none")
        number = self.begin()
        args = self.whole(doc["a"], depth)
        native: Any = next(base for base in instances.mro(cls) if base in library.CLEAN)
        made = native.__new__(cls, *args)
        with contextlib.suppress(TypeError):
            native.__init__(made, *args)
        made.args = tuple(args)
        self.finish(number, made)
        self.later(lambda items: self._links(made, items))
        return made

    def _links(self, made: Any, items: list[Any]) -> None:
        if len(items) < 4 or type(items[3]) is not dict:
            raise DecodeError("not a snapshot: malformed exception")
        made.__cause__, made.__context__ = items[0], items[1]
        made.__suppress_context__ = items[2] is True
        for name, value in items[3].items():
            if name not in library.ERROR_DATA or type(value) not in (str, bytes):
                raise DecodeError("not a snapshot: malformed exception")
            setattr(made, name, value)
        for name, value in self.pairs_in(items[4:]):
            self.world.check_store(made, name, value)
            instances.set_field(made, name, value)


_FILLED = (list, dict, set, bytearray)
_LATE: dict[str, Callable[[], Any]] = {
    "dict": dict,
    "set": set,
    "OrderedDict": collections.OrderedDict,
    "Counter": collections.Counter,
}
_TAGS: dict[str, Callable[[Loader, _Json, int], Any]] = {
    "late": Loader._late,
    "lib": Loader._lib,
    "kind": Loader._kind,
    "tool": Loader._tool,
    "module": Loader._module,
    "function": Loader._function,
    "inst": Loader._instance,
    "member": Loader._member,
    "exc": Loader._exception,
    "class": class_loader.load,
    **library.LOAD,
}
