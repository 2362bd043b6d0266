"""Rollback and branches as root and as an ordinary user; below the full jail neither is claimed, and both are told."""

from __future__ import annotations

import pytest

from tests.jail import harness
from tests.jail.rollback_host import FAILURES


@pytest.mark.parametrize("engine", ["interpreter", "restricted"])
def test_runs_that_fail_are_undone_in_the_full_jail(
    tree: str, user: str, python: str, best_level: str, engine: str
) -> None:
    if best_level != "L3":
        pytest.skip(f"needs isolation L3: the jail reaches {best_level} here")
    found = harness.run_json("rollback_host.py", tree, "full", engine, user=user, python=python)
    undone = {name: ["rolled_back", [[1], "one", ["a"]]] for name in FAILURES}
    assert found == {"rollback": True, "fork": True, "session": undone, "branch": undone, "left": 0}


@pytest.mark.parametrize("engine", ["interpreter", "restricted"])
def test_below_it_nothing_is_undone_and_nothing_claimed(
    tree: str, user: str, python: str, best_level: str, engine: str
) -> None:
    if best_level in ("none", "L1"):
        pytest.skip(f"needs isolation L2: the jail reaches {best_level} here")
    found = harness.run_json("rollback_host.py", tree, "no_user_namespaces", engine, user=user, python=python)
    assert (found["rollback"], found["fork"], found["branch"], found["left"]) == (False, False, None, 0)
    assert {state for state, _ in found["session"].values()} <= {"kept", "lost"}
