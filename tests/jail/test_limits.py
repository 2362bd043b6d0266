"""Every limit in the jail, on every engine, as root and as an ordinary user, with an own root and without one: the run
ends by it, and the error and an event of the host say which limit, how much was allowed and used, and what enforced it.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from sandbox.limits import Limits
from tests.jail import harness
from tests.jail.limit_programs import ROWS

CELLS = [(engine, name) for name, row in ROWS.items() for engine in row.engines]


@dataclasses.dataclass(frozen=True)
class Told:
    own_root: bool
    by_cell: dict[str, Any]


@pytest.fixture(scope="module", params=["full", "no_user_namespaces"])
def told(request: pytest.FixtureRequest, tree: str, user: str, python: str, best_level: str) -> Told:
    if best_level in ("none", "L1"):
        pytest.skip(f"needs isolation L2: the jail reaches {best_level} here")
    found = harness.run_json("limits_host.py", tree, request.param, user=user, python=python)
    return Told(found["own_root"], found["told"])


@pytest.mark.parametrize(("engine", "name"), CELLS, ids=[f"{engine}-{name}" for engine, name in CELLS])
def test_a_limit_is_told_with_what_was_used_and_how(told: Told, engine: str, name: str) -> None:
    row = ROWS[name]
    how = row.how[0 if told.own_root else 1]
    if not how:
        pytest.skip("without an own root this does not end by its limit, as docs/limits.md says")
    found = told.by_cell[f"{engine}: {name}"]
    limit, allowed, used, by, code = found["limit"]
    assert (limit, code, by) == (row.limit, row.code, how), found["error"]
    assert allowed == {**Limits().to_dict(), "wall_s": 20, **row.limits}[row.limit]
    assert row.used[0] <= used <= row.used[1]
    assert found["events"] == [[limit, allowed, used, by]]
    assert found["after"] == 42
