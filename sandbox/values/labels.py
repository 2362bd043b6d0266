"""Indexes of pandas: labels of rows and columns, of one level or several.

Invariants: an index is shared as any container is; ``Labels`` is what a receiver without pandas gets; nothing
here makes pandas hash labels, so hostile ones cost nothing until the host itself looks one up.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from ..errors import DecodeError
from . import calendars, categories, column_kinds
from .columns import Column, Numbers, Objects, Texts, Workshop
from .fault import Fault

if TYPE_CHECKING:
    from .decode import Decoder
    from .encode import Encoder

Json = dict[str, Any]
_MOST = 1 << 63
_LEVELS = 64
_CLAIMS = frozenset(
    """__array__ __array_function__ __array_interface__ __array_namespace__ __array_priority__ __array_struct__
    __array_ufunc__ __array_wrap__ __arrow_c_array__ __arrow_c_schema__ __arrow_c_stream__ __cuda_array_interface__
    __dataframe__ __dlpack__ __dlpack_device__""".split()
)
"""Labels are attributes of a series or frame: numpy would take a dict under such a label for an address of memory."""
_PER_UNEVEN_MOMENT = 60
_PER_FREQUENCY = 400


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Labels:
    """An index where there is no pandas. ``levels`` has one Column, or several of equal length for a MultiIndex."""

    levels: tuple[Any, ...]
    names: tuple[Any, ...]
    codes: tuple[Numbers, ...] = ()
    freq: str | None = None

    def __len__(self) -> int:
        return len(self.codes[0] if self.codes else self.levels[0])

    def plain(self) -> list[Any]:
        """The labels: values, or tuples of them where there are several levels."""
        if not self.codes:
            level = self.levels[0]
            return list(level) if type(level) is range else level.plain()
        each = [[*level.plain(), None] for level in self.levels]
        return list(
            zip(
                *([level[code] for code in codes.plain()] for level, codes in zip(each, self.codes, strict=True)),
                strict=True,
            )
        )

    def index(self, shop: Workshop) -> Any:
        """The index of pandas."""
        if self.codes:
            return _several(self.levels, self.codes, self.names, shop)
        level = self.levels[0]
        if type(level) is range:
            return shop.pandas.RangeIndex(level, name=self.names[0])
        return _one(level, self.names[0], self.freq, shop)

    def __repr__(self) -> str:
        return f"<{'MultiIndex' if self.codes else 'Index'} of {len(self)} labels>"


def _one(level: Column, name: Any, freq: str | None, shop: Workshop) -> Any:
    pandas = shop.pandas
    dtype = object if type(level) is Objects else None
    found = pandas.Index(level.array(shop), dtype=dtype, name=name, copy=False)
    if freq is not None:
        if type(found) not in (pandas.DatetimeIndex, pandas.TimedeltaIndex):
            raise DecodeError("not a value: a frequency of labels that have none")
        found.freq = freq
    return found


def _several(levels: tuple[Any, ...], codes: tuple[Numbers, ...], names: tuple[Any, ...], shop: Workshop) -> Any:
    indexes = [categories.built_index(level, shop) for level in levels]
    for index in indexes:
        categories.check_distinct(index, shop)
    held = [each.array(shop) for each in codes]
    return shop.pandas.MultiIndex(levels=indexes, codes=held, names=names, verify_integrity=False)


def encode_index(encoder: Encoder, value: Any, depth: int) -> Json:
    """An index of one level."""
    column = column_kinds.column_of(value._data, encoder, encoder.pandas)
    if _claims(column):
        raise Fault(type(value), "a label is a name by which libraries ask for memory; rename it")
    found = {
        "$": "index",
        "x": column_kinds.write(column, encoder, depth),
        "n": _name(encoder, value._name, depth),
        "f": None,
    }
    freq = value.freq if type(value).__name__ in ("DatetimeIndex", "TimedeltaIndex") else None
    if freq is not None:
        found["f"] = _frequency(encoder, value, freq)
    return found


def _claims(column: Column) -> bool:
    """Whether a label would speak for the whole."""
    if type(column) is Texts:
        return not _CLAIMS.isdisjoint(column.items)
    return type(column) is Objects and not _CLAIMS.isdisjoint(item for item in column.items if isinstance(item, str))


def _frequency(encoder: Encoder, value: Any, freq: Any) -> str:
    try:
        name = calendars.frequency(freq.freqstr)
    except ValueError:
        name = ""
    if not name or encoder.pandas.tseries.frequencies.to_offset(name) != freq:
        raise Fault(type(value), f"its frequency {str(freq)[:80]} does not travel; set its freq to None")
    encoder.spend(_frequency_price(name, len(value)), type(value))
    return name


def _frequency_price(freq: str, count: int) -> int:
    """Nodes for having pandas check a frequency: it generates what is not evenly spaced one by one."""
    return _PER_FREQUENCY + (0 if calendars.is_tick(freq) else count * _PER_UNEVEN_MOMENT)


def _name(encoder: Encoder, name: Any, depth: int) -> Any:
    encoder.members([name])
    return encoder.field(name, "name", depth)


def encode_range(encoder: Encoder, value: Any, depth: int) -> Json:
    """Start, stop, step."""
    held = value._range
    return {"$": "rindex", "v": [held.start, held.stop, held.step], "n": _name(encoder, value._name, depth)}


def encode_levels(encoder: Encoder, value: Any, depth: int) -> Json:
    """The labels of each level, and the codes that point to them."""
    levels = [encoder.value(level, depth) for level in value._levels]
    codes = [column_kinds.column_of(each, encoder, encoder.pandas) for each in value._codes]
    if len(levels) > _LEVELS:
        raise Fault(type(value), f"it has more than {_LEVELS} levels")
    names = [_name(encoder, name, depth) for name in value._names]
    return {"$": "mindex", "l": levels, "x": [column_kinds.write(each, encoder, depth) for each in codes], "n": names}


def decode_index(decoder: Decoder, doc: Json, depth: int) -> Any:
    """The inverse of ``encode_index``."""
    number = decoder.begin()
    column = column_kinds.read(decoder, doc["x"], depth)
    if _claims(column):
        raise DecodeError("not a value: a label that libraries would take for a claim")
    name = _checked_name(decoder, doc["n"], depth)
    freq = None if doc["f"] is None else calendars.frequency(doc["f"])
    if freq is not None:
        decoder.spend(_frequency_price(freq, len(column)))
    return decoder.finish(number, _built(decoder, Labels((column,), (name,), (), freq)))


def decode_range(decoder: Decoder, doc: Json, depth: int) -> Any:
    """The inverse of ``encode_range``."""
    number = decoder.begin()
    parts, name = doc["v"], _checked_name(decoder, doc["n"], depth)
    if type(parts) is not list or len(parts) != 3:
        raise DecodeError("not a value: malformed range of labels")
    if not all(type(part) is int and -_MOST < part < _MOST for part in parts):
        raise DecodeError("not a value: malformed range of labels")
    held = range(*parts)
    if len(held) > decoder.bounds.bytes:
        raise DecodeError(f"not a value: more than {decoder.bounds.bytes} labels")
    return decoder.finish(number, _built(decoder, Labels((held,), (name,))))


def decode_levels(decoder: Decoder, doc: Json, depth: int) -> Any:
    """The inverse of ``encode_levels``."""
    number = decoder.begin()
    levels, names = decoder.whole(doc["l"], depth), doc["n"]
    if type(doc["x"]) is not list or type(names) is not list:
        raise DecodeError("not a value: malformed levels")
    codes = [column_kinds.read(decoder, each, depth) for each in doc["x"]]
    if not 0 < len(levels) == len(codes) == len(names) <= _LEVELS:
        raise DecodeError("not a value: malformed levels")
    checked: list[Numbers] = []
    for level, each in zip(levels, codes, strict=True):
        if type(each) is not Numbers or each.code not in categories.CODES or len(each) != len(codes[0]):
            raise DecodeError("not a value: malformed levels")
        if not categories.is_index(decoder, level):
            raise DecodeError("not a value: malformed levels")
        categories.check_codes(each, len(level))
        checked.append(each)
    found = Labels(tuple(levels), tuple(_checked_name(decoder, name, depth) for name in names), tuple(checked))
    return decoder.finish(number, _built(decoder, found))


def _checked_name(decoder: Decoder, doc: Any, depth: int) -> Any:
    (name,) = decoder.hashed(decoder.whole([doc], depth))
    hash(name)
    return name


def _built(decoder: Decoder, found: Labels) -> Any:
    shop = decoder.workshop()
    return found if shop is None else found.index(shop)
