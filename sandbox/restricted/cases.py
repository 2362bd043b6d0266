"""What a ``match`` with class patterns runs over: see ``matching``.

Invariants: the subject is read by the interpreter's own pattern functions, so through the gate; guests hold none of
these objects.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class Case:
    """What is matched in place of the subject; captured values become its attributes."""

    def __init__(self, subject: Any, *thunks: Any) -> None:
        self.subject = subject
        self.thunks = list(thunks)


class Kind(type):
    """The type of a translated pattern."""

    matches: Any
    names: Sequence[str]

    def __instancecheck__(cls, case: Any) -> bool:
        captures: dict[str, Any] = {}
        if not cls.matches(case.thunks, case.subject, captures):
            return False
        for number, value in enumerate(captures[name] for name in cls.names):
            setattr(case, f"c{number}", value)
        return True


def kind_of(matches: Any, captured: Sequence[str]) -> Kind:
    """The class for one pattern."""
    args = tuple(f"c{number}" for number in range(len(captured)))
    body = {"matches": staticmethod(matches), "names": tuple(captured), "__match_args__": args}
    return Kind("Pattern", (), body)


class Patterns:
    """The translated patterns of one engine, as attributes."""

    def add(self, kind: Kind) -> str:
        """Keep one; its name."""
        name = f"p{len(vars(self))}"
        setattr(self, name, kind)
        return name
