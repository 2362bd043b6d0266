"""Time: time, calendar, zoneinfo, timeit."""

from __future__ import annotations

import os
import time as _time
from collections.abc import Callable, Mapping
from typing import Any

from ..stand_ins import stand_in
from .runtime import Runtime
from .spec import Spec, because, words

_SLICE_S = 0.05


def pause(runtime: Runtime, seconds: float) -> None:
    """Sleep. Without a process wall the budget is looked at between short slices."""
    if not runtime.host.in_process:
        _time.sleep(seconds)
        return
    end = _time.monotonic() + seconds
    while (left := end - _time.monotonic()) > 0:
        _time.sleep(min(_SLICE_S, left))
        runtime.charge(0)


def _build_time(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def sleep(seconds: float, /) -> None:
        if not isinstance(seconds, (int, float)):
            raise TypeError(f"{type(seconds).__name__!r} object cannot be interpreted as an integer")
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        pause(runtime, seconds)

    return {"sleep": sleep}


def _build_calendar(real: Any, runtime: Runtime) -> Mapping[str, object]:
    # The library's module functions share one calendar; this engine has its own.
    class TextCalendar(real.TextCalendar):  # type: ignore[misc]
        """``calendar.TextCalendar``, printing to the guest's stdout."""

        def prweek(self, theweek: Any, width: int) -> None:
            """Print a week."""
            show(self.formatweek(theweek, width))

        def prmonth(self, theyear: int, themonth: int, w: int = 0, l: int = 0) -> None:  # noqa: E741
            """Print a month."""
            show(self.formatmonth(theyear, themonth, w, l))

        def pryear(self, theyear: int, w: int = 0, l: int = 0, c: int = 6, m: int = 3) -> None:  # noqa: E741
            """Print a year."""
            show(self.formatyear(theyear, w, l, c, m))

    TextCalendar.__module__, TextCalendar.__qualname__ = "calendar", "TextCalendar"
    text = TextCalendar()

    def setfirstweekday(firstweekday: int) -> None:
        if not 0 <= firstweekday <= 6:
            raise real.IllegalWeekdayError(firstweekday)
        text.firstweekday = int(firstweekday)

    def show(content: str) -> None:
        runtime.streams.stdout.write(content)

    return {
        "TextCalendar": TextCalendar,
        "calendar": text.formatyear,
        "firstweekday": lambda: text.firstweekday,
        "month": text.formatmonth,
        "monthcalendar": text.monthdayscalendar,
        "prcal": lambda theyear, w=0, l=0, c=6, m=3: show(text.formatyear(theyear, w, l, c, m)),  # noqa: E741
        "prmonth": lambda theyear, themonth, w=0, l=0: show(text.formatmonth(theyear, themonth, w, l)),  # noqa: E741
        "setfirstweekday": setfirstweekday,
        "week": text.formatweek,
        "weekheader": text.formatweekheader,
    }


def _build_zoneinfo(real: Any, runtime: Runtime) -> Mapping[str, object]:
    """The library joins a key to its own directories with the key's methods, after it has checked it with others."""
    zone: Any = real.ZoneInfo

    def make(key: Any) -> Any:
        return zone(_key(key))

    def no_cache(key: Any) -> Any:
        return zone.no_cache(_key(key))

    def from_file(file_obj: Any, /, key: Any = None) -> Any:
        return zone.from_file(file_obj, None if key is None else _key(key))

    def clear_cache(*, only_keys: Any = None) -> None:
        zone.clear_cache(only_keys=None if only_keys is None else [_key(key) for key in only_keys])

    own = {function.__name__: staticmethod(function) for function in (no_cache, from_file, clear_cache)}
    methods = {name: getattr(zone, name) for name in words("dst fromutc key tzname utcoffset")}
    shown = stand_in("ZoneInfo", (zone,), make, "zoneinfo", {**methods, **own}, zone.__bases__)
    runtime.show(zone, shown)
    return {"ZoneInfo": shown}


def _key(key: Any) -> Any:
    plain = os.fspath(key)
    return str.__str__(plain) if isinstance(plain, str) else plain


def _build_timeit(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def timeit(
        stmt: Any, setup: Any = None, timer: Any = _time.perf_counter,
        number: int = 1_000_000,
    ) -> float:  # fmt: skip
        if not callable(stmt) or not (setup is None or setup == "pass" or callable(setup)):
            runtime.refuse("HC302", "timeit with program text; pass a function")
        if callable(setup):
            setup()
        start: float = timer()
        for _ in range(number):
            runtime.charge(1)
            stmt()
        return timer() - start  # type: ignore[no-any-return]

    def repeat(
        stmt: Callable[[], object], setup: Callable[[], object] | None = None, timer: Any = _time.perf_counter,
        repeat: int = 5, number: int = 1_000_000,
    ) -> list[float]:  # fmt: skip
        return [timeit(stmt, setup, timer, number) for _ in range(repeat)]

    return {"timeit": timeit, "repeat": repeat}


SPECS = (
    Spec(
        name="time",
        names=words(
            """CLOCK_MONOTONIC CLOCK_PROCESS_CPUTIME_ID CLOCK_REALTIME altzone asctime ctime daylight get_clock_info
            gmtime localtime mktime monotonic monotonic_ns perf_counter perf_counter_ns process_time process_time_ns
            strftime strptime struct_time thread_time thread_time_ns time time_ns timezone tzname"""
        ),
        own=words("sleep"),
        left_out=because(
            system="""CLOCK_BOOTTIME CLOCK_MONOTONIC_RAW CLOCK_TAI CLOCK_THREAD_CPUTIME_ID clock_getres clock_gettime
            clock_gettime_ns clock_settime clock_settime_ns pthread_getcpuclockid""",
            process="tzset",
        ),
        build=_build_time,
    ),
    Spec(
        name="calendar",
        names=words(
            """APRIL AUGUST Calendar DECEMBER Day FEBRUARY FRIDAY HTMLCalendar IllegalMonthError IllegalWeekdayError
            JANUARY JULY JUNE MARCH MAY MONDAY Month NOVEMBER OCTOBER SATURDAY SEPTEMBER SUNDAY THURSDAY TUESDAY
            WEDNESDAY day_abbr day_name isleap leapdays month_abbr month_name monthrange timegm weekday"""
        ),
        own=words(
            """TextCalendar calendar firstweekday month monthcalendar prcal prmonth setfirstweekday week weekheader"""
        ),
        bases=words("Calendar HTMLCalendar TextCalendar"),
        settable={"Calendar": ("firstweekday",)},
        left_out=because(process="LocaleHTMLCalendar LocaleTextCalendar"),
        results=words("_localized_month _localized_day"),
        build=_build_calendar,
    ),
    Spec(
        name="zoneinfo",
        names=words("ZoneInfoNotFoundError available_timezones"),
        own=words("ZoneInfo"),
        build=_build_zoneinfo,
        left_out=because(process="InvalidTZPathWarning TZPATH reset_tzpath"),
    ),
    Spec(name="timeit", names=words("default_timer"), own=words("repeat timeit"),
         left_out=because(compile="Timer"), build=_build_timeit),
)  # fmt: skip
