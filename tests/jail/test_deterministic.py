"""Deterministic sessions are alike for every user and wherever the jail holds."""

from __future__ import annotations

import pytest

from tests.jail import harness


@pytest.mark.parametrize("setting", ["full", "no_user_namespaces"])
def test_sessions_are_alike(setting: str, tree: str, user: str, python: str, best_level: str) -> None:
    harness.need(setting, best_level)
    told = harness.run_json("deterministic_host.py", tree, setting, user=user, python=python)
    assert [error for _, error, _ in told] == ["None"] * 6
    assert told[::2] == told[1::2]
    assert len({value for value, _, _ in told}) == 1
