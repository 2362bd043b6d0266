"""Facades: the reviewed view of library modules that guests of the guarded engines get instead of modules.

Invariants: a facade exports only names from a hand-reviewed table; no export, instance, result or type leads by
public names to a module, a file outside /cell, a frame, a code object, a traceback or an unreviewed class; the
set of known names needs no import of the real modules.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping

from .catalogue import SPECS
from .module import Facade, GuestTraceback, Metaclass, metaclass
from .runtime import Runtime

__all__ = [
    "KNOWN",
    "Facade",
    "GuestTraceback",
    "Metaclass",
    "Runtime",
    "is_reviewed",
    "left_out",
    "load",
    "metaclass",
    "reviewed_types",
    "settable_names",
    "subclassable",
]

KNOWN: frozenset[str] = frozenset(SPECS)
"""Dotted names of the modules that have a facade."""

_reviewed: weakref.WeakSet[type] = weakref.WeakSet()
_bases: weakref.WeakSet[type] = weakref.WeakSet()
_settable: weakref.WeakKeyDictionary[type, frozenset[str]] = weakref.WeakKeyDictionary()


def load(name: str, runtime: Runtime) -> Facade:
    """The facade of a module for this engine; loads its parents and hangs it below them, as an import does.

    Raises:
        ImportError: no facade of that name is shipped.
    """
    cached = runtime.modules.get(name)
    if cached is not None:
        return cached
    spec = SPECS.get(name)
    if spec is None:
        raise ImportError(f"no facade for module {name!r} is shipped")
    parent, _, tail = name.rpartition(".")
    above = load(parent, runtime) if parent else None
    cached = runtime.modules.get(name)  # the parent may bring this child along
    if cached is not None:
        return cached
    exports = spec.exports(runtime)
    _review(exports, spec.bases, spec.settable)
    _reviewed.update(spec.result_types())
    facade = Facade(name, exports, spec.reasons())
    runtime.modules[name] = facade
    for child in spec.children:
        load(child, runtime)
    if above is not None:
        vars(above)[tail] = facade
    return facade


def _review(exports: Mapping[str, object], bases: tuple[str, ...], settable: Mapping[str, tuple[str, ...]]) -> None:
    for name, value in exports.items():
        if isinstance(value, type):
            _reviewed.add(value)
            if name in bases:
                _bases.add(value)
            if name in settable:
                _settable[value] = frozenset(settable[name])


def is_reviewed(cls: type) -> bool:
    """Whether guests may hold this library class: an export of a facade loaded in this process, or a result type."""
    return cls in _reviewed


def reviewed_types() -> frozenset[type]:
    """All library classes that ``is_reviewed`` accepts now; grows as facades are loaded."""
    return frozenset(_reviewed)


def subclassable(cls: type) -> bool:
    """Whether guests may derive from this library class."""
    return cls in _bases


def settable_names(cls: type) -> frozenset[str]:
    """Attributes that guests may store on instances of this library class (not on the class itself)."""
    return frozenset().union(*(_settable.get(base, frozenset()) for base in cls.__mro__))


def left_out(module: str) -> Mapping[str, str]:
    """Names of the real module that its facade leaves out, and why. For the documentation.

    Raises:
        KeyError: the module has no facade.
    """
    return SPECS[module].reasons()
