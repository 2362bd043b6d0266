"""create_executor: names, combinations, refusals before anything starts."""

from __future__ import annotations

import sys
import tomllib
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

import pytest

from executors import available, create_executor, local, restricted
from executors.zygotes import JailedWorker, Profile
from sandbox.errors import BackendUnavailable
from sandbox.policy import Policy


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"executor_type": "dokcer"}, "unknown executor 'dokcer'. There are local: available"),
        ({"engine": "pypy"}, "the engines are interpreter, restricted, cpython"),
        ({"enclosure": "vm"}, "the enclosures of 'local' are jail, inprocess"),
        ({"min_isolation": "L4"}, "the levels are L3, L2, L1, none"),
        ({"executor_type": "restricted", "engine": "cpython"}, "there is executor 'local'"),
        ({"executor_type": "restricted", "enclosure": "vm"}, "the enclosures of 'restricted' are jail, inprocess"),
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


@pytest.mark.parametrize("name", ["e2b", "modal", "wasm"])
def test_what_is_to_come_says_so(name: str) -> None:
    with pytest.raises(BackendUnavailable, match="not yet available"):
        create_executor(name)


@pytest.mark.parametrize("arguments", [{"executor_type": "restricted"}, {"engine": "restricted"}])
def test_the_restricted_engine_has_two_ways_to_be_named(arguments: dict[str, Any]) -> None:
    with create_executor(**arguments, enclosure="inprocess", min_isolation="none") as executor:
        assert executor.capabilities.engine == "restricted"


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory in which alone third-party packages are looked for."""
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.setattr(sys, "meta_path", [PathFinder])
    monkeypatch.delitem(sys.modules, restricted.PACKAGE, raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("version", "problem"),
    [
        (None, "is built on the package RestrictedPython, which is not installed"),
        ("", "needs a release of RestrictedPython; the one found says no version"),
        ("8.1", "was reviewed with RestrictedPython 9; here is 8.1"),
        ("9", ""),
        ("9.0", ""),
        ("9.12.1", ""),
        ("10.0.dev1", "was reviewed with RestrictedPython 9; here is 10.0.dev1"),
        ("10.0", "was reviewed with RestrictedPython 9; here is 10.0"),
        ("11", "was reviewed with RestrictedPython 9; here is 11"),
        ("90.1", "was reviewed with RestrictedPython 9; here is 90.1"),
        ("nine", "was reviewed with RestrictedPython 9; here is nine"),
    ],
)
def test_the_package_of_the_restricted_engine_is_looked_at(elsewhere: Path, version: str | None, problem: str) -> None:
    if version is not None:
        (elsewhere / "RestrictedPython").mkdir()
        (elsewhere / "RestrictedPython" / "__init__.py").touch()
    if version:
        told = elsewhere / f"restrictedpython-{version}.dist-info"
        told.mkdir()
        (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: RestrictedPython\nVersion: {version}\n")
    status = next(each for each in available() if each.name == "restricted")
    assert (restricted.why_not().endswith(problem), status.available) == (True, not problem)
    if problem:
        assert status.install == "pip install 'RestrictedPython>=9.0,<10'"
        with pytest.raises(BackendUnavailable, match="pip install"):
            create_executor("restricted")


def test_the_distribution_asks_for_what_was_reviewed() -> None:
    project = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    (asked,) = [each for each in project["project"]["dependencies"] if each.startswith(restricted.PACKAGE)]
    assert restricted.INSTALL == f"pip install '{asked}'"


def test_an_interpreters_worker_does_not_see_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def start(profile: Profile, *rest: Any, **options: Any) -> JailedWorker:
        asked.append(profile)
        raise BackendUnavailable("seen enough")

    monkeypatch.setattr(local, "start_worker", start)
    for engine in ("interpreter", "restricted", "cpython"):
        with pytest.raises(BackendUnavailable):
            create_executor("local", engine=engine).start()
    assert [[path for path in profile.packages if restricted.PACKAGE in path] for profile in asked] == [
        [], [*restricted.paths()], []
    ]  # fmt: skip
    assert ["sandbox.restricted" in profile.preload for profile in asked] == [False, True, False]


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
