"""copy and deepcopy without the pickle protocol's doors.

Invariants: the library's ``copy`` asks objects for ``__reduce_ex__`` and stores whatever names they answer; here only
``__copy__`` and ``__deepcopy__`` of guest classes are asked, containers are copied by their exact type, guest
instances by their dictionary and slots, and a library object only when its class is known to copy by value.
"""

from __future__ import annotations

import array
import collections
import datetime
import decimal
import fractions
import functools
import io
import pathlib
import random
import re
import types
import uuid
import weakref
from collections.abc import Callable, Mapping
from typing import Any

from .runtime import Runtime
from .spec import Spec, because, words

_ATOMS: frozenset[type] = frozenset(
    {type(None), bool, int, float, complex, str, bytes, range, slice, type(...), type(NotImplemented), property,
     types.FunctionType, types.BuiltinFunctionType, types.MethodType, datetime.date, datetime.datetime, datetime.time,
     datetime.timedelta, datetime.timezone, decimal.Decimal, fractions.Fraction, uuid.UUID, re.Pattern, re.Match,
     weakref.ref, type(functools.lru_cache(len)), pathlib.PurePosixPath, pathlib.PureWindowsPath}
)  # fmt: skip
_BY_VALUE: frozenset[type] = frozenset({bytearray, array.array, io.StringIO, io.BytesIO, random.Random})
_SHALLOW: frozenset[type] = frozenset(
    {list, dict, set, bytearray, array.array, collections.deque, collections.OrderedDict, collections.Counter,
     collections.defaultdict, collections.ChainMap, collections.UserDict, collections.UserList, decimal.Context}
)  # fmt: skip
_TABLES = frozenset(("pandas", name) for name in ("DataFrame", "Series", "Index"))
_SCALARS = frozenset(
    {("numpy", "number"), ("numpy", "bool"), ("numpy", "datetime64"), ("numpy", "dtype")}
    | {("pandas", name) for name in ("Timestamp", "Timedelta", "Period", "Interval", "NaTType", "NAType", "BaseOffset")}
)
_PICKLE_HOOKS = ("__reduce__", "__reduce_ex__", "__getstate__", "__setstate__", "__getnewargs__", "__getnewargs_ex__")


class Copier:
    """The two operations for one engine."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def copy(self, x: Any) -> Any:
        """A shallow copy.

        Raises:
            TypeError: objects of this class are not copied for guests.
        """
        cls = type(x)
        if self._atom(x):
            return x
        if cls in (tuple, frozenset):
            return x
        if cls is functools.partial:
            return self._partial(x, lambda value: value, None)
        if cls in _SHALLOW:
            return x.__copy__() if hasattr(cls, "__copy__") else x.copy() if hasattr(cls, "copy") else x[:]
        if cls is types.SimpleNamespace:
            return types.SimpleNamespace(**vars(x))
        if self._is_data(x):
            return x.copy()
        if self._runtime.is_guest_class(cls):
            hook = getattr(cls, "__copy__", None)
            return hook(x) if hook is not None else self._rebuild(x, lambda value: value)
        return self._refuse(cls, "copy")

    def deepcopy(self, x: Any, memo: dict[int, Any] | None = None, _nil: object = None) -> Any:
        """A deep copy.

        Raises:
            TypeError: objects of this class are not copied for guests.
        """
        memo = {} if memo is None else memo
        found = memo.get(id(x))
        if found is not None:
            return found
        if self._atom(x):
            return x
        cls = type(x)
        self._runtime.charge(1)
        made = self._deep(x, cls, memo)
        memo[id(x)] = made
        memo.setdefault(id(memo), []).append(x)  # keep the original alive, so that its id stays its own
        return made

    def _atom(self, x: Any) -> bool:
        cls = type(x)
        if cls in _ATOMS or isinstance(x, type) or issubclass(cls, pathlib.PurePath):
            return True
        return any((base.__module__.partition(".")[0], base.__name__) in _SCALARS for base in cls.__mro__)

    def _deep(self, x: Any, cls: type, memo: dict[int, Any]) -> Any:
        def again(value: Any) -> Any:
            return self.deepcopy(value, memo)

        if cls is list:
            made: Any = []
            memo[id(x)] = made
            made.extend(map(again, x))
            return made
        if cls is tuple:
            items = [again(item) for item in x]
            if id(x) in memo:
                return memo[id(x)]
            return x if all(new is old for new, old in zip(items, x, strict=True)) else tuple(items)
        if cls in (dict, collections.OrderedDict, collections.Counter, collections.defaultdict):
            made = collections.defaultdict(x.default_factory) if cls is collections.defaultdict else cls()
            memo[id(x)] = made
            for key, value in list(x.items()):
                made[again(key)] = again(value)
            return made
        if cls in (set, frozenset):
            return cls(map(again, x))
        if cls is collections.deque:
            made = collections.deque(maxlen=x.maxlen)
            memo[id(x)] = made
            made.extend(map(again, x))
            return made
        if cls is types.SimpleNamespace:
            made = types.SimpleNamespace()
            memo[id(x)] = made
            vars(made).update({key: again(value) for key, value in vars(x).items()})
            return made
        if cls in _BY_VALUE:
            return self._by_value(x)
        if cls is functools.partial:
            return self._partial(x, again, memo)
        if self._is_data(x):
            return x.copy()
        if self._runtime.is_guest_class(cls):
            hook = getattr(cls, "__deepcopy__", None)
            return hook(x, memo) if hook is not None else self._rebuild(x, again, memo)
        return self._refuse(cls, "deepcopy")

    def _is_data(self, x: Any) -> bool:
        """Whether it is an array or table that is copied by value; one of objects would need its elements copied."""
        kinds = {(base.__module__.partition(".")[0], base.__name__) for base in type(x).__mro__}
        if ("numpy", "ndarray") in kinds:
            return not x.dtype.hasobject
        return not kinds.isdisjoint(_TABLES)

    def _by_value(self, x: Any) -> Any:
        if type(x) is random.Random:
            made = random.Random()
            made.setstate(x.getstate())
            return made
        if isinstance(x, (io.StringIO, io.BytesIO)):
            twin = type(x)()
            twin.write(x.getvalue())  # type: ignore[arg-type]
            twin.seek(x.tell())
            return twin
        return x[:]

    def _rebuild(self, x: Any, inner: Callable[[Any], Any], memo: dict[int, Any] | None = None) -> Any:
        cls = type(x)
        for base in cls.__mro__:
            if self._runtime.is_guest_class(base):
                for name in _PICKLE_HOOKS:
                    if name in vars(base) and not _generated(base, name):
                        raise TypeError(f"cannot copy {cls.__name__!r} object: it defines {name}")
        if hasattr(cls, "__members__"):
            return x  # an enumeration's member
        if isinstance(x, functools.partial):
            return self._partial(x, inner, memo)
        reduced = object.__reduce_ex__(x, 4)
        make, args, state, items, pairs = (*reduced, None, None, None)[:5]
        made = make(*[arg if arg is cls else inner(arg) for arg in args])
        if memo is not None:
            memo[id(x)] = made
        slots: Mapping[str, Any] = {}
        if isinstance(state, tuple) and len(state) == 2 and isinstance(state[1], dict):
            state, slots = state
        if isinstance(state, dict):
            made.__dict__.update({key: inner(value) for key, value in state.items()})
        for name, value in slots.items():
            object.__setattr__(made, name, inner(value))
        for item in items or ():
            made.append(inner(item))
        for key, value in pairs or ():
            made[inner(key)] = inner(value)
        return made

    def _partial(self, x: Any, inner: Callable[[Any], Any], memo: dict[int, Any] | None) -> Any:
        made = type(x)(x.func)
        if memo is not None:
            memo[id(x)] = made
        state = (inner(x.func), inner(x.args), inner(x.keywords), inner(vars(x)) or None)
        functools.partial.__setstate__(made, state)  # type: ignore[attr-defined]
        return made

    def _refuse(self, cls: type, what: str) -> Any:
        raise TypeError(f"{what}() of {cls.__name__!r} objects is not offered to guest code; build a new one")


def _generated(base: type, name: str) -> bool:
    """Hooks that the library itself put into a guest's class: named tuples, frozen dataclasses with slots, Enum."""
    return getattr(vars(base)[name], "__module__", None) != "__main__"


def _build(real: Any, runtime: Runtime) -> Mapping[str, object]:
    copier = Copier(runtime)

    def replace(obj: Any, /, **changes: Any) -> Any:
        hook = getattr(type(obj), "__replace__", None)
        if hook is None:
            raise TypeError(f"replace() does not support {type(obj).__name__} objects")
        return hook(obj, **changes)

    built: dict[str, object] = {"copy": copier.copy, "deepcopy": copier.deepcopy}
    return {**built, "replace": replace} if hasattr(real, "replace") else built


SPECS = (
    Spec(
        name="copy",
        names=words("Error error"),
        own=words("copy deepcopy replace"),
        left_out=because(internals="PyStringMap"),
        build=_build,
    ),
)
