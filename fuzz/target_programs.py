"""Fuzz target: grown programs on our guarded engines and on CPython.

Holds: output, value, exception, its line and traceback, and the variables left behind are the same on all sides.
"""

from __future__ import annotations

import random

from executors.testing.programs import complete, grow
from fuzz.sides import ENGINES, CPython, Ours, differs

WATCHED = ("sandbox",)
SEEDS = tuple(bytes([number]) for number in range(8))
_ours, _theirs = [Ours(engine) for engine in ENGINES], CPython()


def fuzz(data: bytes) -> None:
    """The program whose seed is ``data``."""
    body = grow(random.Random(data))
    theirs = _theirs.run(body)
    for side in _ours:
        field = differs(side.run(body), theirs)
        assert not field, f"differs in {field} on {side.name}:\n{complete(body)}"
