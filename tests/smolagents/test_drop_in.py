"""``smolagents.CodeAgent(executor=create_executor("local"))`` with the real package, in an environment of its own.

``make smolagents-venv`` makes that environment.
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".cache" / "smolagents-venv" / "bin" / "python"
KINDS: dict[str, dict[str, Any]] = {"local": {}, "jail": {"engine": "cpython"}}
Play = Callable[[str], dict[str, Any]]


@functools.cache
def scenarios(options: str) -> dict[str, Any]:
    """Every scenario's outcome with these options; one process for all of them."""
    done = subprocess.run(
        [str(PYTHON), str(Path(__file__).with_name("scenarios.py")), options],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", ""), "HOME": os.environ.get("HOME", "/"), "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    documents: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return documents


@pytest.fixture(params=KINDS)
def play(request: pytest.FixtureRequest, require_isolation: Callable[[str], None]) -> Play:
    """Gives the outcome of a scenario with one kind of executor."""
    if not PYTHON.exists():
        pytest.skip(f"needs backend smolagents: no {PYTHON.relative_to(ROOT)}; run `make smolagents-venv`")
    require_isolation("L2")

    documents = scenarios(json.dumps(KINDS[request.param]))
    return documents.__getitem__


def test_answer_after_two_steps(play: Play) -> None:
    document = play("answer")
    assert document["version"] == "1.26.0"
    assert (document["output"], document["state"]) == (42, "success")
    assert document["errors"] == [None, None]
    assert document["observations"][0] == "Execution logs:\nseen\nLast output from code snippet:\n42"
    assert document["after_cleanup"] == "SessionClosed"


def test_plain_data_arrives_as_it_is(play: Play) -> None:
    assert play("plain_data")["output"] == {"rows": [1, 2.5, None], "ok": True}


def test_guest_error_is_shown_with_its_logs_and_state_is_kept(play: Play) -> None:
    document = play("guest_error")
    assert document["output"] == 5
    assert document["errors"] == ["ZeroDivisionError: division by zero (line 3)", None]
    assert document["observations"][0] == "Execution logs:\nbefore\n"


def test_refused_import_is_an_error_that_the_model_sees(play: Play) -> None:
    document = play("refused_import")
    assert document["output"] == "done without"
    assert document["errors"][0].startswith("[HC201] ImportError: ")
    assert "requests" in document["errors"][0]


def test_tools_run_on_the_host(play: Play) -> None:
    document = play("tool")
    assert (document["output"], document["host_calls"]) == (8097, 1)
    assert document["observations"][0].startswith("Execution logs:\n{'people': 8096}\n")


def test_wrong_arguments_of_a_tool_are_an_error_that_the_model_sees(play: Play) -> None:
    document = play("tool_error")
    assert document["output"] == "mended"
    assert "city" in document["errors"][0]


def test_additional_arguments_are_variables(play: Play) -> None:
    assert play("variables")["output"] == 6


@pytest.mark.parametrize(("scenario", "output"), [("final_answer_assigned", 42), ("final_answer_in_try", 1)])
def test_ways_to_answer(play: Play, scenario: str, output: int) -> None:
    document = play(scenario)
    assert (document["output"], document["state"], document["errors"]) == (output, "success", [None])


def test_steps_run_out(play: Play) -> None:
    assert play("steps_run_out")["state"] == "max_steps_error"
