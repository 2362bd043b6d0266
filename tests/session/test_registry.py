"""create_executor: names, combinations, refusals before anything starts."""

from __future__ import annotations

from typing import Any

import pytest

from executors import available, create_executor
from sandbox.errors import BackendUnavailable
from sandbox.policy import Policy


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"executor_type": "dokcer"}, "unknown executor 'dokcer'. There are local: available"),
        ({"engine": "pypy"}, "the engines are interpreter, restricted, cpython"),
        ({"enclosure": "vm"}, "the enclosures of 'local' are jail, inprocess"),
        ({"min_isolation": "L4"}, "the levels are L3, L2, L1, none"),
        ({"engine": "cpython", "min_isolation": "L1"}, "needs min_isolation 'L2' or 'L3'"),
        ({"engine": "cpython", "min_isolation": "none"}, "needs min_isolation 'L2' or 'L3'"),
        ({"engine": "cpython", "enclosure": "inprocess", "min_isolation": "none"}, "never runs in this process"),
        ({"policy": Policy.standard(imports=["scipy"])}, 'engine="cpython"'),
        ({"policy": Policy.standard(imports=["requests.*"])}, "'requests.*'"),
    ],
)
def test_what_is_refused_as_a_value(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        create_executor(**arguments)
    assert message in str(caught.value)


@pytest.mark.parametrize("name", ["docker", "e2b", "modal", "wasm", "restricted"])
def test_what_is_to_come_says_so(name: str) -> None:
    with pytest.raises(BackendUnavailable, match="not yet available"):
        create_executor(name)


def test_the_restricted_engine_is_to_come() -> None:
    with pytest.raises(BackendUnavailable, match="not yet available"):
        create_executor("local", engine="restricted")


@pytest.mark.parametrize("level", ["L3", "L2", "L1"])
def test_in_process_is_below_every_level(level: str) -> None:
    with pytest.raises(BackendUnavailable, match='min_isolation="none"'):
        create_executor("local", enclosure="inprocess", min_isolation=level)


@pytest.mark.parametrize("arguments", [{"policy": {}}, {"limits": {"wall_s": 1}}, {"on_event": 3}])
def test_wrong_types(arguments: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        create_executor("local", **arguments)


def test_every_backend_is_listed_with_its_reason() -> None:
    statuses = available()
    assert [status.name for status in statuses] == ["local", "restricted", "docker", "e2b", "modal", "wasm"]
    assert all(status.available or status.reason for status in statuses)


def test_making_an_executor_starts_nothing() -> None:
    executor = create_executor("local")
    assert executor._session._live == []  # type: ignore[attr-defined]
    executor.close()


def test_modules_with_a_facade_are_accepted_by_the_guarded_engines() -> None:
    create_executor("local", policy=Policy.standard(imports=["json", "collections.*"])).close()
