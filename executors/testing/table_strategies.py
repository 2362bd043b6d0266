"""Hypothesis strategies of arrays and frames. Needs numpy and pandas beside hypothesis."""

from __future__ import annotations

import importlib
from typing import Any

from hypothesis import strategies as st

from .strategies import VALUES, ZONES

numpy: Any = importlib.import_module("numpy")
pandas: Any = importlib.import_module("pandas")

NUMBERS = "?bBhHiIqQ"
CODES = st.sampled_from([*NUMBERS, "f2", "f4", "f8", "c8", "c16", "M8[s]", "M8[us]", "m8[ns]", "M8[D]", "U2", "S3"])
COLUMN_CODES = st.sampled_from([*NUMBERS, "f2", "f4", "f8", "c16", "M8[s]", "M8[ns]", "m8[us]"])
LABELS = st.none() | st.integers(-5, 5) | st.text(max_size=3) | st.tuples(st.integers(0, 3), st.text(max_size=2))


@st.composite
def arrays(draw: st.DrawFn) -> Any:
    """An array of any dtype that travels, whole or a view of another."""
    code, shape = numpy.dtype(draw(CODES)), tuple(draw(st.lists(st.integers(0, 4), max_size=3)))
    if code.kind == "U":
        words = draw(st.lists(st.text(max_size=2), min_size=1, max_size=8))
        return numpy.resize(numpy.array(words, dtype=code), shape)
    found = _filled(draw, code, int(numpy.prod(shape, dtype=int))).reshape(shape)
    turned = found.T if draw(st.booleans()) else found
    return turned.astype(code.newbyteorder(">")) if draw(st.booleans()) else turned[::-1] if turned.ndim else turned


def _filled(draw: st.DrawFn, code: Any, count: int) -> Any:
    data = draw(st.binary(min_size=count * code.itemsize, max_size=count * code.itemsize))
    if code.kind == "b":
        return numpy.frombuffer(data, "u1") % 2 == 1
    return numpy.frombuffer(data, code) if count else numpy.empty(0, code)


@st.composite
def columns(draw: st.DrawFn, rows: int) -> Any:
    """A column of ``rows`` items, of any kind that travels."""
    kind = draw(st.integers(0, 7))
    if kind == 0:
        held = draw(st.lists(VALUES, min_size=rows, max_size=rows))
        return pandas.Series(numpy.fromiter(held, dtype=object, count=rows), dtype=object).array
    if kind == 1:
        texts = draw(st.lists(st.none() | st.text(max_size=3), min_size=rows, max_size=rows))
        return pandas.array(texts, dtype=draw(st.sampled_from(["string", "str"])))
    if kind == 2:
        numbers = draw(st.lists(st.none() | st.integers(-128, 127), min_size=rows, max_size=rows))
        return pandas.array(numbers, dtype=draw(st.sampled_from(["Int8", "Int64", "Float32"])))
    if kind == 3:
        words = draw(st.lists(st.none() | st.sampled_from("abc"), min_size=rows, max_size=rows))
        return pandas.Categorical(words, categories=list("cab"), ordered=draw(st.booleans()))
    if kind == 4:
        days = draw(st.lists(st.integers(-(2**40), 2**40), min_size=rows, max_size=rows))
        moments = pandas.DatetimeIndex(numpy.array(days, dtype="M8[s]")).tz_localize("UTC")
        return moments.tz_convert(draw(ZONES)).array
    if kind == 5:
        return pandas.period_range("2020-01", periods=rows, freq=draw(st.sampled_from(["M", "D", "Q-MAR", "h"]))).array
    if kind == 6:
        return pandas.arrays.IntervalArray.from_breaks(numpy.arange(rows + 1.0)) if rows else pandas.array([], "Int8")
    return _filled(draw, numpy.dtype(draw(COLUMN_CODES)), rows)


@st.composite
def indexes(draw: st.DrawFn, rows: int) -> Any:
    """Labels of ``rows`` rows."""
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return pandas.RangeIndex(rows, name=draw(LABELS))
    if kind == 1:
        return pandas.date_range("2020", periods=rows, freq=draw(st.sampled_from(["D", "h", "ME", "B", "W-TUE"])))
    if kind == 2 and rows:
        pairs = draw(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("xyz")), min_size=rows, max_size=rows))
        return pandas.MultiIndex.from_tuples(pairs, names=["n", None])
    labels = draw(st.lists(LABELS, min_size=rows, max_size=rows))
    return pandas.Index(numpy.fromiter(labels, dtype=object, count=rows), dtype=object)


@st.composite
def frames(draw: st.DrawFn) -> Any:
    """A data frame or a series."""
    rows = draw(st.integers(0, 4))
    index = draw(indexes(rows))
    if draw(st.booleans()):
        held = draw(columns(rows))
        dtype = object if held.dtype == object else None
        return pandas.Series(held, index=index, name=draw(LABELS), dtype=dtype)
    parts = draw(st.lists(columns(rows), max_size=4))
    held = {place: pandas.Series(part, index=index, dtype=part.dtype) for place, part in enumerate(parts)}
    found = pandas.DataFrame(held, index=index)
    names = draw(st.lists(LABELS, min_size=len(parts), max_size=len(parts)))
    found.columns = pandas.Index(numpy.fromiter(names, dtype=object, count=len(parts)), dtype=object)
    return found
