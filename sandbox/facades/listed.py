"""Listed: the reviewed public attributes of the instances of one third-party class, and all that are known.

Invariants: every name is written down by hand; an attribute that takes a path, a function's name or attribute names is
``checked``, which replaces it by a function of ours; a class enters only through the table of a facade.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
import weakref
from collections.abc import Callable, Mapping
from typing import Any

from ..members import Table
from ..stand_ins import stand_in
from .runtime import Runtime

Maker = Callable[[Runtime, Any, Any], Any]
"""Called with the engine, the receiver and its native attribute; gives what the guest gets."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Listed:
    """One class. ``path`` is ``module:qualified name``; a class that this version of the package lacks is passed over.

    ``columns``: names that the class lacks are data of the guest's, such as columns. ``make`` stands for calling the
    class, where the class itself must not be in guest hands. ``held`` tells that guests may hold the class.
    """

    path: str
    names: tuple[str, ...] = ()
    checked: Mapping[str, Maker] = dataclasses.field(default_factory=dict)
    settable: tuple[str, ...] = ()
    columns: bool = False
    make: Callable[..., Any] | None = None
    held: bool = True

    def resolve(self) -> type | None:
        """The class, or None where there is none of that name."""
        module, _, name = self.path.partition(":")
        try:
            found: Any = importlib.import_module(module)
            for part in name.split("."):
                found = getattr(found, part)
        except (ImportError, AttributeError):
            return None
        return found if isinstance(found, type) else None


_listed: weakref.WeakKeyDictionary[type, Listed] = weakref.WeakKeyDictionary()
_stand_ins: weakref.WeakKeyDictionary[type, Any] = weakref.WeakKeyDictionary()


def enter(row: Listed) -> type | None:
    """Note a class with its attributes; gives it when guests may hold it."""
    cls = row.resolve()
    if cls is None:
        return None
    _listed[cls] = row
    if row.make is not None:
        if cls not in _stand_ins:
            _stand_ins[cls] = stand_in(cls.__name__, (cls,), row.make, cls.__module__)
        return None
    return cls if row.held else None


def shown(cls: type) -> Any:
    """What guests hold for a class that is listed: itself, or what stands for it."""
    return _stand_ins.get(cls, cls)


def table_of(cls: type, runtime: Runtime) -> Table | None:
    """What is listed of a class and those it derives from, for one engine; None when nothing is."""
    rows = [_listed[base] for base in cls.__mro__ if base in _listed]
    if not rows:
        return None
    names: set[str] = set()
    checked: dict[str, Maker] = {}
    for row in rows:  # the nearest class that lists a name decides how it comes
        checked |= {name: make for name, make in row.checked.items() if name not in checked and name not in names}
        names |= {name for name in row.names if name not in checked}
    return Table(
        frozenset(names),
        {name: functools.partial(make, runtime) for name, make in checked.items()},
        frozenset(name for row in rows for name in row.settable),
        any(row.columns for row in rows),
        _stand_ins.get(cls),
    )
