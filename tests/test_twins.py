"""Sessions against their twins: a small campaign finds nothing, and one against planted faults does."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from executors import create_executor
from executors.rollback import Rollback
from executors.snapshots import Snapshots
from fuzz import twins

pytestmark = pytest.mark.usefixtures("needs_full_jail")


@pytest.mark.parametrize("number", range(6))
def test_a_session_is_what_its_twin_is(number: int) -> None:
    problem, log = twins.game(5, number)
    assert problem is None, "\n".join(log[-5:])
    done = "\n".join(log)
    assert "fails:" in done and ": fork" in done and "restored into" in done


def test_a_file_that_a_snapshot_lacks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Snapshots._files

    def without_the_last(self: Snapshots, *args: Any) -> Any:
        return whole(self, *args)[:-1]

    monkeypatch.setattr(Snapshots, "_files", without_the_last)
    problems = [twins.game(5, number)[0] for number in range(3)]
    assert any(problem and " its twin " in problem for problem in problems), problems


@pytest.mark.parametrize("rollback", [False, Rollback(up_to_mb=1)])
def test_a_run_that_is_not_undone_is_found(rollback: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twins, "create_executor", functools.partial(create_executor, rollback=rollback))
    problem, _ = twins.game(5, 0)
    assert problem and problem.startswith("a run that failed was kept")
