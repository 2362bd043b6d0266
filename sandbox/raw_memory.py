"""Ways to raw memory that arrays open to a guest, and how they are closed.

numpy believes any object that has ``__array_interface__``: the address in it is read and written. And the memory of
an array of objects, which holds pointers, can be had as bytes by whatever takes a buffer.

Invariants: for engines whose policy has numpy, no object in guest hands answers to a name of ``CLAIMS``: guest code
cannot store one, dictionaries of objects refuse them, and a class with ``__getattr__`` is asked no such question;
no buffer of an array of objects is handed out or written to by the standard library.
"""

from __future__ import annotations

import functools
import sys
import types
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NoReturn

from .stand_ins import StandIn, stand_in

if TYPE_CHECKING:
    from .guards import Guards

CLAIMS: tuple[str, ...] = ("__array_interface__", "__array_struct__")
STORES = frozenset({"__setitem__", "__ior__", "setdefault", "update"})
"""Methods of ``dict`` that store a key of the caller's choice."""
FILLING = ("readinto", "readinto1", "pack_into")
"""Methods and functions of the standard library that write into a buffer of the caller's."""
_dictionary_offset = type.__dict__["__dictoffset__"].__get__
_NATIVE_METHODS = (types.MethodDescriptorType, types.WrapperDescriptorType)


class InstanceDict(dict[str, Any]):
    """The dictionary of an object in guest hands: an ordinary one, but for the keys that numpy would believe."""

    __slots__ = ()

    def __setitem__(self, key: str, value: Any) -> None:
        if type(key) is not str or key in CLAIMS:
            raise TypeError(f"an object's dictionary takes no key {key!r} here")
        dict.__setitem__(self, key, value)

    def setdefault(self, key: str, default: Any = None, /) -> Any:
        """``dict.setdefault``."""
        if key not in self:
            self[key] = default
        return dict.__getitem__(self, key)

    def update(self, *args: Any, **more: Any) -> None:
        """``dict.update``."""
        for key, value in dict(*args, **more).items():
            self[key] = value

    def __ior__(self, other: Any) -> InstanceDict:  # type: ignore[override,misc]
        self.update(other)
        return self


def dictionary(value: Any) -> Any:
    """``value.__dict__`` for guests: live, and closed to the keys of CLAIMS; read-only where it cannot be both."""
    found = value.__dict__
    if type(found) is not dict:
        return found
    made = InstanceDict(found)
    try:
        object.__setattr__(value, "__dict__", made)
    except (AttributeError, TypeError):
        return types.MappingProxyType(found)
    return made


def storing(found: Any, name: str) -> Any:
    """A method of ``dict`` taken from its class: on an InstanceDict, its own is called."""
    return _storing(found, name) if type(found) in _NATIVE_METHODS and found.__objclass__ is dict else found


@functools.cache
def _storing(found: Any, name: str) -> Any:
    def method(*args: Any, **kwargs: Any) -> Any:
        if args and type(args[0]) is InstanceDict:
            return getattr(args[0], name)(*args[1:], **kwargs)
        return found(*args, **kwargs)

    return method


def holds_objects(value: Any) -> bool:
    """Whether the memory of this value is that of an array of object pointers."""
    numpy: Any = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, (numpy.ndarray, numpy.generic)) and value.dtype.hasobject


def filling(attribute: str) -> Callable[[Guards, Any], Any]:
    """How one of FILLING is read."""

    def read(guards: Guards, value: Any) -> Any:
        found = getattr(value, attribute)
        if guards.memory is None or guards.is_guest_function(getattr(found, "__func__", found)):
            return found
        return guards.memory.checked(found)

    return read


class _Unasked:
    """Stands in a class with ``__getattr__`` for a name that it must not hear: the question ends here."""

    def __init__(self, guards: Guards, what: str) -> None:
        self._guards = guards
        self._what = what

    def __get__(self, instance: Any, owner: Any = None) -> NoReturn:
        self._guards.refuse("HC106", f"an object with __getattr__ {self._what}")

    def __set__(self, instance: Any, value: Any) -> NoReturn:
        self._guards.refuse("HC105", "storing what numpy takes for an address")


class RawMemory:
    """What one engine that has numpy does about it."""

    def __init__(self, guards: Guards) -> None:
        self._unasked = _Unasked(guards, "in an array")
        self._no_dictionary = _Unasked(guards, "and without a dictionary, whose dictionary is copied")
        self._guards = guards
        self.dictionary = dictionary
        guards.stand_ins[InstanceDict] = dict
        self.memoryview: StandIn = stand_in("memoryview", (memoryview,), self._memoryview)
        self.namespace: StandIn = stand_in("SimpleNamespace", (types.SimpleNamespace,), self._namespace, "types")
        guards.stand_ins |= {memoryview: self.memoryview, types.SimpleNamespace: self.namespace}

    def close(self, bases: Iterable[type], namespace: dict[str, Any]) -> None:
        """Leave numpy's questions unasked in a class whose ``__getattr__`` would hear them.

        Nor is it asked for a dictionary, which ``functools.update_wrapper`` would copy onto a function.
        """
        if "__getattr__" in namespace:
            for name in CLAIMS:
                namespace[name] = self._unasked
            slots = namespace.get("__slots__")
            if slots is not None and "__dict__" not in ((slots,) if type(slots) is str else slots):
                if not any(map(_dictionary_offset, bases)):
                    namespace["__dict__"] = self._no_dictionary

    def close_class(self, cls: type) -> None:
        """The same for a class that is given a ``__getattr__`` later.

        Raises:
            Stop: its instances have no dictionary.
        """
        if not _dictionary_offset(cls):
            self._guards.refuse("HC105", "storing '__getattr__' on a class with __slots__")
        for name in CLAIMS:
            type.__setattr__(cls, name, self._unasked)

    def is_closed(self, namespace: dict[str, Any], name: str) -> bool:
        """Whether ``close`` put this name there."""
        return type(dict.get(namespace, name)) is _Unasked

    def check(self, *buffers: Any) -> None:
        """Refuse the memory of arrays of objects.

        Raises:
            Stop: one of them is such an array.
        """
        if any(map(holds_objects, buffers)):
            self._guards.refuse("HC110", "the memory of an array of objects")

    def checked(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function that takes buffers, arrays of objects excepted."""

        def call(*args: Any, **kwargs: Any) -> Any:
            self.check(*args, *kwargs.values())
            return function(*args, **kwargs)

        return call

    def _memoryview(self, object: Any) -> memoryview:
        self.check(object)
        return memoryview(object)

    def _namespace(self, *args: Any, **kwargs: Any) -> types.SimpleNamespace:
        given = dict(*args, **kwargs)
        for name in given:
            if type(name) is not str or name in CLAIMS:
                self._guards.refuse("HC105", f"a namespace with the name {name!r}")
        return types.SimpleNamespace(**given)
