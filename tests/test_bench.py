"""The benchmarks still run and count what they should; their figures are not judged here."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from executors import create_executor
from sandbox.errors import BackendUnavailable
from tests.bench import __main__ as bench
from tests.bench import compilation, containers, honest, latency, least, peers, speed
from tests.bench.peers import Reply
from tests.bench.speed import Speed
from tests.docker.engine_here import engine
from tests.honest_programs import Outcome, Program
from tests.reference import Answer


@pytest.fixture
def jail() -> None:
    """These tests need the jail."""
    try:
        with create_executor("local") as executor:
            executor.run("0")
    except BackendUnavailable as error:
        pytest.skip(f"needs backend local: {error.message}")


def test_latency_measures_all_three(jail: None) -> None:
    found = latency.measure(pairs=2, calls=3)
    assert min(found.session_ms, found.spawn_ms, found.call_ms) > 0


def test_the_least_worker_evaluates_calls_a_tool_and_leaves_no_container() -> None:
    engine()
    before = containers.own()
    with least.opened() as call:
        made = [container for container in containers.own() if container not in before]
        assert [call("1 + 1"), call("add(1, 2)"), call("add(add(1, 2), 4)")] == [2, 3, 7]
    assert made != [] and [container for container in containers.own() if container in made] == []


@pytest.mark.parametrize("path", sorted(speed.PROGRAMS.glob("*.py")), ids=lambda path: path.stem)
def test_speed_programs_give_equal_results(path: Path, jail: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "BATCH_S", 0.0001)
    row = speed.measure_program(path, repeat=1)
    assert (row.program, row.ratio > 0, row.restricted > 0) == (path.stem, True, True)


def test_the_mean_leaves_objects_out() -> None:
    rows = [Speed("a", 1.0, 2.0, 1.0), Speed("b", 1.0, 8.0, 1.0), Speed("objects", 1.0, 1000.0, 1.0)]
    assert math.isclose(speed.geometric_mean(row.ratio for row in speed.counted(rows)), 4.0)
    programs = [Speed(path.stem, 1.0, 1.0, 1.0) for path in speed.PROGRAMS.glob("*.py")]
    assert len(speed.counted(programs)) == 12


def test_compilation_is_measured_on_325_lines() -> None:
    found = compilation.measure(pairs=2)
    assert found.lines == 325
    assert min(found.cpython_ms, found.ours_ms, found.first_ms) > 0


@pytest.mark.parametrize("name", peers.PEERS)
def test_a_peer_answers(name: str) -> None:
    if not peers.installed(name):
        pytest.skip(f"needs {name}: run `make {name}-venv`")
    with peers.started(name) as peer:
        one, two, three = peer.run(["print('a')\nx = 20", "x + 1", "1 / 0"])
        fresh = peer.run(["x"])
    assert (one.stdout, two.value_repr, three.value_repr) == ("a\n", "21", None)
    assert "ZeroDivisionError" in f"{three.error} {three.message}"
    assert fresh[0].error is not None


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        (Reply("a\n", "2", None, "", 0.0), "same"),
        (Reply("b\n", "2", None, "", 0.0), "different"),
        (Reply("a\n", "3", None, "", 0.0), "different"),
        (Reply("a\n", None, "InterpreterError", "not supported", 0.0), "refused"),
    ],
)
def test_a_peer_is_judged_by_output_and_value(reply: Reply, verdict: str) -> None:
    program = Program("p", ("print('a')\n1 + 1",), (None,))
    assert honest.judge_peer(program, [reply], [Answer("a\n", "2")]).verdict == verdict


def test_a_peer_may_raise_what_cpython_raises_in_a_class_of_its_own() -> None:
    program = Program("p", ("1 / 0",), (None,))
    reply = Reply("", None, "InterpreterError", "failed due to: ZeroDivisionError: division by zero", 0.0)
    assert honest.judge_peer(program, [reply], [Answer("", None, "ZeroDivisionError")]).verdict == "same"
    value = Reply("", "1", None, "", 0.0)
    assert honest.judge_peer(program, [value], [Answer("", None, "ZeroDivisionError")]).verdict == "different"


def test_the_refused_list_names_code_and_reason() -> None:
    outcomes = {
        "p1": Outcome("same"),
        "p2": Outcome("refused", "HC101", "attribute x line 3"),
        "p3": Outcome("different"),
    }
    assert honest.refused_list(outcomes) == ["p2 HC101 attribute x line 3"]


def test_an_unknown_table_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["nothing"]) == 2
    assert (
        capsys.readouterr().err
        == "unknown table 'nothing'; there are latency, pool, docker, rollbacks, forks, compilation, speed, honest\n"
    )
