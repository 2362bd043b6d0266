"""What metaclasses of guests are built from, and how the names of a class body are judged.

Every guest metaclass derives from ``type``, ``ABCMeta`` or the enumerations' metaclass through a checked class of
this file, so that each way to make a class (a class statement, a call of ``type`` or of the metaclass,
``super().__new__``) passes the same rules.

Invariants: bases are reviewed or the guest's own; special names are those of ``names``; no private name of a library
base is bound; hooks that are asked about classes see reviewed ones only.
"""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .. import facades, names
from ..guards import Guards
from ..stand_ins import CLEAN_BASES, REVIEWED_BUILTINS, StandIn
from ..views import CellView, NativeCell, cell_of

if TYPE_CHECKING:
    from .runtime import GuestRuntime

_type_mro = type.__dict__["__mro__"].__get__
_type_dict = type.__dict__["__dict__"].__get__
_type_bases = type.__dict__["__bases__"].__get__
_BASE_TYPE = 1 << 10  # Py_TPFLAGS_BASETYPE of CPython's object.h
_ENUM_NAMESPACE: type = type(enum.EnumType.__prepare__("E", (enum.Enum,)))
_REVIEWED_BASES = frozenset(
    """ABC Generic Protocol Enum IntEnum StrEnum Flag IntFlag ReprEnum EnumType EnumMeta ABCMeta NamedTuple
    TypedDict""".split()
)


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """A class before its body is known; ``resolved`` tells that ``__mro_entries__`` changed its bases."""

    name: Any
    bases: tuple[Any, ...]
    resolved: bool
    metaclass: Any
    namespace: dict[str, Any]
    options: Mapping[str, Any]


class Metaclasses:
    """The rules of making classes for one engine."""

    def __init__(self, runtime: GuestRuntime) -> None:
        self._runtime = runtime
        self._checked: dict[type, type] = {}

    @staticmethod
    @contextlib.contextmanager
    def native_cell(namespace: dict[str, Any]) -> Iterator[None]:
        """For the time in which ``type.__new__`` works: the cell of ``__class__`` is one that it takes."""
        view = dict.get(namespace, "__classcell__")
        if type(view) is not CellView:
            yield
            return
        cell, native = cell_of(view), types.CellType()
        if isinstance(cell, NativeCell):
            dict.__setitem__(namespace, "__classcell__", cell.native)
            try:
                yield
            finally:
                dict.__setitem__(namespace, "__classcell__", view)
            return
        dict.__setitem__(namespace, "__classcell__", native)
        cell.append(native)  # where the class is found until it has its place
        try:
            yield
        finally:
            cell.remove(native)
            dict.__setitem__(namespace, "__classcell__", view)
            with contextlib.suppress(ValueError):
                cell[0] = native.cell_contents

    def real_base(self, base: Any) -> Any:
        """The class behind what a guest names as a base: ``class Meta(type)`` derives from a checked class."""
        real = type if base is self._runtime.guards.type else facades.metaclass(base)
        return base if real is None else self._checked_class(real)

    def real_metaclass(self, value: Any) -> Any:
        """The metaclass behind what a guest gives as ``metaclass=``.

        Raises:
            Stop: it is not reviewed and not the guest's own.
        """
        if value is self._runtime.guards.type:
            return type
        real = facades.metaclass(value)
        if real is None and isinstance(value, type) and issubclass(value, type):
            real = value if self._runtime.guards.is_guest_class(value) else None
        elif real is None and self._runtime.guards.is_guests(value):
            real = value  # any callable of the guest's own: what it gives is what the name is bound to
        if real is None:
            self._runtime.refuse("HC108", "this metaclass")
        return real

    def prepare(self, name: Any, given: Any, keywords: Mapping[str, Any]) -> Plan:
        """What ``types.prepare_class`` does, with reviewed bases and metaclasses.

        Raises:
            TypeError: as CPython does for conflicting metaclasses and bad bases.
            Stop: a base or metaclass is not reviewed.
        """
        resolved = types.resolve_bases(given)
        bases = tuple(self.real_base(base) for base in resolved)
        self.check_bases(bases)
        options = dict(keywords)
        if "metaclass" in options:
            options["metaclass"] = self.real_metaclass(options["metaclass"])
        metaclass, namespace, options = types.prepare_class(name, bases, options)
        return Plan(name, bases, resolved is not given, metaclass, namespace, options)

    def make(self, plan: Plan) -> Any:
        """The class of a namespace that is filled now; a guest's own metaclass may give anything.

        Raises:
            Stop: a name in it is not reviewed.
        """
        guards, namespace = self._runtime.guards, plan.namespace
        if not issubclass(type(plan.metaclass), type) or guards.is_guest_class(plan.metaclass):
            return plan.metaclass(plan.name, plan.bases, namespace, **plan.options)  # checked where it makes a class
        namespace = _copied(namespace)
        stored = self.check_namespace(plan.bases, namespace)
        self.close(plan.bases, namespace)
        with self.native_cell(namespace):
            made = plan.metaclass(plan.name, plan.bases, namespace, **plan.options)
        if made not in guards.classes:
            guards.adopt(made, stored)
        return made

    def new_class(self, name: Any, bases: Any = (), kwds: Any = None, exec_body: Any = None) -> Any:
        """``types.new_class``, under the rules of class statements."""
        plan = self.prepare(name, bases, {} if kwds is None else self._runtime.guards.keywords(kwds))
        if exec_body is not None:
            exec_body(plan.namespace)
        if plan.resolved:
            plan.namespace["__orig_bases__"] = bases
        own = "__module__" in plan.namespace
        plan.namespace.setdefault("__module__", "__main__")
        made = self.make(plan)
        if not own and issubclass(type(made), type) and made in self._runtime.guards.classes:
            type.__setattr__(made, "__module__", "types")  # where CPython's function is
        return made

    def check_bases(self, bases: Iterable[Any]) -> None:
        """Refuse a base that is neither reviewed nor the guest's own."""
        for base in bases:
            if not issubclass(type(base), type) or base in self._checked.values():
                continue  # what is no class: the metaclass raises CPython's own TypeError
            if type(base) is StandIn and not any(real.__flags__ & _BASE_TYPE for real in base._real):
                raise TypeError(f"type '{base.__name__}' is not an acceptable base type")
            if base in CLEAN_BASES or self._runtime.guards.is_guest_class(base) or facades.subclassable(base):
                continue
            if base.__module__ in ("typing", "enum", "abc") and base.__name__ in _REVIEWED_BASES:
                continue
            if base not in REVIEWED_BUILTINS or base.__flags__ & _BASE_TYPE:  # else CPython's own TypeError follows
                self._runtime.refuse("HC107", f"base class {base.__name__!r}")

    def check_namespace(self, bases: tuple[Any, ...], namespace: dict[str, Any]) -> set[str]:
        """Judge the names that a class body bound, slots included, and wrap its hooks; the names.

        Raises:
            Stop: one of them is not reviewed.
        """
        runtime, guards = self._runtime, self._runtime.guards
        classes = [base for base in bases if issubclass(type(base), type)]
        is_metaclass = any(issubclass(base, type) for base in classes)
        bound = {*_slots(namespace), *dict.keys(namespace)}
        if guards.memory is not None:
            bound = {name for name in bound if not guards.memory.is_closed(namespace, name)}
        for name in bound:
            if type(name) is not str:
                runtime.refuse("HC109", "class attribute name that is not a str")
            if not names.may_define(name) or (is_metaclass and name in names.IDENTITY):
                runtime.refuse("HC106", f"defining {name!r} in a class")
        taken = guards.taken_by(classes)
        for name in sorted(bound & (taken | names.HOOKS)) if taken else ():
            runtime.refuse("HC102", f"binding {name!r} in a class over a library class that uses such names")
        annotations = namespace.get("__annotations__")
        if annotations is not None and type(annotations) is not dict:
            raise TypeError("__annotations__ must be a plain dict")
        if is_metaclass:
            self._close_order(classes, namespace)
        for name in ("__subclasshook__", "__subclasscheck__"):
            if name in namespace:
                namespace[name] = self._hook(name, namespace[name])
        return bound

    def close(self, bases: Iterable[Any], namespace: dict[str, Any]) -> None:
        """Keep what only the host asks from a class's ``__getattr__``, where the policy has numpy."""
        memory = self._runtime.guards.memory
        if memory is not None:
            memory.close((base for base in bases if issubclass(type(base), type)), namespace)

    def _hook(self, name: str, hook: Any) -> Any:
        """A hook that sees reviewed classes only."""
        function = hook.__func__ if type(hook) is classmethod else hook
        if type(function) is not ClassHook:
            if not self._runtime.guards.is_guest_function(function):
                self._runtime.refuse("HC106", f"defining {name!r} as anything but a plain function")
            unknown = NotImplemented if name == "__subclasshook__" else False
            function = ClassHook(self._runtime.guards, function, unknown)
        return classmethod(function) if type(hook) is classmethod else function

    def _close_order(self, bases: list[type], namespace: dict[str, Any]) -> None:
        """See to it that a metaclass gives its classes no other library classes than their bases bring along."""
        if "mro" in namespace:
            if type(namespace["mro"]) is OrderHook:
                return
            if not self._runtime.guards.is_guest_function(namespace["mro"]):
                self._runtime.refuse("HC106", "defining 'mro' in a metaclass as anything but a plain function")
            namespace["mro"] = OrderHook(self._runtime.guards, namespace["mro"])
            return
        for cls in {cls for base in bases for cls in _type_mro(base)} - {type}:
            found = _type_dict(cls).get("mro")
            if found is not None and type(found) is not OrderHook:
                self._runtime.refuse("HC106", "a method 'mro' that a metaclass inherits from a class that is none")

    def _checked_class(self, real: type) -> Any:
        found = self._checked.get(real)
        if found is None:
            found = self._checked[real] = self._make(real)
        return found

    def type_new(self, mcls: Any, /, *args: Any, **options: Any) -> Any:
        """``type.__new__(mcls, name, bases, namespace)`` in a guest's metaclass.

        Raises:
            Stop: ``mcls`` is not of the guest's own, or the class breaks a rule.
        """
        if not (self._runtime.guards.is_guest_class(mcls) and issubclass(mcls, type) and len(args) == 3):
            self._runtime.refuse("HC108", "type.__new__() outside a metaclass of your own")
        return self._create(type.__new__, mcls, *args, options)

    def call_type(self, *args: Any, **options: Any) -> Any:
        """``type(name, bases, namespace)``: the class that a class statement with this body would make.

        Raises:
            TypeError: as CPython does for what is no class.
            Stop: the class breaks a rule.
        """
        if len(args) != 3:
            raise TypeError("type() takes 1 or 3 arguments")
        name, bases, namespace = args
        made = self._create(type.__new__, type, name, bases, namespace, options)
        if issubclass(type(made), type):  # else a guest's metaclass among the bases gave something of its own
            type(made).__init__(made, name, bases, namespace, **options)
        return made

    def _create(self, create: Any, mcls: Any, name: Any, bases: Any, namespace: Any, options: Mapping[str, Any]) -> Any:
        """Make a class from a checked copy of its namespace, and enter it with the guards."""
        if not (isinstance(bases, tuple) and isinstance(namespace, dict)):
            return create(mcls, name, bases, namespace, **options)  # CPython's own TypeError
        given = tuple(self.real_base(base) for base in bases)
        self.check_bases(given)
        space = _copied(namespace)
        if type(space) is dict:
            space.setdefault("__module__", "__main__")
        stored = self.check_namespace(given, space)
        self.close(given, space)
        with self.native_cell(space):
            cls = create(mcls, name, given, space, **options)
        guards = self._runtime.guards
        if cls not in guards.classes and not (cls in REVIEWED_BUILTINS or guards.is_reviewed(cls)):
            guards.adopt(cls, stored)  # else a guest's metaclass among the bases gave a class of the library
        return cls

    def _make(self, real: type) -> Any:
        def __new__(mcls: Any, name: str, bases: Any, namespace: Any, /, **options: Any) -> Any:
            return self._create(super(made, mcls).__new__, mcls, name, bases, namespace, options)

        made: Any = type(real)(real.__name__, (real,), {"__new__": __new__, "__module__": real.__module__})
        return made


def _copied(namespace: dict[str, Any]) -> dict[str, Any]:
    """A namespace that no guest code holds: reading the slots and making an enumeration run some of it."""
    if type(namespace) is not _ENUM_NAMESPACE:
        return dict.copy(namespace)
    copied: Any = _ENUM_NAMESPACE()
    vars(copied).update(vars(namespace))  # which names are members, as the class body went
    dict.update(copied, dict.copy(namespace))
    return copied  # type: ignore[no-any-return]


def _slots(namespace: dict[str, Any]) -> tuple[Any, ...]:
    """The names in ``__slots__``; what is no plain container is read once, and its names stand for it."""
    slots = dict.get(namespace, "__slots__", ())
    if type(slots) is str:
        return (slots,) if slots not in ("__dict__", "__weakref__") else ()
    if type(slots) not in (tuple, list, dict, SlotNames):
        try:
            names = SlotNames(slots)
        except TypeError:
            if hasattr(type(slots), "__iter__"):
                raise
            return ()  # CPython's own TypeError follows
        names.given = slots
        slots = names
        dict.__setitem__(namespace, "__slots__", names)
    return tuple(each for each in slots if isinstance(each, str) and each not in ("__dict__", "__weakref__"))


class SlotNames(tuple[Any, ...]):
    """The names that an iterator or an object of the guest's gave; in the class, ``given`` is in its place again."""

    given: Any

    def __set_name__(self, owner: type, name: str) -> None:
        type.__setattr__(owner, "__slots__", self.given)


class ClassHook:
    """``__subclasshook__`` or ``__subclasscheck__`` of a guest; ``unknown`` answers for classes it may not see."""

    __slots__ = ("__function", "__guards", "__unknown")

    def __init__(self, guards: Guards, function: Callable[[Any, Any], Any], unknown: Any) -> None:
        self.__guards = guards
        self.__function = function
        self.__unknown = unknown

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)

    def __call__(self, cls: Any, subclass: Any) -> Any:
        seen = self.__guards.seen_class(subclass)
        return self.__unknown if seen is None else self.__function(cls, seen)


class OrderHook:
    """``mro`` of a guest's metaclass: the classes of its answer come from the bases that were judged."""

    __slots__ = ("__function", "__guards")

    def __init__(self, guards: Guards, function: Callable[[Any], Iterable[Any]]) -> None:
        self.__guards = guards
        self.__function = function

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)

    def __call__(self, cls: Any) -> Any:
        found = [*self.__function(cls)]
        known = {cls, object}.union(*map(_type_mro, _type_bases(cls)))
        for each in found:
            if issubclass(type(each), type) and each not in known:
                self.__guards.refuse("HC107", f"class {each.__name__!r} in the order that a metaclass gives")
        return found
