"""pandas: tables, series, points in time.

Invariants: readers take files of /cell and open files only; no pickles, no other packages' formats, no addresses;
functions named by text are reviewed; options are those of the display.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..raw_memory import CLAIMS
from . import frame_checks as checks
from .frame_members import LISTED
from .loans import Loan
from .registry import open_stores
from .runtime import Runtime
from .spec import Spec, because, words

_OPTION = re.compile(r"[a-z_]+(\.[a-z_]+)*")


def _option(runtime: Runtime, real: Any, name: Any) -> str:
    """The full name of a display option; others are refused."""
    if type(name) is not str or not _OPTION.fullmatch(name):
        runtime.refuse("HC202", "pandas: an option by another form of name")
    found = [key for key in real._config.config._select_options(name) if key.startswith("display.")]
    if found == ["display.html.table_schema"]:
        runtime.refuse("HC202", "pandas: the option 'display.html.table_schema' (it registers with the notebook)")
    if not found and name.partition(".")[0] != "display":
        runtime.refuse("HC202", f"pandas: the option {name!r} (only display options are offered)")
    if len(found) == 1:
        return str(found[0])
    return str(name if name.startswith("display.") else f"display.{name}")


class DisplayOptions:
    """``pandas.options.display``, and the groups below it: attributes are options."""

    def __init__(self, getter: Any, setter: Any, group: Any, prefix: str = "display") -> None:
        object.__setattr__(self, "_getter", getter)
        object.__setattr__(self, "_setter", setter)
        object.__setattr__(self, "_group", group)
        object.__setattr__(self, "_prefix", prefix)

    def __getattr__(self, name: str) -> Any:
        if name[0] == "_":
            raise AttributeError(name)
        key = f"{self._prefix}.{name}"
        below = getattr(self._group, name, None)
        if type(below) is type(self._group):
            return DisplayOptions(self._getter, self._setter, below, key)
        return self._getter(key)

    def __setattr__(self, name: str, value: Any) -> None:
        self._setter(f"{self._prefix}.{name}", value)

    def __dir__(self) -> list[str]:
        return dir(self._group)


class Options:
    """``pandas.options``, the display only."""

    def __init__(self, display: DisplayOptions) -> None:
        self.display = display


open_stores(DisplayOptions)


def _options(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def pairs(args: tuple[Any, ...]) -> Iterator[Any]:
        if len(args) == 1 and type(args[0]) is dict:
            args = tuple(each for pair in args[0].items() for each in pair)
        for place, each in enumerate(args):
            yield each if place % 2 else _option(runtime, real, each)

    def set_option(*args: Any) -> None:
        real.set_option(*pairs(args))

    def get_option(pat: Any) -> Any:
        return real.get_option(_option(runtime, real, pat))

    def reset_option(pat: Any) -> None:
        real.reset_option(_option(runtime, real, pat))

    def option_context(*args: Any) -> Any:
        return real.option_context(*pairs(args))

    display = DisplayOptions(get_option, set_option, real.options.display)
    return {
        "set_option": set_option,
        "get_option": get_option,
        "reset_option": reset_option,
        "option_context": option_context,
        "options": Options(display),
    }


def _borrow_options(real: Any, runtime: Runtime) -> None:
    """Options of the display for this guest alone, as pandas comes with them."""
    config = real._config.config
    display = config._global_config["display"]

    def take() -> dict[str, Any]:
        return {key: dict(value) if isinstance(value, dict) else value for key, value in display.items()}

    def put(state: dict[str, Any]) -> None:
        for key, value in state.items():
            if isinstance(value, dict):
                display[key].update(value)
            else:
                display[key] = value

    fresh = take()
    for name, option in config._registered_options.items():
        kind, _, key = name.partition(".")
        if kind == "display":
            group, _, inner = key.rpartition(".")
            (fresh[group] if group else fresh)[inner] = option.defval
    runtime.loans.add("pandas", Loan(take, put), fresh)


_READERS = {"read_csv": "filepath_or_buffer", "read_table": "filepath_or_buffer", "read_fwf": "filepath_or_buffer"}


def _claim_nothing(real: Any) -> None:
    """Labels of a series are attributes too: those that numpy would believe are none."""
    for cls in (real.Series, real.DataFrame):
        cls._internal_names_set.update(CLAIMS)


def _build_pandas(real: Any, runtime: Runtime) -> Mapping[str, object]:
    _claim_nothing(real)
    if runtime.host.in_process:
        _borrow_options(real, runtime)
    readers = {name: checks.reads(keyword)(runtime, None, getattr(real, name)) for name, keyword in _READERS.items()}
    return {
        **readers,
        **_options(real, runtime),
        "read_json": checks.reads("path_or_buf")(runtime, None, real.read_json),
        "read_sql": checks.connected(1)(runtime, None, real.read_sql),
        "read_sql_query": checks.connected(1)(runtime, None, real.read_sql_query),
        "pivot_table": checks.function_at(4, "aggfunc")(runtime, None, real.pivot_table),
        "crosstab": checks.function_at(5, "aggfunc")(runtime, None, real.crosstab),
    }


_OFFSETS = words(
    """BDay BHalfYearBegin BHalfYearEnd BMonthBegin BMonthEnd BQuarterBegin BQuarterEnd BYearBegin BYearEnd BusinessDay
    BusinessHour BusinessMonthBegin BusinessMonthEnd CBMonthBegin CBMonthEnd CDay CustomBusinessDay
    CustomBusinessHour CustomBusinessMonthBegin CustomBusinessMonthEnd DateOffset Day Easter FY5253 FY5253Quarter
    HalfYearBegin HalfYearEnd Hour LastWeekOfMonth Micro Milli Minute MonthBegin MonthEnd Nano QuarterBegin
    QuarterEnd Second SemiMonthBegin SemiMonthEnd Tick Week WeekOfMonth YearBegin YearEnd"""
)

SPECS = (
    Spec(
        name="pandas",
        names=words(
            """BooleanDtype Categorical CategoricalDtype CategoricalIndex DataFrame DateOffset DatetimeIndex
            DatetimeTZDtype Float32Dtype Float64Dtype Grouper Index IndexSlice Int16Dtype Int32Dtype Int64Dtype
            Int8Dtype Interval IntervalDtype IntervalIndex MultiIndex NA NaT NamedAgg Period PeriodDtype PeriodIndex
            RangeIndex Series StringDtype Timedelta TimedeltaIndex Timestamp UInt16Dtype UInt32Dtype UInt64Dtype
            UInt8Dtype __version__ array bdate_range concat cut date_range factorize from_dummies get_dummies
            infer_freq interval_range isna isnull json_normalize lreshape melt merge merge_asof merge_ordered notna
            notnull period_range pivot qcut timedelta_range to_datetime to_numeric to_timedelta unique wide_to_long"""
        ),
        own=words(
            """crosstab get_option option_context options pivot_table read_csv read_fwf read_json read_sql
            read_sql_query read_table reset_option set_option"""
        ),
        left_out=because(
            compile="eval",
            files="ExcelFile ExcelWriter HDFStore read_excel read_hdf read_html read_iceberg read_orc read_parquet "
            "read_feather read_sas read_spss read_stata read_xml",
            loads="ArrowDtype read_sql_table test show_versions",
            machine="read_clipboard",
            pickle="read_pickle to_pickle",
            process="describe_option set_eng_float_format",
            unlisted="Flags NamedFunc SparseDtype arrays col io plotting",
        ),
        build=_build_pandas,
        children=words("pandas.api pandas.errors pandas.offsets pandas.tseries pandas.testing"),
        listed=LISTED,
    ),
    Spec(name="pandas.api", real="", children=words("pandas.api.types")),
    Spec(
        name="pandas.api.types",
        names=words(
            """CategoricalDtype DatetimeTZDtype IntervalDtype PeriodDtype infer_dtype is_any_real_numeric_dtype
            is_array_like is_bool is_bool_dtype is_categorical_dtype is_complex is_complex_dtype
            is_datetime64_any_dtype is_datetime64_dtype is_datetime64_ns_dtype is_datetime64tz_dtype is_dict_like
            is_dtype_equal is_extension_array_dtype is_file_like is_float is_float_dtype is_hashable is_int64_dtype
            is_integer is_integer_dtype is_interval_dtype is_iterator is_list_like is_named_tuple is_number
            is_numeric_dtype is_object_dtype is_period_dtype is_re is_re_compilable is_scalar is_signed_integer_dtype
            is_sparse is_string_dtype is_timedelta64_dtype is_timedelta64_ns_dtype is_unsigned_integer_dtype
            pandas_dtype union_categoricals"""
        ),
    ),
    Spec(
        name="pandas.errors",
        names=words(
            """AbstractMethodError AttributeConflictWarning CSSWarning CategoricalConversionWarning
            ChainedAssignmentError ClosedFileError DataError DatabaseError DtypeWarning DuplicateLabelError
            EmptyDataError IncompatibilityWarning IncompatibleFrequency IndexingError IntCastingNaNError
            InvalidColumnName InvalidComparison InvalidIndexError InvalidVersion LossySetitemError MergeError
            NoBufferPresent NullFrequencyError NumExprClobberingError NumbaUtilError OptionError OutOfBoundsDatetime
            OutOfBoundsTimedelta Pandas4Warning Pandas5Warning PandasChangeWarning PandasDeprecationWarning
            PandasFutureWarning PandasPendingDeprecationWarning ParserError ParserWarning PerformanceWarning
            PossibleDataLossError PossiblePrecisionLoss PyperclipException SpecificationError UndefinedVariableError
            UnsortedIndexError UnsupportedFunctionCall ValueLabelTypeMismatch"""
        ),
        left_out=because(loads="PyperclipWindowsException"),
    ),
    Spec(
        name="pandas.offsets",
        names=_OFFSETS,
        left_out=because(unlisted="BaseOffset"),
        real="pandas.tseries.offsets",
    ),
    Spec(name="pandas.tseries", real="", children=words("pandas.tseries.offsets")),
    Spec(name="pandas.tseries.offsets", names=_OFFSETS, left_out=because(unlisted="BaseOffset")),
    Spec(
        name="pandas.testing",
        names=words("assert_extension_array_equal assert_frame_equal assert_index_equal assert_series_equal"),
    ),
)
