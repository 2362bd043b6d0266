"""The worked example: its transcript replays, and stays in step with what agents are shown."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from agents import CodeAgent, ModelError, ReplayModel
from executors import create_executor
from tests.conftest import Backend

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("agent_warehouse", EXAMPLES / "agent_warehouse.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_transcript_replays_on_every_executor(example: ModuleType, backend: Backend) -> None:
    model = ReplayModel(example.TRANSCRIPT)
    with backend.make() as executor:
        result = CodeAgent(model, [example.stock, example.freight], executor=executor).run(example.TASK)
        offers = executor.files.read("offers.csv").decode()
    assert (result.output, result.state) == ({"warehouse": "Turin", "eur": 275.0}, "success")
    assert offers.splitlines() == ["warehouse,carrier,eur", "Turin,Turin Cargo,275.0", "Porto,Porto Cargo,490.0"]
    assert [step.error.type if step.error else None for step in result.steps] == [None, "KeyError", None, None, None]
    assert model.remaining == 0


def test_the_transcript_was_recorded(example: ModuleType) -> None:
    calls = json.loads(example.TRANSCRIPT.read_text())["calls"]
    assert [set(call) for call in calls] == [{"roles", "digest", "last", "reply"}] * 5
    assert calls[0]["roles"] == ["system", "user"]


def test_another_task_leaves_the_transcript(example: ModuleType) -> None:
    with create_executor("local") as executor, pytest.raises(ModelError, match="left the transcript .* at answer 1"):
        CodeAgent(ReplayModel(example.TRANSCRIPT), executor=executor).run("Another task")


def test_the_example_runs_as_a_program(require_isolation: Callable[[str], None]) -> None:
    require_isolation("L2")
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "agent_warehouse.py")],
        capture_output=True,
        text=True,
        timeout=60,
        env={"PYTHONPATH": str(EXAMPLES.parent), "PATH": ""},
    )
    assert (done.returncode, done.stdout) == (0, "{'warehouse': 'Turin', 'eur': 275.0}\n"), done.stderr
