"""The patches: in this process, whatever reads a clock or a random source reads the given ones from now on.

Both engines are served by them, since facades hand out the functions of the library's own modules.

Invariants: for a worker that serves one guest, never in a host's process; made once, before guest code. Functions
that take their time or chance as an argument are the library's own. What C code reads past all modules stays as it
is: docs/determinism.md lists it.
"""

from __future__ import annotations

import ctypes
import datetime
import gc
import logging
import os
import random
import selectors
import sys
import tempfile
import time
import timeit
import uuid
import warnings
from collections.abc import Callable
from typing import Any

from .sources import Clock, Sources

_BILLION = 1_000_000_000
_LONGEST_S = 9e9
_COARSE_NS = 20_000_000
"""How far the clock that the kernel stamps files with may be behind."""
_SEED_BYTES = 32
_clock_gettime_ns = time.clock_gettime_ns
_READERS: dict[str, Clock] = {
    "time": "t",
    "monotonic": "m",
    "perf_counter": "m",
    "process_time": "c",
    "thread_time": "c",
}
_CLOCK_IDS: dict[str, Clock] = {
    "CLOCK_REALTIME": "t",
    "CLOCK_TAI": "t",
    "CLOCK_MONOTONIC": "m",
    "CLOCK_MONOTONIC_RAW": "m",
    "CLOCK_BOOTTIME": "m",
    "CLOCK_PROCESS_CPUTIME_ID": "c",
    "CLOCK_THREAD_CPUTIME_ID": "c",
}


class Process:
    """The patched process. ``seed`` is to be called when the first run begins."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._seeded = False
        self._began_ns = _clock_gettime_ns(time.CLOCK_REALTIME) - _COARSE_NS
        self._told_ns: int | None = None
        # C code takes its zone from there; os.environ, which guests may see, stays as it is.
        os.putenv("TZ", "UTC")
        time.tzset()
        _patch_time(sources)
        _patch_datetime(sources)
        _patch_random(sources)
        _patch_waits(sources)
        self._patch_stat()

    def seed(self) -> None:
        """Give the generators that began before this session a beginning from the sources; once."""
        if self._seeded:
            return
        self._seeded = True
        began = self._sources.clock_ns("t")
        self._told_ns = began
        random.seed()
        node = int.from_bytes(self._sources.random_bytes(6)) | 1 << 40
        uuid._node = node  # type: ignore[attr-defined]
        logging._startTime = began if sys.version_info >= (3, 13) else began / _BILLION  # type: ignore[attr-defined]
        if "numpy.random" in sys.modules:
            sys.modules["numpy.random"].seed(int.from_bytes(self._sources.random_bytes(4)))

    def _patch_stat(self) -> None:
        """Files made in this session tell the time of its beginning; times that ``utime`` set are kept."""
        for name in ("stat", "lstat", "fstat"):
            real: Callable[..., os.stat_result] = getattr(os, name)
            _replace(os, name, self._stat(real))

    def _stat(self, real: Callable[..., os.stat_result]) -> Callable[..., os.stat_result]:
        def stat(*args: Any, **kwargs: Any) -> os.stat_result:
            return self._without_times(real(*args, **kwargs))

        return stat

    def _without_times(self, status: os.stat_result) -> os.stat_result:
        told_ns = self._told_ns
        if told_ns is None:
            return status
        reduced: Any = status.__reduce__()[1]
        values, fields = list(reduced[0]), dict(reduced[1])
        for place, name in ((7, "atime"), (8, "mtime"), (9, "ctime")):
            if fields[f"st_{name}_ns"] >= self._began_ns:
                values[place] = told_ns // _BILLION
                fields[f"st_{name}"], fields[f"st_{name}_ns"] = told_ns / _BILLION, told_ns
        return os.stat_result(values, fields)


def _replace(owner: Any, name: str, function: Callable[..., Any]) -> None:
    """Put a function in the place of the one of that name."""
    real = getattr(owner, name)
    function.__name__ = name
    function.__qualname__ = getattr(real, "__qualname__", name)
    function.__module__ = getattr(real, "__module__", None) or owner.__name__
    function.__doc__ = real.__doc__
    setattr(owner, name, function)


def _patch_time(sources: Sources) -> None:
    def reader(clock: Clock) -> tuple[Callable[[], float], Callable[[], int]]:
        return lambda: sources.clock_ns(clock) / _BILLION, lambda: sources.clock_ns(clock)

    real_timer = time.perf_counter
    for name, clock in _READERS.items():
        seconds, nanoseconds = reader(clock)
        _replace(time, name, seconds)
        _replace(time, f"{name}_ns", nanoseconds)
    timeit.default_timer = time.perf_counter
    for timed in (timeit.timeit, timeit.repeat, timeit.Timer.__init__):
        defaults = timed.__defaults__ or ()
        timed.__defaults__ = tuple(time.perf_counter if one is real_timer else one for one in defaults)
    clocks = {getattr(time, name): clock for name, clock in _CLOCK_IDS.items() if hasattr(time, name)}

    def clock_gettime_ns(clk_id: int, /) -> int:
        clock = clocks.get(clk_id)
        return _clock_gettime_ns(clk_id) if clock is None else sources.clock_ns(clock)

    _replace(time, "clock_gettime_ns", clock_gettime_ns)
    _replace(time, "clock_gettime", lambda clk_id, /: clock_gettime_ns(clk_id) / _BILLION)
    for name in ("localtime", "gmtime", "ctime"):
        _replace(time, name, _of_seconds(getattr(time, name), sources))
    asctime, strftime, localtime = time.asctime, time.strftime, time.localtime
    _replace(time, "asctime", lambda *moment: asctime(*moment or (localtime(),)))
    _replace(time, "strftime", lambda format, *moment: strftime(format, *moment or (localtime(),)))
    _replace(time, "sleep", _sleeper(time.sleep, sources))


def _of_seconds(real: Callable[[float], Any], sources: Sources) -> Callable[..., Any]:
    def convert(seconds: float | None = None, /) -> Any:
        return real(sources.clock_ns("t") // _BILLION if seconds is None else seconds)

    return convert


def _sleeper(real: Callable[[float], None], sources: Sources) -> Callable[[float], None]:
    def sleep(seconds: float, /) -> None:
        # Whatever cannot be slept is refused by the real function, in its own words.
        if isinstance(seconds, (int, float)) and 0 <= seconds <= _LONGEST_S:
            sources.sleep(float(seconds))
        else:
            real(seconds)

    return sleep


_OLD = (
    "datetime.datetime.utcnow() is deprecated and scheduled for removal in a future version. "
    "Use timezone-aware objects to represent datetimes in UTC: datetime.datetime.now(datetime.UTC)."
)


def _patch_datetime(sources: Sources) -> None:
    """``now`` and ``utcnow`` read the clock in C; ``today`` asks the module time.

    They are replaced in the class itself: a class in its place would not be the class of what C code makes.
    """

    def now(cls: Any, tz: datetime.tzinfo | None = None) -> Any:
        return cls.fromtimestamp(sources.clock_ns("t") // 1000 / 1_000_000, tz)

    def utcnow(cls: Any) -> Any:
        if sys.version_info >= (3, 12):
            warnings.warn(_OLD, DeprecationWarning, stacklevel=2)
        moment = cls.fromtimestamp(sources.clock_ns("t") // 1000 / 1_000_000, datetime.UTC)
        return moment.replace(tzinfo=None)

    body = gc.get_referents(datetime.datetime.__dict__)[0]
    for function in (now, utcnow):
        function.__qualname__, function.__module__ = f"datetime.{function.__name__}", "datetime"
        function.__doc__ = getattr(datetime.datetime, function.__name__).__doc__
        body[function.__name__] = classmethod(function)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime.datetime))


def _patch_random(sources: Sources) -> None:
    def urandom(size: int, /) -> bytes:
        # Sizes that are none are refused by the real function.
        return sources.random_bytes(size) if type(size) is int and size >= 0 else real_urandom(size)

    real_urandom = os.urandom
    _replace(os, "urandom", urandom)
    os_module: Any = os
    if hasattr(os_module, "getrandom"):
        _replace(os_module, "getrandom", lambda size, flags=0: urandom(size))
    random._urandom = urandom  # type: ignore[attr-defined]
    native_seed: Any = random.Random.seed

    def seed(self: random.Random, a: Any = None, version: int = 2) -> None:
        """Initialize internal state from a seed."""
        native_seed(self, int.from_bytes(sources.random_bytes(_SEED_BYTES)) if a is None else a, version)

    _replace(random.Random, "seed", seed)
    random.seed = random._inst.seed
    unpatched: Any = uuid
    unpatched._generate_time_safe = unpatched._UuidCreate = None
    tempfile._name_sequence = None  # type: ignore[attr-defined]


def _patch_waits(sources: Sources) -> None:
    """An event loop whose clock only moves when it is read must not wait for the real one."""
    if not sources.skips_waits:
        return
    real: Callable[..., Any] = selectors.DefaultSelector.select

    def select(self: Any, timeout: float | None = None) -> Any:
        if timeout is None or timeout <= 0:
            return real(self, timeout)
        ready = real(self, 0)
        if not ready:
            sources.sleep(timeout)
        return ready

    _replace(selectors.DefaultSelector, "select", select)
