"""All kinds of column: which array is of which, and the way onto the wire and back.

Invariants: a closed table of kinds; arrays of pandas are told apart by identity of their class.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..errors import DecodeError
from . import instances
from .calendars import Intervals, Periods, Zoned, frequency
from .categories import CODES, Categories
from .columns import MASKED, Column, Json, Masked, Numbers, Objects, Texts, is_listed
from .fault import Fault

if TYPE_CHECKING:
    from .decode import Decoder
    from .encode import Encoder

KINDS: dict[str, type[Column]] = {
    kind.kind: kind for kind in (Numbers, Objects, Texts, Masked, Categories, Zoned, Periods, Intervals)
}


def write(column: Column, encoder: Encoder, depth: int) -> Json:
    """A column on the wire."""
    return {"k": column.kind, **column.doc(encoder, depth)}


def read(decoder: Decoder, doc: Any, depth: int) -> Column:
    """The inverse of ``write``."""
    found = KINDS.get(doc["k"]) if type(doc) is dict and type(doc.get("k")) is str else None
    if found is None:
        raise DecodeError("not a value: unknown kind of column")
    decoder.spend(PRICE[found.kind])
    return found.read(decoder, doc, depth)


PRICE = {"np": 30, "obj": 80, "str": 80, "mask": 45, "cat": 120, "tz": 240, "period": 80, "interval": 230}
"""Nodes for building one."""


def column_of(values: Any, encoder: Encoder, pandas: Any) -> Column:
    """The column of an array of numpy or pandas.

    Raises:
        Fault: its kind or dtype does not travel.
    """
    numpy, kind = encoder.numpy, type(values)
    if kind is numpy.ndarray:
        return _of_numpy(values, encoder)
    known = pandas.arrays
    if kind is known.DatetimeArray or kind is known.TimedeltaArray:
        held = _of_numpy(values._ndarray, encoder)
        zone = getattr(values._dtype, "tz", None)
        if zone is None or type(held) is not Numbers:
            return held
        return Zoned(held, zone)
    if kind in (known.IntegerArray, known.FloatingArray, known.BooleanArray):
        held, mask = _of_numpy(values._data, encoder), _of_numpy(values._mask, encoder)
        if type(held) is Numbers and held.code in MASKED and type(mask) is Numbers:
            return Masked(held, mask)
    if any(instances.is_kind_of(kind, each) for each in (known.StringArray, known.ArrowStringArray)):
        return _texts(values)
    if kind is pandas.Categorical:
        codes = _of_numpy(values._ndarray, encoder)
        if type(codes) is Numbers and codes.code in CODES:
            return Categories(codes, values._dtype.categories, values._dtype.ordered is True)
    if kind is known.PeriodArray:
        held = _of_numpy(values._ndarray, encoder)
        if type(held) is Numbers:
            return Periods(held, _travels(values._dtype._freqstr, kind, periods=True))
    if kind is known.IntervalArray:
        left, right = (column_of(_bare(side, pandas), encoder, pandas) for side in (values._left, values._right))
        if type(left) in (Numbers, Zoned):
            return Intervals(left, right, values._dtype.closed)
    if kind is known.NumpyExtensionArray:
        return _of_numpy(values._ndarray, encoder)
    raise Fault(kind, "columns of this kind do not travel; convert them with astype or to_list first")


def _bare(side: Any, pandas: Any) -> Any:
    return side._data if isinstance(side, pandas.Index) else side


def _travels(name: str, kind: type, *, periods: bool = False) -> str:
    try:
        return frequency(name, periods=periods)
    except ValueError:
        raise Fault(kind, f"its frequency {name[:40]!r} does not travel") from None


def _texts(values: Any) -> Texts:
    items = values.to_numpy(object).tolist() if not hasattr(values, "_ndarray") else values._ndarray.tolist()
    found: list[str | None] = []
    for item in items:
        if type(item) is str:
            found.append(item)
        elif isinstance(item, str):
            raise Fault(type(item), "a text of a class of its own, in a column of texts")
        else:
            found.append(None)
    return Texts(found, "nan" if type(values._dtype.na_value) is float else "NA")


def _of_numpy(values: Any, encoder: Encoder) -> Column:
    """The items of an array of any shape, in C order."""
    if values.dtype.kind == "O":
        encoder.spend(0, list, 2 * values.size)
        return Objects(values.ravel().tolist())
    dtype = values.dtype.newbyteorder("<")
    if not is_listed(dtype.str):
        raise Fault(type(values), f"columns of dtype {values.dtype} do not travel")
    encoder.spend(0, type(values), values.size * dtype.itemsize * 4 // 3)
    return Numbers(dtype.str, values.astype(dtype, order="C").tobytes())


def split(column: Column, count: int) -> Sequence[Column]:
    """A column that holds ``count`` columns of one length, one after the other, as those."""
    if count == 1:
        return [column]
    if type(column) is Zoned:
        return [Zoned(part, column.zone) for part in split(column.held, count) if type(part) is Numbers]
    held: Any = column.data if type(column) is Numbers else column.items if type(column) is Objects else None
    if held is None:
        raise Fault(type(column), "columns of this kind do not travel together")
    size = len(held) // count
    pieces = [held[place * size : (place + 1) * size] for place in range(count)]
    if type(column) is Numbers:
        return [Numbers(column.code, piece) for piece in pieces]
    return [Objects(piece) for piece in pieces]


def positions(doc: Any, count: int) -> Sequence[int]:
    """Positions of columns, each below ``count``.

    Raises:
        DecodeError: other things.
    """
    if type(doc) is not list or not all(type(place) is int and 0 <= place < count for place in doc):
        raise DecodeError("not a value: malformed positions")
    return doc
