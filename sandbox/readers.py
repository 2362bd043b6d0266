"""How special attributes are read, one reader a name: what guests get instead of the interpreter's own objects.

Invariants: a reader looks at the object that the load found, through whatever proxy it was reached; what comes out is
data, a copy, a reviewed class, or the guest's own; anything else is refused.
"""

from __future__ import annotations

import collections.abc
import enum
import functools
import re
import types
import weakref
from typing import TYPE_CHECKING, Any, NoReturn

from . import class_readers, descriptor_readers, names, sized
from .descriptor_readers import named_as
from .raw_memory import FILLING, filling
from .stores import is_own_property
from .views import VIEW_NAMES, CodeView

if TYPE_CHECKING:
    from .guards import Guards

Reader = class_readers.Reader
_BOUND = (types.MethodType, types.BuiltinMethodType, types.MethodWrapperType, functools.partial)
_CONTAINERS = frozenset({list, dict, set, tuple, frozenset, str, bytes, bytearray, int, float, complex})


# -- functions and methods
def _read_bound(attribute: str) -> Reader:
    def read(guards: Guards, value: Any) -> Any:
        if type(value) is types.MethodType and guards.is_guest_function(value.__func__):
            return getattr(value, attribute)
        if guards.is_guest_class(type(value)):
            return getattr(value, attribute)
        if type(value) in (staticmethod, classmethod) and guards.is_guest_function(value.__func__):
            return value.__func__
        if type(value) is types.FunctionType:
            return getattr(value, attribute)  # CPython's own AttributeError: it is bound to nothing
        if attribute == "__self__" and type(value) in _BOUND:
            found = getattr(value, attribute)
            if guards.is_guests(found) or type(found) in _CONTAINERS:
                return found  # whoever holds a bound method could call it with that object
        guards.refuse("HC101", f"attribute {attribute!r}")

    return read


def _read_defaults(attribute: str) -> Reader:
    """The guest's own are live; of library functions, plain data only."""

    def read(guards: Guards, value: Any) -> Any:
        found = getattr(value, attribute)
        if found is None or guards.is_guests(value) or guards.is_guest_function(getattr(value, "__func__", None)):
            return found
        values = found.values() if type(found) is dict else found
        if type(found) not in (dict, tuple) or not all(type(each) in class_readers.DATA for each in values):
            guards.refuse("HC101", f"attribute {attribute!r} of a library function")
        return dict(found) if type(found) is dict else found

    return read


def _read_copied(attribute: str) -> Reader:
    """For a mapping that the library keeps, and may share with others: a copy, unless it is the guest's own."""

    def read(guards: Guards, value: Any) -> Any:
        found = getattr(value, attribute)
        wrapped = type(value) in (staticmethod, classmethod) and guards.is_guest_function(value.__func__)
        if wrapped or guards.is_guests(value) or not isinstance(found, (dict, types.MappingProxyType)):
            return found
        return dict(found)

    return read


def _read_proxied(attribute: str) -> Reader:
    """For a mapping that library code trusts: a read-only copy."""

    def read(guards: Guards, value: Any) -> Any:
        found = getattr(value, attribute)
        return types.MappingProxyType(dict(found)) if isinstance(found, (dict, types.MappingProxyType)) else found

    return read


def _read_wrapped(guards: Guards, value: Any) -> Any:
    found = value.__wrapped__
    if guards.is_guests(value) or guards.is_guests(found) or type(found) is types.BuiltinFunctionType:
        return found
    guards.refuse("HC101", "attribute '__wrapped__' of a library function")


def _read_accessor(attribute: str) -> Reader:
    """The functions of a property: a library's take any object and are not handed out."""

    def read(guards: Guards, value: Any) -> Any:
        found = getattr(value, attribute)
        if type(found) is types.FunctionType and not guards.is_guest_function(found):
            guards.refuse("HC101", f"attribute {attribute!r} of a library property")
        return found

    return read


def _read_of_function(attribute: str) -> Reader:
    def read(guards: Guards, value: Any) -> Any:
        function: Any = value.__func__ if type(value) is types.MethodType else value
        if guards.is_guest_function(function):
            return guards.function_view(function, attribute)
        found = getattr(value, attribute)
        if guards.is_guest_class(type(value)):
            return found
        guards.refuse("HC101", f"attribute {attribute!r}")

    return read


def _read_of_view(attribute: str) -> Reader:
    def read(guards: Guards, value: Any) -> Any:
        found = getattr(value, attribute)
        if type(value) is CodeView or guards.is_guest_class(type(value)):
            return found
        guards.refuse("HC101", f"attribute {attribute!r}")

    return read


def _read_obj(guards: Guards, value: Any) -> Any:
    """Of an AttributeError: library code may have asked an object of its own, so only what is surely none is shown."""
    if not issubclass(type(value), AttributeError):
        if issubclass(type(value), type) and issubclass(value, AttributeError):
            guards.refuse("HC101", "attribute 'obj' of an AttributeError")
        return value.obj
    found = value.obj
    if type(found) not in _HARMLESS and not guards.is_guests(found):
        guards.refuse("HC101", f"attribute 'obj' of an AttributeError about a {type(found).__name__!r} object")
    return found


_HARMLESS = frozenset({object, bool, int, float, complex, str, bytes, type(None)})


def _read_groupindex(guards: Guards, value: Any) -> Any:
    """Of a pattern: a copy, since the library's own patterns are shared, and a proxy shows its mapping to ``==``."""
    found = value.groupindex
    _refuse_descriptor(guards, found, "groupindex")
    return types.MappingProxyType(dict(found)) if type(value) is re.Pattern else found


def _refuse_descriptor(guards: Guards, found: Any, name: str) -> None:
    """What reads the attribute past its reader."""
    if type(found) in (types.MemberDescriptorType, types.GetSetDescriptorType):
        if not guards.is_guest_class(found.__objclass__):
            guards.refuse("HC101", f"attribute {name!r} of the class '{found.__objclass__.__name__}'")


class ReadOnlyDict(dict[str, Any]):
    """A dictionary as library code holds it, for reading; ``_stop`` is called when guest code stores into it."""

    __slots__ = ("__weakref__", "_of", "_stop")
    _of: dict[str, Any]
    _stop: collections.abc.Callable[[], NoReturn]

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        self._stop()

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse


_keywords: weakref.WeakValueDictionary[tuple[int, int], ReadOnlyDict] = weakref.WeakValueDictionary()
"""By the ``id`` of the guards and of the dictionary shown, which each keeps alive: the same is shown as the same."""


def _read_keywords(guards: Guards, value: Any) -> Any:
    """Of a partial: the keys were checked when it was made."""
    found = value.keywords
    _refuse_descriptor(guards, found, "keywords")
    if not isinstance(value, functools.partial) or type(found) is not dict:
        return found
    key = id(guards), id(found)
    made = _keywords.get(key)
    if made is None:
        made = _keywords[key] = ReadOnlyDict(found)
        made._of = found
        made._stop = lambda: guards.refuse("HC105", "storing into the keywords of a partial")
    return made


# -- formatting
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


# -- methods that change an object
def _target(value: Any) -> Any:
    """Whose attribute ``value.__setattr__`` stores: for ``super()``, the instance behind it."""
    return value.__self__ if type(value) is super else value  # type: ignore[attr-defined]


def _takes_its_target(value: Any, native: Any) -> bool:
    """Whether a method was taken from a class: by its name, or through a ``super()`` between classes."""
    return issubclass(type(value), type) or (type(value) is super and type(native) in _UNBOUND)


_UNBOUND = (types.WrapperDescriptorType, types.FunctionType)


def _read_setattr(guards: Guards, value: Any) -> Any:
    native = value.__setattr__
    check = guards.stores.check
    if _takes_its_target(value, native):
        return named_as(
            lambda target, name, new: (check(target, guards.name(name), new), native(target, name, new))[1], native
        )
    return named_as(lambda name, new: (check(_target(value), guards.name(name), new), native(name, new))[1], native)


def _read_delattr(guards: Guards, value: Any) -> Any:
    native = value.__delattr__
    check = guards.stores.check
    if _takes_its_target(value, native):
        return named_as(lambda target, name: (check(target, guards.name(name), None), native(target, name))[1], native)
    return named_as(lambda name: (check(_target(value), guards.name(name), None), native(name))[1], native)


def _read_init(guards: Guards, value: Any) -> Any:
    """``__init__`` begins guest objects only: library objects, some of them shared, are not begun anew."""
    found = value.__init__
    cls = type(value)
    if guards.is_guest_function(getattr(found, "__func__", found)) or found is object.__init__:
        return found
    if not issubclass(cls, type):
        target = _target(value)
        if not guards.is_guest_class(type(target)) and not guards.is_guest_class(target):
            guards.refuse("HC101", f"attribute '__init__' of a '{type(target).__name__}' object")
        return found

    checked = guards.load_from_class(value, "__init__")

    def init(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        if not guards.is_guest_class(type(self)) and not guards.is_guest_class(self):
            guards.refuse("HC101", f"__init__() of a '{type(self).__name__}' object")
        return checked(self, *args, **kwargs)

    init.__annotations__ = {}
    return functools.update_wrapper(init, found) if type(found) is types.FunctionType else init


def _read_of_guests(attribute: str) -> Reader:
    """For methods that change a class or descriptor: those of the guest's own making only."""

    def read(guards: Guards, value: Any) -> Any:
        found = getattr(value, attribute)
        target = _target(value)
        if guards.is_guest_function(getattr(found, "__func__", found)) or guards.is_guests(target):
            return found
        if is_own_property(guards, target):
            return found
        guards.refuse("HC101", f"attribute {attribute!r} of a '{type(target).__name__}' object")

    return read


READERS: dict[str, Reader] = {
    "__class__": class_readers.read_class,
    "__dict__": class_readers.read_dict,
    "__mro__": class_readers.read_classes("__mro__"),
    "__bases__": class_readers.read_classes("__bases__"),
    "__base__": class_readers.read_classes("__base__"),
    "__orig_bases__": class_readers.read_without_type("__orig_bases__"),
    "__origin__": class_readers.read_without_type("__origin__"),
    "__args__": class_readers.read_without_type("__args__"),
    "fget": _read_accessor("fget"),
    "fset": _read_accessor("fset"),
    "fdel": _read_accessor("fdel"),
    "__self__": _read_bound("__self__"),
    "__func__": _read_bound("__func__"),
    "__wrapped__": _read_wrapped,
    "__annotations__": _read_copied("__annotations__"),
    "__members__": _read_proxied("__members__"),
    "__dataclass_fields__": _read_proxied("__dataclass_fields__"),
    "__defaults__": _read_defaults("__defaults__"),
    "__kwdefaults__": _read_defaults("__kwdefaults__"),
    "__init__": _read_init,
    "__init_subclass__": _read_of_guests("__init_subclass__"),
    "__set_name__": _read_of_guests("__set_name__"),
    "__get__": descriptor_readers.read_get,
    "__set__": descriptor_readers.read_store("__set__"),
    "__delete__": descriptor_readers.read_store("__delete__"),
    "__setattr__": _read_setattr,
    "__delattr__": _read_delattr,
    "groupindex": _read_groupindex,
    "keywords": _read_keywords,
    "format": _read_format,
    "format_map": _read_format_map,
    **sized.READERS,
    "mro": class_readers.read_mro,
    "register": class_readers.read_register,
    "obj": _read_obj,
    **{name: filling(name) for name in FILLING},
    "__code__": _read_of_function("__code__"),
    "__closure__": _read_of_function("__closure__"),
    **{name: class_readers.read_of_enum(name) for name in names.ENUM_DATA},
    **{name: _read_of_view(name) for name in VIEW_NAMES},
}


def documented(guards: Guards, value: Any, name: str) -> Any:
    """An underscored name that is a documented part of named tuples, enumerations and sets."""
    cls = value if issubclass(type(value), type) else type(value)
    holder: type = tuple if name in names.NAMED_TUPLE_PRIVATE else enum.Enum
    holder = collections.abc.Set if name in ("_hash", "_from_iterable") else holder
    found = getattr(value, name)
    if not issubclass(cls, holder) and not (type(value) is super and isinstance(_target(value), (holder, type))):
        guards.refuse("HC102", f"attribute {name!r} of a '{type(value).__name__}' object")
    if type(found) is list:
        return list(found)
    return dict(found) if type(found) is dict else found
