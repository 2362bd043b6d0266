"""doctest: examples in docstrings, run by the engine that runs the guest.

The library's own classes are used, with other globals: what they compile and run goes to the engine, what they ask
about modules, sources and streams is answered for the guest's one module.

Invariants: no example's text reaches the library's ``compile``; nothing here gives a module or a frame away.
"""

from __future__ import annotations

import inspect as _inspect
import sys as _sys
import types
from collections.abc import Mapping
from typing import Any, NoReturn

from ..engine import Stop
from .guest_module import GuestModule
from .rebinding import rebound
from .runtime import Runtime


class _System:
    """What ``doctest`` uses of ``sys``."""

    exc_info = staticmethod(_sys.exc_info)
    argv = ("",)

    def __init__(self, main: GuestModule) -> None:
        self.modules = {"__main__": main}


class _Inspection:
    """What ``doctest`` uses of ``inspect``; only guest functions have a source."""

    isclass = staticmethod(_inspect.isclass)
    iscode = staticmethod(_inspect.iscode)
    isframe = staticmethod(_inspect.isframe)
    isfunction = staticmethod(_inspect.isfunction)
    ismethod = staticmethod(_inspect.ismethod)
    ismethoddescriptor = staticmethod(_inspect.ismethoddescriptor)
    ismethodwrapper = staticmethod(getattr(_inspect, "ismethodwrapper", _inspect.ismethoddescriptor))
    isroutine = staticmethod(_inspect.isroutine)
    istraceback = staticmethod(_inspect.istraceback)
    unwrap = staticmethod(_inspect.unwrap)

    def __init__(self, runtime: Runtime, main: GuestModule) -> None:
        self._runtime = runtime
        self._main = main

    def ismodule(self, value: object) -> bool:
        """Whether the value stands for the guest's module."""
        return value is self._main

    def getmodule(self, value: Any) -> Any:
        """The guest's module for what is the guest's own."""
        return self._main if value is self._main or self._runtime.is_guests(value) else None

    def getsourcefile(self, value: Any) -> str:
        """The cell of a guest function.

        Raises:
            TypeError: it has none.
        """
        if type(value) is types.FunctionType and self._runtime.is_guests(value):
            filename: str = value.__code__.co_filename
            return filename
        raise TypeError("no source is known")

    getfile = getsourcefile


class _Compiled:
    """What ``compile`` leaves to ``exec``: the text and where it stands."""

    def __init__(self, source: str, filename: str, *_: object) -> None:
        self.source, self.filename = source, filename


def build(real: Any, runtime: Runtime) -> Mapping[str, object]:
    main = GuestModule(runtime.namespace)
    stopped: list[Stop] = []

    def execute(compiled: _Compiled, namespace: dict[str, Any]) -> None:
        try:
            runtime.run_example(compiled.source, compiled.filename, namespace)
        except Stop as stop:
            stopped.append(stop)
            raise

    def shown(exc_info: Any) -> str:
        return "".join(runtime.format_exception(exc_info[1], exc_info[2]))

    def say(*values: object, **options: Any) -> None:
        print(*values, file=runtime.streams.stdout, **options)

    def source_lines(filename: str, *_: object) -> list[str]:
        return [f"{line}\n" for line in runtime.source(filename)]

    def no_debugger(*args: object, **options: object) -> NoReturn:
        raise TypeError("raise_on_error is not offered; look at the failures that the result counts")

    colorless = types.SimpleNamespace(**{name: "" for name in dir(getattr(real, "ANSIColors", None)) if name[0] != "_"})
    replaced: dict[str, Any] = {
        "compile": _Compiled,
        "exec": execute,
        "print": say,
        "sys": _System(main),
        "inspect": _Inspection(runtime, main),
        "linecache": types.SimpleNamespace(getlines=source_lines),
        "traceback": types.SimpleNamespace(format_exception_only=lambda kind, error: runtime.exception_only(error)),
        "pdb": None,
        "master": None,
        "can_colorize": lambda *args, **kwargs: False,
        "_colorize": types.SimpleNamespace(get_colors=lambda *args, **kwargs: colorless),
        "_exception_traceback": shown,
        "DebugRunner": no_debugger,
    }
    space = rebound(real, ("testmod", "run_docstring_examples"), replaced)

    def run(self: Any, test: Any, compileflags: Any = None, out: Any = None, clear_globs: bool = True) -> Any:
        """Run a test's examples and write what is to be said of them."""
        stdout = runtime.streams.stdout
        self.test = test
        self.debugger = types.SimpleNamespace(set_continue=lambda: None)
        runtime.streams.stdout = self._fakeout
        try:
            return self._DocTestRunner__run(test, compileflags, stdout.write if out is None else out)
        finally:
            runtime.streams.stdout = stdout
            if clear_globs:
                test.globs.clear()
            if stopped:
                raise stopped[0]

    def copied(cls: type, **more: Any) -> type:
        members = {name: value for name, value in vars(cls).items() if name not in ("__dict__", "__weakref__")}
        for name, value in members.items():
            if type(value) is types.FunctionType:
                members[name] = types.FunctionType(value.__code__, space, value.__name__, value.__defaults__)
        return type(cls.__name__, (), {**members, **more, "__module__": "doctest"})

    space["DocTestFinder"] = copied(real.DocTestFinder)
    space["DocTestRunner"] = copied(real.DocTestRunner, run=run)
    return {name: space[name] for name in ("DocTestFinder", "DocTestRunner", "run_docstring_examples", "testmod")}
