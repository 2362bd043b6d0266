"""The one-dimensional arrays of pandas as neutral data: what a column is, and those of numbers, texts and objects.

Invariants: a closed list of dtypes; lengths are checked before pandas sees them; objects are read and made one by one.
"""

from __future__ import annotations

import abc
import dataclasses
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from ..errors import DecodeError
from . import arrays, scalars
from .plain_columns import numbers_of

if TYPE_CHECKING:
    from .decode import Decoder
    from .encode import Encoder

Json = dict[str, Any]
_TIMES = re.compile(r"<[mM]8\[(s|ms|us|ns)\]")
_NUMBERS = frozenset("|b1 |i1 |u1 <i2 <u2 <i4 <u4 <i8 <u8 <f2 <f4 <f8 <c8 <c16".split())
MASKED = {
    **{dtype: f"{'U' * (dtype[1] == 'u')}Int{int(dtype[2]) * 8}" for dtype in _NUMBERS if dtype[1] in "iu"},
    "<f4": "Float32",
    "<f8": "Float64",
    "|b1": "boolean",
}
"""The dtypes that pandas has with missing values, and their names."""


def is_listed(dtype: str) -> bool:
    """Whether a column may have this dtype."""
    return dtype in _NUMBERS or _TIMES.fullmatch(dtype) is not None


@dataclasses.dataclass(frozen=True)
class Workshop:
    """What building takes: pandas, numpy, and the check that makes keys safe to hash."""

    pandas: Any
    numpy: Any
    hashed: Callable[[list[Any]], list[Any]]


class Column(abc.ABC):
    """One array, of a known length."""

    kind: ClassVar[str]
    __slots__ = ()

    @abc.abstractmethod
    def __len__(self) -> int:
        """How many items."""

    @abc.abstractmethod
    def doc(self, encoder: Encoder, depth: int) -> Json:
        """Its fields on the wire, without ``k``."""

    @classmethod
    @abc.abstractmethod
    def read(cls, decoder: Decoder, doc: Json, depth: int) -> Column:
        """The inverse of ``doc``, checked."""

    @abc.abstractmethod
    def plain(self) -> list[Any]:
        """The items as Python's own values; None for what is missing."""

    @abc.abstractmethod
    def array(self, shop: Workshop) -> Any:
        """The array of numpy or pandas."""

    @property
    @abc.abstractmethod
    def dtype(self) -> str:
        """The dtype as pandas calls it."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Numbers(Column):
    """Numbers, truth values, moments and spans without a zone, as little-endian bytes."""

    kind = "np"
    code: str
    data: bytes

    def __len__(self) -> int:
        return len(self.data) // arrays.item_size(self.code)

    def doc(self, encoder: Encoder, depth: int) -> Json:
        encoder.spend(0, Numbers, len(self.data) * 4 // 3)
        return {"d": self.code, "v": scalars.base64(self.data)}

    @classmethod
    def read(cls, decoder: Decoder, doc: Json, depth: int) -> Numbers:
        code = doc["d"]
        if type(code) is not str or not is_listed(code):
            raise DecodeError("not a value: a dtype that is not allowed")
        data = scalars.raw(doc["v"])
        if len(data) % arrays.item_size(code):
            raise DecodeError("not a value: bytes that do not fit their dtype")
        return cls(code, data)

    def plain(self) -> list[Any]:
        return numbers_of(self.code, self.data)

    def array(self, shop: Workshop) -> Any:
        return arrays.build(shop.numpy, self.code, self.data)

    @property
    def dtype(self) -> str:
        return arrays.spelled(self.code)


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Objects(Column):
    """Any values, each encoded by itself."""

    kind = "obj"
    items: list[Any]

    def __len__(self) -> int:
        return len(self.items)

    def doc(self, encoder: Encoder, depth: int) -> Json:
        return {"v": encoder.items(self.items, depth)}

    @classmethod
    def read(cls, decoder: Decoder, doc: Json, depth: int) -> Objects:
        items = decoder.whole(doc["v"], depth)
        decoder.spend(len(items) // 4)
        return cls(items)

    def plain(self) -> list[Any]:
        return list(self.items)

    def array(self, shop: Workshop) -> Any:
        return shop.numpy.fromiter(self.items, dtype=object, count=len(self.items))

    @property
    def dtype(self) -> str:
        return "object"


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Texts(Column):
    """Strings, with None for what is missing; ``missing`` is what pandas shows there: ``NA`` or ``nan``."""

    kind = "str"
    items: list[str | None]
    missing: str

    def __len__(self) -> int:
        return len(self.items)

    def doc(self, encoder: Encoder, depth: int) -> Json:
        return {"v": encoder.items(self.items, depth), "n": self.missing}

    @classmethod
    def read(cls, decoder: Decoder, doc: Json, depth: int) -> Texts:
        items, missing = decoder.whole(doc["v"], depth), doc["n"]
        if missing not in ("NA", "nan") or not set(map(type, items)) <= {str, type(None)}:
            raise DecodeError("not a value: malformed texts")
        decoder.spend(len(items) // 8)
        return cls(items, missing)

    def plain(self) -> list[Any]:
        return list(self.items)

    def array(self, shop: Workshop) -> Any:
        numpy, pandas = shop.numpy, shop.pandas
        held = numpy.fromiter(self.items, dtype=object, count=len(self.items))
        if self.missing == "NA":
            return pandas.array(held, dtype=pandas.StringDtype("python"))
        if pandas.__version__ < "3":
            # Before version 3 such columns are of objects.
            held[numpy.equal(held, None)] = numpy.nan
            return held
        return pandas.array(held, dtype=pandas.StringDtype("python", na_value=numpy.nan))

    @property
    def dtype(self) -> str:
        return "string" if self.missing == "NA" else "str"


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Masked(Column):
    """Numbers or truth values of which some are missing (``Int64``, ``boolean`` …): the bytes, and a byte for each."""

    kind = "mask"
    held: Numbers
    mask: Numbers

    def __len__(self) -> int:
        return len(self.mask)

    def doc(self, encoder: Encoder, depth: int) -> Json:
        return {"x": self.held.doc(encoder, depth), "m": self.mask.doc(encoder, depth)}

    @classmethod
    def read(cls, decoder: Decoder, doc: Json, depth: int) -> Masked:
        held, mask = Numbers.read(decoder, doc["x"], depth), Numbers.read(decoder, doc["m"], depth)
        if held.code not in MASKED or mask.code != "|b1" or len(held) != len(mask):
            raise DecodeError("not a value: malformed numbers with missing ones")
        return cls(held, mask)

    def plain(self) -> list[Any]:
        return [None if hidden else item for item, hidden in zip(self.held.plain(), self.mask.data, strict=True)]

    def array(self, shop: Workshop) -> Any:
        kinds = shop.pandas.arrays
        made = {"b": kinds.BooleanArray, "f": kinds.FloatingArray}.get(self.held.code[1], kinds.IntegerArray)
        return made(self.held.array(shop), self.mask.array(shop))

    @property
    def dtype(self) -> str:
        return MASKED[self.held.code]
