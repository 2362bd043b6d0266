"""Events that are too many for a result: counted, and the refusal that ended the run among those that are told."""

from __future__ import annotations

import pytest

from executors import create_executor
from executors.base import Executor
from executors.listener import Listener
from executors.trail import Trail
from executors.witness import Witness
from sandbox.errors import PolicyViolation
from sandbox.event_budget import MOST_EVENTS
from sandbox.events import Event, host_event

REFUSED = "for i in range({count}):\n    try: import socket\n    except ImportError: pass\n"


def told(executor: Executor, code: str) -> tuple[list[str], list[Event]]:
    result = executor.run(code)
    assert result.error is None or isinstance(result.error, PolicyViolation)
    worker = [event for event in result.events if event.origin == "worker"]
    return [event.type for event in worker], worker


@pytest.mark.parametrize("engine", ["interpreter", "restricted"])
def test_the_refusal_that_ended_a_run_is_always_told(engine: str) -> None:
    with create_executor("local", engine=engine) as executor:
        types, events = told(executor, REFUSED.format(count=MOST_EVENTS + 10) + "import os\nos.fork()")
        assert types == ["import.refused"] * MOST_EVENTS + ["refused", "events.left_out"]
        assert (events[-2].data["code"], events[-1].data) == ("HC202", {"count": 10})


def test_a_refusal_that_was_caught_counts_too() -> None:
    with create_executor("local") as executor:
        types, events = told(executor, REFUSED.format(count=MOST_EVENTS + 1))
        assert types == ["import.refused"] * (MOST_EVENTS + 1)
        types, _ = told(executor, REFUSED.format(count=2))
        assert types == ["import.refused"] * 2


def test_a_trail_tells_how_much_it_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("executors.trail.MAX_EVENTS", 3)
    heard: list[Event] = []
    trail = Trail(Listener(heard.append), Witness(), None)
    for number in range(5):
        trail(host_event("decision", number=number))
    assert [(event.type, dict(event.data)) for event in trail.take()] == [
        *(("decision", {"number": number}) for number in range(3)),
        ("events.left_out", {"count": 2}),
    ]
    assert (len(heard), trail.take()) == (5, ())
