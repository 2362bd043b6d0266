"""One play of the whole corpus for all tests that look at it: each wall alone, both, and the controls."""

from __future__ import annotations

import pytest

from executors.testing.escapes import load_corpus
from executors.testing.escapes.audit import Played, plan, plan_controls, play
from executors.testing.escapes.backends import BACKENDS, why_not
from executors.testing.escapes.corpus import CASES_DIRECTORY


@pytest.fixture(scope="session")
def corpus_played() -> dict[tuple[str, str], Played]:
    """By case and backend, or control. A backend that cannot be had here has none."""
    cases = load_corpus()
    had = [name for name, backend in BACKENDS.items() if not why_not(backend)]
    tasks = plan(cases, CASES_DIRECTORY, had) + plan_controls(cases, CASES_DIRECTORY)
    return {(one.task.case.name, one.task.backend): one for one in play(tasks)}
