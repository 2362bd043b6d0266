"""An interpreter in this process, without worker and jail."""

from __future__ import annotations

import dataclasses
import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.engine import EngineHost, Outcome, Place
from sandbox.interpreter import Interpreter
from sandbox.limits import Limits
from sandbox.policy import Policy


@dataclasses.dataclass
class Bench:
    """An engine and what it told its host."""

    engine: Interpreter
    stdout: io.StringIO
    stderr: io.StringIO
    events: list[tuple[str, dict[str, Any]]]
    calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]]

    def run(self, code: str) -> Outcome:
        """One cell."""
        return self.engine.run(code)

    def value(self, code: str) -> Any:
        """The value of a cell that must succeed."""
        outcome = self.engine.run(code)
        assert outcome.error is None, outcome.error
        return outcome.value


@pytest.fixture
def bench(tmp_path: Path) -> Callable[..., Bench]:
    def make(
        *,
        policy: Policy | None = None,
        in_process: bool = True,
        call_tool: Callable[..., Any] | None = None,
        clock: Callable[[], float] = time.monotonic,
        **limits: Any,
    ) -> Bench:
        events: list[tuple[str, dict[str, Any]]] = []
        calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
        stdout, stderr = io.StringIO(), io.StringIO()

        def answer(name: str, args: Any, kwargs: Any) -> Any:
            calls.append((name, tuple(args), dict(kwargs)))
            return "answer"

        host = EngineHost(
            policy or Policy.standard(),
            Limits(**limits),
            stdout,
            stderr,
            Place(str(tmp_path)),
            call_tool or answer,
            lambda kind, data: events.append((kind, dict(data))),
            in_process,
            clock=clock,
        )
        return Bench(Interpreter(host), stdout, stderr, events, calls)

    return make
