"""Columns of categories, and the checks that codes and labels need.

Invariants: codes are checked before pandas sees them, since its compiled code does not look; labels are told apart by
sorting, or by hashing what is safe to hash, never by a hash table of pandas, whose collisions are easy to make.
"""

from __future__ import annotations

import array
import dataclasses
from typing import TYPE_CHECKING, Any

from ..errors import DecodeError
from .columns import Column, Json, Numbers, Workshop

if TYPE_CHECKING:
    from .decode import Decoder
    from .encode import Encoder

CODES = {"|i1": "b", "<i2": "h", "<i4": "i", "<i8": "q"}
"""The dtypes of codes, and what ``array`` calls them."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Categories(Column):
    """Codes that point into labels, -1 for what is missing."""

    kind = "cat"
    codes: Numbers
    labels: Any
    ordered: bool

    def __len__(self) -> int:
        return len(self.codes)

    def doc(self, encoder: Encoder, depth: int) -> Json:
        return {"x": self.codes.doc(encoder, depth), "u": encoder.value(self.labels, depth), "o": self.ordered}

    @classmethod
    def read(cls, decoder: Decoder, doc: Json, depth: int) -> Categories:
        codes = Numbers.read(decoder, doc["x"], depth)
        (labels,) = decoder.whole([doc["u"]], depth)
        if codes.code not in CODES or type(doc["o"]) is not bool or not is_index(decoder, labels):
            raise DecodeError("not a value: malformed categories")
        check_codes(codes, len(labels))
        return cls(codes, labels, doc["o"])

    def plain(self) -> list[Any]:
        labels = [*self.labels.plain(), None]
        return [labels[code] for code in self.codes.plain()]

    def array(self, shop: Workshop) -> Any:
        labels = built_index(self.labels, shop)
        check_distinct(labels, shop)
        dtype = shop.pandas.CategoricalDtype._from_fastpath(labels, self.ordered)
        return shop.pandas.Categorical.from_codes(self.codes.array(shop), dtype=dtype, validate=False)

    @property
    def dtype(self) -> str:
        return "category"


def is_index(decoder: Decoder, value: Any) -> bool:
    """Whether it is an index of one level, of pandas or neutral."""
    from .labels import Labels

    pandas = decoder.packages("pandas")
    if pandas is None:
        return type(value) is Labels and len(value.levels) == 1
    return isinstance(value, pandas.Index) and not isinstance(value, pandas.MultiIndex)


def built_index(labels: Any, shop: Workshop) -> Any:
    """The index of pandas, whatever form it has until now."""
    from .labels import Labels

    return labels.index(shop) if type(labels) is Labels else labels


def check_codes(codes: Numbers, count: int) -> None:
    """Codes from -1 to below ``count``: compiled code takes them as positions without a look.

    Raises:
        DecodeError: another code.
    """
    if not codes.data:
        return
    held = array.array(CODES[codes.code], codes.data)
    if min(held) < -1 or max(held) >= count:
        raise DecodeError("not a value: a code that points to nothing")


def check_distinct(labels: Any, shop: Workshop) -> None:
    """Labels that differ and are all there, found by sorting, or by hashing what is safe to hash.

    Raises:
        DecodeError: two are equal, one is missing, or they are of a kind that cannot be told apart.
    """
    numpy, pandas = shop.numpy, shop.pandas
    held = labels._data if type(labels) is not pandas.RangeIndex else None
    if held is None:
        return
    if isinstance(held, pandas.arrays.IntervalArray):
        order = numpy.lexsort((_ordinals(held._right, numpy), _ordinals(held._left, numpy)))
        left, right = _ordinals(held._left, numpy)[order], _ordinals(held._right, numpy)[order]
        equal = bool(((left[1:] == left[:-1]) & (right[1:] == right[:-1])).any())
        missing = bool(held.isna().any())
    else:
        ordinals = _ordinals(held, numpy)
        missing = bool(pandas.isna(held).any())
        if ordinals.dtype == object:
            items = ordinals.tolist()
            equal = len(set(shop.hashed(items))) != len(items)
        else:
            ordered = numpy.sort(ordinals)
            equal = bool((ordered[1:] == ordered[:-1]).any())
    if missing or equal:
        raise DecodeError("not a value: labels that are not distinct")


def _ordinals(held: Any, numpy: Any) -> Any:
    """The numbers or objects by which items are told apart."""
    for name in ("_ndarray", "_data"):
        if type(held) is not numpy.ndarray:
            held = getattr(held, name, held)
    if type(held) is not numpy.ndarray:
        raise DecodeError("not a value: labels of a kind that cannot be told apart")
    return held.view("i8") if held.dtype.kind in "mM" else held
