"""What an audit found, as counts for a reader and as plain data for a machine.

Invariants: a report names the corpus by its digest and the machine by what a worker verified; what was not played is in
it with the reason.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sandbox.errors import BackendUnavailable
from sandbox.result import Isolation

from ...registry import create_executor
from .audit import Played

FORMAT = 1
_DISTRIBUTION = "hardcell"


def counts(played: Iterable[Played]) -> dict[str, dict[str, Counter[str]]]:
    """By backend and family: how often each verdict was given; ``not played`` counts what could not be."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for one in played:
        family = found.setdefault(one.task.backend, {}).setdefault(one.task.case.family, Counter())
        family["not played" if one.outcome is None else one.outcome.verdict.word] += 1
    return found


def document(played: Sequence[Played], digest: str) -> dict[str, Any]:
    """The whole report as one JSON object."""
    isolation = _isolation()
    return {
        "format": FORMAT,
        "corpus": {"digest": digest, "cases": len({one.task.case.name for one in played})},
        "hardcell": _version(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "user": "root" if os.geteuid() == 0 else "an ordinary user",
        "isolation": isolation.to_dict() if isolation else None,
        "failed": sum(one.failed for one in played),
        "unexpected": sum(not one.expected and not one.failed for one in played),
        "counts": {
            backend: {family: dict(sorted(words.items())) for family, words in sorted(families.items())}
            for backend, families in counts(played).items()
        },
        "results": [_row(one) for one in sorted(played, key=lambda one: (one.task.backend, one.task.case.name))],
    }


def _row(one: Played) -> dict[str, Any]:
    case, outcome = one.task.case, one.outcome
    row: dict[str, Any] = {
        "case": case.name,
        "backend": one.task.backend,
        "identifiers": list(case.identifiers),
        "failed": one.failed,
        "expected": one.expected,
    }
    if outcome is None:
        return row | {"verdict": None, "why": one.why}
    said = {"verdict": outcome.verdict.word, "what": outcome.verdict.what, "evidence": outcome.evidence}
    return row | said | {"seconds": round(outcome.seconds, 3)}


def _version() -> str:
    try:
        return importlib.metadata.version(_DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return "from source"


def _isolation() -> Isolation | None:
    try:
        with create_executor() as executor:
            return executor.isolation
    except BackendUnavailable:
        return None
