"""What a receiver without pandas, or without numpy too, gets for a frame: a Table, which makes the frame when asked."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from sandbox.values import Record, decode
from sandbox.values.tables import Table
from tests.values.same import wire

numpy = pytest.importorskip("numpy", reason="numpy is not installed")
pandas = pytest.importorskip("pandas", reason="pandas is not installed")


def nothing(name: str) -> Any:
    return None


def arrived(value: Any) -> Any:
    return decode(wire(value), packages=nothing)


def example() -> Any:
    return pandas.DataFrame(
        {
            "n": [1, 2],
            "x": [1.5, numpy.nan],
            "s": ["a", None],
            "i": pandas.array([3, None], dtype="Int8"),
            "c": pandas.Categorical(["u", None]),
            "t": pandas.to_datetime(["2020-01-01 10:00", None]),
            "z": pandas.to_datetime(["2020-01-01 10:00", None]).tz_localize("UTC"),
            "d": pandas.to_timedelta(["90min", None]),
            "o": pandas.Series([[1], {"k": 2}], dtype=object),
        }
    ).set_index(pandas.MultiIndex.from_tuples([("p", 1), ("q", 2)]))


def test_table_shows_plain_values() -> None:
    table = arrived(example())
    assert type(table) is Table and table.type == "DataFrame" and len(table) == 2
    assert table.columns == ["n", "x", "s", "i", "c", "t", "z", "d", "o"]
    assert table.index == [("p", 1), ("q", 2)]
    first, second = table.rows()
    zoned = datetime.datetime(2020, 1, 1, 10, tzinfo=datetime.UTC)
    assert first == {
        "n": 1,
        "x": 1.5,
        "s": "a",
        "i": 3,
        "c": "u",
        "t": datetime.datetime(2020, 1, 1, 10),
        "z": zoned,
        "d": datetime.timedelta(minutes=90),
        "o": [1],
    }
    assert second.pop("x") != 0 and set(second) == set(first) - {"x"}
    assert [second[name] for name in "sictzd"] == [None] * 6
    assert table.dtypes[3:6] == ["Int8", "category", f"datetime64[{example()['t'].dt.unit}]"]


def test_table_makes_the_frame_itself() -> None:
    pandas.testing.assert_frame_equal(arrived(example()).to_pandas(), example())


def test_series_is_a_table_of_one_column() -> None:
    table = arrived(pandas.Series([1, 2], name="s"))
    assert (table.type, table.columns, table.index, table.column(0)) == ("Series", ["s"], [0, 1], [1, 2])
    assert table.rows() == [{"s": 1}, {"s": 2}]
    assert repr(table) == "<Series of 2 rows and 1 columns; to_pandas() makes it>"
    pandas.testing.assert_series_equal(table.to_pandas(), pandas.Series([1, 2], name="s"))


@pytest.mark.parametrize("code", ["b1", "i1", "u2", "i4", "u8", "f2", "f4", "f8", "c8", "c16"])
def test_numbers_without_numpy(code: str) -> None:
    values = numpy.array([0, 1, 3]).astype(code)
    column = arrived(pandas.Series(values)).column(0)
    assert column == values.tolist() and list(map(type, column)) == list(map(type, values.tolist()))


def test_single_values_are_of_the_datetime_family_where_that_is_exact() -> None:
    exact, finer, far = arrived(
        [
            pandas.Timestamp("2020-01-01", tz="UTC"),
            pandas.Timestamp(1, unit="ns"),
            pandas.Timestamp(numpy.datetime64(10**12, "s")),
        ]
    )
    assert exact == datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    assert type(finer) is Record and finer.fields == {"value": 1, "unit": "ns", "zone": None}
    assert type(far) is Record and far.fields["value"] == 10**12
    assert arrived(pandas.Timedelta("1us")) == datetime.timedelta(microseconds=1)


def test_the_rest_are_records() -> None:
    found = arrived([pandas.Period("2020-01", "M"), pandas.Interval(1, 2), pandas.NaT, pandas.NA])
    assert [each.type for each in found] == ["pandas.Period", "pandas.Interval", "pandas.NaT", "pandas.NA"]


def test_index_and_array() -> None:
    index, array = arrived([pandas.Index(["a", "b"]), pandas.array([1, None], dtype="Int64")])
    assert index.plain() == ["a", "b"] and array == [1, None]
