"""The dynamic half of the attribute gate, and what ``type``, ``getattr``, ``str.format`` and friends are for guests.

Invariants: one gate for every way to reach an attribute; names are exactly ``str``; a leading underscore is open only
where the guest's own code stored the attribute; classes handed out are reviewed or the guest's own; a refusal is
recorded before it is raised and ends the run.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

from . import names, refusals
from .engine import ToolError
from .errors import PolicyViolation
from .formatting import GuardedFormatter
from .values import EnumValue, Record
from .views import VIEW_NAMES, CodeView, cell_views, code_view

_type_mro = type.__dict__["__mro__"].__get__
_type_dict = type.__dict__["__dict__"].__get__
_MISSING = object()

REVIEWED_BUILTINS: frozenset[type] = frozenset(
    {
        object, bool, int, float, complex, str, bytes, bytearray, memoryview, list, tuple, dict, set, frozenset, range,
        slice, property, classmethod, staticmethod, enumerate, zip, map, filter, reversed, super,
        type(None), type(NotImplemented), type(Ellipsis), type({}.keys()), type({}.values()), type({}.items()),
        type(iter([])), type(iter(())), type(iter({})), type(iter(set())), type(iter("")), type(iter(b"")),
        type(iter(range(0))), type(iter({}.values())), type(iter({}.items())), type(reversed([])),
        types.MappingProxyType, types.SimpleNamespace, types.GenericAlias, types.UnionType,
        ToolError, Record, EnumValue,
    }
    | {e for e in vars(__import__("builtins")).values() if isinstance(e, type) and issubclass(e, BaseException)}
)  # fmt: skip

CLEAN_BASES: frozenset[type] = frozenset(
    {object, bool, int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset, property}
    | {e for e in REVIEWED_BUILTINS if issubclass(e, BaseException)}
)
"""Bases without a private attribute of their own."""

_CLEAN_MODULES = frozenset({"typing", "enum", "abc", "collections.abc"})
"""Modules whose base classes keep their private names to those of ``names.NATIVE_PRIVATE``."""


class StandIn(type):
    """A class shown to guests in place of one they must not hold: it compares, prints and answers isinstance."""

    _real: tuple[type, ...]
    _make: Callable[..., Any] | None

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, cls._real)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return subclass is cls or issubclass(subclass, cls._real)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls._make is None:
            raise TypeError(f"cannot create '{cls.__name__}' instances")
        return cls._make(*args, **kwargs)

    def __repr__(cls) -> str:
        return f"<class '{cls.__name__}'>"

    def __getitem__(cls, item: Any) -> Any:
        return types.GenericAlias(cls, item)

    def __or__(cls, other: Any) -> Any:
        return typing.Union[cls, other]

    def __ror__(cls, other: Any) -> Any:
        return typing.Union[other, cls]

    def __setattr__(cls, name: str, value: object) -> None:
        raise TypeError(f"cannot set '{name}' attribute of immutable type '{cls.__name__}'")


def stand_in(name: str, real: tuple[type, ...], make: Callable[..., Any] | None = None) -> StandIn:
    """A stand-in class named ``name`` for the ``real`` ones."""
    body = {"_real": real, "_make": None if make is None else staticmethod(make), "__module__": "builtins"}
    return StandIn(name, (), {**body, "__slots__": ()})


FUNCTION = stand_in("function", (types.FunctionType,))
BUILTIN_FUNCTION = stand_in("builtin_function_or_method", (types.BuiltinFunctionType,))
METHOD = stand_in("method", (types.MethodType,))
GENERATOR = stand_in("generator", (types.GeneratorType,))
COROUTINE = stand_in("coroutine", (types.CoroutineType,))
ASYNC_GENERATOR = stand_in("async_generator", (types.AsyncGeneratorType,))
TRACEBACK = stand_in("traceback", (types.TracebackType,))
_STAND_INS: dict[type, StandIn] = {
    real: stand
    for stand in (FUNCTION, BUILTIN_FUNCTION, METHOD, GENERATOR, COROUTINE, ASYNC_GENERATOR, TRACEBACK)
    for real in stand._real
}


class Guards:
    """The gate of one engine. ``stop`` records an outcome and returns the Stop to raise.

    ``reviewed(cls)`` and ``settable(cls)`` tell of library classes: may guests hold it, which attributes may they
    store on its instances; ``facade`` is the class of module facades; ``guest_globals`` marks guest functions.
    """

    def __init__(
        self,
        *,
        stop: Callable[[PolicyViolation], BaseException],
        reviewed: Callable[[type], bool],
        settable: Callable[[type], frozenset[str]],
        facade: type,
        guest_globals: Mapping[str, Any],
    ) -> None:
        self._stop = stop
        self._reviewed = reviewed
        self._settable = settable
        self._facade = facade
        self._guest_globals = guest_globals
        self.function_names: dict[types.CodeType, tuple[tuple[str, ...], tuple[str, ...], Any]] = {}
        self.stand_ins = dict(_STAND_INS)
        self.open_types: set[type] = set()
        self.classes: dict[type, set[str]] = {}
        self.formatter = GuardedFormatter(self.getattr)
        self.type = stand_in("type", (type,), self._type)
        self.module = stand_in("module", (facade,))

    # -- refusing
    def refuse(self, code: str, what: str) -> NoReturn:
        """Record a policy violation and stop the run.

        Raises:
            Stop: always.
        """
        row = refusals.TABLE[code]
        raise self._stop(PolicyViolation(refusals.explain(code, what), code=code, recovery=row.recovery))

    # -- guest classes and functions
    def adopt(self, cls: type, stored: Iterable[str] = ()) -> None:
        """Take ``cls`` as the guest's own; ``stored`` are the names its body bound."""
        self.classes[cls] = {*stored, *_type_dict(cls)} if not stored else set(stored)
        foreign = [base for base in _type_mro(cls) if base not in self.classes]
        if all(base in CLEAN_BASES or base.__module__ in _CLEAN_MODULES for base in foreign):
            self.open_types.add(cls)

    def is_guest_class(self, cls: object) -> bool:
        """Whether guest code defined this class, by a class statement or through a reviewed factory."""
        if not isinstance(cls, type):
            return False
        if cls in self.classes:
            return True
        if _type_dict(cls).get("__module__") == "__main__" and type(cls) is not StandIn:
            self.adopt(cls)
            return True
        return False

    def is_guest_function(self, value: object) -> bool:
        """Whether the interpreter made this function for guest code."""
        return type(value) is types.FunctionType and value.__globals__ is self._guest_globals

    def type_of(self, value: object) -> Any:
        """``type(value)`` for guests: a reviewed class, the guest's own, or a stand-in."""
        cls = type(value)
        if cls in REVIEWED_BUILTINS or cls in self.open_types:
            return cls
        found = self.stand_ins.get(cls)
        if found is not None:
            return found
        if cls is type or cls is StandIn:
            return self.type
        if cls is self._facade:
            return self.module
        if self.is_guest_class(cls) or self._reviewed(cls):
            return cls
        if issubclass(cls, type):
            return self.type
        self.refuse("HC110", f"type() of a '{cls.__name__}' object")

    def show_class(self, cls: type) -> Any:
        """A class that guest code comes to hold: itself when reviewed, else a stand-in or a refusal."""
        if cls is type:
            return self.type
        found = self.stand_ins.get(cls)
        if found is not None:
            return found
        if cls in REVIEWED_BUILTINS or type(cls) is StandIn or self.is_guest_class(cls) or self._reviewed(cls):
            return cls
        if cls.__module__ in _CLEAN_MODULES:
            return cls
        self.refuse("HC110", f"class '{cls.__name__}'")

    def _type(self, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs:
            return self.type_of(args[0])
        self.refuse("HC108", "type() with three arguments")

    def function_view(self, function: types.FunctionType, attribute: str) -> Any:
        """``__code__`` or ``__closure__`` of a guest function, as data."""
        variables, captured, unset = self.function_names.get(function.__code__, ((), (), None))
        if attribute == "__code__":
            return code_view(function, variables, captured)
        return cell_views(function, captured, unset)

    # -- the gate
    def name(self, name: object) -> str:
        """An attribute name given as a value: exactly str, and not one that is refused everywhere."""
        if type(name) is not str:
            if isinstance(name, str):
                self.refuse("HC109", "attribute name of a str subclass")
            raise TypeError(f"attribute name must be string, not '{type(name).__name__}'")
        if name and names.classify(name) == "refused":
            self.refuse("HC101", f"attribute {name!r}")
        return name

    def getattr(self, value: Any, name: str, *default: Any) -> Any:
        """``getattr`` through the gate: for names that are known only at run time."""
        name = self.name(name)
        kind = names.classify(name) if name else "plain"
        try:
            if kind == "plain":
                return getattr(value, name)
            return self.load_private(value, name) if kind == "private" else self.load_special(value, name)
        except AttributeError:
            if default:
                return default[0]
            raise

    def load_private(self, value: Any, name: str) -> Any:
        """An attribute with one leading underscore: only where guest code stored it."""
        cls = type(value)
        if cls in self.open_types or name in names.READABLE_PRIVATE:
            return getattr(value, name)
        if self._stored_by_guest(value, name):
            return getattr(value, name)
        if cls in self.open_types:  # adopted just now
            return getattr(value, name)
        if hasattr(value, name):
            self.refuse("HC102", f"attribute {name!r} of a '{cls.__name__}' object")
        return getattr(value, name)

    def _stored_by_guest(self, value: Any, name: str) -> bool:
        if self.is_guest_function(value):
            return True
        classes = [value] if isinstance(value, type) else []
        if isinstance(value, super):
            classes.append(value.__self_class__ or object)
        if not any(self.is_guest_class(cls) for cls in (*classes, type(value))):
            return False
        for cls in (*classes, type(value)):
            for base in _type_mro(cls):
                if name in self.classes.get(base, ()):
                    return True
        return False

    def load_special(self, value: Any, name: str) -> Any:
        """A dunder, or a public name that needs a look at the object."""
        reader = _READERS.get(name)
        if reader is not None:
            return reader(self, value)
        if name in names.SPECIAL_METHODS or name in names.READABLE:
            return getattr(value, name)
        cls = type(value)
        if cls in self.open_types or self._stored_by_guest(value, name):
            return getattr(value, name)
        if hasattr(value, name):
            self.refuse("HC101", f"attribute {name!r}")
        return getattr(value, name)

    def hasattr(self, value: Any, name: str) -> bool:
        """``hasattr`` through the gate."""
        return self.getattr(value, name, _MISSING) is not _MISSING

    def setattr(self, value: Any, name: str, new: Any) -> None:
        """Store an attribute: on guest instances, guest classes, guest functions and plain data objects."""
        self._check_store(value, self.name(name), new)
        setattr(value, name, new)

    def delattr(self, value: Any, name: str) -> None:
        """Delete an attribute, under the rules of storing one."""
        self._check_store(value, self.name(name), None)
        delattr(value, name)

    def _check_store(self, value: Any, name: str, new: Any) -> None:
        if isinstance(value, types.FunctionType):
            if not self.is_guest_function(value):
                self.refuse("HC105", f"storing {name!r} on a library function")
            if names.is_dunder(name) and name not in _FUNCTION_STORES:
                self.refuse("HC105", f"storing {name!r} on a function")
            return
        if isinstance(value, type):
            if not self.is_guest_class(value):
                return self._not_storable(value, name)
            if names.is_dunder(name) and not (names.may_define(name) or name in _CLASS_STORES):
                self.refuse("HC105", f"storing {name!r} on a class")
            self.classes[value].add(name)
            return
        cls = type(value)
        if names.is_dunder(name):
            self._check_special_store(value, name, new)
        elif name.startswith("_") and cls not in self.open_types and not self._open_store(value, name):
            self.refuse("HC102", f"storing {name!r} on a '{cls.__name__}' object")
        elif cls not in self.open_types and not self._plain_store(cls, name):
            self.refuse("HC105", f"storing {name!r} on a '{cls.__name__}' object")

    def _plain_store(self, cls: type, name: str) -> bool:
        if cls in REVIEWED_BUILTINS or cls is self._facade or self.is_guest_class(cls):
            return True  # where nothing can be stored, CPython's own AttributeError follows
        return name in self._settable(cls) or issubclass(cls, (BaseException, super))

    def _not_storable(self, cls: type, name: str) -> None:
        if cls.__flags__ & (1 << 8):  # immutable: CPython's own TypeError follows
            return
        self.refuse("HC105", f"storing {name!r} on the class '{cls.__name__}'")

    def _open_store(self, value: Any, name: str) -> bool:
        """A private name on an instance of a guest class over a library base: free unless the library took it."""
        cls = type(value)
        if not self.is_guest_class(cls):
            return False
        if cls not in self.open_types and name not in self.classes[cls]:
            if hasattr(value, name):
                return False
            self.classes[cls].add(name)
        return True

    def _check_special_store(self, value: Any, name: str, new: Any) -> None:
        cls = type(value)
        if isinstance(value, BaseException) and name in ("__cause__", "__context__", "__suppress_context__", "__notes__"):
            return
        if isinstance(value, BaseException) and name == "__traceback__":
            return
        if cls in self.open_types:
            if name == "__dict__" and type(new) is dict:
                return
            if name == "__class__" and isinstance(new, type) and new in self.open_types:
                return
            if names.may_define(name) or name in ("__name__", "__qualname__", "__doc__", "__wrapped__", "__module__"):
                return
        self.refuse("HC105", f"storing {name!r} on a '{cls.__name__}' object")


_FUNCTION_STORES = frozenset({"__name__", "__qualname__", "__doc__", "__module__", "__wrapped__", "__annotations__",
                              "__defaults__", "__kwdefaults__", "__isabstractmethod__", "__signature__",
                              "__type_params__", "__test__"})  # fmt: skip
_CLASS_STORES = frozenset({"__name__", "__qualname__", "__doc__", "__module__", "__annotations__", "__abstractmethods__"})


def _read_class(guards: Guards, value: Any) -> Any:
    return guards.type_of(value)


def _read_dict(guards: Guards, value: Any) -> Any:
    if isinstance(value, type):
        if not guards.is_guest_class(value):
            guards.refuse("HC101", "attribute '__dict__' of a class")
        stored = guards.classes[value] | {"__module__", "__doc__"}
        return types.MappingProxyType({k: v for k, v in _type_dict(value).items() if k in stored})
    if guards.is_guest_class(type(value)) or guards.is_guest_function(value):
        return value.__dict__
    if isinstance(value, (types.SimpleNamespace, BaseException)) or _is_plain_record(type(value)):
        return value.__dict__
    if not hasattr(value, "__dict__"):
        raise AttributeError(f"'{type(value).__name__}' object has no attribute '__dict__'")
    guards.refuse("HC101", f"attribute '__dict__' of a '{type(value).__name__}' object")


def _is_plain_record(cls: type) -> bool:
    return (cls.__module__, cls.__name__) == ("argparse", "Namespace")


def _read_classes(attribute: str) -> Callable[[Guards, Any], Any]:
    def read(guards: Guards, value: Any) -> Any:
        if type(value) is StandIn or not isinstance(value, type):
            return getattr(value, attribute) if not isinstance(value, type) else (value, object)
        found = getattr(value, attribute)
        if isinstance(found, tuple):
            return tuple(guards.show_class(cls) for cls in found)
        return None if found is None else guards.show_class(found)

    return read


def _read_mro(guards: Guards, value: Any) -> Any:
    if isinstance(value, type):
        return lambda: [guards.show_class(cls) for cls in _type_mro(value)]
    return value.mro


def _read_obj(guards: Guards, value: Any) -> Any:
    if isinstance(value, AttributeError):
        guards.refuse("HC101", "attribute 'obj' of an AttributeError")
    return value.obj


def _read_bound(attribute: str) -> Callable[[Guards, Any], Any]:
    def read(guards: Guards, value: Any) -> Any:
        if type(value) is types.MethodType and guards.is_guest_function(value.__func__):
            return getattr(value, attribute)
        if guards.is_guest_class(type(value)):
            return getattr(value, attribute)
        guards.refuse("HC101", f"attribute {attribute!r}")

    return read


def _read_guest_only(attribute: str) -> Callable[[Guards, Any], Any]:
    """For data that is a shared mutable object on library functions and classes."""

    def read(guards: Guards, value: Any) -> Any:
        found = getattr(value, attribute)
        if guards.is_guest_function(value) or guards.is_guest_class(value) or guards.is_guest_class(type(value)):
            return found
        return dict(found) if type(found) is dict else found

    return read


def _read_of_function(attribute: str) -> Callable[[Guards, Any], Any]:
    def read(guards: Guards, value: Any) -> Any:
        function = value.__func__ if type(value) is types.MethodType else value
        if guards.is_guest_function(function):
            return guards.function_view(function, attribute)
        found = getattr(value, attribute)
        if guards.is_guest_class(type(value)):
            return found
        guards.refuse("HC101", f"attribute {attribute!r}")

    return read


def _read_of_view(attribute: str) -> Callable[[Guards, Any], Any]:
    def read(guards: Guards, value: Any) -> Any:
        found = getattr(value, attribute)
        if type(value) is CodeView or guards.is_guest_class(type(value)):
            return found
        guards.refuse("HC101", f"attribute {attribute!r}")

    return read


def _read_format(guards: Guards, value: Any) -> Any:
    found = value.format
    template = _template_of(found)
    formatter = guards.formatter
    if template is not None:
        return lambda *args, **kwargs: formatter.vformat(template, args, kwargs)
    if _is_unbound(found):
        return lambda template, *args, **kwargs: formatter.vformat(str.__str__(template), args, kwargs)
    return found


def _read_format_map(guards: Guards, value: Any) -> Any:
    found = value.format_map
    template = _template_of(found)
    formatter = guards.formatter
    if template is not None:
        return lambda mapping: formatter.vformat(template, (), mapping)
    if _is_unbound(found):
        return lambda template, mapping: formatter.vformat(str.__str__(template), (), mapping)
    return found


def _template_of(method: Any) -> str | None:
    """The string that a native ``str.format`` is bound to, through whatever object it was reached."""
    if isinstance(method, types.BuiltinMethodType) and isinstance(method.__self__, str):
        return str.__str__(method.__self__)
    return None


def _is_unbound(method: Any) -> bool:
    return isinstance(method, types.MethodDescriptorType) and method.__objclass__ is str


def _read_setattr(guards: Guards, value: Any) -> Any:
    native = value.__setattr__
    if isinstance(value, type):
        return lambda target, name, new: (guards._check_store(target, guards.name(name), new), native(target, name, new))[1]

    def store(name: str, new: Any) -> None:
        guards._check_store(_target(value), guards.name(name), new)
        native(name, new)

    return store


def _read_delattr(guards: Guards, value: Any) -> Any:
    native = value.__delattr__
    if isinstance(value, type):
        return lambda target, name: (guards._check_store(target, guards.name(name), None), native(target, name))[1]

    def delete(name: str) -> None:
        guards._check_store(_target(value), guards.name(name), None)
        native(name)

    return delete


def _target(value: Any) -> Any:
    """Whose attribute ``value.__setattr__`` stores: for ``super()``, the instance behind it."""
    return value.__self__ if isinstance(value, super) else value


_READERS: dict[str, Callable[[Guards, Any], Any]] = {
    "__class__": _read_class,
    "__dict__": _read_dict,
    "__mro__": _read_classes("__mro__"),
    "__bases__": _read_classes("__bases__"),
    "__base__": _read_classes("__base__"),
    "__self__": _read_bound("__self__"),
    "__func__": _read_bound("__func__"),
    "__annotations__": _read_guest_only("__annotations__"),
    "__defaults__": _read_guest_only("__defaults__"),
    "__kwdefaults__": _read_guest_only("__kwdefaults__"),
    "__setattr__": _read_setattr,
    "__delattr__": _read_delattr,
    "format": _read_format,
    "format_map": _read_format_map,
    "mro": _read_mro,
    "obj": _read_obj,
    "__code__": _read_of_function("__code__"),
    "__closure__": _read_of_function("__closure__"),
    **{name: _read_of_view(name) for name in VIEW_NAMES},
}
