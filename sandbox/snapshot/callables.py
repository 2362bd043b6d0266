"""What can be called and is no function of the guest's: partial objects, methods, wrappers of decorators.

Invariants: only C descriptors are read; wrappers are made again by the decorators that guest code itself would use.
"""

from __future__ import annotations

import collections
import contextlib
import functools
import types
from typing import TYPE_CHECKING, Any

from ..errors import DecodeError
from ..values.fault import Fault

if TYPE_CHECKING:
    from .loader import Loader
    from .saver import Saver

_context: Any = contextlib
_ASYNC_MANAGER = _context.asynccontextmanager(lambda: None).__code__
OF_MANAGERS = frozenset({_ASYNC_MANAGER, _context.contextmanager(lambda: None).__code__})
"""The code of what these decorators make, which is the library's own."""


def save_partial(saver: Saver, value: Any, depth: int) -> Any:
    """``functools.partial``."""
    saver.number(value)
    saver.later(value, lambda: [(".func", value.func), (".args", value.args), (".keywords", value.keywords)])
    return {"$": "partial"}


def load_partial(loader: Loader, doc: dict[str, Any], depth: int) -> Any:
    """``functools.partial``, made again."""
    made: Any = functools.partial(_nothing)
    loader.objects.append(made)

    def fill(items: list[Any]) -> None:
        func, args, keywords = items
        if not callable(func) or type(args) is not tuple or type(keywords) is not dict:
            raise DecodeError("malformed partial")
        made.__setstate__((func, args, loader.keywords(keywords), None))

    loader.later(fill)
    return made


def _nothing() -> None:
    """Stands in a partial until its function is there."""


def save_method(saver: Saver, value: Any, depth: int) -> Any:
    """A bound method."""
    saver.number(value)
    function = saver.field(value.__func__, "__func__", depth)
    return {"$": "method", "f": function, "s": saver.field(value.__self__, "__self__", depth)}


def load_method(loader: Loader, doc: dict[str, Any], depth: int) -> Any:
    """A bound method, made again."""
    number = loader.begin()
    function, owner = loader.whole([doc["f"], doc["s"]], depth)
    if not callable(function):
        raise DecodeError("malformed method")
    return loader.finish(number, types.MethodType(function, owner))


def save_attribute(saver: Saver, value: Any, depth: int) -> Any:
    """A method of a builtin object, bound to it."""
    owner = value.__self__
    if owner is None or type(owner) is types.ModuleType:
        raise Fault(type(value), f"the function {value.__name__!r} has no name under which it is imported")
    saver.number(value)
    return {"$": "attr", "s": saver.field(owner, "__self__", depth), "n": value.__name__}


def load_attribute(loader: Loader, doc: dict[str, Any], depth: int) -> Any:
    """A method of a builtin object, bound to it, made again."""
    number = loader.begin()
    (owner,) = loader.whole([doc["s"]], depth)
    name = loader.text(doc["n"])
    if type(owner) not in _OWNERS and not isinstance(owner, type):
        raise DecodeError("malformed method of a builtin")
    return loader.finish(number, loader.world.getattr(owner, name))


_OWNERS = (str, bytes, bytearray, list, dict, set, frozenset, tuple, int, float, collections.deque, collections.Counter)


def save_descriptor(saver: Saver, value: Any, depth: int) -> Any:
    """A method of a builtin class, read from the class."""
    saver.number(value)
    return {"$": "attr", "s": saver.field(value.__objclass__, "__objclass__", depth), "n": value.__name__}


def save_item_getter(saver: Saver, value: Any, depth: int) -> Any:
    """``operator.itemgetter``."""
    saver.number(value)
    items = value.__reduce__()[1]
    saver.keep.append(items)
    return {"$": "itemgetter", "v": saver.value(items, depth)}


def load_item_getter(loader: Loader, doc: dict[str, Any], depth: int) -> Any:
    """``operator.itemgetter``, made again."""
    number = loader.begin()
    (items,) = loader.whole([doc["v"]], depth)
    if type(items) is not tuple:
        raise DecodeError("malformed itemgetter")
    return loader.finish(number, loader.world.load_from("operator", "itemgetter")(*items))


def save_property(saver: Saver, value: Any, depth: int) -> Any:
    """A property."""
    saver.number(value)
    parts = [saver.field(getattr(value, name), name, depth) for name in ("fget", "fset", "fdel")]
    return {"$": "property", "v": parts, "doc": saver.field(value.__doc__, "__doc__", depth)}


def load_property(loader: Loader, doc: dict[str, Any], depth: int) -> Any:
    """A property, made again."""
    number = loader.begin()
    if type(doc["v"]) is not list or len(doc["v"]) != 3:
        raise DecodeError("malformed property")
    functions = loader.whole(doc["v"], depth)
    (text,) = loader.whole([doc["doc"]], depth)
    made = property(*functions)
    if type(text) is str:
        made.__doc__ = text
    return loader.finish(number, made)


def save_wrapper(saver: Saver, value: Any, depth: int) -> Any:
    """``staticmethod``, ``classmethod``."""
    saver.number(value)
    return {"$": type(value).__name__, "v": saver.field(value.__func__, "__func__", depth)}


def load_wrapper(loader: Loader, doc: dict[str, Any], depth: int) -> Any:
    """``staticmethod``, ``classmethod``, made again."""
    number = loader.begin()
    (function,) = loader.whole([doc["v"]], depth)
    kind = staticmethod if doc["$"] == "staticmethod" else classmethod
    return loader.finish(number, kind(function))


def save_cached(saver: Saver, value: Any, depth: int) -> Any:
    """What ``functools.lru_cache`` made; its results are computed again."""
    saver.number(value)
    options = value.cache_parameters()
    wrapped = saver.field(value.__wrapped__, "__wrapped__", depth)
    return {"$": "cached", "v": wrapped, "m": options["maxsize"], "t": options["typed"]}


def load_cached(loader: Loader, doc: dict[str, Any], depth: int) -> Any:
    """What ``functools.lru_cache`` made; without results."""
    number = loader.begin()
    (function,) = loader.whole([doc["v"]], depth)
    most, typed = doc["m"], doc["t"]
    if not callable(function) or type(typed) is not bool or (most is not None and type(most) is not int):
        raise DecodeError("malformed cache")
    return loader.finish(number, functools.lru_cache(most, typed)(function))


def save_manager(saver: Saver, value: Any, depth: int) -> Any:
    """What ``contextlib.contextmanager`` made."""
    saver.number(value)
    kind = "asynccontextmanager" if value.__code__ is _ASYNC_MANAGER else "contextmanager"
    return {"$": "manager", "k": kind, "v": saver.field(value.__wrapped__, "__wrapped__", depth)}


def load_manager(loader: Loader, doc: dict[str, Any], depth: int) -> Any:
    """What ``contextlib.contextmanager`` made, made again."""
    number = loader.begin()
    (function,) = loader.whole([doc["v"]], depth)
    if doc["k"] not in ("contextmanager", "asynccontextmanager") or not callable(function):
        raise DecodeError("malformed context manager")
    return loader.finish(number, loader.world.load_from("contextlib", doc["k"])(function))


def save_cached_property(saver: Saver, value: Any, depth: int) -> Any:
    """``functools.cached_property``."""
    saver.number(value)
    return {"$": "cached_property", "v": saver.field(value.func, "func", depth), "n": value.attrname}


def load_cached_property(loader: Loader, doc: dict[str, Any], depth: int) -> Any:
    """``functools.cached_property``, made again."""
    number = loader.begin()
    (function,) = loader.whole([doc["v"]], depth)
    name = doc["n"]
    if name is not None and (type(name) is not str or not name.isidentifier() or name.startswith("__")):
        raise DecodeError("malformed cached_property")
    made = loader.world.load_from("functools", "cached_property")(function)
    made.attrname = name
    return loader.finish(number, made)
