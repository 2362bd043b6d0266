"""A host of the jail inside a container: plays the escape corpus, prints one JSON object.

Arguments: the directories of the corpus to play (none: all).
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter

from executors import create_executor
from executors.testing.escapes.audit import plan, play
from executors.testing.escapes.corpus import CASES_DIRECTORY, load_corpus
from sandbox.errors import BackendUnavailable

BACKENDS = ("jail-only", "local")


def repair_of(level: str) -> str:
    """How to reach a level, where it is not reached."""
    try:
        with create_executor("local", min_isolation=level) as executor:
            executor.run("1")
    except BackendUnavailable as error:
        return error.repair
    return ""


def main(directories: list[str]) -> None:
    """Everything that the tests ask about."""
    with create_executor("local", min_isolation="none") as executor:
        value, isolation = executor.run("6 * 7").value, executor.isolation
    corpus = load_corpus(CASES_DIRECTORY)
    chosen = {name: case for name, case in corpus.items() if not directories or name.split("/")[0] in directories}
    played, failed = Counter[str](), []
    for one in play(plan(chosen, CASES_DIRECTORY, BACKENDS)):
        if one.outcome is not None:
            played[one.task.backend] += 1
        if one.failed:
            failed.append(f"{one.task.backend} {one.task.case.name}")
    said = {
        "uid": os.getuid(),
        "value": value,
        "level": isolation.level,
        "mechanisms": isolation.mechanisms,
        "repair": repair_of("L3"),
        "played": played,
        "failed": failed,
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main(sys.argv[1:])
