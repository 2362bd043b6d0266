"""The names of a growing program: what is bound where, so that most reads find a value.

Invariants: a name's first letters tell the kind of its values for the whole program; nothing here depends on hash
order, so one seed gives one program everywhere.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Literal

Kind = Literal["int", "str", "list", "tuple", "dict", "set", "loud", "any"]
ScopeKind = Literal["module", "function", "lambda", "class", "comprehension"]

POOLS: dict[Kind, tuple[str, ...]] = {
    "int": ("a", "b", "c", "i", "j", "k", "n"),
    "str": ("s", "t", "u"),
    "list": ("xs", "ys", "zs"),
    "tuple": ("p", "q"),
    "dict": ("d", "m"),
    "set": ("g", "h"),
    "loud": ("x", "y", "z"),
    "any": ("v", "w"),
}
KIND_OF: dict[str, Kind] = {name: kind for kind, names in POOLS.items() for name in names}


@dataclasses.dataclass
class Signature:
    """A function that the program defines: how to call it, what a call costs in turns, which outer names it binds."""

    name: str
    positional_only: int = 0
    names: tuple[str, ...] = ()
    defaults: int = 0
    keyword_only: tuple[str, ...] = ()
    keyword_defaults: int = 0
    varargs: bool = False
    varkeywords: bool = False
    flavour: Literal["plain", "generator", "coroutine", "async generator"] = "plain"
    cost: int = 1
    touched: tuple[str, ...] = ()


@dataclasses.dataclass
class Built:
    """A class that the program defines. ``cost`` is that of the dearest member."""

    name: str
    methods: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    cost: int = 1


class Scope:
    """One block of names. ``bound`` surely have values, ``local`` are all that the block ever binds."""

    def __init__(self, kind: ScopeKind, parent: Scope | None = None) -> None:
        self.kind = kind
        self.parent = parent
        self.bound: dict[str, None] = {}
        self.local: dict[str, None] = {}
        self.outside: dict[str, None] = {}
        self.declared: dict[str, None] = {}
        self.functions: list[Signature] = []
        self.classes: list[Built] = []
        self.yields = False
        self.awaits = False
        self.in_loop = False
        self.returns = kind == "function"

    def chain(self) -> Iterator[Scope]:
        """The scopes whose names can be read here, innermost first."""
        scope: Scope | None = self
        while scope is not None:
            if scope is self or scope.kind != "class":
                yield scope
            scope = scope.parent

    def readable(self, kind: Kind) -> list[str]:
        """Names of this kind that surely have a value here."""
        found: list[str] = []
        hidden: set[str] = set()
        for scope in self.chain():
            found += [name for name in scope.bound if KIND_OF[name] == kind and name not in hidden]
            hidden.update(scope.local)
        return found

    def read(self, name: str) -> str:
        """Note that a name is read here: where it is not local it must not become so."""
        for scope in self.chain():
            if name in scope.local or name in scope.declared:
                break
            scope.outside[name] = None
        return name

    def bindable(self, kind: Kind) -> list[str]:
        """Names of this kind that can be bound here without making an earlier read of an outer one fail."""
        if self.kind == "class" or self.kind == "module":
            return list(POOLS[kind])
        return [name for name in POOLS[kind] if name not in self.outside or name in self.declared]

    def bind(self, name: str) -> None:
        """The name has a value from here on."""
        if name in self.declared:
            return
        self.local[name] = None
        self.bound[name] = None

    def unbind(self, name: str) -> None:
        """The name has lost its value."""
        self.bound.pop(name, None)

    def known_functions(self) -> list[Signature]:
        """The functions that can be called here."""
        return [each for scope in self.chain() for each in scope.functions]

    def known_classes(self) -> list[Built]:
        """The classes that can be used here."""
        return [each for scope in self.chain() for each in scope.classes]
