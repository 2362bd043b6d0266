"""Making classes: abc, dataclasses, typing.

Invariants: a library class is never changed by a decorator; field names are plain identifiers; annotation text is
resolved, never evaluated; classes are made under the rules of class statements; real metaclasses and ``type`` stay on
the host's side.
"""

from __future__ import annotations

import abc
import dataclasses
import keyword
import re
import types
import typing
from collections.abc import Mapping
from typing import Any

from ..names import is_dunder
from ..stores import family
from .copies import Copier
from .gadgets import marks_guests
from .hints import Hints
from .module import Facade, metaclass_of_guests
from .rebinding import rebound
from .runtime import Runtime
from .spec import Spec, because, words

_HEAD = re.compile(r"\s*(?:(\w+)\s*\.)?\s*(\w+)")


ABC_META = metaclass_of_guests(abc.ABCMeta, abc.ABCMeta)


def _build_abc(real: Any, runtime: Runtime) -> Mapping[str, object]:
    return {"ABCMeta": ABC_META, "abstractmethod": marks_guests(runtime, real.abstractmethod)}


class Dataclasses:
    """``dataclasses`` of one engine."""

    def __init__(self, real: Any, runtime: Runtime) -> None:
        self._real = real
        self._runtime = runtime
        self._copier = Copier(runtime)
        modules = {
            "keyword": types.SimpleNamespace(iskeyword=self._is_keyword),
            "sys": types.SimpleNamespace(modules={real.__name__: real}, _getframemodulename=lambda depth: "__main__"),
            "types": types.SimpleNamespace(new_class=runtime.new_class),
        }
        own = {"_get_field": self._get_field, "_is_type": self._is_type, **modules}
        self._process_natively = rebound(real, ("_process_class",), own)["_process_class"]
        own["_process_class"] = self._process_class
        self._space = rebound(real, ("dataclass", "make_dataclass"), own)
        self._field_function = rebound(real, ("field",), {"Field": self._field})["field"]

    def exports(self) -> dict[str, Any]:
        """What guests get: the library's own functions, which see those of this class instead of some of theirs."""
        own = {name: self._space[name] for name in ("dataclass", "make_dataclass")}

        def asdict(obj: Any, *, dict_factory: Any = dict) -> Any:
            return self._asdict(obj, dict_factory)

        def astuple(obj: Any, *, tuple_factory: Any = tuple) -> Any:
            return self._astuple(obj, tuple_factory)

        for function in (asdict, astuple):
            function.__qualname__, function.__module__ = function.__name__, "dataclasses"
            function.__annotations__.clear()
        return {**own, "field": self._field_function, "asdict": asdict, "astuple": astuple}

    def _field(self, *options: Any) -> Any:
        return self._own_metadata(self._real.Field(*options))

    def _own_metadata(self, field: Any) -> Any:
        """The library's own empty mapping is one for the whole process."""
        if field.metadata is self._real._EMPTY_METADATA:
            field.metadata = types.MappingProxyType({})
        return field

    def _process_class(self, cls: Any, *options: Any) -> Any:
        if not self._runtime.is_guest_class(cls):
            self._runtime.refuse("HC105", "dataclass() of what is no class of your own")
        if any(issubclass(each, type) for each in family(cls)):
            self._runtime.refuse("HC106", "defining '__eq__' in a metaclass, as dataclass() does")
        return self._process_natively(cls, *options)

    def _is_keyword(self, name: Any) -> bool:
        """Asked by ``make_dataclass`` after a name has said that it is an identifier."""
        return keyword.iskeyword(self._exact(name))

    def _exact(self, name: Any) -> str:
        if type(name) is not str:
            self._runtime.refuse("HC109", "a field's name that is no plain str")
        return name

    def _get_field(self, cls: Any, name: Any, annotation: Any, *options: Any) -> Any:
        """The library's function of this name, for names that are safe in the source text it builds."""
        if not self._exact(name).isidentifier() or keyword.iskeyword(name) or is_dunder(name):
            self._runtime.refuse("HC111", f"a field named {name!r}")
        if name in self._runtime.library_names(*cls.__mro__[1:]):
            self._runtime.refuse("HC102", f"field {name!r}, which a base class uses")
        known = self._special(annotation) if type(annotation) is str else annotation
        field = self._real._get_field(cls, name, known, *options)
        if type(field) is not self._real.Field:
            raise TypeError(f"the default of {name!r} is no dataclasses.field()")
        field.type = annotation
        return self._own_metadata(field)

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

    def _asdict(self, obj: Any, dict_factory: Any) -> Any:
        """The fields as a dict, deeply."""
        if isinstance(obj, type) or not self._real.is_dataclass(obj):
            raise TypeError("asdict() should be called on dataclass instances")
        return self._convert(obj, lambda pairs: dict_factory(pairs))

    def _astuple(self, obj: Any, tuple_factory: Any) -> Any:
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
    return Dataclasses(real, runtime).exports()


def _of_guests(made: Any, factory: Any) -> Any:
    made.__module__ = "__main__"
    if "__orig_bases__" in vars(made):
        made.__orig_bases__ = (factory,)  # the library's own is not what the guest called
    return made


def _build_typing(real: Any, runtime: Runtime) -> Mapping[str, object]:
    guest_type = runtime.type_of(int)

    def get_type_hints(obj: Any, globalns: Any = None, localns: Any = None, include_extras: bool = False) -> Any:
        return Hints(runtime, {**(globalns or {}), **(localns or {})}).of(obj, include_extras)

    def get_origin(tp: Any) -> Any:
        found = real.get_origin(tp)
        return guest_type if found is type else found

    def get_args(tp: Any) -> tuple[Any, ...]:
        return tuple(guest_type if arg is type else arg for arg in real.get_args(tp))

    # The library looks at names before it builds program text of them, as ``namedtuple`` does.
    def named_tuple(typename: Any, /, *fields: Any, **kwargs: Any) -> Any:
        made = real.NamedTuple(typename, *fields, **kwargs)
        return _of_guests(made, named_tuple)

    def typed_dict(typename: Any, /, *fields: Any, **options: Any) -> Any:
        made = real.TypedDict(typename, *fields, **options)
        return _of_guests(made, typed_dict)

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
