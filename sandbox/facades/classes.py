"""Making classes: abc, dataclasses, typing.

Invariants: a library class is never changed by a decorator; field names are plain identifiers; annotation text is
resolved, never evaluated; real metaclasses and ``type`` stay on the host's side.
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Mapping
from typing import Any

from .copies import Copier
from .gadgets import check_identifier, marks_guests
from .hints import Hints
from .module import Facade, Metaclass
from .rebinding import rebound
from .registry import subclassable
from .runtime import Runtime
from .spec import Spec, because, words

_HEAD = re.compile(r"\s*(?:(\w+)\s*\.)?\s*(\w+)")


def _build_abc(real: Any, runtime: Runtime) -> Mapping[str, object]:
    return {"ABCMeta": Metaclass(real.ABCMeta), "abstractmethod": marks_guests(runtime, real.abstractmethod)}


class Dataclasses:
    """``dataclasses`` of one engine."""

    def __init__(self, real: Any, runtime: Runtime) -> None:
        self._real = real
        self._runtime = runtime
        self._copier = Copier(runtime)
        own = {"_get_field": self._get_field, "_is_type": self._is_type, "field": self.field}
        space = rebound(real, ("dataclass", "_process_class", "make_dataclass"), own)
        self._dataclass, self._make_dataclass = space["dataclass"], space["make_dataclass"]

    def field(self, **options: Any) -> Any:
        """A field's options."""
        if options.get("metadata") is None:
            options["metadata"] = {}  # the library's own empty mapping is one for the whole process
        return self._real.field(**options)

    def dataclass(self, cls: Any = None, /, **options: Any) -> Any:
        """Add the special methods that the class' annotations ask for."""
        if cls is None:
            return lambda cls: self._process(cls, options)
        return self._process(cls, options)

    def _process(self, cls: Any, options: dict[str, Any]) -> Any:
        if not (isinstance(cls, type) and self._runtime.is_guest_class(cls)):
            raise TypeError("dataclass() decorates classes of your own")
        return self._dataclass(cls, **options)

    def _get_field(self, cls: Any, name: Any, annotation: Any, *options: Any) -> Any:
        """The library's function of this name, for names that are safe in the source text it builds."""
        check_identifier(name, "a field's name")
        if name in self._runtime.library_names(*cls.__mro__[1:]):
            self._runtime.refuse("HC102", f"field {name!r}, which a base class uses")
        known = self._special(annotation) if type(annotation) is str else annotation
        field = self._real._get_field(cls, name, known, *options)
        if type(field) is not self._real.Field:
            raise TypeError(f"the default of {name!r} is no dataclasses.field()")
        if field.metadata is self._real._EMPTY_METADATA:
            field.metadata = types.MappingProxyType({})
        field.type = annotation
        return field

    def _is_type(self, annotation: str, cls: Any, module: Any, wanted: Any, predicate: Any) -> bool:
        return bool(predicate(self._special(annotation), module))

    def _special(self, annotation: str) -> Any:
        """What the library looks for in annotation text: ClassVar, InitVar, KW_ONLY; else the text."""
        match = _HEAD.match(annotation)
        if match is None:
            return annotation
        found: Any = self._runtime.namespace.get(match[1] or match[2])
        if match[1] and found is not None:
            found = vars(found).get(match[2]) if type(found) is Facade else None
        if found is typing.ClassVar:
            return typing.ClassVar
        if found is self._real.InitVar:
            return self._real.InitVar(object)
        return self._real.KW_ONLY if found is self._real.KW_ONLY else annotation

    def make_dataclass(
        self, cls_name: Any, fields: Any, *, bases: tuple[type, ...] = (), namespace: Any = None, **options: Any
    ) -> Any:
        """Build a data class from names."""
        check_identifier(cls_name, "a class' name")
        listed = [field if type(field) is str else (*field,) for field in fields]
        for field in listed:
            if field != ():  # else the library's own TypeError follows
                check_identifier(field if type(field) is str else field[0], "a field's name")
        bases, space = tuple(bases), dict(namespace or {})
        for base in bases:
            if not (self._runtime.is_guest_class(base) or subclassable(base)):
                self._runtime.refuse("HC107", f"base class {base!r}")
        taken = self._runtime.library_names(*bases)
        for name in space:
            if check_identifier(name, "a name of the class") in taken:
                self._runtime.refuse("HC102", f"binding {name!r}, which a base class uses")
        options.pop("module", None)
        options.pop("decorator", None)
        made = self._make_dataclass(cls_name, listed, bases=bases, namespace=space, **options)
        made.__module__ = "__main__"
        return made

    def asdict(self, obj: Any, *, dict_factory: Any = dict) -> Any:
        """The fields as a dict, deeply."""
        if isinstance(obj, type) or not self._real.is_dataclass(obj):
            raise TypeError("asdict() should be called on dataclass instances")
        return self._convert(obj, lambda pairs: dict_factory(pairs))

    def astuple(self, obj: Any, *, tuple_factory: Any = tuple) -> Any:
        """The field values as a tuple, deeply."""
        if isinstance(obj, type) or not self._real.is_dataclass(obj):
            raise TypeError("astuple() should be called on dataclass instances")
        return self._convert(obj, lambda pairs: tuple_factory([value for _, value in pairs]))

    def _convert(self, obj: Any, join: Any) -> Any:
        cls = type(obj)
        if hasattr(cls, "__dataclass_fields__"):
            return join([(f.name, self._convert(getattr(obj, f.name), join)) for f in self._real.fields(obj)])
        if isinstance(obj, tuple) and hasattr(cls, "_fields"):
            return cls(*[self._convert(item, join) for item in obj])
        if isinstance(obj, (list, tuple)):
            return cls(self._convert(item, join) for item in obj)
        if isinstance(obj, dict):
            pairs = [(self._convert(key, join), self._convert(value, join)) for key, value in obj.items()]
            return cls(obj.default_factory, pairs) if hasattr(obj, "default_factory") else cls(pairs)
        return self._copier.deepcopy(obj)


def _build_dataclasses(real: Any, runtime: Runtime) -> Mapping[str, object]:
    own = Dataclasses(real, runtime)
    return {name: getattr(own, name) for name in ("asdict", "astuple", "dataclass", "field", "make_dataclass")}


def _build_typing(real: Any, runtime: Runtime) -> Mapping[str, object]:
    guest_type = runtime.type_of(int)

    def get_type_hints(obj: Any, globalns: Any = None, localns: Any = None, include_extras: bool = False) -> Any:
        return Hints(runtime, {**(globalns or {}), **(localns or {})}).of(obj, include_extras)

    def get_origin(tp: Any) -> Any:
        found = real.get_origin(tp)
        return guest_type if found is type else found

    def get_args(tp: Any) -> tuple[Any, ...]:
        return tuple(guest_type if arg is type else arg for arg in real.get_args(tp))

    def named_tuple(typename: Any, fields: Any = (), /, **kwargs: Any) -> Any:
        check_identifier(typename, "a class' name")
        pairs = [tuple(field) for field in fields] or list(kwargs.items())
        for name, _hint in pairs:
            check_identifier(name, "a field's name")
        made = real.NamedTuple(typename, pairs)
        made.__module__ = "__main__"
        return made

    def typed_dict(typename: Any, fields: Any = (), /, *, total: bool = True) -> Any:
        check_identifier(typename, "a class' name")
        made = real.TypedDict(typename, dict(fields), total=total)
        made.__module__ = "__main__"
        return made

    def no_type_check(arg: Any) -> Any:
        if runtime.is_guests(arg):
            arg.__no_type_check__ = True
        return arg

    def dataclass_transform(**options: Any) -> Any:
        return marks_guests(runtime, real.dataclass_transform(**options))

    def overload(func: Any) -> Any:
        return real._overload_dummy  # the library keeps a register of the whole process

    marking = {name: marks_guests(runtime, getattr(real, name)) for name in _MARKING if hasattr(real, name)}
    named_tuple.__mro_entries__ = lambda bases: (real._NamedTuple,)  # type: ignore[attr-defined]
    typed_dict.__mro_entries__ = lambda bases: (real._TypedDict,)  # type: ignore[attr-defined]
    for function, name in ((named_tuple, "NamedTuple"), (typed_dict, "TypedDict")):
        function.__name__ = function.__qualname__ = name
        function.__module__ = "typing"
    return marking | {
        "dataclass_transform": dataclass_transform,
        "no_type_check": no_type_check,
        "overload": overload,
        "NamedTuple": named_tuple,
        "TypedDict": typed_dict,
        # The library's alias has the real ``type`` as its origin.
        "Type": real._SpecialGenericAlias(guest_type, 1, inst=False, name="Type"),
        "get_args": get_args,
        "get_origin": get_origin,
        "get_type_hints": get_type_hints,
    }


_MARKING = words("final override runtime_checkable")
_TYPING_OWN = words(
    """NamedTuple Type TypedDict dataclass_transform final get_args get_origin get_type_hints no_type_check overload
    override runtime_checkable"""
)
_TYPING = Spec(
    name="typing",
    names=words(
        """AbstractSet Annotated Any AnyStr AsyncContextManager AsyncGenerator AsyncIterable AsyncIterator
        Awaitable BinaryIO ByteString Callable ChainMap ClassVar Collection Concatenate Container ContextManager
        Coroutine Counter DefaultDict Deque Dict Final FrozenSet Generator Generic Hashable IO ItemsView Iterable
        Iterator KeysView List Literal LiteralString Mapping MappingView Match MutableMapping MutableSequence
        MutableSet Never NewType NoDefault NoReturn NotRequired Optional OrderedDict ParamSpec ParamSpecArgs
        ParamSpecKwargs Pattern Protocol ReadOnly Required Reversible Self Sequence Set Sized SupportsAbs
        SupportsBytes SupportsComplex SupportsFloat SupportsIndex SupportsInt SupportsRound TYPE_CHECKING Text
        TextIO Tuple TypeAlias TypeAliasType TypeGuard TypeIs TypeVar TypeVarTuple Union Unpack ValuesView
        assert_never assert_type cast get_protocol_members is_protocol is_typeddict"""
    ),
    own=_TYPING_OWN,
    bases=words("Generic Protocol IO TextIO BinaryIO _NamedTuple _TypedDict Any"),
    left_out=because(
        compile="ForwardRef",
        process="clear_overloads get_overloads reveal_type",
        old="no_type_check_decorator",
    ),
    build=_build_typing,
)

SPECS = (
    Spec(
        name="abc",
        names=words("ABC abstractproperty update_abstractmethods"),
        own=words("ABCMeta abstractmethod"),
        bases=words("ABC"),
        left_out=because(process="get_cache_token", old="abstractclassmethod abstractstaticmethod"),
        build=_build_abc,
    ),
    Spec(
        name="dataclasses",
        names=words("Field FrozenInstanceError InitVar KW_ONLY MISSING fields is_dataclass replace"),
        own=words("asdict astuple dataclass field make_dataclass"),
        build=_build_dataclasses,
    ),
    _TYPING,
    # What the backport shares with this Python's own typing.
    dataclasses.replace(_TYPING, name="typing_extensions", real="typing"),
)
