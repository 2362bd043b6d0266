"""The escape corpus against both walls with holes: the interpreter in a jailed worker, many mutants at once.

Mutants of one kind are made together, since what gets out of the walls without one guard gets out of them without that
guard and others. Where workers do not start without all of them, they are tried in halves, down to single ones; a
mutant without which no worker starts is one that lets nobody out.

Invariants: each mutant is in a group that was played, or alone keeps workers from starting.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .mutant import Edit, Mutant

BACKEND = "local"
_NO_SESSION = 3
"""Cases in a row that cannot be played: no worker starts."""


@dataclasses.dataclass(frozen=True)
class Group:
    """Mutants that can be made together."""

    title: str
    mutants: tuple[Mutant, ...]

    def halves(self) -> tuple[Group, Group]:
        """Two groups of about half of them."""
        middle = len(self.mutants) // 2
        return Group(self.title, self.mutants[:middle]), Group(self.title, self.mutants[middle:])


def groups(mutants: Iterable[Mutant]) -> list[Group]:
    """The mutants by kind, in as many groups as their edits need to stand apart."""
    layers: dict[str, list[tuple[list[Mutant], dict[str, list[Edit]]]]] = {}
    for mutant in mutants:
        of_kind = layers.setdefault(mutant.kind, [])
        layer = next((each for each in of_kind if not _overlap(mutant.edits, each[1].get(mutant.path, ()))), None)
        if layer is None:
            layer = ([], {})
            of_kind.append(layer)
        layer[0].append(mutant)
        layer[1].setdefault(mutant.path, []).extend(mutant.edits)
    return [Group(kind, tuple(chosen)) for kind in sorted(layers) for chosen, _ in layers[kind]]


def _overlap(edits: Sequence[Edit], others: Sequence[Edit]) -> bool:
    """Insertions at one place stand apart."""
    return any(
        (one.start < other.end and other.start < one.end)
        or (one.start == other.start and one.end == other.end > one.start)
        for one in edits
        for other in others
    )


def play_all() -> dict[str, Any]:
    """What got out: the name of each case with its evidence; ``failed`` are hangs and crashes that nobody reported.

    ``status`` is played, or closed where no session could be had.
    """
    from executors.testing.escapes.audit import plan, play
    from executors.testing.escapes.corpus import CASES_DIRECTORY, load_corpus

    tasks = [task for task in plan(load_corpus(), CASES_DIRECTORY, [BACKEND]) if not task.why]
    told: dict[str, Any] = {"status": "played", "cases": 0, "escapes": [], "failed": []}
    for number, played in enumerate(_played(play(tasks, 1)), 1):
        if played.outcome is not None:
            told["cases"] += 1
            if played.outcome.verdict.failed:
                kind = "escapes" if played.outcome.verdict.word == "escaped" else "failed"
                told[kind].append(f"{played.task.case.name}: {played.outcome.verdict}")
        elif number == _NO_SESSION and not told["cases"]:
            return told | {"status": "closed", "why": played.why}
    return told


def _played(found: Iterator[Any]) -> Iterator[Any]:
    try:
        yield from found
    finally:
        close = getattr(found, "close", None)
        if close is not None:
            close()
