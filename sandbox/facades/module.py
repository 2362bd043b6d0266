"""Facade: what a guest holds instead of a module; and stand-ins for metaclasses.

Invariants: read-only; holds reviewed values only; attribute access is native (the values are in the instance
dictionary); a name that is not exported explains itself.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from ..stand_ins import StandIn, stand_in


@dataclasses.dataclass(frozen=True, slots=True)
class Live:
    """An export that is asked for each time, such as ``sys.stdout``; ``store`` takes what guest code assigns."""

    read: Callable[[], object]
    store: Callable[[object], None] | None = None


class Facade:
    """A module-like, read-only object. ``reason(name)`` says why a name that the real module has is absent; asking for
    one calls ``refuse(code, what)``, since an AttributeError would be a different answer than CPython's; so does
    storing. ``shown`` is its ``repr``.
    """

    __slots__ = ("__dict__", "_live", "_module", "_reason", "_refuse", "_shown")
    _reason: Callable[[str], str | None]
    _live: Mapping[str, Live]
    _module: str
    _refuse: Callable[[str, str], NoReturn]
    _shown: str

    def __init__(
        self,
        name: str,
        exports: Mapping[str, object],
        reason: Callable[[str], str | None],
        refuse: Callable[[str, str], NoReturn],
        shown: str | None = None,
    ) -> None:
        object.__setattr__(self, "_module", name)
        object.__setattr__(self, "_refuse", refuse)
        object.__setattr__(self, "_reason", reason)
        object.__setattr__(self, "_shown", shown or f"<module {name!r}>")
        object.__setattr__(self, "_live", {key: value for key, value in exports.items() if type(value) is Live})
        self.__dict__.update((key, value) for key, value in exports.items() if type(value) is not Live)
        self.__dict__["__name__"] = name

    def missing(self, name: str) -> str | None:
        """Why a name that the real module has is not exported; None when it is, or the real module has no such name."""
        if name in self.__dict__ or name in self._live:
            return None
        why = self._reason(name)
        return None if why is None else f"{self._module}.{name} ({why})"

    def __getattr__(self, name: str) -> object:
        live = self._live.get(name)
        if live is None:
            why = self.missing(name)
            if why is not None:
                self._refuse("HC202", why)
            raise AttributeError(f"module {self._module!r} has no attribute {name!r}")
        return live.read()

    def __setattr__(self, name: str, value: object) -> None:
        live = self._live.get(name)
        if live is not None and live.store is not None:
            live.store(value)
            return
        self._refuse("HC105", f"storing {name!r} on the module {self._module!r}")

    def __delattr__(self, name: str) -> None:
        self._refuse("HC105", f"deleting {name!r} of the module {self._module!r}")

    def __dir__(self) -> list[str]:
        return sorted({*self.__dict__, *self._live})

    def __repr__(self) -> str:
        return self._shown

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("cannot pickle 'module' object")


def shown(real: Any) -> str | None:
    """The ``repr`` of a module without the directory of the host that its file is in; None where there is none."""
    text, file = repr(real), getattr(real, "__file__", None)
    if real is None or file is None:
        return None if real is None else text
    parts = real.__name__.count(".") + 1 + hasattr(real, "__path__")
    return text.replace(repr(file), repr("/".join(file.split("/")[-parts:])))


class LeftOut:
    """In the place of a method that a class of ours lacks and the library's has: reading it is refused."""

    def __init__(self, what: str, refuse: Callable[[str, str], NoReturn]) -> None:
        self._what = what
        self._refuse = refuse

    def __get__(self, instance: object, owner: type) -> NoReturn:
        self._refuse("HC202", self._what)


_METACLASSES: dict[StandIn, type] = {}


def metaclass_of_guests(real: type, shown: type) -> StandIn:
    """What guests hold for the metaclass ``shown``: usable in ``metaclass=``, as a base and in ``isinstance``, never
    callable. ``real`` is what builds the guest's classes.
    """
    made = stand_in(shown.__name__, (shown,), module=shown.__module__)
    _METACLASSES[made] = real
    return made


def metaclass(value: object) -> type | None:
    """The real metaclass that ``value`` stands for, or None when it is no stand-in. For the class builder only."""
    return _METACLASSES.get(value) if type(value) is StandIn else None
