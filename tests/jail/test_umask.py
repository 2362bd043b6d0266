"""The host's umask is the host's own: the jail is as tight, and its files are as they are elsewhere."""

from __future__ import annotations

import pytest

from tests.jail import harness


@pytest.mark.parametrize("umask", ["000", "027", "077"])
def test_sessions_are_alike_under_any_umask(umask: str, tree: str, user: str, python: str, best_level: str) -> None:
    if best_level not in ("L2", "L3"):
        pytest.skip(f"needs isolation L2: the jail reaches {best_level} here")
    told = harness.run_json("umask_host.py", tree, umask, user=user, python=python)
    assert told == [[best_level, ["0o100600", "0o40700"], "None", ["a", "f/g"]]] * 3
