"""Fixtures of the jail's tests: who runs the host, and the copy of the tree that every user may read."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator

import pytest

from tests.jail import harness


@pytest.fixture(scope="session")
def tree() -> Iterator[str]:
    """A world-readable copy of the packages and of these tests."""
    path = harness.copy_tree()
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="session", params=["root", "user"])
def user(request: pytest.FixtureRequest) -> str:
    """Who the host process is; the suite itself runs as one of the two."""
    name: str = request.param
    if not sys.platform.startswith("linux"):
        pytest.skip("the jail needs Linux")
    if name == "root" and os.geteuid() != 0:
        pytest.skip("needs user root")
    return name


@pytest.fixture(scope="session")
def python(user: str) -> str:
    """An interpreter that this user may run."""
    found = harness.interpreters(user)
    if not found:
        pytest.skip(f"needs user {user}: there is no Python 3.11 or newer that it may run")
    return found[0]


@pytest.fixture(scope="session")
def best_level(tree: str, user: str, python: str) -> str:
    """What the jail reaches for this user where nothing is restricted; "none" where it refuses to run."""
    told = harness.run_json("lifecycle_host.py", tree, "level", user=user, python=python)
    level: str = told["level"]
    return level
