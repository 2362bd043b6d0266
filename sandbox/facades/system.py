"""sys, types and weakref: the interpreter as a guest may see it."""

from __future__ import annotations

import sys as _sys
import types as _types
import weakref as _weakref
from collections.abc import Mapping
from typing import Any, NoReturn

from .module import Facade, Live
from .runtime import Runtime
from .spec import Spec, because, words


def _build_sys(real: Any, runtime: Runtime) -> Mapping[str, object]:
    streams = runtime.streams
    least = runtime.recursion_limit()

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
        if limit < least:
            runtime.refuse("HC202", f"sys.setrecursionlimit({limit}) (the engine's own limit is no lower than {least})")
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


def _traceback_of_ours() -> Any:
    try:
        raise LookupError
    except LookupError as error:
        return error.__traceback__


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
        "TracebackType": _traceback_of_ours(),
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
    made["ModuleType"] = runtime.type_of(Facade("types", {}, lambda name: None, runtime.refuse))
    namespace = runtime.type_of(real.SimpleNamespace())

    def new_class(name: Any, bases: Any = (), kwds: Any = None, exec_body: Any = None) -> Any:
        return runtime.new_class(name, bases, kwds, exec_body)

    own = {"SimpleNamespace": namespace, "coroutine": coroutine, "new_class": new_class}
    return {**made, "CoroutineType": runtime.type_of(waiting), **own}


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
            """api_version byteorder copyright float_info float_repr_style get_int_max_str_digits getdefaultencoding
            getfilesystemencodeerrors getfilesystemencoding getsizeof hash_info hexversion int_info intern
            is_finalizing maxsize maxunicode platform stdlib_module_names version version_info"""
        ),
        own=words(
            """__stderr__ __stdout__ argv exc_info exception executable exit getrecursionlimit implementation path
            setrecursionlimit stderr stdin stdout"""
        ),
        left_out=because(
            process="""activate_stack_trampoline addaudithook audit breakpointhook deactivate_stack_trampoline
                displayhook dont_write_bytecode excepthook meta_path path_hooks path_importer_cache pycache_prefix
                set_* setdlopenflags setprofile setswitchinterval settrace unraisablehook warnoptions
                getdlopenflags ps1 ps2""",
            internals="""call_tracing get_asyncgen_hooks get_coroutine_origin_tracking_depth getallocatedblocks
                getprofile getrefcount getswitchinterval gettrace getunicodeinternedsize is_stack_trampoline_active
                modules last_* getobjects gettotalrefcount""",
            machine="""abiflags base_exec_prefix base_prefix exec_prefix flags orig_argv platlibdir prefix
                thread_info builtin_module_names""",
        ),
        build=_build_sys,
    ),
    Spec(
        name="types",
        names=words(
            """EllipsisType GenericAlias MappingProxyType MethodType NoneType NotImplementedType UnionType"""
        ),
        own=words(
            """AsyncGeneratorType BuiltinFunctionType BuiltinMethodType CoroutineType FunctionType GeneratorType
            LambdaType ModuleType SimpleNamespace TracebackType coroutine new_class"""
        ),
        results=words("_GeneratorWrapper"),
        bases=words("SimpleNamespace"),
        left_out=because(
            internals="""CapsuleType CellType CodeType FrameType ClassMethodDescriptorType GetSetDescriptorType
                MemberDescriptorType MethodDescriptorType MethodWrapperType WrapperDescriptorType
                DynamicClassAttribute""",
            classes="prepare_class resolve_bases get_original_bases",
        ),
        build=_build_types,
    ),
    Spec(
        name="weakref",
        names=words("WeakKeyDictionary WeakSet WeakValueDictionary"),
        own=words("ReferenceType ref"),
        left_out=because(
            internals="CallableProxyType ProxyType ProxyTypes proxy getweakrefcount getweakrefs",
            callbacks="WeakMethod finalize",
        ),
        build=_build_weakref,
    ),
)  # fmt: skip
