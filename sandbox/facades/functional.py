"""Functions and control: functools and contextlib.

Invariants: annotation text is resolved, never evaluated; attributes named by guests go through the engine's gate;
library functions and classes are never changed; redirection reaches the guest's streams, not the process'.
"""

from __future__ import annotations

import contextlib as _contextlib
import functools as _functools
import types
import typing
from collections.abc import Mapping
from typing import Any

from .gadgets import check_identifier
from .hints import Hints
from .runtime import Runtime
from .spec import Spec, words

_STANDARD = frozenset({"__module__", "__name__", "__qualname__", "__doc__", "__annotations__", "__type_params__"})
_WRAPPERS = (_functools.partial, type(_functools.lru_cache(lambda: None)))


def _build_functools(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def update_wrapper(
        wrapper: Any, wrapped: Any, assigned: Any = real.WRAPPER_ASSIGNMENTS, updated: Any = real.WRAPPER_UPDATES
    ) -> Any:
        """Make ``wrapper`` look like ``wrapped``."""
        native = type(wrapper) in _WRAPPERS or runtime.is_guest_class(type(wrapper))
        for name in assigned:
            if type(name) is not str or name not in _STANDARD:
                value = runtime.getattr(wrapped, name, _ABSENT)
                if value is not _ABSENT:
                    runtime.setattr(wrapper, name, value)
                continue
            value = getattr(wrapped, name, _ABSENT)
            if value is _ABSENT:
                continue
            if name == "__annotations__" and not runtime.is_guests(wrapped):
                value = dict(value)
            setattr(wrapper, name, value) if native else runtime.setattr(wrapper, name, value)
        for name in updated:
            if name != "__dict__":
                update: Any = runtime.getattr(runtime.getattr(wrapper, name), "update")
                update(runtime.getattr(wrapped, name, {}))
                continue
            taken = runtime.library_names(type(wrapper))
            shown = _public(runtime, wrapped)
            wrapper.__dict__.update({name: value for name, value in shown.items() if name not in taken})
        setattr(wrapper, "__wrapped__", wrapped) if native else runtime.setattr(wrapper, "__wrapped__", wrapped)
        return wrapper

    def wraps(wrapped: Any, assigned: Any = real.WRAPPER_ASSIGNMENTS, updated: Any = real.WRAPPER_UPDATES) -> Any:
        """A decorator that makes a function look like ``wrapped``."""
        return lambda wrapper: update_wrapper(wrapper, wrapped, assigned, updated)

    def total_ordering(cls: Any) -> Any:
        if not (isinstance(cls, type) and runtime.is_guest_class(cls)):
            raise TypeError("total_ordering() decorates classes of your own")
        return real.total_ordering(cls)

    def singledispatch(func: Any) -> Any:
        return safe_singledispatch(runtime, func)

    class SingleDispatchMethod(real.singledispatchmethod):  # type: ignore[misc]
        """``functools.singledispatchmethod`` whose annotations are resolved, not evaluated."""

        def __init__(self, func: Any) -> None:
            super().__init__(func)
            self.dispatcher = singledispatch(func)

    class CachedProperty(real.cached_property):  # type: ignore[misc]
        """``functools.cached_property`` for instances of guest classes: it reads and stores by name."""

        def __get__(self, instance: Any, owner: Any = None) -> Any:
            if instance is not None and not runtime.is_guest_class(type(instance)):
                raise TypeError("cached_property works on instances of your own classes")
            if instance is not None and self.attrname in runtime.library_names(type(instance)):
                runtime.refuse("HC102", f"cached_property {self.attrname!r}, which a base class uses")
            return super().__get__(instance, owner)

        def __set_name__(self, owner: Any, name: Any) -> None:
            check_identifier(name, "a property's name")
            super().__set_name__(owner, name)

    CachedProperty.__module__ = "functools"
    CachedProperty.__name__ = CachedProperty.__qualname__ = "cached_property"
    SingleDispatchMethod.__module__ = "functools"
    SingleDispatchMethod.__name__ = SingleDispatchMethod.__qualname__ = "singledispatchmethod"
    return {
        "cached_property": CachedProperty,
        "singledispatch": singledispatch,
        "singledispatchmethod": SingleDispatchMethod,
        "total_ordering": total_ordering,
        "update_wrapper": update_wrapper,
        "wraps": wraps,
    }


_ABSENT: Any = object()


def _public(runtime: Runtime, wrapped: Any) -> dict[str, Any]:
    """What of an object's dictionary may be copied onto a guest's: all of a guest's, only public names else."""
    stored = getattr(wrapped, "__dict__", {})
    if type(wrapped) is types.FunctionType or runtime.is_guest_class(type(wrapped)):
        return dict(stored)
    return {name: value for name, value in stored.items() if not name.startswith("_")}


def _is_dispatched_on(cls: Any) -> bool:
    """Whether it is a class or a union of classes."""
    if isinstance(cls, type) and not isinstance(cls, types.GenericAlias):
        return True
    union = isinstance(cls, types.UnionType) or typing.get_origin(cls) is typing.Union
    return union and all(isinstance(each, type) for each in typing.get_args(cls))


def safe_singledispatch(runtime: Runtime, func: Any) -> Any:
    """``functools.singledispatch`` whose ``register`` resolves annotations without evaluating text."""
    dispatcher: Any = _functools.singledispatch(func)
    native = dispatcher.register

    def register(cls: Any, func: Any = None) -> Any:
        if _is_dispatched_on(cls):
            return native(cls) if func is None else native(cls, func)
        if func is not None:
            raise TypeError(f"Invalid first argument to `register()`. {cls!r} is not a class or union type.")
        if not getattr(cls, "__annotations__", {}):
            raise TypeError(
                f"Invalid first argument to `register()`: {cls!r}. Use either `@register(some_class)` or plain "
                "`@register` on an annotated function."
            )
        name, wanted = next(iter(Hints(runtime).of(cls).items()))
        if not _is_dispatched_on(wanted):
            union = isinstance(wanted, types.UnionType) or typing.get_origin(wanted) is typing.Union
            why = "not all arguments are classes" if union else "is not a class"
            raise TypeError(f"Invalid annotation for {name!r}. {wanted!r} {why}.")
        return native(wanted, cls)

    dispatcher.register = register
    return dispatcher


class _RedirectStdout:
    """Sends the guest's stdout elsewhere for the time of a ``with`` block."""

    _runtime: Runtime

    def __init__(self, new_target: Any) -> None:
        self._target = new_target
        self._former: list[Any] = []

    def __enter__(self) -> Any:
        self._former.append(self._runtime.streams.stdout)
        self._runtime.streams.stdout = self._target
        return self._target

    def __exit__(self, *exc: object) -> None:
        self._runtime.streams.stdout = self._former.pop()


class _RedirectStderr(_RedirectStdout):
    """Sends the guest's stderr elsewhere for the time of a ``with`` block."""

    def __enter__(self) -> Any:
        self._former.append(self._runtime.streams.stderr)
        self._runtime.streams.stderr = self._target
        return self._target

    def __exit__(self, *exc: object) -> None:
        self._runtime.streams.stderr = self._former.pop()


class _ChangeDirectory:
    """``contextlib.chdir`` for the guest's current directory."""

    _runtime: Runtime

    def __init__(self, path: Any) -> None:
        self.path = path
        self._former: list[str] = []

    def __enter__(self) -> None:
        self._former.append(self._runtime.files.cwd)
        self._runtime.files.chdir(self.path)

    def __exit__(self, *exc: object) -> None:
        self._runtime.files.chdir(self._former.pop())


def _build_contextlib(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def made(name: str, base: type, **space: object) -> type:
        bases = (base, _contextlib.AbstractContextManager)
        return type(name, bases, {**space, "_runtime": runtime, "__module__": "contextlib"})

    return {
        "chdir": made("chdir", _ChangeDirectory),
        "redirect_stderr": made("redirect_stderr", _RedirectStderr),
        "redirect_stdout": made("redirect_stdout", _RedirectStdout),
    }


SPECS = (
    Spec(
        name="functools",
        names=words(
            """WRAPPER_ASSIGNMENTS WRAPPER_UPDATES cache cmp_to_key lru_cache partial partialmethod
            reduce"""
        ),
        own=words("cached_property singledispatch singledispatchmethod total_ordering update_wrapper wraps"),
        results=words("_lru_cache_wrapper"),
        bases=words("cached_property partial"),
        settable={"partial": ("*",)},
        build=_build_functools,
    ),
    Spec(
        name="contextlib",
        names=words(
            """AbstractAsyncContextManager AbstractContextManager AsyncContextDecorator AsyncExitStack
            ContextDecorator ExitStack aclosing asynccontextmanager closing contextmanager nullcontext suppress"""
        ),
        own=words("chdir redirect_stderr redirect_stdout"),
        bases=words(
            "AbstractAsyncContextManager AbstractContextManager AsyncContextDecorator ContextDecorator ExitStack"
        ),
        results=words("_GeneratorContextManager _AsyncGeneratorContextManager"),
        build=_build_contextlib,
    ),
)
