"""sys, traceback, types and weakref: the interpreter as a guest may see it."""

from __future__ import annotations

import sys as _sys
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

    __slots__ = ("filename", "line", "lineno", "name")

    def __init__(self, filename: str, lineno: int, name: str, line: str | None = None) -> None:
        self.filename, self.lineno, self.name, self.line = filename, lineno, name, line

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
        shown = []
        for row in self:
            text = f'  File "{row.filename}", line {row.lineno}, in {row.name}\n'
            shown.append(text + (f"    {str(row.line).strip()}\n" if row.line else ""))
        return shown


def _build_traceback(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def pick(exc: Any, value: Any) -> BaseException | None:
        return exc if isinstance(exc, BaseException) else value if isinstance(value, BaseException) else None

    def format_exception(
        exc: Any, /, value: Any = None, tb: Any = None, limit: Any = None, chain: bool = True
    ) -> list[str]:
        error = pick(exc, value)
        return ["NoneType: None\n"] if error is None else runtime.format_exception(error, chain=chain)

    def format_exc(limit: Any = None, chain: bool = True) -> str:
        return "".join(format_exception(runtime.current_exception(), chain=chain))

    def print_exception(
        exc: Any, /, value: Any = None, tb: Any = None, limit: Any = None, file: Any = None, chain: bool = True
    ) -> None:
        stream = runtime.streams.stderr if file is None else file
        stream.write("".join(format_exception(exc, value, chain=chain)))

    def print_exc(limit: Any = None, file: Any = None, chain: bool = True) -> None:
        print_exception(runtime.current_exception(), file=file, chain=chain)

    def format_exception_only(exc: Any, /, value: Any = None) -> list[str]:
        error = pick(exc, value)
        return ["NoneType: None\n"] if error is None else real.format_exception_only(type(error), error)

    def extract_tb(tb: Any, limit: int | None = None) -> Any:
        if tb is None:
            return StackSummary()
        if not isinstance(tb, _types.TracebackType):
            raise TypeError("extract_tb() takes the __traceback__ of an exception")
        rows = runtime.extract_tb(Exception().with_traceback(tb))
        rows = rows if limit is None else rows[:limit] if limit >= 0 else rows[limit:]
        return StackSummary(FrameSummary(*row) for row in rows)

    def format_tb(tb: Any, limit: int | None = None) -> list[str]:
        return extract_tb(tb, limit).format()  # type: ignore[no-any-return]

    def print_tb(tb: Any, limit: int | None = None, file: Any = None) -> None:
        stream = runtime.streams.stderr if file is None else file
        stream.write("".join(format_tb(tb, limit)))

    return {
        "extract_tb": extract_tb,
        "format_exc": format_exc,
        "format_exception": format_exception,
        "format_exception_only": format_exception_only,
        "format_list": lambda extracted_list: StackSummary.from_list(extracted_list).format(),
        "format_tb": format_tb,
        "print_exc": print_exc,
        "print_exception": print_exception,
        "print_tb": print_tb,
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
            """FrameSummary StackSummary extract_tb format_exc format_exception format_exception_only format_list
            format_tb print_exc print_exception print_tb"""
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
