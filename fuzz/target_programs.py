"""Fuzz target: grown programs on our interpreter and on CPython.

Holds: output, value, exception, its line and traceback, and the variables left behind are the same on both sides.
"""

from __future__ import annotations

import random

from executors.testing.programs import complete, grow
from fuzz.sides import CPython, Ours, differs

WATCHED = ("sandbox",)
SEEDS = tuple(bytes([number]) for number in range(8))
_ours, _theirs = Ours(), CPython()


def fuzz(data: bytes) -> None:
    """The program whose seed is ``data``."""
    body = grow(random.Random(data))
    field = differs(_ours.run(body), _theirs.run(body))
    assert not field, f"differs in {field}:\n{complete(body)}"
