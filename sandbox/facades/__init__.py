"""Facades: the reviewed view of library modules that guests of the guarded engines get instead of modules.

Invariants: a facade exports only names from a hand-reviewed table; no export, instance, result or type leads by
public names to a module, a file outside /cell, a frame, a code object, a traceback or an unreviewed class; the
set of known names needs no import of the real modules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .catalogue import SPECS
from .classes import ABC_META
from .enums import ENUM_BASES, GuestEnumType
from .listed import table_of
from .module import Facade, LeftOut, metaclass, shown
from .registry import is_reviewed, list_classes, review, reviewed_types, settable_names, subclassable
from .runtime import Runtime
from .spec import Spec

__all__ = [
    "ABC_META",
    "ENUM_BASES",
    "KNOWN",
    "THIRD_PARTY",
    "Facade",
    "GuestEnumType",
    "Runtime",
    "is_reviewed",
    "load",
    "metaclass",
    "reviewed_types",
    "settable_names",
    "subclassable",
    "table_of",
]

KNOWN: frozenset[str] = frozenset(SPECS)
"""Dotted names of the modules that have a facade."""
THIRD_PARTY: frozenset[str] = frozenset(name for name, spec in SPECS.items() if spec.listed and "." not in name)
"""Those that are third-party packages: they are there only where somebody installed them."""


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
    list_classes(spec)  # first: what is built asks what is shown for a class
    exports = spec.exports(runtime)
    review(spec, exports)
    _refuse_methods(spec, exports, runtime)
    facade = Facade(name, exports, _reason(spec), runtime.refuse, shown(spec.module()))
    runtime.modules[name] = facade
    for child in spec.children:
        load(child, runtime)
    if above is not None:
        vars(above)[tail] = facade
    return facade


def _refuse_methods(spec: Spec, exports: Mapping[str, object], runtime: Runtime) -> None:
    """Methods that a class made for this engine leaves out, told as ``Class.method`` in the table."""
    for dotted, why in spec.left_out.items():
        name, dot, method = dotted.partition(".")
        if dot and hasattr(getattr(spec.module(), name, None), method):
            setattr(exports[name], method, LeftOut(f"{spec.name}.{dotted} ({why})", runtime.refuse))


def _reason(spec: Spec) -> Callable[[str], str | None]:
    """Why names are absent. A submodule that has a facade is not refused: it is there once the guest imports it."""
    return lambda name: None if f"{spec.name}.{name}" in SPECS else spec.reason(name)
