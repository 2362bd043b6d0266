"""pandas: frames, series, indexes, arrays and single moments arrive as they left."""

from __future__ import annotations

from typing import Any

import pytest

from tests.values.same import travelled

numpy = pytest.importorskip("numpy", reason="numpy is not installed")
pandas = pytest.importorskip("pandas", reason="pandas is not installed")

FRAMES = [
    "pandas.DataFrame()",
    "pandas.DataFrame(index=range(3))",
    "pandas.DataFrame(columns=['a', 'b'])",
    "pandas.DataFrame({'a': [1, 2], 'b': [1.5, numpy.nan], 'c': [True, False], 'd': [1 + 2j, 0]})",
    "pandas.DataFrame(numpy.arange(12).reshape(3, 4), columns=list('wxyz'))",
    "pandas.DataFrame(numpy.arange(12).reshape(3, 4).T[::-1, ::2])",
    "pandas.DataFrame({'a': ['x', None, 'é']})",
    "pandas.DataFrame({'a': pandas.array(['x', None], dtype='string')})",
    "pandas.DataFrame({'a': pandas.Series([1, 'x', None, [1], {'k': (2,)}], dtype=object)})",
    "pandas.DataFrame({'a': pandas.Series(['x', 'y'], dtype=object), 'b': pandas.Series([1, 2], dtype=object)})",
    "pandas.DataFrame({'a': pandas.Series([pandas.Timestamp('2020'), pandas.Timestamp('2021')], dtype=object)})",
    "pandas.DataFrame({'t': pandas.to_datetime(['2020-01-01', None]), 'd': pandas.to_timedelta([1, None], unit='s')})",
    "pandas.DataFrame({'t': pandas.to_datetime(['2020-10-25 00:30', '2020-10-25 01:30']).tz_localize('UTC')"
    ".tz_convert('Europe/Paris'), 'u': pandas.to_datetime(['2020', None]).tz_localize('Asia/Kolkata')})",
    "pandas.DataFrame({'i': pandas.array([1, None, 2**63 - 1], dtype='Int64'),"
    " 'u': pandas.array([1, None, 2**64 - 1], dtype='UInt64'), 'b': pandas.array([True, None, False], dtype='boolean'),"
    " 'f': pandas.array([1.5, None, 2.5], dtype='Float32')})",
    "pandas.DataFrame({'c': pandas.Categorical(['u', 'v', None], categories=['v', 'u', 'w'], ordered=True)})",
    "pandas.DataFrame({'c': pandas.cut([1, 5, 9], 3)})",
    "pandas.DataFrame({'c': pandas.Categorical(range(300))})",
    "pandas.DataFrame({'c': pandas.Categorical(pandas.period_range('2020', periods=3, freq='M'))})",
    "pandas.DataFrame({'p': pandas.period_range('2020', periods=3, freq='Q-JAN')})",
    "pandas.DataFrame({'p': pandas.arrays.IntervalArray.from_breaks(pandas.date_range('2020', periods=4, tz='UTC'))})",
    "pandas.DataFrame([[1, 'x', 2, 'y']], columns=['a', 'b', 'a', 'b'])",
    "pandas.DataFrame([[1, 2, 3]], columns=[1, (2, 'z'), None])",
    "pandas.DataFrame([[1, 2]], columns=pandas.MultiIndex.from_tuples([('a', 1), ('b', None)], names=['n', None]))",
    "pandas.DataFrame({'a': [1, 2]}, index=pandas.MultiIndex.from_product([['x'], pandas.to_datetime([1, 2])]))",
    "pandas.DataFrame({'a': [1, 2]}, index=pandas.date_range('2020', periods=2, freq='D', name='when'))",
    "pandas.DataFrame({'a': [1, 2]}, index=pandas.date_range('2020', periods=2, freq='ME', tz='America/New_York'))",
    "pandas.DataFrame({'a': [1, 2, 3]}, index=pandas.timedelta_range('1h', periods=3, freq='90min'))",
    "pandas.DataFrame({'a': [-2**63, 2**63 - 1]})",
    "pandas.DataFrame({'a': numpy.array([1, 2], dtype='f2'), 'b': numpy.array([1, 2], dtype='u1')})",
]
OTHERS = [
    "pandas.Series([1.5, 2.5], name='s')",
    "pandas.Series([], dtype='datetime64[s]')",
    "pandas.Series(['a', 'b'], index=['x', 'x'], name=('t', 1))",
    "pandas.Series([1, 2], index=pandas.CategoricalIndex(['u', 'v']))",
    "pandas.Series([numpy.nan, None, pandas.NaT, pandas.NA], dtype=object)",
    "pandas.Series(numpy.array(['NaT', '2020-01-01'], dtype='M8[us]'))",
    "pandas.Index([1, 2, 3], name='n')",
    "pandas.Index([1.5, numpy.nan])",
    "pandas.Index([True, False])",
    "pandas.Index(['a', 'b'], dtype=object)",
    "pandas.Index(['a', None])",
    "pandas.RangeIndex(3, 30, 7, name='r')",
    "pandas.PeriodIndex(['2020-01', None], freq='M')",
    "pandas.IntervalIndex.from_breaks([0.0, 1.0, 2.5], closed='left')",
    "pandas.DatetimeIndex(['2020-01-01', None], tz='UTC')",
    "pandas.MultiIndex.from_product([['a', 'b'], [1.5, numpy.nan]], names=['x', 'y'])",
    "pandas.date_range('2020', periods=20, freq='B')",
    "pandas.date_range('2020', periods=3, freq='W-TUE')",
    "pandas.Index(pandas.array([1, None], dtype='Int8'))",
]
ARRAYS = [
    "pandas.array([1, None], dtype='Int64')",
    "pandas.Categorical(['b', 'a', 'b'])",
    "pandas.array(['a', None], dtype='string')",
    "pandas.period_range('2020', periods=2, freq='h').array",
    "pandas.date_range('2020', periods=2, tz='UTC').array",
]
SINGLES = [
    "pandas.Timestamp('2020-01-01')",
    "pandas.Timestamp('2020-01-01 12:30:00.123456789')",
    "pandas.Timestamp(1, unit='s')",
    "pandas.Timestamp('2020-10-25 01:30', tz='UTC').tz_convert('Europe/Paris')",
    "pandas.Timestamp('2020-10-25 02:30').replace(fold=1)",
    "pandas.Timestamp.max",
    "pandas.Timestamp.min",
    "pandas.Timestamp(numpy.datetime64(-10**12, 's'))",
    "pandas.Timedelta('1D 2h 3ns')",
    "pandas.Timedelta.max",
    "pandas.Period('2020-01', 'M')",
    "pandas.Period('2020-01-06', 'W-SUN')",
    "pandas.Interval(0, 2.5, closed='both')",
    "pandas.Interval(pandas.Timestamp('2020'), pandas.Timestamp('2021'))",
]


def made(source: str) -> Any:
    return eval(source, {"numpy": numpy, "pandas": pandas})


def skip_old_zones(source: str) -> None:
    if pandas.__version__ < "3" and "/" in source:
        pytest.skip("pandas 2 has zones of pytz, which arrive as zones of zoneinfo")


@pytest.mark.parametrize("source", FRAMES)
def test_frame_round_trip(source: str) -> None:
    skip_old_zones(source)
    value = made(source)
    arrived = travelled(value)
    pandas.testing.assert_frame_equal(arrived, value, check_freq=True, check_exact=True, check_column_type="exact")
    assert arrived.columns.identical(value.columns) and arrived.index.identical(value.index)


@pytest.mark.parametrize("source", OTHERS)
def test_series_and_index_round_trip(source: str) -> None:
    value = made(source)
    arrived = travelled(value)
    if isinstance(value, pandas.Series):
        pandas.testing.assert_series_equal(arrived, value, check_freq=True, check_exact=True)
        value, arrived = value.index, arrived.index
    pandas.testing.assert_index_equal(arrived, value, exact=True)
    assert arrived.identical(value)
    assert getattr(arrived, "freq", None) == getattr(value, "freq", None)


@pytest.mark.parametrize("source", ARRAYS)
def test_array_round_trip(source: str) -> None:
    value = made(source)
    arrived = travelled([value])[0]
    pandas.testing.assert_extension_array_equal(arrived, value)


@pytest.mark.parametrize("source", SINGLES)
def test_single_round_trip(source: str) -> None:
    skip_old_zones(source)
    value = made(source)
    arrived = travelled([value])[0]
    assert type(arrived) is type(value) and arrived == value and repr(arrived) == repr(value)
    for name in ("unit", "fold", "tzinfo", "freqstr", "closed"):
        assert getattr(arrived, name, None) == getattr(value, name, None)


def test_signs_for_missing() -> None:
    nat, na, nan = travelled([pandas.NaT, pandas.NA, float("nan")])
    assert nat is pandas.NaT and na is pandas.NA and type(nan) is float
