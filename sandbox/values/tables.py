"""Data frames and series of pandas, and the Table that a receiver without pandas gets.

Invariants: columns of numbers of one dtype travel together; every position is filled exactly once and every length
agrees before pandas builds anything; a Table makes Python's values, or the frame itself, only when it is asked.
"""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..errors import DecodeError
from . import column_kinds
from .categories import built_index
from .columns import Column, Numbers, Objects, Workshop
from .fault import Fault
from .keys import KeyFault, KeyGuard
from .kinds import BOUNDS
from .labels import Labels

if TYPE_CHECKING:
    from .decode import Decoder
    from .encode import Encoder

Json = dict[str, Any]
_PER_COLUMN = 12


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Table:
    """A data frame or series of pandas where there is no pandas.

    ``type`` is ``DataFrame`` or ``Series``; ``columns`` are the labels of the columns (the name of a series);
    ``index`` are the labels of the rows; ``attrs`` is what was noted about the whole.
    """

    type: str
    _index: Any
    _columns: Any
    _data: tuple[Column, ...]
    attrs: Mapping[Any, Any]

    @property
    def columns(self) -> list[Any]:
        """The labels of the columns."""
        found: list[Any] = self._columns.plain()
        return found

    @property
    def index(self) -> list[Any]:
        """The labels of the rows."""
        found: list[Any] = self._index.plain()
        return found

    @property
    def dtypes(self) -> list[str]:
        """The dtype of each column, as pandas calls it."""
        return [column.dtype for column in self._data]

    def __len__(self) -> int:
        return len(self._index)

    def column(self, place: int) -> list[Any]:
        """The values of one column, by its position; None for what is missing."""
        return self._data[place].plain()

    def rows(self) -> list[dict[Any, Any]]:
        """One dict for each row, from column label to value. Of columns with one label the last is kept."""
        labels, data = self.columns, [column.plain() for column in self._data]
        return [dict(zip(labels, row, strict=True)) for row in zip(*data, strict=True)] if data else []

    def to_pandas(self) -> Any:
        """The data frame or series itself.

        Raises:
            ImportError: pandas is not installed.
            DecodeError: pandas would not build it soundly, or not at a bounded cost.
        """
        pandas, numpy = importlib.import_module("pandas"), importlib.import_module("numpy")
        try:
            return _assembled(self, Workshop(pandas, numpy, KeyGuard(BOUNDS).checked))
        except KeyFault as fault:
            raise DecodeError(f"not a value: {fault}") from None

    def __repr__(self) -> str:
        return f"<{self.type} of {len(self)} rows and {len(self._data)} columns; to_pandas() makes it>"


def _assembled(table: Table, shop: Workshop) -> Any:
    pandas, index = shop.pandas, built_index(table._index, shop)
    labels = built_index(table._columns, shop)
    data = [_column(column, index, shop) for column in table._data]
    if table.type == "Series":
        found = data[0] if isinstance(data[0], pandas.Series) else pandas.Series(data[0], index=index, copy=False)
        found.name = labels[0]
    else:
        found = pandas.DataFrame(dict(enumerate(data)), index=index, copy=False)
        found.columns = labels
    if table.attrs:
        found.attrs = dict(table.attrs)
    return found


def _column(column: Column, index: Any, shop: Workshop) -> Any:
    """What a frame takes as a column. Objects come as a Series, or pandas would guess what they are."""
    held = column.array(shop)
    if held.dtype == object:
        return shop.pandas.Series(held, index=index, dtype=object, copy=False)
    return held


def encode_frame(encoder: Encoder, value: Any, depth: int) -> Json:
    """The labels, and the columns in groups of one dtype."""
    _check_flags(value)
    manager = value._mgr
    index = _labels(encoder, value.index, depth)
    labels = _labels(encoder, value.columns, depth)
    groups: list[Json] = []
    for block in manager.blocks:
        places = block.mgr_locs.as_array.tolist()
        encoder.spend(_PER_COLUMN * len(places), type(value))
        try:
            groups += _group(encoder, block.values, places, depth)
        except Fault as fault:
            fault.trail.append(f".iloc[:, {places[0]}]")
            raise
    return {"$": "frame", "i": index, "c": labels, "g": groups, "a": _attrs(encoder, value, depth)}


def _labels(encoder: Encoder, index: Any, depth: int) -> Any:
    # The frame may have made it for this question alone.
    encoder.keep.append(index)
    return encoder.value(index, depth)


def _check_flags(value: Any) -> None:
    if not value.flags.allows_duplicate_labels:
        raise Fault(type(value), "it forbids duplicate labels, which does not travel; allow them")


def _attrs(encoder: Encoder, value: Any, depth: int) -> Any:
    held = value._attrs
    if type(held) is not dict:
        raise Fault(type(held), "its attrs are not a plain dict")
    return encoder.field(held, "attrs", depth) if held else None


def _group(encoder: Encoder, values: Any, places: list[int], depth: int) -> list[Json]:
    """Numbers of all columns in one, other kinds each in one of their own."""
    column = column_kinds.column_of(values, encoder, encoder.pandas)
    parts = [(places, column)]
    if type(column) is not Numbers:
        each = column_kinds.split(column, len(places))
        parts = [([place], part) for place, part in zip(places, each, strict=True)]
    found = []
    for at, part in parts:
        encoder.spend(column_kinds.PRICE[part.kind], type(values))
        found.append({"p": at, "x": column_kinds.write(part, encoder, depth)})
    return found


def encode_series(encoder: Encoder, value: Any, depth: int) -> Json:
    """The labels, the values, the name."""
    _check_flags(value)
    index = _labels(encoder, value.index, depth)
    column = column_kinds.column_of(value._mgr.blocks[0].values, encoder, encoder.pandas)
    encoder.spend(column_kinds.PRICE[column.kind], type(value))
    encoder.members([value._name])
    name = encoder.field(value._name, "name", depth)
    data = column_kinds.write(column, encoder, depth)
    return {"$": "series", "i": index, "x": data, "n": name, "a": _attrs(encoder, value, depth)}


def encode_array(encoder: Encoder, value: Any, depth: int) -> Json:
    """An array of pandas by itself."""
    column = column_kinds.column_of(value, encoder, encoder.pandas)
    return {"$": "column", "x": column_kinds.write(column, encoder, depth)}


def decode_frame(decoder: Decoder, doc: Json, depth: int) -> Any:
    """The inverse of ``encode_frame``."""
    number = decoder.begin()
    index, labels = decoder.whole([doc["i"], doc["c"]], depth)
    rows, count = _length(decoder, index), _length(decoder, labels)
    groups = doc["g"]
    if type(groups) is not list or count > decoder.bounds.nodes:
        raise DecodeError("not a value: malformed columns")
    data: list[Column | None] = [None] * count
    for group in groups:
        places = column_kinds.positions(group["p"], count)
        column = column_kinds.read(decoder, group["x"], depth)
        decoder.spend(_PER_COLUMN * len(places))
        if len(column) != rows * len(places) or (len(places) != 1 and type(column) is not Numbers):
            raise DecodeError("not a value: columns that do not fit the rows")
        for place, part in zip(places, column_kinds.split(column, len(places)), strict=True):
            if data[place] is not None:
                raise DecodeError("not a value: two columns in one place")
            data[place] = part
    whole = tuple(column for column in data if column is not None)
    if len(whole) != count:
        raise DecodeError("not a value: a column is missing")
    return _finished(decoder, number, "DataFrame", index, labels, whole, doc["a"], depth)


def decode_series(decoder: Decoder, doc: Json, depth: int) -> Any:
    """The inverse of ``encode_series``."""
    number = decoder.begin()
    (index,) = decoder.whole([doc["i"]], depth)
    rows = _length(decoder, index)
    (name,) = decoder.hashed(decoder.whole([doc["n"]], depth))
    hash(name)
    column = column_kinds.read(decoder, doc["x"], depth)
    if len(column) != rows:
        raise DecodeError("not a value: values that do not fit the labels")
    labels = Labels((Objects([name]),), (None,))
    return _finished(decoder, number, "Series", index, labels, (column,), doc["a"], depth)


def decode_array(decoder: Decoder, doc: Json, depth: int) -> Any:
    """The inverse of ``encode_array``; without pandas the list of its values."""
    number = decoder.begin()
    column, shop = column_kinds.read(decoder, doc["x"], depth), decoder.workshop()
    if shop is None:
        decoder.spend(len(column))
        return decoder.finish(number, column.plain())
    found = column.array(shop)
    return decoder.finish(number, shop.pandas.array(found, copy=False) if type(found) is shop.numpy.ndarray else found)


def _length(decoder: Decoder, index: Any) -> int:
    pandas = decoder.packages("pandas")
    if not (type(index) is Labels if pandas is None else isinstance(index, pandas.Index)):
        raise DecodeError("not a value: labels that are no index")
    return len(index)


def _finished(
    decoder: Decoder,
    number: int,
    kind: str,
    index: Any,
    labels: Any,
    data: tuple[Column, ...],
    attrs: Any,
    depth: int,
) -> Any:
    (noted,) = decoder.whole([attrs], depth)
    if noted is not None and type(noted) is not dict:
        raise DecodeError("not a value: malformed attrs")
    table, shop = Table(kind, index, labels, data, noted or {}), decoder.workshop()
    return decoder.finish(number, table if shop is None else _assembled(table, shop))
