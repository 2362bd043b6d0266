"""The benchmarks still run and count what they should; their figures are not judged here."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from executors import create_executor
from sandbox.errors import BackendUnavailable
from tests.bench import __main__ as bench
from tests.bench import honest, latency, speed
from tests.bench.speed import Speed
from tests.honest_programs import Outcome


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


@pytest.mark.parametrize("path", sorted(speed.PROGRAMS.glob("*.py")), ids=lambda path: path.stem)
def test_speed_programs_give_equal_results(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "BATCH_S", 0.0001)
    row = speed.measure_program(path, repeat=1)
    assert (row.program, row.ratio > 0) == (path.stem, True)


def test_the_mean_leaves_objects_out() -> None:
    rows = [Speed("a", 1.0, 2.0), Speed("b", 1.0, 8.0), Speed("objects", 1.0, 1000.0)]
    assert math.isclose(speed.geometric_mean(rows), 4.0)


def test_the_refused_list_names_code_and_reason() -> None:
    outcomes = {
        "p1": Outcome("same"),
        "p2": Outcome("refused", "HC101", "attribute x line 3"),
        "p3": Outcome("different"),
    }
    assert honest.refused_list(outcomes) == ["p2 HC101 attribute x line 3"]


def test_an_unknown_table_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["nothing"]) == 2
    assert capsys.readouterr().err == "unknown table 'nothing'; there are latency, speed, honest\n"
