"""Instances of third-party classes: which public attributes guests reach, by a reviewed list for each class.

A class of the standard library is reviewed with its facade, and its instances are read as they are. A third-party
class is met in many more kinds than a facade exports, and the instances of most lead to files, modules or raw memory.

Invariants: a third-party class that nobody reviewed has no attributes for guests; a class is reviewed together with
the library classes it derives from, and a subclass has what its bases have; an attribute may come checked, which
means that guests get a function of ours in its place; a name that is left out is refused, not missing.
"""

from __future__ import annotations

import dataclasses
import sys
import types
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .stand_ins import StandIn

if TYPE_CHECKING:
    from .guards import Guards

Checked = Callable[[Any, Any], Any]
"""Called with the receiver and its native attribute; gives what the guest gets."""

_OURS = sys.stdlib_module_names | {"__main__", "sandbox", "typing_extensions"}
_REFUSED_SPECIALS = frozenset({"__getattr__", "__new__", "__dict__", "__setattr__", "__delattr__"})
_type_mro = type.__dict__["__mro__"].__get__
_type_module = type.__dict__["__module__"].__get__


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """What guests reach on instances of one class, its bases' attributes included.

    ``columns``: names that the class does not have are data, such as the columns of a table. ``shown`` stands for
    the class where guests must not call it.
    """

    names: frozenset[str] = frozenset()
    checked: Mapping[str, Checked] = dataclasses.field(default_factory=dict)
    settable: frozenset[str] = frozenset()
    columns: bool = False
    shown: StandIn | None = None


_NOTHING = Table()
_OF_EXCEPTIONS = frozenset(name for name in dir(OSError) + dir(ImportError) + dir(SyntaxError) if name[0] != "_")


class Members:
    """The gate of one engine. ``tables`` gives the table of a third-party class, or None when nobody reviewed it."""

    def __init__(self, guards: Guards, tables: Callable[[type], Table | None] = lambda cls: None) -> None:
        self._guards = guards
        self._tables = tables
        self._foreign: dict[type, bool] = {}

    def is_foreign(self, cls: type) -> bool:
        """Whether the class is third-party: neither the guest's, nor the standard library's, nor ours."""
        found = self._foreign.get(cls)
        if found is None:
            places = () if self._guards.is_guest_class(cls) else map(_type_module, _type_mro(cls))
            found = any(type(place) is not str or place.partition(".")[0] not in _OURS for place in places)
            self._foreign[cls] = found
        return found

    def behind(self, value: Any) -> type | None:
        """The third-party class that a class, ``super()`` or generic alias reads its attributes from, if it is one."""
        if type(value) is type and self._foreign.get(value) is False:
            return None
        while not issubclass(type(value), type):
            if type(value) is super:
                inner: Any = value.__self__  # type: ignore[attr-defined]
                value = inner if issubclass(type(inner), type) else type(inner)
            elif type(value) is types.MethodType:
                value = value.__func__
            elif type(value) in self._guards.class_types:
                value = getattr(value, "__origin__", None)
            elif self.is_foreign(type(value)):
                self._refuse(type(value), "attributes through a generic alias")
            else:
                return None
        cls: type = value._real[0] if type(value) is StandIn else value
        return cls if self.is_foreign(cls) else None

    def takes(self, value: Any, name: str) -> bool:
        """Whether a special or gated public name of this value is read as any other public name is.

        Raises:
            Stop: a special method that reads or stores attributes by name.
        """
        cls = type(value)
        behind = self.behind(value) if cls in self._guards.class_types or issubclass(cls, type) else None
        owner = behind or (cls if self.is_foreign(cls) else None)
        if owner is None:
            return False
        if name in _REFUSED_SPECIALS:
            self._refuse(owner, name)
        return name[0] != "_"

    def table(self, cls: type) -> Table:
        """What is reviewed of a third-party class."""
        found = self._tables(cls)
        if found is not None:
            return found
        if issubclass(cls, BaseException):
            return Table(_OF_EXCEPTIONS)
        if issubclass(cls, tuple) and type(getattr(cls, "_fields", None)) is tuple:
            return Table(frozenset({*cls._fields, "count", "index"}))  # type: ignore[attr-defined]
        return _NOTHING

    def stand_in(self, cls: type) -> StandIn | None:
        """What guests hold in place of a class that they must not call."""
        table = self._tables(cls) if self.is_foreign(cls) else None
        return table.shown if table is not None else None

    def load(self, value: Any, name: str) -> Any:
        """A public attribute of an instance.

        Raises:
            AttributeError: there is none.
            Stop: it is not on the reviewed list.
        """
        cls = type(value)
        table = self.table(cls)
        make = table.checked.get(name)
        if make is not None:
            return make(value, getattr(value, name))
        if name in table.names or (table.columns and self._is_column(value, cls, name)):
            return getattr(value, name)
        if self._has(value, cls, name):
            self._refuse(cls, name)
        return getattr(value, name)

    def load_from_class(self, cls: type, name: str) -> Any:
        """A public attribute of a third-party class: what its instances have, to be called with one.

        Raises:
            AttributeError: there is none.
            Stop: it is not on the reviewed list.
        """
        table = self.table(cls)
        make = table.checked.get(name)
        if make is None and name not in table.names:
            if hasattr(cls, name):
                self._refuse(cls, name)
            return getattr(cls, name)
        found = getattr(cls, name)
        if make is not None and type(found) in (types.MethodType, types.BuiltinMethodType):
            return make(cls, found)  # a class method
        if make is None and type(found) is not types.FunctionType:
            return found
        return _method_of(self, cls, name)

    def may_store(self, value: Any, name: str) -> bool:
        """Whether guests may store this public attribute: it is on the list, or a column that exists."""
        cls = type(value)
        table = self.table(cls)
        return name in table.settable or (table.columns and self._is_column(value, cls, name) and hasattr(value, name))

    def _is_column(self, value: Any, cls: type, name: str) -> bool:
        return not hasattr(cls, name) and name not in _own(value)

    def _has(self, value: Any, cls: type, name: str) -> bool:
        return hasattr(cls, name) or name in _own(value) or hasattr(cls, "__getattr__")

    def _refuse(self, cls: type, name: str) -> None:
        root = cls.__module__.partition(".")[0]
        self._guards.refuse(
            "HC202", f'{root}: {cls.__name__}.{name} (not on the reviewed list; engine="cpython" has it)'
        )


def _own(value: Any) -> Mapping[str, Any]:
    try:
        found = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}
    return found if isinstance(found, dict) else {}


def _method_of(members: Members, cls: type, name: str) -> Callable[..., Any]:
    """A method taken from its class: it works on instances of the class, each looked up on its own."""

    def method(*args: Any, **kwargs: Any) -> Any:
        if not args or not issubclass(type(args[0]), cls):
            given = f"a '{type(args[0]).__name__}' object" if args else "no object"
            raise TypeError(f"descriptor '{name}' for '{cls.__name__}' objects doesn't apply to {given}")
        return members.load(args[0], name)(*args[1:], **kwargs)

    method.__name__, method.__qualname__ = name, f"{cls.__qualname__}.{name}"
    return method
