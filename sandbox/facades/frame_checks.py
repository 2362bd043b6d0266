"""pandas methods that take the name of a function or a path: what guests get in their place.

Invariants: a function named by text is one of FUNCTIONS, told before pandas sees it; what pandas gets is plain, so
that nothing changes between the check and the use; a path is opened by the guest's own ``open``, and compression by
name, addresses and pickles are refused.
"""

from __future__ import annotations

import functools
import importlib
import io
import os
import types
from collections.abc import Callable, Mapping
from typing import Any

from ..unbound import UnboundMethod
from .arrays import random_state
from .listed import Maker
from .runtime import Runtime
from .spec import words
from .templates import template

FUNCTIONS = frozenset(
    words(
        """abs all any bfill count cumcount cummax cummin cumprod cumsum describe diff exp ffill first floor head
        idxmax idxmin kurt last log log10 log2 max mean median min mode ngroup nth nunique ohlc pct_change prod
        product quantile rank round sem shift sign size skew sqrt std sum tail unique value_counts var"""
    )
)
"""Methods and numpy functions that may be named by text, as in ``agg("sum")``."""

_FUNCTION_TYPES = frozenset(
    {types.FunctionType, types.BuiltinFunctionType, types.MethodDescriptorType, functools.partial, UnboundMethod}
)


def named(call: Any) -> Callable[..., Any]:
    """A plain function that calls a guest's object: pandas would look at more than how to call it."""

    def function(*args: Any, **kwargs: Any) -> Any:
        return call(*args, **kwargs)

    function.__name__ = function.__qualname__ = type(call).__name__
    return function


def _is_function(runtime: Runtime, given: Any) -> bool:
    """Whether pandas can do nothing with it but call it: a method hands on the attributes of what it is made of."""
    cls = type(given)
    if cls is types.MethodType:
        return _is_function(runtime, given.__func__)
    if cls in _FUNCTION_TYPES or isinstance(given, type):
        return True
    return callable(given) and cls.__module__.partition(".")[0] == "numpy" and not runtime.is_guest_class(cls)


def plain_function(runtime: Runtime, given: Any) -> Any:
    """A function, its name, or lists and dictionaries of them, with every name checked."""
    if given is None or _is_function(runtime, given):
        return given
    if isinstance(given, str):
        if type(given) is not str:
            runtime.refuse("HC109", "a function's name of a str subclass")
        if given not in FUNCTIONS:
            runtime.refuse("HC202", f"pandas: the function named {given!r}")
        return given
    if isinstance(given, dict):
        return {key: plain_function(runtime, value) for key, value in dict.items(given)}
    if isinstance(given, (list, tuple)):
        if hasattr(given, "_fields") and len(given) == 2:
            return plain_pair(runtime, given)
        return [plain_function(runtime, each) for each in tuple(given)]
    if callable(given):
        return named(given)
    raise TypeError(f"a function, its name, a list or a dict of them, not '{type(given).__name__}'")


def plain_pair(runtime: Runtime, given: Any) -> Any:
    """One named aggregation: ``(column, function)``, or what ``NamedAgg`` made, which is a tuple before pandas 3.1."""
    if type(given).__name__ == "NamedAgg" and not isinstance(given, tuple):
        function = plain_function(runtime, given.aggfunc)
        return type(given)(given.column, function, *given.args, **given.kwargs)
    if isinstance(given, tuple) and len(given) == 2:
        return (given[0], plain_function(runtime, given[1]))
    return plain_function(runtime, given)


def function_first(runtime: Runtime, value: Any, native: Any) -> Any:
    """For ``agg(func, ...)``, ``apply``, ``transform``, and named aggregation by keywords."""

    def method(*args: Any, **kwargs: Any) -> Any:
        if args:
            args = (plain_function(runtime, args[0]), *args[1:])
        elif "func" in kwargs:
            kwargs["func"] = plain_function(runtime, kwargs["func"])
        if (args[0] if args else kwargs.get("func")) is None:
            kwargs = {name: plain_pair(runtime, given) for name, given in kwargs.items() if name != "func"}
        return native(*args, **kwargs)

    return method


def function_at(place: int, keyword: str) -> Maker:
    """For a function at another place, such as ``aggfunc``."""

    def make(runtime: Runtime, value: Any, native: Any) -> Any:
        def method(*args: Any, **kwargs: Any) -> Any:
            if len(args) > place:
                args = (*args[:place], plain_function(runtime, args[place]), *args[place + 1 :])
            elif keyword in kwargs:
                kwargs[keyword] = plain_function(runtime, kwargs[keyword])
            named = [each for each in kwargs.values() if isinstance(each, tuple) or type(each).__name__ == "NamedAgg"]
            if named and (args[place] if len(args) > place else kwargs.get(keyword, "mean")) is None:
                runtime.refuse("HC202", f"pandas: {keyword}=None with named aggregations")
            return native(*args, **kwargs)

        return method

    return make


# -- files
_OPTIONS_OF_FILES = frozenset({"storage_options", "memory_map"})


def _check_options(runtime: Runtime, options: Mapping[str, Any]) -> None:
    for name in _OPTIONS_OF_FILES & options.keys():
        if options[name] is not None and options[name] is not False:
            runtime.refuse("HC402", f"pandas: the option {name!r}")
    if not _is_one_of(options.get("compression"), "infer"):
        runtime.refuse("HC402", "pandas: compression; use gzip or zipfile and pass the open file")
    if not _is_one_of(options.get("engine"), "c", "python", "python-fwf"):
        runtime.refuse("HC202", "pandas: an engine that is another package")


def _is_one_of(given: Any, *texts: str) -> bool:
    """Whether it is None or one of the texts, whatever a class of the guest's says of it."""
    return given is None or (type(given) is str and given in texts)


def _stream(runtime: Runtime, file: Any) -> Any:
    """A file object that the guest gave: only the library's own, since pandas asks others for paths."""
    if isinstance(file, io.IOBase) and not runtime.is_guest_class(type(file)):
        return file
    raise TypeError(f"a path or an open file, not a '{type(file).__name__}' object")


def reads(keyword: str) -> Maker:
    """For ``read_csv`` and the like."""

    def make(runtime: Runtime, value: Any, native: Any) -> Any:
        def read(*args: Any, **options: Any) -> Any:
            file = args[0] if args else options.pop(keyword)
            _check_options(runtime, options)
            if not isinstance(file, (str, bytes, os.PathLike)):
                return native(_stream(runtime, file), *args[1:], **options)
            stream = opened(runtime, file, "r", options)
            if options.get("chunksize") or options.get("iterator"):
                return native(stream, *args[1:], **options)
            with stream:
                return native(stream, *args[1:], **options)

        return read

    return make


def writes(keyword: str) -> Maker:
    """For ``to_csv`` and the like, which give text when no file is named."""

    def make(runtime: Runtime, value: Any, native: Any) -> Any:
        def write(*args: Any, **options: Any) -> Any:
            file = args[0] if args else options.pop(keyword, None)
            _check_options(runtime, options)
            args = (*args[:1], *(template(runtime, each) for each in args[1:]))
            if "float_format" in options:
                options["float_format"] = template(runtime, options["float_format"])
            if file is None:
                return native(None, *args[1:], **options)
            if not isinstance(file, (str, bytes, os.PathLike)):
                return native(_stream(runtime, file), *args[1:], **options)
            mode = options.pop("mode", "w")
            with opened(runtime, file, mode.replace("b", ""), options) as stream:
                return native(stream, *args[1:], **options)

        return write

    return make


def opened(runtime: Runtime, file: Any, mode: str, options: Mapping[str, Any]) -> Any:
    """The file of /cell behind a path, as pandas would open it."""
    name = path_of(runtime, file)
    errors = options.get("encoding_errors") or options.get("errors") or "strict"
    return runtime.files.open(name, mode, encoding=options.get("encoding") or "utf-8", errors=errors, newline="")


_COMPRESSED = (".gz", ".bz2", ".xz", ".lzma", ".zip", ".zst", ".tar", ".tgz")


def path_of(runtime: Runtime, file: Any) -> str:
    """A path as text; addresses and names of compressed files are refused."""
    name = runtime.files.text(file)
    if "://" in name:
        runtime.refuse("HC401", f"the address {name!r}")
    if name.lower().endswith(_COMPRESSED):
        runtime.refuse(
            "HC402", f"the compressed file {name!r} by its name; open it with gzip or zipfile, pass the file"
        )
    return name


def connected(place: int, keyword: str = "con") -> Maker:
    """For ``to_sql`` and ``read_sql``: only on a database that the guest opened."""

    def make(runtime: Runtime, value: Any, native: Any) -> Any:
        def call(*args: Any, **options: Any) -> Any:
            from .database import CellConnection

            connection = args[place] if len(args) > place else options.get(keyword)
            if not isinstance(connection, CellConnection):
                runtime.refuse("HC202", "pandas: SQL over anything but a sqlite3 connection")
            return native(*args, **options)

        return call

    return make


# -- the rest
def informs(runtime: Runtime, value: Any, native: Any) -> Any:
    """``info``: it prints to the guest's stdout."""

    def info(verbose: Any = None, buf: Any = None, **options: Any) -> None:
        native(verbose, runtime.streams.stdout if buf is None else _stream(runtime, buf), **options)

    return info


def sampled(runtime: Runtime, value: Any, native: Any) -> Any:
    """``sample``: without a seed it draws from the engine's own generator, as ``numpy.random`` does."""

    def sample(*args: Any, **options: Any) -> Any:
        if (args[4] if len(args) > 4 else options.get("random_state")) is None:
            numpy: Any = importlib.import_module("numpy")
            own = random_state(numpy.random, runtime)
            if len(args) > 4:
                args = (*args[:4], own, *args[5:])
            else:
                options["random_state"] = own
        return native(*args, **options)

    return sample


class Plot:
    """``frame.plot``: calls of pandas' own drawing methods, on matplotlib only."""

    def __init__(self, runtime: Runtime, native: Any) -> None:
        self.__runtime = runtime
        self.__native = native

    def __call__(self, *args: Any, **options: Any) -> Any:
        return drawn(self.__runtime, None, self.__native)(*args, **options)

    def __repr__(self) -> str:
        return repr(self.__native)


def _kind(name: str) -> Callable[..., Any]:
    def draw(self: Any, *args: Any, **options: Any) -> Any:
        native = getattr(self._Plot__native, name)
        return drawn(self._Plot__runtime, None, native)(*args, **options)

    draw.__name__ = draw.__qualname__ = name
    return draw


for _name in words("area bar barh box density hexbin hist kde line pie scatter"):
    setattr(Plot, _name, _kind(_name))


def plot(runtime: Runtime, value: Any, native: Any) -> Any:
    """The ``plot`` accessor."""
    return Plot(runtime, native)


def drawn(runtime: Runtime, value: Any, native: Any) -> Any:
    """A drawing method: ``backend`` names a module, and is not offered."""

    def draw(*args: Any, **options: Any) -> Any:
        if options.get("backend") is not None:
            runtime.refuse("HC202", "pandas: another plotting backend")
        ready_to_draw(runtime)
        return native(*args, **options)

    return draw


def ready_to_draw(runtime: Runtime) -> None:
    """Load the facade of matplotlib, which fixes its backend, if the policy has it."""
    from .. import facades

    if not runtime.host.policy.allows_import("matplotlib"):
        runtime.refuse("HC201", "drawing with matplotlib")
    facades.load("matplotlib.pyplot", runtime)
