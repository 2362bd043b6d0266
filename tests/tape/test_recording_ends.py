"""Runs that the host ended, by an interrupt or for the time of their tools: a replay ends them, too."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from executors.base import Executor
from executors.recording.script import RunStep, Script
from executors.recording.summary import limit_of
from sandbox.limits import Limits
from tests.conftest import BACKENDS
from tests.tape.test_recording import again, path, record

__all__ = ["path"]


def ends(script: Script) -> list[tuple[str | None, str]]:
    """The limit that ended each run, and the state after it."""
    runs = [step.result for step in script.steps if isinstance(step, RunStep)]
    return [(limit_of(result), result["state"]) for result in runs]


@pytest.mark.parametrize("backend", ["local", "restricted", "jail-only"])
def test_an_interrupted_run_is_interrupted_again(backend: str, path: Path) -> None:
    def talk(executor: Executor) -> None:
        executor.send_tools({"stop": executor.interrupt})
        executor.run("x = 1")
        executor.run("x = 2\nstop()\nwhile True: pass")
        timer = threading.Timer(0.3, executor.interrupt)
        timer.start()
        executor.run("x += 1\nwhile True: pass")
        timer.cancel()
        executor.run("x")

    script = record(BACKENDS[backend], path, talk)
    assert ends(script) == [(None, "kept"), ("interrupt", "kept"), ("interrupt", "kept"), (None, "kept")]
    assert again(BACKENDS[backend], script) is None


def test_a_run_that_slow_tools_ended_is_ended_again(path: Path) -> None:
    def talk(executor: Executor) -> None:
        executor.send_tools({"slow": time.sleep})
        executor.run("slow(0)\nslow(1.0)\n1")
        executor.run("2")

    script = record(BACKENDS["local"], path, talk, limits=Limits(total_wall_s=0.5))
    assert [limit for limit, _ in ends(script)] == ["total_wall_s", None]
    assert again(BACKENDS["local"], script) is None
