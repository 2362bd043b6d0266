"""Sessions that another Python saved, restored on this one: what they hold is what the same program makes here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from executors.base import Executor
from executors.testing.kept import KEPT
from tests.conftest import BACKENDS
from tests.snapshots import saved
from tests.snapshots.test_moves import shown

FILES = {path.stem: saved.read(path) for path in sorted(saved.DIRECTORY.glob("*.json"))}


@pytest.fixture(scope="module", params=["local", "restricted", "jail-only"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    with BACKENDS[request.param].make() as executor:
        yield executor


@pytest.fixture(scope="module")
def here() -> dict[str, str]:
    """What each session shows that is made on this Python."""
    found = {}
    for name, (program, expression) in KEPT.items():
        with BACKENDS["in-process"].make() as executor:
            assert executor.run(program).error is None
            found[name] = shown(executor, expression)
    return found


def test_there_are_sessions_of_each_version() -> None:
    assert {version.rpartition(".")[0] for version in FILES} == {"3.11", "3.12", "3.13"}
    assert all(snapshots.keys() == KEPT.keys() for snapshots in FILES.values())


@pytest.mark.parametrize("version", FILES)
@pytest.mark.parametrize("name", KEPT)
def test_what_another_python_saved_is_restored(
    name: str, version: str, executor: Executor, here: dict[str, str]
) -> None:
    executor.restore(FILES[version][name])
    assert shown(executor, KEPT[name][1]) == here[name]
