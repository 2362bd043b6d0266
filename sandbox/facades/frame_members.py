"""pandas: what guests reach on frames, series, indexes, groups, windows, accessors and points in time.

Left out are what opens files past /cell, pickles, other packages' formats, and what runs functions named by text
without a look (see frame_checks).
"""

from __future__ import annotations

from . import frame_checks as checks
from .frame_queries import evaluate, query
from .listed import Listed
from .spec import words

_BOTH = words(
    """T abs add add_prefix add_suffix align all any asfreq asof astype at at_time attrs axes between_time bfill clip
    combine combine_first compare convert_dtypes copy corr count cov cummax cummin cumprod cumsum describe diff div
    divide dot drop drop_duplicates droplevel dropna dtypes duplicated empty eq equals ewm expanding explode ffill
    fillna filter first_valid_index flags floordiv ge get groupby gt head iat idxmax idxmin iloc index infer_objects
    interpolate isin isna isnull items keys kurt kurtosis last_valid_index le loc lt map mask max mean median
    memory_usage min mod mode mul multiply ndim ne nlargest notna notnull nsmallest nunique pct_change pipe pop pow
    prod product quantile radd rank rdiv reindex reindex_like rename rename_axis reorder_levels replace resample
    reset_index rfloordiv rmod rmul rolling round rpow rsub rtruediv sem set_axis set_flags shape shift size
    skew sort_index sort_values squeeze std sub subtract sum swaplevel tail take to_dict to_numpy to_period
    to_timestamp transpose truediv truncate tz_convert tz_localize unstack update value_counts values var where xs"""
)
_FUNCTIONS = dict.fromkeys(("agg", "aggregate", "apply", "transform"), checks.function_first)
_FILES = {
    "to_csv": checks.writes("path_or_buf"),
    "to_json": checks.writes("path_or_buf"),
    "to_string": checks.writes("buf"),
    "to_markdown": checks.writes("buf"),
    "to_html": checks.writes("buf"),
    "to_sql": checks.connected(1),
    "info": checks.informs,
}
_DRAWN = {"plot": checks.plot, "hist": checks.drawn, "boxplot": checks.drawn}
_NDFRAME = {**_FUNCTIONS, **_FILES, **_DRAWN, "sample": checks.sampled}

_DATES = words(
    """as_unit ceil date day day_name day_of_week day_of_year dayofweek dayofyear days_in_month daysinmonth floor freq
    hour is_leap_year is_month_end is_month_start is_quarter_end is_quarter_start is_year_end is_year_start
    isocalendar microsecond minute month month_name nanosecond normalize quarter round second strftime time timetz
    to_period to_pydatetime tz tz_convert tz_localize unit weekday year"""
)
_SPANS = words(
    """as_unit ceil components days floor freq microseconds nanoseconds round seconds to_pytimedelta total_seconds
    unit"""
)
_PERIODS = words(
    """asfreq day day_of_week day_of_year dayofweek dayofyear days_in_month daysinmonth end_time freq hour
    is_leap_year minute month quarter qyear second start_time strftime to_timestamp week weekday weekofyear year"""
)
_CATEGORIES = words(
    """add_categories as_ordered as_unordered categories codes ordered remove_categories remove_unused_categories
    rename_categories reorder_categories set_categories"""
)
_INTERVALS = words("closed closed_left closed_right is_empty left length mid open_left open_right overlaps right")

TABLES = (
    Listed(
        path="pandas:DataFrame",
        names=(
            *_BOTH,
            *words(
                """assign columns corrwith from_dict from_records insert isetitem iterrows itertuples join melt merge
                pivot select_dtypes set_index stack to_records"""
            ),
        ),
        checked={**_NDFRAME, "eval": evaluate, "query": query, "pivot_table": checks.function_at(3, "aggfunc")},
        settable=words("columns index attrs"),
        columns=True,
    ),
    Listed(
        path="pandas:Series",
        names=(
            *_BOTH,
            *words(
                """argmax argmin argsort array autocorr between case_when cat divmod dt dtype factorize hasnans
                is_monotonic_decreasing is_monotonic_increasing is_unique item name nbytes rdivmod repeat
                searchsorted str to_frame to_list tolist unique"""
            ),
        ),
        checked=_NDFRAME,
        settable=words("index name attrs"),
        columns=True,
    ),
    Listed(path="pandas:Flags", names=words("allows_duplicate_labels"), held=False),
    *(
        Listed(path=f"pandas.core.indexing:{name}", names=words("ndim"), held=False)
        for name in words("_LocIndexer _iLocIndexer _AtIndexer _iAtIndexer")
    ),
)
INDEXES = (
    Listed(
        path="pandas:Index",
        names=words(
            """T all any append argmax argmin argsort array asof asof_locs astype copy delete diff difference drop
            drop_duplicates droplevel dropna dtype duplicated empty equals factorize fillna get_indexer
            get_indexer_for get_indexer_non_unique get_level_values get_loc get_slice_bound groupby has_duplicates
            hasnans identical infer_objects inferred_type insert intersection is_ is_monotonic_decreasing
            is_monotonic_increasing is_unique isin isna isnull item join map max memory_usage min name names nbytes
            ndim nlevels notna notnull nunique putmask ravel reindex rename repeat replace round searchsorted
            set_names shape shift size slice_indexer slice_locs sort_values sortlevel str symmetric_difference take
            to_flat_index to_frame to_list to_numpy to_series tolist transpose union unique value_counts values view
            where"""
        ),
        settable=words("name names"),
    ),
    Listed(path="pandas:RangeIndex", names=words("from_range start step stop")),
    Listed(
        path="pandas:MultiIndex",
        names=words(
            """codes dtypes equal_levels from_arrays from_frame from_product from_tuples get_loc_level get_locs levels
            levshape remove_unused_levels reorder_levels set_codes set_levels swaplevel truncate"""
        ),
    ),
    Listed(
        path="pandas:DatetimeIndex",
        names=(
            *_DATES,
            *words(
                """asi8 freqstr indexer_at_time indexer_between_time inferred_freq is_normalized mean resolution snap
                std to_julian_date tzinfo"""
            ),
        ),
        settable=words("freq"),
    ),
    Listed(
        path="pandas:TimedeltaIndex",
        names=(*_SPANS, *words("asi8 freqstr inferred_freq mean median resolution std sum")),
    ),
    Listed(path="pandas:PeriodIndex", names=(*_PERIODS, *words("asi8 freqstr is_full mean resolution"))),
    Listed(path="pandas:CategoricalIndex", names=_CATEGORIES),
    Listed(
        path="pandas:IntervalIndex",
        names=(
            *_INTERVALS,
            *words(
                """contains from_arrays from_breaks from_tuples is_non_overlapping_monotonic is_overlapping set_closed
                to_tuples"""
            ),
        ),
    ),
)
_GROUPED = words(
    """all any bfill corr count cov cumcount cummax cummin cumprod cumsum describe diff dtype ewm expanding ffill filter
    first get_group groups head idxmax idxmin indices is_monotonic_decreasing is_monotonic_increasing kurt last max
    mean median min ndim ngroup ngroups nlargest nsmallest nth nunique ohlc pct_change pipe prod quantile rank
    rolling sem shift size skew std sum tail take unique value_counts var"""
)
GROUPS = (
    *(
        Listed(
            path=f"pandas.core.groupby:{name}",
            names=(*_GROUPED, *more),
            checked={**_FUNCTIONS, "sample": checks.sampled},
            columns=True,
        )
        for name, more in (("DataFrameGroupBy", ("corrwith", "resample")), ("SeriesGroupBy", ("resample",)))
    ),
    Listed(
        path="pandas.core.resample:Resampler",
        names=(*_GROUPED, *words("asfreq interpolate nearest fillna")),
        checked=_FUNCTIONS,
        columns=True,
        held=False,
    ),
    Listed(
        path="pandas.core.window.rolling:BaseWindow",
        names=words(
            "corr count cov first kurt last max mean median min ndim nunique pipe quantile rank sem skew std sum var"
        ),
        checked=_FUNCTIONS,
        columns=True,
        held=False,
    ),
    Listed(path="pandas.core.groupby.generic:NamedAgg"),
    Listed(path="pandas:Grouper"),
)
ACCESSORS = (
    Listed(
        path="pandas.core.strings.accessor:StringMethods",
        names=words(
            """capitalize casefold cat center contains count decode encode endswith extract extractall find findall
            fullmatch get get_dummies index isalnum isalpha isascii isdecimal isdigit islower isnumeric isspace
            istitle isupper join len ljust lower lstrip match normalize pad partition removeprefix removesuffix repeat
            replace rfind rindex rjust rpartition rsplit rstrip slice slice_replace split startswith strip swapcase
            title translate upper wrap zfill"""
        ),
    ),
    Listed(path="pandas.core.indexes.accessors:CombinedDatetimelikeProperties"),
    Listed(path="pandas.core.indexes.accessors:DatetimeProperties", names=_DATES),
    Listed(path="pandas.core.indexes.accessors:TimedeltaProperties", names=_SPANS),
    Listed(path="pandas.core.indexes.accessors:PeriodProperties", names=_PERIODS),
    Listed(path="pandas.core.arrays.categorical:CategoricalAccessor", names=_CATEGORIES),
)
VALUES = (
    Listed(
        path="pandas:Timestamp",
        names=(
            *_DATES,
            *words(
                """asm8 astimezone combine ctime dst fold fromisocalendar fromisoformat fromordinal fromtimestamp
                isoformat isoweekday max min now replace resolution strptime timestamp timetuple to_datetime64
                to_julian_date to_numpy today toordinal tzinfo tzname utcfromtimestamp utcnow utcoffset utctimetuple
                value week weekofyear"""
            ),
        ),
    ),
    Listed(
        path="pandas._libs.tslibs.nattype:NaTType",
        names=(*_DATES, *words("asm8 isoformat total_seconds value days seconds to_numpy to_datetime64")),
        held=False,
    ),
    Listed(
        path="pandas:Timedelta",
        names=(
            *_SPANS,
            *words("asm8 isoformat max min resolution resolution_string to_numpy to_timedelta64 value view"),
        ),
    ),
    Listed(path="pandas:Period", names=(*_PERIODS, *words("freqstr now ordinal"))),
    Listed(path="pandas:Interval", names=_INTERVALS),
    Listed(
        path="pandas._libs.tslibs.offsets:BaseOffset",
        names=words(
            """base copy freqstr is_month_end is_month_start is_on_offset is_quarter_end is_quarter_start is_year_end
            is_year_start kwds n name nanos normalize rollback rollforward rule_code"""
        ),
        held=False,
    ),
    Listed(
        path="pandas.api.extensions:ExtensionDtype",
        names=words("categories freq itemsize kind na_value name names ordered subtype tz unit"),
        held=False,
    ),
    Listed(
        path="pandas.api.extensions:ExtensionArray",
        names=words(
            """T all any argmax argmin argsort astype copy count delete dropna dtype duplicated equals factorize fillna
            insert interpolate isin isna item map max mean median min nbytes ndim prod ravel repeat reshape round
            searchsorted shape shift size std sum take to_numpy tolist transpose unique value_counts var"""
        ),
        held=False,
    ),
    Listed(path="pandas:Categorical", names=(*_CATEGORIES, *words("describe from_codes isnull notna notnull"))),
    Listed(
        path="pandas.io.parsers.readers:TextFileReader",
        names=words("close get_chunk read"),
        held=False,
    ),
    Listed(path="pandas.io.json._json:JsonReader", names=words("close read"), held=False),
)
LISTED = (*TABLES, *INDEXES, *GROUPS, *ACCESSORS, *VALUES)
