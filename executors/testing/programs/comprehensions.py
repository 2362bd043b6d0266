"""Comprehensions and generator expressions: nested clauses, conditions, unpacking targets, captured variables.

Invariants: no walrus in an iterable of a comprehension, as the grammar demands; at most two clauses.
"""

from __future__ import annotations

from collections.abc import Callable

from .grower import Grower, hole, rows
from .scopes import Scope

rows(
    "source",
    "2 | range(3)\n1 | range(2)\n1 | (1, 4)\n1 | 'ab'",
    "1 | note('<mark>', (2, 3))\n3 | <list>[:3]\n1 | <tuple>[:2]\n1 | <dict>",
)


@hole
def listcomp(g: Grower) -> str:
    return _grown(g, "[", "]", lambda: g.expression(g.pick(("int", "int", "str", "any"))))


@hole
def setcomp(g: Grower) -> str:
    return _grown(g, "{", "}", lambda: g.expression("int"))


@hole
def dictcomp(g: Grower) -> str:
    return _grown(g, "{", "}", lambda: f"{g.expression('str')}: {g.expression('int')}")


@hole
def genexp(g: Grower) -> str:
    return _grown(g, "(", ")", lambda: g.expression("int"), lazy=True)


def clauses(g: Grower, scope: Scope, *, lazy: bool = False) -> str:
    """``for … in … if …`` clauses; the scope becomes the current one after the first iterable."""
    with g.unsuspended():
        first = g.expression("source")
    g.scope = scope
    text = _clause(g, first)
    if g.maybe(0.25):
        with g.unsuspended():
            second = g.expression("source")
        text += _clause(g, second)
    return text


def _clause(g: Grower, iterable: str) -> str:
    if g.maybe(0.12):
        target, iterable = f"{_target(g)}, {_target(g)}", "zip('ab', (1, 2))"
    elif g.maybe(0.06):
        target, iterable = f"({_target(g)}, *{_target(g, 'list')})", "[(1, 2, 3), (4,)]"
    else:
        target = _target(g)
    condition = f" if {g.expression('test')}" if g.maybe(0.3) else ""
    return f" for {target} in {iterable}{condition}"


def _target(g: Grower, kind: str = "int") -> str:
    name = g.pick(("i", "j", "k") if kind == "int" else ("xs", "ys"))
    g.scope.bind(name)
    return name


def _grown(g: Grower, left: str, right: str, element: Callable[[], str], *, lazy: bool = False) -> str:
    outer, factor, plain = g.scope, g.factor, g.plain
    scope = Scope("comprehension", outer)
    g.factor *= 4
    g.plain += lazy
    text = clauses(g, scope, lazy=lazy)
    inner = element()
    g.scope, g.factor, g.plain = outer, factor, plain
    return f"{left}{inner}{text}{right}"
