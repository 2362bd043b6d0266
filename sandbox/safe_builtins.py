"""The builtins of the guarded engines.

Invariants: a fixed, reviewed table; everything that takes an attribute name goes through the gate; what compiles
text, reads the interpreter's state or waits for a terminal is left out with a reason.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any, NoReturn

from .guards import Guards
from .names import classify
from .prices import Prices

PLAIN: tuple[str, ...] = tuple(
    """abs aiter all anext any ascii bin bool bytearray bytes callable chr classmethod complex dict divmod enumerate
    filter float frozenset hash hex id int isinstance issubclass iter len list map max memoryview min next object
    oct ord property range repr reversed round set slice sorted staticmethod str sum super tuple zip
    NotImplemented Ellipsis""".split()
)
"""Builtins that guests get as they are."""

LEFT_OUT: dict[str, str] = {
    "__build_class__": "classes are built by class statements",
    "__import__": "use an import statement",
    "breakpoint": "there is no debugger",
    "compile": "text is not compiled at run time",
    "copyright": "it is for terminals",
    "credits": "it is for terminals",
    "help": "it is for terminals",
    "license": "it is for terminals",
}


def exceptions() -> dict[str, Any]:
    """Every builtin exception and warning class."""
    return {
        name: value
        for name, value in vars(builtins).items()
        if isinstance(value, type) and issubclass(value, BaseException)
    }


class Introspection:
    """``getattr``, ``vars``, ``dir`` and the like, through the gate of one engine."""

    def __init__(self, guards: Guards) -> None:
        self._guards = guards

    def getattr(self, obj: Any, name: str, /, *default: Any) -> Any:
        """The builtin ``getattr``."""
        if len(default) > 1:
            raise TypeError(f"getattr expected at most 3 arguments, got {len(default) + 2}")
        return self._guards.getattr(obj, name, *default)

    def hasattr(self, obj: Any, name: str, /) -> bool:
        """The builtin ``hasattr``."""
        return self._guards.hasattr(obj, name)

    def setattr(self, obj: Any, name: str, value: Any, /) -> None:
        """The builtin ``setattr``."""
        self._guards.setattr(obj, name, value)

    def delattr(self, obj: Any, name: str, /) -> None:
        """The builtin ``delattr``."""
        self._guards.delattr(obj, name)

    def vars(self, *obj: Any) -> Any:
        """The builtin ``vars`` of an object; without argument it is left out, as ``locals`` is."""
        if not obj:
            self._guards.refuse("HC302", "vars() without an argument, called by another name")
        return self._guards.load_special(obj[0], "__dict__")

    def dir(self, *obj: Any) -> list[str]:
        """The builtin ``dir`` of an object, without the special names that the gate refuses."""
        if not obj:
            self._guards.refuse("HC302", "dir() without an argument, called by another name")
        return [name for name in dir(obj[0]) if not _is_refused_special(name)]


def _is_refused_special(name: object) -> bool:
    return type(name) is str and name.startswith("_") and classify(name) == "refused"


class GuestBuiltin:
    """A builtin of our own making in guest hands: callable, named like CPython's, and nothing else."""

    __slots__ = ("__call", "__name__")

    def __init__(self, name: str, call: Callable[..., Any]) -> None:
        self.__name__ = name
        self.__call = call

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.__call(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<built-in function {self.__name__}>"


def leave(code: Any = None, /) -> NoReturn:
    """``exit`` and ``quit``."""
    raise SystemExit(code)


def _input(printer: Callable[..., None]) -> Callable[..., NoReturn]:
    def no_input(prompt: Any = "", /) -> NoReturn:
        printer(prompt, end="")
        raise EOFError("EOF when reading a line: stdin is empty here; values come in through send_variables")

    return no_input


def table(guards: Guards, prices: Prices, printer: Callable[..., None], opener: Callable[..., Any]) -> dict[str, Any]:
    """The builtins of one engine by name."""
    introspection = Introspection(guards)
    made = {name: getattr(builtins, name) for name in PLAIN} | exceptions()
    own: dict[str, Callable[..., Any]] = {
        name: getattr(introspection, name) for name in ("getattr", "hasattr", "setattr", "delattr", "vars", "dir")
    }
    own |= {"print": printer, "open": opener, "pow": prices.pow, "input": _input(printer)}
    own |= {"format": prices.format, "exit": leave, "quit": leave}
    made |= {"type": guards.type}
    if guards.memory is not None:
        made["memoryview"] = guards.memory.memoryview
    return made | {name: GuestBuiltin(name, call) for name, call in own.items()}
