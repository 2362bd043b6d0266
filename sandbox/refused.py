"""One place of guest source that is refused before anything of it runs.

Invariants: made by the checks of an engine and by nothing else, so that what a run is refused for and what a reader of
the source is told are the same.
"""

from __future__ import annotations

import ast
import dataclasses

from . import refusals
from .errors import PolicyViolation


@dataclasses.dataclass(frozen=True)
class Refused:
    """``what`` stands at ``node`` and is refused with ``code``."""

    node: ast.AST
    code: str
    what: str

    @property
    def place(self) -> tuple[int, int]:
        """Line and column of UTF-8 bytes, 1-based as in errors; 0 where the node has none."""
        return getattr(self.node, "lineno", 0), getattr(self.node, "col_offset", -1) + 1

    def violation(self) -> PolicyViolation:
        """What a run of the source would come to, were this its only fault."""
        line, column = self.place
        return PolicyViolation(
            refusals.explain(self.code, self.what),
            code=self.code,
            line=line or None,
            column=column or None,
            recovery=refusals.TABLE[self.code].recovery,
        )


def in_order(found: list[Refused]) -> list[Refused]:
    """By place; the first is what a run is refused for."""
    return sorted(found, key=lambda each: each.place)
