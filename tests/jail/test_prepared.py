"""Workers that the zygote starts ahead for the line that was asked for before."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from executors import create_executor
from executors.opening import start_line
from executors.zygotes import Profile, shut_down, start_worker
from sandbox.limits import Limits
from sandbox.policy import Policy
from tests.conftest import Backend
from tests.jail import harness

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the jail needs Linux")
SEEN_BY = 4
"""The fourth worker for a line was forked after its second request, when it is prepared at the latest."""


@pytest.fixture
def profile(tree: str) -> Iterator[Profile]:
    yield Profile(
        entry="guest_probe:main",
        packages=(harness.probe(tree),),
        preload=("guest_probe",),
        prepared="guest_probe:Prepared",
    )
    shut_down()


def _first_words(profile: Profile, start: str) -> Any:
    """What a worker for this line says unasked, or None when it only echoes."""
    with start_worker(profile, Limits(), setup={"start": start, "code_name": "x"}) as worker:
        worker.frames.settimeout(30)
        worker.frames.sendall(b"0")
        said = b""
        while not said.endswith(b"0"):
            said += worker.frames.recv(4096)
        return json.loads(said[:-1]) if said != b"0" else None


@pytest.fixture
def own_root(profile: Profile) -> str:
    with start_worker(profile, Limits(), min_isolation="none") as worker:
        level = worker.isolation.level
    if level != "L3":
        pytest.skip(f"needs isolation L3: the jail reaches {level} here")
    return level


def test_a_zygote_is_prepared_for_the_line_that_it_was_started_for(profile: Profile, own_root: str) -> None:
    shut_down()
    said = [_first_words(profile, "A") for _ in range(SEEN_BY)]
    assert said == [["A", own_root, {"code_name": "x"}]] * SEEN_BY


def test_another_line_is_prepared_when_it_is_asked_for_again(profile: Profile, own_root: str) -> None:
    _first_words(profile, "A")
    said = [_first_words(profile, "B") for _ in range(SEEN_BY)]
    assert said[0] is None
    assert said[-1] == ["B", own_root, {"code_name": "x"}]
    assert all(word is None or word[0] == "B" for word in said)


def test_what_cannot_be_prepared_is_served_by_the_entry(profile: Profile, own_root: str) -> None:
    assert [_first_words(profile, "refused") for _ in range(SEEN_BY)] == [None] * SEEN_BY


@pytest.mark.parametrize("engine", ["interpreter", "restricted", "cpython"])
def test_a_session_that_begins_with_tools_is_served_by_a_prepared_process_too(engine: str) -> None:
    for _ in range(SEEN_BY):
        with create_executor("local", engine=engine) as executor:
            executor.send_tools({"search": lambda: "found"})
            assert executor.run("search()").value == "found"


def test_prepared_sessions_share_nothing(backend: Backend) -> None:
    answers = []
    for _ in range(SEEN_BY):
        with backend.make() as executor:
            answers.append(executor.run("kept = globals().get('kept', 0) + 1\nkept").value)
            assert executor.run("kept").value == 1
    assert answers == [1] * SEEN_BY


@pytest.mark.parametrize("engine", ["interpreter", "restricted", "cpython"])
def test_outputs_of_prepared_sessions_are_pipes(engine: str) -> None:
    for _ in range(SEEN_BY):
        with create_executor("local", engine=engine) as executor:
            result = executor.run("import sys\nprint('out')\nprint('err', file=sys.stderr)")
            assert (result.stdout, result.stderr, result.error) == ("out\n", "err\n", None)


def test_a_line_that_is_too_long_for_the_way_through_the_zygote_is_not_prepared() -> None:
    short, long = Policy(imports=("json",)), Policy(imports=tuple(f"module_{number}" for number in range(2000)))
    assert start_line("cpython", short, Limits()).startswith('{"t":"start","engine":"cpython"')
    assert start_line("cpython", long, Limits()) == ""


@pytest.mark.parametrize("engine", ["interpreter", "cpython"])
def test_sessions_of_one_zygote_draw_other_numbers(engine: str) -> None:
    """numpy seeds its generator at its import alone, which all of them share."""
    pytest.importorskip("numpy", reason="needs numpy")
    drawn = set()
    for _ in range(2):
        with create_executor("local", engine=engine, policy=Policy.data_science()) as executor:
            drawn.add(executor.run("import random, numpy\n(random.random(), float(numpy.random.rand()))").value)
    assert len({first for first, _ in drawn}) == len({second for _, second in drawn}) == 2
