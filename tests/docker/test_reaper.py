"""Strays: whose a container is, and which are removed."""

from __future__ import annotations

import os
import subprocess
import sys
import types
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from executors.docker import reaper
from executors.docker.reaper import DEADLINE, OWNER, PROJECT, SESSION
from sandbox.errors import BackendUnavailable
from tests.docker import engine_here

NOW = 1_800_000_000.0
LATER, EARLIER = str(int(NOW) + 10), str(int(NOW) - 10)


def _dead_owner() -> str:
    """An owner that was a process of this machine and is none now."""
    done = subprocess.Popen([sys.executable, "-I", "-S", "-c", ""])
    named = reaper.owner(done.pid)
    done.wait()
    return named


def _of(owner: str, deadline: str = LATER, project: str = "hardcell") -> dict[str, str]:
    return {PROJECT: project, SESSION: "s", OWNER: owner, DEADLINE: deadline}


@pytest.fixture
def me() -> str:
    return reaper.owner(os.getpid())


def test_labels_name_the_project_the_session_the_owner_and_the_end() -> None:
    found = reaper.labels("abc", seconds=60)
    assert set(found) == {PROJECT, SESSION, OWNER, DEADLINE}
    assert (found[PROJECT], found[SESSION]) == ("hardcell", "abc")
    pid, started, boot, namespace = found[OWNER].split(" ")
    assert int(pid) == os.getpid()
    assert int(started) > 0
    assert uuid.UUID(boot)
    assert namespace == os.readlink("/proc/self/ns/pid")
    assert found[DEADLINE].isdigit()


@pytest.mark.parametrize("state", ["created", "running", "paused", "exited", "dead"])
def test_what_a_living_process_owns_stays_until_its_deadline(me: str, state: str) -> None:
    assert reaper._why(_of(me), state, NOW) == ""
    assert reaper._why(_of(me, EARLIER), state, NOW) == "its deadline has passed"


@pytest.mark.parametrize("state", ["created", "running", "paused", "exited", "dead"])
def test_what_a_dead_process_owned_goes(state: str) -> None:
    assert reaper._why(_of(_dead_owner()), state, NOW) == "the process that started it is gone"


def test_a_pid_that_somebody_else_has_now_is_not_the_owner(me: str) -> None:
    pid, started, realm = me.split(" ", 2)
    assert reaper._why(_of(f"{pid} {int(started) - 1} {realm}"), "running", NOW) != ""


@pytest.mark.parametrize(
    "owner",
    [
        "",
        "1",
        "1 2 another-boot pid:[1]",
        "x 2 3",
        "-1 2 3",
        "1\n2 3 4",
        "99999999999999999999 5 boot",
    ],
)
def test_an_owner_that_cannot_be_seen_from_here_is_not_called_dead(owner: str) -> None:
    assert reaper._why(_of(owner), "running", NOW) == ""
    assert reaper._why(_of(owner), "exited", NOW) == "it has exited"
    assert reaper._why(_of(owner, EARLIER), "running", NOW) == "its deadline has passed"


def test_another_pid_namespace_is_another_place(me: str) -> None:
    pid, started, boot, _ = me.split(" ")
    assert reaper._fate(f"{pid} {started} {boot} pid:[1]") == "unknown"
    assert reaper._fate(f"{pid} {started} {boot}") == "unknown"


@pytest.mark.parametrize("deadline", ["", "soon", "-5", "1e3", "٣"])
def test_a_deadline_that_is_none_ends_nothing(me: str, deadline: str) -> None:
    assert reaper._why(_of(me, deadline), "running", NOW) == ""


def test_containers_of_others_are_not_ours() -> None:
    dead = _dead_owner()
    assert reaper._why(_of(dead, EARLIER, project="other"), "exited", NOW) == ""
    assert reaper._why({}, "exited", NOW) == ""


@pytest.mark.parametrize(
    ("explanation", "gone"), [("removal of container ab is already in progress", True), ("it is used by ab", False)]
)
def test_what_somebody_else_is_removing_is_left_to_him(explanation: str, gone: bool) -> None:
    docker = pytest.importorskip("docker")

    def refuse(*args: object, **options: object) -> None:
        raise docker.errors.APIError("409 Client Error", explanation=explanation)

    labels = {PROJECT: "hardcell", SESSION: "a", OWNER: _dead_owner(), DEADLINE: "1000"}
    listed = [{"Id": "ab", "Labels": labels, "State": "exited"}]
    client: Any = types.SimpleNamespace(
        api=types.SimpleNamespace(containers=lambda **options: listed, remove_container=refuse)
    )
    if gone:
        assert reaper.reap(client) == []
    else:
        with pytest.raises(BackendUnavailable):
            reaper.reap(client)


# ---- real containers


WAITING: dict[str, Any] = {"command": ["python3", "-I", "-c", "import signal; signal.pause()"]}


@pytest.fixture
def strays() -> Iterator[dict[str, Any]]:
    """One container of each kind, by name; what the reaper leaves is removed at the end."""
    client, image = engine_here.engine()
    dead, own = _dead_owner(), reaper.owner(os.getpid())
    far, past = "4000000000", "1000"
    kinds = {
        "ours, alive": {PROJECT: "hardcell", SESSION: "a", OWNER: own, DEADLINE: far},
        "dead owner": {PROJECT: "hardcell", SESSION: "b", OWNER: dead, DEADLINE: far},
        "overdue": {PROJECT: "hardcell", SESSION: "c", OWNER: own, DEADLINE: past},
        "another project": {PROJECT: "other", SESSION: "d", OWNER: dead, DEADLINE: past},
        "no labels": {},
        "of another machine": {PROJECT: "hardcell", SESSION: "e", OWNER: "1 2 elsewhere pid:[1]", DEADLINE: far},
    }
    arguments = {**engine_here.options(), **WAITING}
    made = {kind: client.containers.create(image, labels=labels, **arguments) for kind, labels in kinds.items()}
    try:
        yield made
    finally:
        here = {one["Id"] for one in client.api.containers(all=True)}
        for container in made.values():
            if container.id in here:
                container.remove(force=True, v=True)


def test_strays_are_removed_and_nothing_else(strays: dict[str, Any]) -> None:
    client, _ = engine_here.engine()
    strays["dead owner"].start()
    strays["dead owner"].pause()
    strays["overdue"].start()
    strays["ours, alive"].start()
    removed = {one.id: one for one in reaper.reap(client) if one.id in {made.id for made in strays.values()}}
    gone = {kind for kind, container in strays.items() if container.id in removed}
    assert gone == {"dead owner", "overdue"}
    here = {one["Id"] for one in client.api.containers(all=True)}
    assert {kind for kind, container in strays.items() if container.id not in here} == gone
    assert removed[strays["dead owner"].id].why == "the process that started it is gone"
    assert removed[strays["overdue"].id] == reaper.Reaped(strays["overdue"].id, "c", "its deadline has passed")


def test_an_exited_container_of_an_unknown_owner_goes(strays: dict[str, Any]) -> None:
    client, _ = engine_here.engine()
    elsewhere = strays["of another machine"]
    elsewhere.start()
    elsewhere.kill()
    elsewhere.wait()
    removed = {one.id: one.why for one in reaper.reap(client)}
    assert removed[elsewhere.id] == "it has exited"
