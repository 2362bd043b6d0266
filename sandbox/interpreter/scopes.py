"""Which variable every name means, decided once for a whole module before anything is compiled.

Invariants: after ``number`` every scope knows each of its names as a Place; slots are positions in the frame (a
list) of the owner: module, class, function, lambda or generator expression. List, set and dict comprehensions and
type parameters own no frame; their names have slots of their own in the frame around them. Captured variables are
one-element lists ("cells") in their slot. The rules are those of CPython's symbol table, name mangling included.
"""

from __future__ import annotations

import ast
import dataclasses
from typing import Literal

ScopeKind = Literal["module", "class", "function", "comprehension", "type_params"]


@dataclasses.dataclass(eq=False, slots=True)
class Binding:
    """One variable of one scope; ``slot`` is its place in the owner's frame."""

    name: str
    owner: Scope
    slot: int = -1
    cell: bool = False


@dataclasses.dataclass(slots=True)
class Place:
    """Where a name is found: ``slot`` or ``cell`` in the frame, in the class's ``body`` first, or ``global``."""

    kind: Literal["slot", "cell", "body", "global"]
    slot: int = -1
    fallback: Place | None = None
    binding: Binding | None = None


GLOBAL = Place("global")


class Scope:
    """Names of one block of source. ``owner`` is the scope whose frame holds its variables.

    Of an owner, ``yields`` tells that it is a generator's, ``suspends`` that code in its frame yields or awaits, and
    ``rebinds`` that its code gives a parameter another value, or none. ``iterator`` is the slot of what CPython gives a
    comprehension or generator expression that has a frame of its own as its only argument, if that is kept.
    """

    def __init__(self, kind: ScopeKind, node: ast.AST, parent: Scope | None, private: str | None) -> None:
        self.kind = kind
        self.node = node
        self.parent = parent
        self.private = private
        self.owner: Scope = self if kind in ("module", "class", "function") else parent.owner  # type: ignore[union-attr]
        self.bound: dict[str, Binding] = {}
        self.used: set[str] = set()
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        self.deleted: set[str] = set()
        self.parameters: list[str] = []
        self.rebinds = False
        self.places: dict[str, Place] = {}
        self.free: dict[Binding, int] = {}
        self.children: list[Scope] = []
        self.bindings: list[Binding] = []
        self.size = 0
        self.iterator = -1
        self.yields = False
        self.suspends = False
        self.annotates = False
        if parent is not None:
            parent.children.append(self)

    def bind(self, name: str) -> Binding:
        """The variable of this name in this scope, made when it is new."""
        found = self.bound.get(name)
        if found is None:
            found = self.bound[name] = Binding(name, self.owner)
            self.owner.bindings.append(found)
        return found

    def variables(self) -> tuple[tuple[str, int, bool], ...]:
        """Name and slot of each variable of a function, and whether it is a cell."""
        own = [(each.name, each.slot, each.cell) for each in self.bindings if self.bound.get(each.name) is each]
        return (*own, *((each.name, slot, True) for each, slot in self.free.items()))

    def temporary(self) -> int:
        """A fresh slot of the owner's frame."""
        self.owner.size += 1
        return self.owner.size - 1

    def place(self, name: str) -> Place:
        """Where ``name`` (already mangled) is found from this scope."""
        found = self.places.get(name)
        if found is None:
            found = self.places[name] = self._find(name)
        return found

    def _find(self, name: str) -> Place:
        if self.kind == "class":
            if name in self.globals:
                return GLOBAL
            outer = self._outer(name) if name in self.nonlocals or name not in self.bound else None
            rest = self._reach(outer) if outer is not None else GLOBAL
            return rest if name in self.nonlocals else Place("body", fallback=rest)
        if name in self.globals or self.kind == "module":
            return GLOBAL
        if name in self.bound and name not in self.nonlocals:
            return self._reach(self.bound[name])
        if self.kind in ("comprehension", "type_params") and self.parent is not None:
            if self.parent.kind != "class" or self.kind == "type_params":
                found = self.parent.place(name)
                hidden = found.fallback if self.kind == "comprehension" and found.kind == "body" else None
                return hidden or found
        outer = self._outer(name)
        return self._reach(outer) if outer is not None else GLOBAL

    def _outer(self, name: str) -> Binding | None:
        """The enclosing function's (or comprehension's) variable of this name; class bodies are not seen."""
        scope = self.parent
        while scope is not None and scope.kind != "module":
            if scope.kind == "class":
                if name == "__class__" and name in scope.bound:
                    return scope.bound[name]
            elif name in scope.globals:
                return None
            elif name in scope.bound and name not in scope.nonlocals:
                return scope.bound[name]
            scope = scope.parent
        return None

    def _reach(self, binding: Binding) -> Place:
        """The place of a variable as seen from this scope's owner; capturing it makes it a cell on the way."""
        if binding.owner is self.owner:
            return Place("cell" if binding.cell else "slot", binding.slot, binding=binding)
        slot = self.owner.free.get(binding)
        if slot is None:
            raise LookupError(f"variable {binding.name!r} was not captured")
        return Place("cell", slot, binding=binding)

    def capture(self) -> None:
        """Mark as cells all outer variables that this scope or one inside it names."""
        for child in self.children:
            child.capture()
        for name in self.used | set(self.bound) | self.nonlocals:
            if name in self.globals or (name in self.bound and name not in self.nonlocals and self.kind != "class"):
                continue
            if self.kind == "class" and name in self.bound and name not in self.nonlocals:
                continue
            found = self._outer(name)
            if found is None or found.owner is self.owner:
                continue
            found.cell = True
            scope: Scope = self.owner
            while scope is not found.owner:
                scope.free.setdefault(found, -1)
                scope = scope.parent.owner  # type: ignore[union-attr]

    def number(self) -> None:
        """Give every variable its slot: parameters, other variables, then captured ones."""
        if self.owner is self:
            slot = 1 if self.kind == "class" else 0
            if self.kind in ("class", "module"):  # their own names live in a namespace, not in the frame
                self.bindings = [b for b in self.bindings if b.cell or self.bound.get(b.name) is not b]
            for binding in self.bindings:
                binding.slot = slot
                slot += 1
            for binding in self.free:
                self.free[binding] = slot
                slot += 1
            self.size = slot
        for child in self.children:
            child.number()


def mangle(private: str | None, name: str) -> str:
    """``__x`` inside ``class C`` means ``_C__x`` (language reference 6.2.1)."""
    if private is None or not name.startswith("__") or name.endswith("__") or "." in name:
        return name
    stripped = private.lstrip("_")
    return f"_{stripped}{name}" if stripped else name
