"""Which attributes guest code may store or delete.

Invariants: library classes and functions are never changed; instances of library classes only where a facade's table
says so; a special name only where its meaning is reviewed; a private name never where a library base uses it.
"""

from __future__ import annotations

import collections
import functools
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from . import names
from .stand_ins import REVIEWED_BUILTINS
from .widths import MOST_DIGITS, loaded

if TYPE_CHECKING:
    from .guards import Guards

_IMMUTABLE_TYPE = 1 << 8  # Py_TPFLAGS_IMMUTABLETYPE of CPython's object.h
_FUNCTION_STORES = frozenset(
    """__name__ __qualname__ __doc__ __module__ __wrapped__ __annotations__ __defaults__ __kwdefaults__
    __isabstractmethod__ __type_params__ __test__""".split()
)
_CLASS_STORES = frozenset("__name__ __qualname__ __doc__ __module__ __annotations__ __abstractmethods__".split())
_INSTANCE_STORES = frozenset("__name__ __qualname__ __doc__ __module__ __wrapped__".split())
_EXCEPTION_STORES = frozenset("__cause__ __context__ __suppress_context__ __notes__ __traceback__".split())
_CLASS_HOOKS = frozenset({"__subclasshook__", "__subclasscheck__"})
"""Wrapped while their class is made; stored later they would see unreviewed classes."""


class StoreRules:
    """The stores of one engine. ``facade`` is the class of module facades; ``settable(cls)`` the open attributes."""

    def __init__(self, guards: Guards, facade: type, settable: Callable[[type], frozenset[str]]) -> None:
        self._guards = guards
        self._facade = facade
        self._settable = settable
        self._passed: dict[type, set[str]] = {}

    def check(self, value: Any, name: str, new: Any) -> None:
        """Refuse ``value.name = new``, or deleting it, where it is not allowed. ``name`` has passed the gate.

        Raises:
            Stop: it is not allowed.
        """
        cls = type(value)
        if name in names.ENUM_DATA:
            self._refuse("HC105", name, f"a '{cls.__name__}' object")
        if issubclass(cls, type):
            self._on_class(value, name, new)
        elif cls is types.FunctionType:
            self._on_function(value, name)
        elif names.is_dunder(name):
            self._special(value, cls, name, new)
        elif cls in self._guards.open_types:
            return
        elif name.startswith("_"):
            if not self._private(value, cls, name):
                self._refuse("HC102", name, f"a '{cls.__name__}' object")
        elif not self._plain(value, cls, name):
            self._refuse("HC105", name, f"a '{cls.__name__}' object")
        elif name == "prec" and cls is loaded("decimal", "Context") and type(new) is int and new > MOST_DIGITS:
            self._guards.refuse("HC303", f"a decimal precision of {new} digits")

    def has_passed(self, cls: type, name: str) -> bool:
        """Whether a name has been stored on a guest class before, and needs no look again."""
        return name in self._passed.get(cls, ())

    def _refuse(self, code: str, name: str, where: str) -> NoReturn:
        self._guards.refuse(code, f"storing {name!r} on {where}")

    def _on_function(self, value: Any, name: str) -> None:
        if not self._guards.is_guest_function(value):
            self._refuse("HC105", name, "a library function")
        if names.is_dunder(name) and name not in _FUNCTION_STORES:
            self._refuse("HC105", name, "a function")

    def _on_class(self, cls: type, name: str, new: Any) -> None:
        """A plain name that has passed once passes again: heirs made since were checked when they were adopted."""
        guards = self._guards
        if name in self._passed.get(cls, ()):
            return
        if not guards.is_guest_class(cls):
            if cls.__flags__ & _IMMUTABLE_TYPE:
                return  # CPython's own TypeError follows
            self._refuse("HC105", name, f"the class '{cls.__name__}'")
        if names.is_dunder(name):
            if not (names.may_define(name) or name in _CLASS_STORES) or name in _CLASS_HOOKS:
                self._refuse("HC105", name, "a class")
            if name == "__annotations__" and new is not None and type(new) is not dict:
                raise TypeError("__annotations__ must be a plain dict")
        for heir in family(cls):
            guards.check_bound(heir, name)
            if name == "mro" and issubclass(heir, type):
                self._refuse("HC105", name, "a metaclass")
        if name == "__getattr__" and guards.memory is not None:
            guards.memory.close_class(cls)
        guards.classes[cls].add(name)
        if not names.is_dunder(name):
            self._passed.setdefault(cls, set()).add(name)

    def _plain(self, value: Any, cls: type, name: str) -> bool:
        if cls in REVIEWED_BUILTINS or cls is self._facade or self._guards.is_guest_class(cls):
            return True  # where nothing can be stored, CPython's own AttributeError follows
        if self._guards.members.is_foreign(cls):
            return self._guards.members.may_store(value, name)
        return name in self._settable(cls) or (issubclass(cls, BaseException) and self._guards.is_reviewed(cls))

    def _private(self, value: Any, cls: type, name: str) -> bool:
        """On an instance of a guest class over a library base: free unless the library uses the name."""
        if not self._guards.is_guest_class(cls) or name in self._guards.taken(cls):
            return False
        self._guards.classes[cls].add(name)
        return True

    def _special(self, value: Any, cls: type, name: str, new: Any) -> None:
        if name in _EXCEPTION_STORES and issubclass(cls, BaseException) and self._guards.is_shown(cls):
            return
        if name == "__dict__" and new is None and issubclass(cls, functools.partial):
            return  # CPython's own TypeError follows
        if cls in _NAMED and name in ("__name__", "__qualname__"):
            return
        if name == "__doc__" and cls is _FIELD_OF_TUPLE:
            return
        if name in ("__doc__", "__name__") and is_own_property(self._guards, value):
            return
        if cls in self._guards.open_types:
            if name == "__dict__" and (new is None or (type(new) is dict and self._guards.memory is None)):
                return  # None: it is deleted, or CPython's own TypeError follows
            if name == "__class__" and new in self._guards.open_types:
                return
            if names.may_define(name) or name in _INSTANCE_STORES:
                return
        self._refuse("HC105", name, f"a '{cls.__name__}' object")


def is_own_property(guards: Guards, value: Any) -> bool:
    """Whether it is a property of the guest's making: its functions are the guest's own, or it has none."""
    if type(value) is not property:
        return False
    return all(each is None or guards.is_guests(each) for each in (value.fget, value.fset, value.fdel))


_NAMED = frozenset({types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType})
_FIELD_OF_TUPLE = type(vars(collections.namedtuple("_", "field"))["field"])


def family(cls: type) -> list[type]:
    """The class and all that derive from it."""
    found: list[type] = [cls]
    for each in found:
        below: list[type] = type.__subclasses__(each)
        found += [cls for cls in below if cls not in found]
    return found
