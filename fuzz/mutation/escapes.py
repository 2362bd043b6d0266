"""The escape corpus against both walls of a mutant: the interpreter in a jailed worker."""

from __future__ import annotations

from typing import Any

BACKEND = "local"


def play_all() -> dict[str, Any]:
    """What got out: the name of each case with its evidence; ``failed`` are hangs and crashes that nobody reported."""
    from executors.testing.escapes.audit import plan, play
    from executors.testing.escapes.corpus import CASES_DIRECTORY, load_corpus

    tasks = plan(load_corpus(), CASES_DIRECTORY, [BACKEND])
    told: dict[str, Any] = {"status": "passed", "cases": 0, "unplayed": 0, "escapes": [], "failed": []}
    for played in play(tasks, 1):
        if played.outcome is None:
            told["unplayed"] += 1
            continue
        told["cases"] += 1
        if played.outcome.verdict.failed:
            kind = "escapes" if played.outcome.verdict.word == "escaped" else "failed"
            told[kind].append(f"{played.task.case.name}: {played.outcome.verdict}")
    return told
