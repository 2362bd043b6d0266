"""Workers of root give root up; what they import may lie where root alone can read."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.jail import harness
from tests.jail.honest import ANSWERS_AT_L2


def test_a_library_that_root_alone_may_read_serves_workers_without_root(best_level: str, user: str) -> None:
    if user != "root":
        pytest.skip("about private directories of root's")
    if best_level != "L3":
        pytest.skip(f"needs isolation L3: the jail reaches {best_level} here")
    private = harness.copy_tree()
    try:
        os.chmod(private, 0o700)
        python = harness.interpreters("root")[0]
        told = harness.run_json("lifecycle_host.py", private, "honest_in_docker", user="root", python=python)
    finally:
        shutil.rmtree(private)
    assert {program: reply["detail"] for program, reply in told["replies"].items()} == ANSWERS_AT_L2
    assert (told["level"], told["left"]) == ("L2", False)
