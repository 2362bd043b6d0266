"""Methods of ``type`` called through its name in a guest's metaclass: ``type.__new__(cls, name, bases, namespace)``.

Invariants: they work on the guest's own classes; a class that comes to be this way passes the same rules as one of a
class statement.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .guards import Guards

_ON_GUESTS = ("__init__", "__call__", "__repr__", "__instancecheck__", "__subclasscheck__", "__dir__")


def type_methods(guards: Guards) -> dict[str, Any]:
    """The methods by name, for one engine."""
    own = {name: _on_guests(guards, name) for name in _ON_GUESTS}
    return own | {"__setattr__": _setattr(guards), "__delattr__": _delattr(guards), "mro": _mro(guards)}


def _guests(guards: Guards, name: str, cls: Any) -> Any:
    if issubclass(type(cls), type) and not guards.is_guest_class(cls):
        guards.refuse("HC101", f"type.{name}() of a class that is not of your own")
    return cls


def _on_guests(guards: Guards, name: str) -> Callable[..., Any]:
    native = getattr(type, name)

    def method(cls: Any, /, *args: Any, **kwargs: Any) -> Any:
        return native(_guests(guards, name, cls), *args, **kwargs)

    method.__name__ = method.__qualname__ = name
    return method


def _setattr(guards: Guards) -> Callable[[Any, Any, Any], None]:
    def __setattr__(cls: Any, name: Any, value: Any, /) -> None:
        guards.stores.check(cls, guards.name(name), value)
        type.__setattr__(_guests(guards, "__setattr__", cls), name, value)

    return __setattr__


def _delattr(guards: Guards) -> Callable[[Any, Any], None]:
    def __delattr__(cls: Any, name: Any, /) -> None:
        guards.stores.check(cls, guards.name(name), None)
        type.__delattr__(_guests(guards, "__delattr__", cls), name)

    return __delattr__


def _mro(guards: Guards) -> Callable[[Any], list[Any]]:
    def mro(cls: Any, /) -> list[Any]:
        return list(guards.show_classes(type.mro(cls)))

    return mro
