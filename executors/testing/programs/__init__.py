"""Whole guest programs from a seed: one grammar, for a fast generator and for Hypothesis.

``grow(random.Random(7))`` gives the body of a program; ``complete(body)`` puts the pieces of the prelude before it
that it mentions. Every program ends, prints the same each time, and touches most of the language.
"""

from __future__ import annotations

import random
import sys

from . import (
    asynchronous,
    calls,
    classes,
    comprehensions,
    exceptions,
    expressions,
    functions,
    generators,
    generics,
    patterns,
    special_methods,
    statements,
    strings,
)
from .grower import Grower
from .prelude import PRELUDE, needed

GRAMMAR = (
    asynchronous, calls, classes, comprehensions, exceptions, expressions, functions, generators, generics, patterns,
    special_methods, statements, strings,
)  # fmt: skip
"""Modules that register rows of the grammar when they are imported."""

__all__ = ["GRAMMAR", "PRELUDE", "complete", "grow"]


def grow(chance: random.Random, statements: int = 0, python: tuple[int, int] = sys.version_info[:2]) -> str:
    """A program's body of about this many statements (0: by chance), for this version of Python."""
    g = Grower(chance, statements or 16 + int(chance.random() * 36), python)
    for text in ("int", "list", "loud", "str"):
        if g.maybe(0.6):
            g.emit(f"{g.bind(text)} = {g.expression(text)}")
    while g.left > 0:
        _chunk(g)
    g.emit(g.expression("any"))
    return "\n".join(g.lines) + "\n"


def _chunk(g: Grower) -> None:
    """One statement of the module; most stand in a ``try``, so that the program goes on after an error."""
    if not g.maybe(0.75):
        g.statement()
        return
    start = len(g.lines)
    g.level += 1
    g.statement()
    g.level -= 1
    if len(g.lines) > start:
        g.lines.insert(start, "try:")
        g.emit("except Exception as error:")
        g.emit("    note(type(error).__name__, str(error))")


def complete(body: str) -> str:
    """The program with the pieces of the prelude that it needs."""
    return needed(body) + body
