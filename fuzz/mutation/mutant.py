"""One mutant: what is taken away, and how the text of its file changes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence


@dataclasses.dataclass(frozen=True, order=True)
class Edit:
    """``text[start:end]`` becomes ``new``."""

    start: int
    end: int
    new: str


@dataclasses.dataclass(frozen=True)
class Mutant:
    """``path`` is relative to the root of the tree; ``kind`` is what is taken away, ``what`` tells which one.

    ``hints`` are words that programs which notice it are likely to hold. ``probe`` is an edit that leaves everything as
    it is but tells, while tests run, when what the mutant takes away acts; None where nothing can tell.
    """

    path: str
    kind: str
    what: str
    edits: tuple[Edit, ...]
    hints: tuple[str, ...] = ()
    probe: Edit | None = None

    @property
    def name(self) -> str:
        """Stable while its line is the same, wherever the line stands."""
        return f"{self.path}: {self.kind}: {self.what}"


def edited(text: str, edits: Sequence[Edit]) -> str:
    """The text with all edits made.

    Raises:
        ValueError: two of them overlap.
    """
    done, before = [], 0
    for edit in sorted(edits):
        if edit.start < before:
            raise ValueError(f"edits overlap at {edit.start}: {text[edit.start : edit.start + 40]!r}")
        done += [text[before : edit.start], edit.new]
        before = edit.end
    return "".join([*done, text[before:]])


def told_apart(mutants: Sequence[Mutant]) -> list[Mutant]:
    """The mutants, those of one name numbered from the second on."""
    seen: dict[str, int] = {}
    found = []
    for mutant in mutants:
        number = seen[mutant.name] = seen.get(mutant.name, 0) + 1
        found.append(dataclasses.replace(mutant, what=f"{mutant.what} #{number}") if number > 1 else mutant)
    return found
