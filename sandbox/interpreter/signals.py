"""What a statement's closure returns: None to go on, or one of these.

Invariants: a ``return`` statement returns its value itself, except None, for which RETURN_NONE stands; none of these
objects is ever a guest value.
"""

from __future__ import annotations


class Signal:
    """A private mark."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"<{self.name}>"


BREAK = Signal("break")
CONTINUE = Signal("continue")
RETURN_NONE = Signal("return None")
