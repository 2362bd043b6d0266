"""Which library classes guests may hold, derive from and store attributes on.

Invariants: a class enters only through a facade's table; entries of classes made for one engine die with it.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping

from ..stand_ins import StandIn
from .listed import enter
from .spec import Spec

_reviewed: weakref.WeakSet[type] = weakref.WeakSet()
_bases: weakref.WeakSet[type] = weakref.WeakSet()
_settable: weakref.WeakKeyDictionary[type, frozenset[str]] = weakref.WeakKeyDictionary()


def list_classes(spec: Spec) -> None:
    """Take over the classes whose instances' attributes a facade lists."""
    for row in spec.listed:
        cls = enter(row)
        if cls is not None:
            _reviewed.add(cls)


def review(spec: Spec, exports: Mapping[str, object]) -> None:
    """Take over the classes of a facade that is loaded."""
    for value in exports.values():
        if isinstance(value, type):
            _reviewed.add(value)
    _reviewed.update(spec.result_types())
    for name in spec.bases:
        value = exports.get(name) or getattr(spec.module(), name, None)
        if isinstance(value, type) and type(value) is not StandIn:
            _bases.add(value)
    for name, attributes in spec.settable.items():
        value = exports.get(name)
        if isinstance(value, type):
            _settable[value] = frozenset(attributes)


def is_reviewed(cls: type) -> bool:
    """Whether guests may hold this library class: an export of a facade loaded in this process, or a result type."""
    return cls in _reviewed


def reviewed_types() -> frozenset[type]:
    """All library classes that ``is_reviewed`` accepts now; grows as facades are loaded."""
    return frozenset(_reviewed)


def subclassable(cls: type) -> bool:
    """Whether guests may derive from this library class."""
    return cls in _bases


class EveryName(frozenset[str]):
    """Contains every name: for mocks, whose attributes are free."""

    def __contains__(self, name: object) -> bool:
        return type(name) is str


EVERY_NAME = EveryName()


def open_stores(cls: type) -> None:
    """Let guests store any public attribute on instances of a class of ours, which looks at what it is given."""
    _settable[cls] = EVERY_NAME


def settable_names(cls: type) -> frozenset[str]:
    """Public attributes that guests may store on instances of this library class (not on the class itself)."""
    found = [_settable[base] for base in cls.__mro__ if base in _settable]
    return EVERY_NAME if any("*" in names for names in found) else frozenset().union(*found)
