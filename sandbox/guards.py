"""The attribute gate of the guarded engines: every load of a name that may lead out, and every class guests hold.

Invariants: one gate for every way to reach an attribute; names are exactly ``str``; a leading underscore is open only
where the guest's own code stored the attribute; classes handed out are reviewed or the guest's own; a refusal is
recorded before it is raised and ends the run.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

from . import names, refusals
from .errors import PolicyViolation
from .formatting import GuardedFormatter
from .library_names import private_names
from .members import Members
from .prices import Prices
from .raw_memory import STORES, RawMemory, storing
from .readers import READERS, ReadOnlyDict, documented
from .stand_ins import (
    CLASS_TYPES,
    CLEAN_BASES,
    CLEAN_MODULES,
    FUNCTION,
    REVIEWED_BUILTINS,
    STAND_INS,
    StandIn,
    stand_in,
)
from .stores import StoreRules
from .type_methods import type_methods
from .unbound import UnboundMethod, owned, owner_of
from .views import cell_views, code_view, native_cell_views, native_code_view

_type_mro = type.__dict__["__mro__"].__get__
_type_dict = type.__dict__["__dict__"].__get__
_MISSING = object()
NOTHING_TAKEN: frozenset[str] = frozenset()


def _beyond(cls: type) -> list[type]:
    """The classes that it derives from, wherever its metaclass has put them."""
    return [base for base in _type_mro(cls) if base is not cls]


class Guards:
    """The gate of one engine. ``stop`` records an outcome and returns the Stop to raise.

    ``prices`` are what big results cost;
    ``reviewed(cls)`` and ``settable(cls)`` tell of library classes: may guests hold it, which attributes may they
    store on its instances; ``facade`` is the class of module facades; ``guest_globals`` marks guest functions, and
    so does ``native_globals``, for those compiled to bytecode.
    ``class_types`` are the types of classes and of what forwards to them; ``direct`` are types whose public
    attributes are read as they are (filled as they are met); ``members`` has the rest, third-party classes;
    ``memory`` is there when guests have numpy;
    ``open_types`` are guest classes whose private attributes are all the guest's own; ``classes`` has every guest
    class with the names that guest code bound in it or on its instances; ``call_type`` makes a class as ``type`` does.
    """

    call_type: Callable[..., Any]

    def __init__(
        self,
        *,
        prices: Prices,
        stop: Callable[[PolicyViolation], BaseException],
        reviewed: Callable[[type], bool],
        settable: Callable[[type], frozenset[str]],
        facade: type,
        guest_globals: Mapping[str, Any],
    ) -> None:
        self.prices = prices
        self._stop = stop
        self.is_reviewed = reviewed
        self._facade = facade
        self._guest_globals = guest_globals
        self.native_globals: Mapping[str, Any] | None = None
        self._taken: dict[type, frozenset[str]] = {}
        self._properties: dict[property, property] = {}
        self.function_names: dict[types.CodeType, tuple[tuple[str, ...], tuple[str, ...], Any]] = {}
        self.stand_ins: dict[type, type] = {**STAND_INS, UnboundMethod: FUNCTION, ReadOnlyDict: dict}
        self.open_types: set[type] = set()
        self.direct: set[type] = set()
        self.members = Members(self)
        self.memory: RawMemory | None = None
        self.class_types: set[type] = set(CLASS_TYPES)
        self.classes: dict[type, set[str]] = {}
        self.stores = StoreRules(self, facade, settable)
        self.formatter = GuardedFormatter(self.getattr, prices.format)
        self.type = stand_in("type", (type,), self._type, methods={"__call__": self._type})
        self.type_methods = type_methods(self)
        self.module = stand_in("module", (facade,), self._no_module, methods={"__new__": self._no_module})

    # -- refusing
    def refuse(self, code: str, what: str) -> NoReturn:
        """Record a policy violation and stop the run.

        Raises:
            Stop: always.
        """
        row = refusals.TABLE[code]
        raise self._stop(PolicyViolation(refusals.explain(code, what), code=code, recovery=row.recovery))

    def _no_module(self, *_: object, **__: object) -> NoReturn:
        self.refuse("HC110", "a module made by hand")

    # -- guest classes and functions
    def adopt(self, cls: type, stored: Iterable[str] = ()) -> None:
        """Take ``cls`` as the guest's own; ``stored`` are the names its body bound.

        Raises:
            Stop: a guest class it derives from binds a name that a library base uses.
        """
        taken = self.taken(cls)
        self.classes[cls] = set(stored) or {*_type_dict(cls)} - taken
        self.class_types.add(type(cls))
        if issubclass(cls, type):
            self.class_types.add(cls)
        elif not taken:
            self.open_types.add(cls)
        for base in _beyond(cls):
            for name in self.classes.get(base, ()):
                self.check_bound(cls, name)
            if base in self.classes:  # what a library's decorator has put there
                for name in names.IDENTITY & _type_dict(base).keys():
                    self.check_bound(cls, name)

    def taken(self, cls: type) -> frozenset[str]:
        """The private names that library bases of a guest class use."""
        found = self._taken.get(cls)
        if found is None:
            found = self._taken[cls] = self.taken_by(_beyond(cls))
        return found

    def taken_by(self, bases: Iterable[type]) -> frozenset[str]:
        """The private names that these library classes, and those they derive from, use."""
        foreign = {each for base in bases for each in _type_mro(base) if not self.is_guest_class(each)}
        dirty = [each for each in foreign if each not in CLEAN_BASES and each.__module__ not in CLEAN_MODULES]
        return NOTHING_TAKEN.union(*map(private_names, dirty)) - names.NATIVE_PRIVATE

    def check_bound(self, cls: type, name: str) -> None:
        """Refuse a name bound by guest code in ``cls``, or in a class it derives from, that changes the host's view.

        Raises:
            Stop: a library base uses it, or it would let classes lie about their identity.
        """
        if name in names.IDENTITY and issubclass(cls, type):
            self.refuse("HC106", f"defining {name!r} in a metaclass")
        taken = self.taken(cls)
        if taken and (name in taken or name in names.HOOKS):
            self.refuse("HC102", f"binding {name!r} in a class over a library class that uses such names")

    def is_guest_class(self, cls: object) -> bool:
        """Whether guest code defined this class, by a class statement or through a reviewed factory."""
        if not issubclass(type(cls), type):
            return False
        if cls in self.classes:
            return True
        if type(cls) is not StandIn and _type_dict(cls).get("__module__") == "__main__":
            if _type_mro(cls) is not None:  # else its metaclass is computing just that
                self.adopt(cls)  # type: ignore[arg-type]
            return True
        return False

    def is_guest_function(self, value: object) -> bool:
        """Whether an engine made this function for guest code."""
        if type(value) is not types.FunctionType:
            return False
        return value.__globals__ is self._guest_globals or value.__globals__ is self.native_globals

    def is_guests(self, value: object) -> bool:
        """Whether a function, class or instance is of the guest's own making."""
        return self.is_guest_function(value) or self.is_guest_class(value) or self.is_guest_class(type(value))

    def is_shown(self, cls: type) -> bool:
        """Whether guests may hold this very class."""
        if cls in REVIEWED_BUILTINS or type(cls) is StandIn:
            return True
        return self.is_guest_class(cls) or self.is_reviewed(cls)

    def type_of(self, value: object) -> Any:
        """``type(value)`` for guests: a reviewed class, the guest's own, or a stand-in."""
        cls = type(value)
        if (cls in REVIEWED_BUILTINS and cls not in self.stand_ins) or cls in self.open_types:
            return cls
        if cls is self._facade:
            return self.module
        found = self._shown(cls)
        if found is None:
            self.refuse("HC110", f"type() of a '{cls.__name__}' object")
        return found

    def show_class(self, cls: type) -> Any:
        """A class that guest code comes to hold: itself when reviewed, else a stand-in.

        Raises:
            Stop: nobody reviewed it.
        """
        found = self._shown(cls)
        if found is None:
            self.refuse("HC110", f"class '{cls.__name__}'")
        return found

    def show_classes(self, classes: Iterable[type]) -> tuple[Any, ...]:
        """Each of the classes as guests may hold it; one that stands behind another of its name is passed over."""
        found: list[Any] = []
        for cls in classes:
            known = {(each.__module__, each.__name__) for each in found}
            metaclass = issubclass(cls, type) and not self.is_guest_class(cls)
            shown = self._shown_metaclass(cls) if metaclass else self._shown(cls)
            if shown is None and (cls.__module__, cls.__name__) in known:
                continue
            shown = self.show_class(cls) if shown is None else shown
            if shown not in found:
                found.append(shown)
        return tuple(found)

    def seen_class(self, cls: Any) -> Any:
        """A class on its way into a guest's hook: None when guests may not see it."""
        return self._shown(cls) if issubclass(type(cls), type) else cls

    def _shown(self, cls: type) -> Any:
        found = self.stand_ins.get(cls) or self.members.stand_in(cls)
        if found is not None:
            return found
        if self.is_shown(cls):
            return cls
        if issubclass(cls, type):
            return self._shown_metaclass(cls)
        if issubclass(cls, BaseException) and self.members.is_foreign(cls):
            return cls
        return cls if cls.__module__ in CLEAN_MODULES and cls.__module__ != "enum" else None

    def _shown_metaclass(self, cls: type) -> Any:
        return next((self.stand_ins[base] for base in _type_mro(cls) if base in self.stand_ins), self.type)

    def _type(self, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs:
            return self.type_of(args[0])
        return self.call_type(*args, **kwargs)

    def function_view(self, function: types.FunctionType, attribute: str) -> Any:
        """``__code__`` or ``__closure__`` of a guest function, as data."""
        if function.__globals__ is self.native_globals:
            return native_code_view(function) if attribute == "__code__" else native_cell_views(function)
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

    def keywords(self, given: Any) -> Any:
        """A mapping of keyword arguments: a key that compares as it likes would pass a library's checks unseen."""
        if type(given) is not dict:
            cls = type(given)
            if not (hasattr(cls, "keys") or hasattr(cls, "__getattr__") or "keys" in getattr(given, "__dict__", ())):
                return given  # CPython's own TypeError follows
            given = {**given}
        for key in given:
            if type(key) is not str and isinstance(key, str):
                self.refuse("HC109", "keyword argument of a str subclass")
        return given

    def getattr(self, value: Any, name: str, *default: Any) -> Any:
        """``getattr`` through the gate: for names that are known only at run time."""
        name = self.name(name)
        kind = names.classify(name) if name else "plain"
        try:
            if kind == "plain":
                return self.load(value, name)
            return self.load_private(value, name) if kind == "private" else self.load_special(value, name)
        except AttributeError:
            if default:
                return default[0]
            raise

    def load(self, value: Any, name: str) -> Any:
        """A public attribute of anything. A type that needs no look is noted, so that compiled code reads plainly."""
        cls = type(value)
        if cls in self.direct:
            return getattr(value, name)
        if cls in self.class_types or issubclass(cls, type):
            return self.load_from_class(value, name)
        if cls is types.MethodType:  # it forwards to its function, which may be any object that can be called
            return self.load(value.__func__, name)
        if self.members.is_foreign(cls):
            return self.members.load(value, name)
        if issubclass(cls, types.ModuleType):
            self.refuse("HC110", f"attribute {name!r} of a module")
        self.direct.add(cls)
        return getattr(value, name)

    def load_from_class(self, value: Any, name: str) -> Any:
        """A public attribute of a class, or of what stands for one: methods of library classes come checked."""
        foreign = self.members.behind(value) if name[0] != "_" else None
        if foreign is not None:
            return self.members.load_from_class(foreign, name)
        found = getattr(value, name)
        if type(found) is property:
            if found in self._properties:
                return self._properties[found]
        elif type(found) is not types.FunctionType or self.is_guest_function(found):
            return storing(found, name) if name in STORES else found
        cls = value
        while not issubclass(type(cls), type):  # super(), generic aliases
            cls = getattr(cls, "__self__" if type(cls) is super else "__origin__")
        owner = owner_of(cls, name)
        if owner is None or name in self.classes.get(owner, ()):
            return found
        if type(found) is property:
            self._properties[found] = made = owned(owner, found)
            return made
        return UnboundMethod(owner, found)

    def load_private(self, value: Any, name: str) -> Any:
        """An attribute with one leading underscore: only where guest code stored it."""
        cls = type(value)
        if cls in self.open_types or self._stored_by_guest(value, name):
            return getattr(value, name)
        if name in names.READABLE_PRIVATE:
            return documented(self, value, name)
        if cls not in self.open_types and hasattr(value, name):  # it may have been adopted just now
            self.refuse("HC102", f"attribute {name!r} of a '{cls.__name__}' object")
        return getattr(value, name)

    def _stored_by_guest(self, value: Any, name: str) -> bool:
        cls = type(value)
        if cls is types.FunctionType:
            return self.is_guest_function(value)
        holders = [cls]
        if issubclass(cls, type):
            holders.append(value)
        elif cls is super:
            holders.append(value.__self_class__ or object)
        guests = [each for each in holders if self.is_guest_class(each)]
        if any(name in self.taken(each) for each in guests):
            return False
        return any(name in self.classes.get(base, ()) for each in guests for base in _type_mro(each))

    def load_special(self, value: Any, name: str) -> Any:
        """A dunder, or a public name that needs a look at the object."""
        if name == "__init__" and type(value) is super:  # the most frequent; what comes next has no say in it
            return READERS[name](self, value)
        if self.members.takes(value, name):
            return self.load(value, name)
        if value is self.type and name in self.type_methods:
            return self.type_methods[name]
        reader = READERS.get(name)
        if reader is not None:
            return reader(self, value)
        if name in names.SPECIAL_METHODS:
            of_class = type(value) in self.class_types or issubclass(type(value), type)
            return self.load_from_class(value, name) if of_class else getattr(value, name)
        if name in names.READABLE:
            return getattr(value, name)
        if type(value) in self.open_types or self._stored_by_guest(value, name):
            return getattr(value, name)
        if hasattr(value, name):
            self.refuse("HC101", f"attribute {name!r}")
        return getattr(value, name)

    def hasattr(self, value: Any, name: str) -> bool:
        """``hasattr`` through the gate."""
        return self.getattr(value, name, _MISSING) is not _MISSING

    def setattr(self, value: Any, name: str, new: Any) -> None:
        """Store an attribute: on guest instances, guest classes, guest functions and plain data objects."""
        self.stores.check(value, self.name(name), new)
        setattr(value, name, new)

    def delattr(self, value: Any, name: str) -> None:
        """Delete an attribute, under the rules of storing one."""
        self.stores.check(value, self.name(name), None)
        delattr(value, name)
