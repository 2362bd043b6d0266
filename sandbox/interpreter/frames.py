"""New frames: the list that holds the variables of one call, class body or generator.

Invariants: the order is that of ``Scope.number``: own variables (captured ones in cells), cells shared with the frame
around, temporaries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .scopes import Scope
from .shapes import UNSET, Frame


def capturer(outer: Scope, inner: Scope) -> Callable[[Frame], Sequence[Any]]:
    """A function that picks from the outer frame the cells that the inner scope's frame shares."""
    slots = [outer.free[b] if b in outer.free else b.slot for b in inner.free]
    if not slots:
        return lambda frame: ()
    return lambda frame: [frame[slot] for slot in slots]


def framer(outer: Scope, inner: Scope) -> Callable[[Frame], Frame]:
    """A function that makes a frame for the inner scope from the outer one's. Call it when ``inner`` is compiled:
    compiling adds temporaries. A class body's first slot is left for its namespace.
    """
    capture = capturer(outer, inner)
    first = [UNSET] if inner.kind == "class" else []
    kinds = [binding.cell for binding in inner.bindings]
    temporaries = [UNSET] * (inner.size - len(first) - len(kinds) - len(inner.free))
    return lambda frame: [*first, *([UNSET] if cell else UNSET for cell in kinds), *capture(frame), *temporaries]
