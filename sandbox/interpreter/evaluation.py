"""``eval`` and ``exec`` for guests: text goes through the same compiler as a cell.

Invariants: evaluated text has no more power than the cell around it; a namespace that the guest gives is used as
such, its ``__builtins__`` entry included.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .compilation import compile_block
from .namespace import Globals
from .runtime import GuestRuntime
from .shapes import CELL
from .tracebacks import STRING, shown


class EvaluationScope:
    """Where names of evaluated text are found: locals, then globals, then tools and builtins.

    ``beyond`` is the same without the locals: what functions and classes of the text see.
    """

    __slots__ = ("_globals", "_locals", "_rest", "beyond")

    def __init__(self, globals_: Any, locals_: Any, rest: tuple[Mapping[str, Any], ...]) -> None:
        self._globals = globals_
        self._locals = locals_
        self._rest = rest
        self.beyond = self if locals_ is None or locals_ is globals_ else EvaluationScope(globals_, None, rest)

    def __getitem__(self, name: str) -> Any:
        if self._locals is not None:
            try:
                return self._locals[name]
            except KeyError:
                pass
        for layer in (self._globals, *self._rest):
            if name in layer:
                return layer[name]
        raise NameError(f"name '{name}' is not defined", name=name)

    def __contains__(self, name: str) -> bool:
        own = self._globals if self._locals is None else self._locals
        if isinstance(own, dict):
            return name in own
        try:
            own[name]
        except KeyError:
            return False
        return True

    def __setitem__(self, name: str, value: Any) -> None:
        (self._globals if self._locals is None else self._locals)[name] = value

    def __delitem__(self, name: str) -> None:
        del (self._globals if self._locals is None else self._locals)[name]


class Evaluation:
    """``eval`` and ``exec`` of one engine, and what runs the examples of docstrings."""

    def __init__(self, runtime: GuestRuntime) -> None:
        self._runtime = runtime
        self._displayed: dict[str, Any] = {}

    def example(self, source: str, filename: str, namespace: dict[str, object]) -> None:
        """Run an interactive statement: the values of its expressions are printed, and kept as ``_``."""
        runtime = self._runtime
        inner = f"{CELL}{filename.removeprefix('<')}"
        runtime.sources[inner] = source.splitlines()
        scope = EvaluationScope(namespace, None, (runtime.tools, runtime.builtins, self._displayed))
        try:
            block = compile_block(runtime, source, inner, mode="single", namespace=scope, display=self._display)
        except SyntaxError as error:
            _tell_file(error, filename)
            raise
        block.run()

    def _display(self, value: Any) -> None:
        if value is not None:
            self._runtime.streams.stdout.write(repr(value))
            self._runtime.streams.stdout.write("\n")
            self._displayed["_"] = value

    def eval(self, source: Any, globals: Any = None, locals: Any = None, /) -> Any:
        """The builtin ``eval`` for text."""
        return self._run(source, globals, locals, "eval")

    def exec(self, source: Any, globals: Any = None, locals: Any = None, /) -> None:
        """The builtin ``exec`` for text."""
        self._run(source, globals, locals, "exec")

    def _run(self, source: Any, globals_: Any, locals_: Any, mode: Any) -> Any:
        runtime = self._runtime
        if type(source) is bytes:
            source = source.decode("utf-8")
        if not isinstance(source, str):
            raise TypeError(f"{mode}() arg 1 must be a string, bytes or code object")
        if type(globals_) is Globals:
            globals_ = None
        if globals_ is not None and type(globals_) is not dict and globals_ is not runtime.namespace:
            raise TypeError(f"{mode}() globals must be a dict, not {type(globals_).__name__}")
        text = str.__str__(source)
        text = text.lstrip(" \t") if mode == "eval" else text
        own = runtime.namespace if globals_ is None else globals_
        builtins: Any = runtime.builtins
        if globals_ is not None and "__builtins__" in globals_:
            builtins = globals_["__builtins__"]
            builtins = builtins if type(builtins) is dict else {}
        scope = EvaluationScope(own, locals_, (runtime.tools, builtins))
        try:
            block = compile_block(runtime, text, STRING, mode=mode, namespace=scope)
        except SyntaxError as error:
            _tell_file(error, shown(STRING))
            raise
        return block.run()


def _tell_file(error: SyntaxError, filename: str) -> None:
    """Give a syntax error the file name that guests see."""
    error.filename = filename
    if len(error.args) == 2 and type(error.args[1]) is tuple:
        error.args = (error.args[0], (filename, *error.args[1][1:]))
