"""What an executor says of itself, and that the words of an error are those of the table."""

from __future__ import annotations

import dataclasses
import re

import pytest

from executors import create_executor
from executors.capabilities import NOT, capabilities_of
from sandbox import means
from sandbox.errors import LimitExceeded
from sandbox.limits import Limits
from tests.jail.limit_programs import ROWS

WORDS = {value for name, value in vars(means).items() if name.isupper() and isinstance(value, str)}
L3 = {"own root": "on", "seccomp": "on"}
L2 = {"seccomp": "on"}
WALLS = [("jail", L3), ("jail", L2), ("jail", {}), ("inprocess", {})]


@pytest.mark.parametrize("engine", ["interpreter", "restricted", "cpython"])
@pytest.mark.parametrize(("enclosure", "mechanisms"), WALLS)
def test_every_limit_has_an_entry_that_begins_with_a_known_word(
    engine: str, enclosure: str, mechanisms: dict[str, str]
) -> None:
    found = capabilities_of(engine, enclosure, mechanisms)
    assert sorted(found.limits) == sorted(Limits().to_dict())
    for text in found.limits.values():
        assert re.split("[:;]", text)[0] in WORDS | {NOT}


@pytest.mark.parametrize("name", sorted(ROWS))
def test_the_table_has_what_the_programs_show(name: str) -> None:
    row = ROWS[name]
    for engine in row.engines:
        for how, mechanisms in zip(row.how, (L3, L2), strict=True):
            found = capabilities_of(engine, "jail", mechanisms)
            assert found.holds(row.limit)
            assert how in found.limits[row.limit]


def test_what_does_not_hold() -> None:
    cpython, in_process = capabilities_of("cpython", "jail", L3), capabilities_of("interpreter", "inprocess", {})
    assert [name for name in cpython.limits if not cpython.holds(name)] == ["ops"]
    unheld = ["cpu_s", "disk_mb", "memory_mb", "open_files", "processes"]
    assert sorted(name for name in in_process.limits if not in_process.holds(name)) == unheld
    assert (cpython.holds("hard_deadline"), in_process.holds("hard_deadline")) == (True, False)
    assert (cpython.holds("names_and_attributes"), in_process.holds("names_and_attributes")) == (False, True)
    assert not cpython.holds("engine") and not cpython.holds("telepathy")
    assert not capabilities_of("cpython", "jail", {}).holds("processes")


def test_they_are_frozen_plain_data() -> None:
    found = capabilities_of("interpreter", "jail", L3)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.engine = "cpython"  # type: ignore[misc]
    plain = found.to_dict()
    assert (plain["engine"], plain["enclosure"], type(plain["limits"])) == ("interpreter", "jail", dict)


def test_a_session_tells_those_of_its_own_worker() -> None:
    with create_executor("local", enclosure="inprocess", min_isolation="none", limits=Limits(ops=1000)) as executor:
        assert executor.capabilities == capabilities_of("interpreter", "inprocess", executor.isolation.mechanisms)
        error = executor.run("for n in range(5000):\n    pass").error
        assert isinstance(error, LimitExceeded)
        assert executor.capabilities.limits["ops"].startswith(error.how)
