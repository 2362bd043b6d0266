"""Files are saved and put back for every user and wherever the jail holds."""

from __future__ import annotations

import pytest

from tests.jail import harness
from tests.jail.settings import RUNNING, SETTINGS


@pytest.mark.parametrize("setting", RUNNING)
def test_all_files_are_in_a_snapshot(setting: str, tree: str, user: str, python: str, best_level: str) -> None:
    harness.need(setting, best_level)
    told = harness.run_json("snapshot_host.py", tree, setting, user=user, python=python)
    sizes, names = {"b": 3, "d": 0, "d/a": 3, "e": 0, "e/c": 5}, ["b", "d/a", "e/c"]
    without = "namespaces" in SETTINGS[setting].off
    lacks = "modes and times of 5 files, which no worker may set in a jail without namespaces" if without else None
    engines = ("interpreter", "restricted", "cpython")
    assert told == {engine: [sizes, names, ["two", "one", "three"], lacks] for engine in engines}
