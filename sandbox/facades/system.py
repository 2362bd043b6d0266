"""sys, traceback, types and weakref: the interpreter as a guest may see it."""

from __future__ import annotations

import sys as _sys
import traceback as _traceback
import types as _types
import weakref as _weakref
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from .module import Live
from .runtime import Runtime
from .spec import Spec, because, words


def _build_sys(real: Any, runtime: Runtime) -> Mapping[str, object]:
    streams = runtime.streams

    def leave(status: object = None, /) -> NoReturn:
        raise SystemExit(status)

    def exc_info() -> tuple[Any, Any, Any]:
        error = runtime.current_exception()
        return (None, None, None) if error is None else (type(error), error, runtime.getattr(error, "__traceback__"))

    def setrecursionlimit(limit: int, /) -> None:
        if not isinstance(limit, int):
            raise TypeError(f"{type(limit).__name__!r} object cannot be interpreted as an integer")
        if limit < 1:
            raise ValueError("recursion limit must be greater or equal than 1")
        runtime.recursion_limit(limit)

    implementation = _types.SimpleNamespace(
        name=_sys.implementation.name, cache_tag=_sys.implementation.cache_tag, version=_sys.version_info
    )
    return {
        "argv": [""],
        "path": [],
        "executable": "",
        "implementation": implementation,
        "exit": leave,
        "exc_info": exc_info,
        "exception": runtime.current_exception,
        "getrecursionlimit": lambda: runtime.recursion_limit(),
        "setrecursionlimit": setrecursionlimit,
        "stdin": streams.stdin,
        "__stdout__": streams.original_stdout,
        "__stderr__": streams.original_stderr,
        "stdout": Live(lambda: streams.stdout, lambda value: setattr(streams, "stdout", value)),
        "stderr": Live(lambda: streams.stderr, lambda value: setattr(streams, "stderr", value)),
    }


class FrameSummary:
    """One guest frame. The library's own class reads source files by name; this one holds the line it was given."""

    __slots__ = ("_text", "colno", "end_colno", "end_lineno", "filename", "line", "lineno", "locals", "name")

    def __init__(
        self,
        filename: str,
        lineno: int,
        name: str,
        line: str | None = None,
        *,
        end_lineno: int | None = None,
        colno: int | None = None,
        end_colno: int | None = None,
    ) -> None:
        self.filename, self.lineno, self.name = filename, lineno, name
        self.end_lineno, self.colno, self.end_colno, self.locals = end_lineno, colno, end_colno, None
        self._text = line
        self.line = None if line is None else line.partition("\n")[0].strip()

    @classmethod
    def _of(cls, row: Any, *, columns: bool = True) -> FrameSummary:
        text = getattr(row, "_lines", None) or row._original_line
        if not columns:
            return cls(row.filename, row.lineno, row.name, text)
        places = {"end_lineno": row.end_lineno, "colno": row.colno, "end_colno": row.end_colno}
        return cls(row.filename, row.lineno, row.name, text, **places)

    def _plain(self) -> _traceback.FrameSummary:
        return _traceback.FrameSummary(
            self.filename,
            self.lineno,
            self.name,
            lookup_line=False,
            line=self._text or "",
            end_lineno=self.end_lineno,
            colno=self.colno,
            end_colno=self.end_colno,
        )

    def __iter__(self) -> Iterator[Any]:
        return iter((self.filename, self.lineno, self.name, self.line))

    def __len__(self) -> int:
        return 4

    def __getitem__(self, index: Any) -> Any:
        return (self.filename, self.lineno, self.name, self.line)[index]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (FrameSummary, tuple)):
            return tuple(self) == tuple(other)
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<FrameSummary file {self.filename}, line {self.lineno} in {self.name}>"


class StackSummary(list[FrameSummary]):
    """Guest frames, outermost first."""

    @classmethod
    def from_list(cls, a_list: Any) -> StackSummary:
        """From frames or tuples (filename, line, function, source line)."""
        return cls(row if type(row) is FrameSummary else FrameSummary(*row) for row in a_list)

    def format(self) -> list[str]:
        """Text, one item a frame."""
        return _traceback.StackSummary.from_list([row._plain() for row in self]).format()


def _limited(rows: StackSummary, limit: int | None) -> StackSummary:
    return rows if limit is None else StackSummary(rows[:limit] if limit >= 0 else rows[limit:])


def _build_traceback(real: Any, runtime: Runtime) -> Mapping[str, object]:
    implicit = object()

    def parsed(exc: Any, value: Any, tb: Any) -> tuple[Any, Any]:
        if (value is implicit) != (tb is implicit):
            raise ValueError("Both or neither of value and tb must be given")
        if value is not implicit:
            return value, tb
        if exc is None:
            return None, None
        if isinstance(exc, BaseException):
            return exc, exc.__traceback__
        raise TypeError(f"Exception expected for value, {type(exc).__name__} found")

    def format_exception(
        exc: Any, /, value: Any = implicit, tb: Any = implicit, limit: Any = None, chain: bool = True
    ) -> list[str]:
        error, through = parsed(exc, value, tb)
        if not isinstance(error, BaseException):
            return [f"{type(error).__name__}: {error}\n"]
        return runtime.format_exception(error, through, chain=chain, limit=limit)

    def format_exc(limit: Any = None, chain: bool = True) -> str:
        return "".join(format_exception(runtime.current_exception(), limit=limit, chain=chain))

    def print_exception(
        exc: Any,
        /,
        value: Any = implicit,
        tb: Any = implicit,
        limit: Any = None,
        file: Any = None,
        chain: bool = True,
    ) -> None:
        stream = runtime.streams.stderr if file is None else file
        stream.write("".join(format_exception(exc, value, tb, limit, chain)))

    def print_exc(limit: Any = None, file: Any = None, chain: bool = True) -> None:
        print_exception(runtime.current_exception(), limit=limit, file=file, chain=chain)

    def format_exception_only(exc: Any, /, value: Any = implicit) -> list[str]:
        error = exc if value is implicit else value
        return (
            runtime.exception_only(error)
            if isinstance(error, BaseException)
            else [f"{type(error).__name__}: {error}\n"]
        )

    def extract_tb(tb: Any, limit: int | None = None) -> StackSummary:
        if tb is not None and not isinstance(tb, _types.TracebackType):
            raise TypeError("extract_tb() takes the __traceback__ of an exception")
        return _limited(StackSummary(FrameSummary._of(row) for row in runtime.extract_tb(tb)), limit)

    def extract_stack(f: None = None, limit: int | None = None) -> StackSummary:
        if f is not None:
            raise TypeError("frames are not offered to guest code; extract_stack() takes the running one")
        rows = StackSummary(FrameSummary._of(row, columns=False) for row in reversed(runtime.extract_stack()))
        return StackSummary(reversed(_limited(rows, limit)))

    def format_tb(tb: Any, limit: int | None = None) -> list[str]:
        return extract_tb(tb, limit).format()

    def format_stack(f: None = None, limit: int | None = None) -> list[str]:
        return extract_stack(f, limit).format()

    def print_list(extracted_list: Any, file: Any = None) -> None:
        stream = runtime.streams.stderr if file is None else file
        stream.write("".join(StackSummary.from_list(extracted_list).format()))

    return {
        "extract_stack": extract_stack,
        "extract_tb": extract_tb,
        "format_exc": format_exc,
        "format_exception": format_exception,
        "format_exception_only": format_exception_only,
        "format_list": lambda extracted_list: StackSummary.from_list(extracted_list).format(),
        "format_stack": format_stack,
        "format_tb": format_tb,
        "print_exc": print_exc,
        "print_exception": print_exception,
        "print_list": print_list,
        "print_stack": lambda f=None, limit=None, file=None: print_list(extract_stack(f, limit), file),
        "print_tb": lambda tb, limit=None, file=None: print_list(extract_tb(tb, limit), file),
        "FrameSummary": FrameSummary,
        "StackSummary": StackSummary,
    }


def _samples() -> Mapping[str, object]:
    def function() -> None:
        return None

    def generator() -> Any:
        yield

    async def asynchronous() -> Any:
        yield

    return {
        "BuiltinFunctionType": len,
        "BuiltinMethodType": len,
        "FunctionType": function,
        "LambdaType": function,
        "GeneratorType": generator(),
        "AsyncGeneratorType": asynchronous(),
    }


def _build_types(real: Any, runtime: Runtime) -> Mapping[str, object]:
    async def awaiting() -> None:
        return None

    def coroutine(func: Any) -> Any:
        if not runtime.is_guests(func):
            raise TypeError("types.coroutine() expects a function of your own")
        return real.coroutine(func)

    waiting = awaiting()
    waiting.close()
    made = {name: runtime.type_of(sample) for name, sample in _samples().items()}
    namespace = runtime.type_of(real.SimpleNamespace())
    return {**made, "CoroutineType": runtime.type_of(waiting), "SimpleNamespace": namespace, "coroutine": coroutine}


class Ref(_weakref.ref[Any]):
    """``weakref.ref`` without callbacks, which would run guest code at a moment nobody reviewed."""

    __slots__ = ()

    def __new__(cls, referent: object, callback: None = None, /) -> Ref:
        if callback is not None:
            raise TypeError("weak references with a callback are not offered to guest code")
        return super().__new__(cls, referent)


def _build_weakref(real: Any, runtime: Runtime) -> Mapping[str, object]:
    own = type("ReferenceType", (Ref,), {"__slots__": (), "__module__": "weakref"})
    return {"ref": own, "ReferenceType": own}


SPECS = (
    Spec(
        name="sys",
        names=words(
            """byteorder copyright float_info float_repr_style getdefaultencoding getfilesystemencoding
            get_int_max_str_digits getsizeof hash_info hexversion int_info intern maxsize maxunicode platform version
            version_info"""
        ),
        own=words(
            """__stderr__ __stdout__ argv exc_info exception executable exit getrecursionlimit implementation path
            setrecursionlimit stderr stdin stdout"""
        ),
        rest="process",
        build=_build_sys,
    ),
    Spec(
        name="traceback",
        own=words(
            """FrameSummary StackSummary extract_stack extract_tb format_exc format_exception format_exception_only
            format_list format_stack format_tb print_exc print_exception print_list print_stack print_tb"""
        ),
        rest="internals",
        build=_build_traceback,
    ),
    Spec(
        name="types",
        names=words(
            """EllipsisType GenericAlias MappingProxyType MethodType NoneType NotImplementedType UnionType"""
        ),
        own=words(
            """AsyncGeneratorType BuiltinFunctionType BuiltinMethodType CoroutineType FunctionType GeneratorType
            LambdaType SimpleNamespace coroutine"""
        ),
        results=words("_GeneratorWrapper"),
        bases=words("SimpleNamespace"),
        rest="internals",
        build=_build_types,
    ),
    Spec(
        name="weakref",
        names=words("WeakKeyDictionary WeakSet WeakValueDictionary"),
        own=words("ReferenceType ref"),
        left_out=because(
            internals="CallableProxyType ProxyType ProxyTypes proxy getweakrefcount getweakrefs",
            unreviewed="WeakMethod finalize",
        ),
        build=_build_weakref,
    ),
)  # fmt: skip
