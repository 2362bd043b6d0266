"""Making classes: abc, enum, dataclasses, typing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .module import Metaclass
from .runtime import Runtime
from .spec import Spec, because, words


def _build_abc(real: Any, runtime: Runtime) -> Mapping[str, object]:
    return {"ABCMeta": Metaclass(real.ABCMeta)}


def _build_enum(real: Any, runtime: Runtime) -> Mapping[str, object]:
    return {"EnumMeta": Metaclass(real.EnumType), "EnumType": Metaclass(real.EnumType)}


SPECS = (
    Spec(
        name="abc",
        names=words(
            "ABC abstractclassmethod abstractmethod abstractproperty abstractstaticmethod update_abstractmethods"
        ),
        own=words("ABCMeta"),
        bases=words("ABC"),
        left_out=because(process="get_cache_token"),
        build=_build_abc,
    ),
    Spec(
        name="enum",
        names=words(
            """CONFORM CONTINUOUS EJECT Enum EnumCheck Flag FlagBoundary IntEnum IntFlag KEEP NAMED_FLAGS ReprEnum
            STRICT StrEnum UNIQUE auto member nonmember property unique verify"""
        ),
        own=words("EnumMeta EnumType"),
        bases=words("Enum Flag IntEnum IntFlag ReprEnum StrEnum"),
        left_out=because(
            process="global_enum global_enum_repr global_flag_repr global_str",
            pickle="pickle_by_enum_name pickle_by_global_name",
            classes="EnumDict",
            unreviewed="show_flag_values",
        ),
        build=_build_enum,
    ),
    Spec(
        name="dataclasses",
        names=words(
            "Field FrozenInstanceError InitVar KW_ONLY MISSING asdict astuple dataclass field fields is_dataclass"
        ),
        left_out=because(unreviewed="make_dataclass replace"),
    ),
    Spec(
        name="typing",
        names=words(
            """AbstractSet Annotated Any AnyStr AsyncContextManager AsyncGenerator AsyncIterable AsyncIterator
            Awaitable BinaryIO ByteString Callable ChainMap ClassVar Collection Concatenate Container ContextManager
            Coroutine Counter DefaultDict Deque Dict Final FrozenSet Generator Generic Hashable IO ItemsView Iterable
            Iterator KeysView List Literal LiteralString Mapping MappingView Match MutableMapping MutableSequence
            MutableSet NamedTuple Never NewType NoDefault NoReturn NotRequired Optional OrderedDict ParamSpec
            ParamSpecArgs ParamSpecKwargs Pattern Protocol ReadOnly Required Reversible Self Sequence Set Sized
            SupportsAbs SupportsBytes SupportsComplex SupportsFloat SupportsIndex SupportsInt SupportsRound
            TYPE_CHECKING Text TextIO Tuple Type TypeAlias TypeAliasType TypeGuard TypeIs TypeVar TypeVarTuple
            TypedDict Union Unpack ValuesView assert_never assert_type cast dataclass_transform final get_args
            is_typeddict no_type_check overload override runtime_checkable"""
        ),
    ),
)
