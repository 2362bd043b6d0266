"""Grows one program: rows of grammar with holes, filled at random, in the scope that stands around them.

A row is a text with holes: ``<int>`` is an expression of that kind, ``<=int>`` a name to bind, ``<word>`` whatever
the hole function ``word`` gives. Names to bind count as bound when the statement is complete.

Invariants: everything random comes from ``chance``, so one seed gives one program; loops are bounded and calls go to
functions that were complete before, so every program ends.
"""

from __future__ import annotations

import contextlib
import random
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from .scopes import POOLS, Kind, Scope

Hole = Callable[["Grower"], str]
Statement = Callable[["Grower"], None]
Part = str | Hole
Item = TypeVar("Item")

HOLES: dict[str, Hole] = {}
ROWS: dict[str, list[tuple[Part, ...]]] = {}
LEAVES: dict[str, list[tuple[Part, ...]]] = {}
STATEMENTS: list[Statement] = []
MOST_TURNS = 160
_HOLE = re.compile(r"<(=?\w+)>")


def hole(function: Hole) -> Hole:
    """Register what fills the holes of the function's name."""
    HOLES[function.__name__] = function
    return function


def rows(kind: str, leaves: str, table: str) -> None:
    """Register the rows of a kind of expression: ``leaves`` for the depths, ``table`` for all levels. A line is
    ``weight | text``."""
    for target, text in ((LEAVES, leaves), (ROWS, leaves), (ROWS, table)):
        for line in text.strip().splitlines():
            weight, _, row = line.strip().partition(" | ")
            target.setdefault(kind, []).extend([_parts(row)] * int(weight))
    HOLES.setdefault(kind, lambda g: g.expression(kind))


def simple(table: str) -> None:
    """Register simple statements: lines of ``weight | text``, where ``\\n`` begins a new line."""
    for line in table.strip().splitlines():
        weight, _, row = line.strip().partition(" | ")
        parts = _parts(row)

        def grown(g: Grower, parts: tuple[Part, ...] = parts) -> None:
            for text in g.fill(parts).split("\\n"):
                g.emit(text)

        STATEMENTS.extend([grown] * int(weight))


def statement(weight: int) -> Callable[[Statement], Statement]:
    """Register a function that grows a statement."""

    def register(function: Statement) -> Statement:
        STATEMENTS.extend([function] * weight)
        return function

    return register


def _parts(row: str) -> tuple[Part, ...]:
    pieces = _HOLE.split(row)
    found: list[Part] = []
    for number, piece in enumerate(pieces):
        if number % 2 == 0:
            found.append(piece)
        elif piece.startswith("="):
            found.append(_binder(piece[1:]))
        else:
            found.append(_filler(piece))
    return tuple(part for part in found if part != "")


def _filler(name: str) -> Hole:
    return lambda g: HOLES[name](g)


def _binder(kind: str) -> Hole:
    return lambda g: g.bind(kind)  # type: ignore[arg-type]


class Grower:
    """One growing program. ``factor`` is how often the code that grows now can run, ``cost`` the turns so far."""

    def __init__(self, chance: random.Random, statements: int, python: tuple[int, int] = sys.version_info[:2]) -> None:
        self.chance = chance
        self.python = python
        self.random = chance.random
        self.lines: list[str] = []
        self.scope = Scope("module")
        self.level = 0
        self.left = statements
        self.depth = 0
        self.factor = 1
        self.cost = 0
        self.pending: list[str] = []
        self.plain = 0
        self.matches = 0
        self._numbers: dict[str, int] = {}

    # -- chance
    def pick(self, items: Sequence[Item]) -> Item:
        """One of them."""
        return items[int(self.random() * len(items))]

    def below(self, end: int) -> int:
        """A number from 0 to ``end - 1``."""
        return int(self.random() * end)

    def maybe(self, probability: float) -> bool:
        """True this often."""
        return self.random() < probability

    def fresh(self, prefix: str) -> str:
        """A name that nothing else has."""
        number = self._numbers.get(prefix, 0)
        self._numbers[prefix] = number + 1
        return f"{prefix}{number}"

    # -- expressions
    def fill(self, parts: tuple[Part, ...]) -> str:
        """The row's text with its holes filled, left to right."""
        return "".join([part if isinstance(part, str) else part(self) for part in parts])

    def expression(self, kind: str) -> str:
        """An expression of a kind, at most a few levels deep."""
        if kind not in ROWS:
            return HOLES[kind](self)
        table = LEAVES if self.depth >= 3 or self.random() < 0.22 else ROWS
        self.depth += 1
        text = self.fill(self.pick(table[kind]))
        self.depth -= 1
        return text

    @contextlib.contextmanager
    def unsuspended(self) -> Iterator[None]:
        """No ``yield``, ``await`` or walrus in what grows inside."""
        self.plain += 1
        yield
        self.plain -= 1

    def name(self, kind: Kind) -> str:
        """A variable of the kind that has a value, or an empty string."""
        names = self.scope.readable(kind)
        return self.scope.read(self.pick(names)) if names else ""

    def bind(self, kind: Kind) -> str:
        """A variable to bind; it counts as bound when the statement is complete.

        No statement binds one twice: CPython 3.11.2 stores ``a, a = 1, b`` in the wrong order.
        """
        names = [name for name in self.scope.bindable(kind) if name not in self.pending]
        name = self.pick(names) if names else self.pick(POOLS[kind])
        self.pending.append(name)
        return name

    def settle(self) -> None:
        """The statement is complete: what it binds is bound."""
        for name in self.pending:
            self.scope.bind(name)
        self.pending.clear()

    # -- statements
    def emit(self, text: str) -> None:
        """One line."""
        self.lines.append(" " * (4 * self.level) + text)
        self.cost += self.factor
        self.left -= 1
        self.settle()

    @contextlib.contextmanager
    def indented(self, header: str) -> Iterator[None]:
        """A compound statement's header, and the block below it; an empty block gets ``pass``."""
        self.emit(header)
        self.level += 1
        before = len(self.lines)
        yield
        if len(self.lines) == before:
            self.lines.append(" " * (4 * self.level) + "pass")
        self.level -= 1

    @contextlib.contextmanager
    def branch(self) -> Iterator[None]:
        """What is bound inside may be unbound afterwards."""
        before = dict(self.scope.bound)
        yield
        self.scope.bound = {name: None for name in self.scope.bound if name in before}

    @contextlib.contextmanager
    def turns(self, count: int) -> Iterator[None]:
        """What grows inside runs this often; ``break`` and ``continue`` are at home."""
        former, self.factor = self.factor, self.factor * count
        loop, self.scope.in_loop = self.scope.in_loop, True
        yield
        self.factor, self.scope.in_loop = former, loop

    @contextlib.contextmanager
    def inside(self, scope: Scope) -> Iterator[None]:
        """What grows inside is in a scope of its own."""
        outer, self.scope = self.scope, scope
        plain, self.plain = self.plain, 0
        pending, self.pending = self.pending, []
        yield
        self.scope = outer
        self.plain = plain
        self.pending = pending

    def body(self, most: int) -> None:
        """One to ``most`` statements, nested at most a few levels deep."""
        for _ in range(1 + self.below(most)):
            if self.left <= 0 or self.level > 6:
                break
            self.statement()

    def statement(self) -> None:
        """One statement of any kind that has room here."""
        self.pick(STATEMENTS)(self)

    def affordable(self, cost: int) -> bool:
        """Whether something of this cost can run here as often as it would."""
        return self.factor * cost <= MOST_TURNS
