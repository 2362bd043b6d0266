"""A stop that comes before the guest runs, or before its worker can hear it, stops the run all the same."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from typing import Any

import pytest

from executors import create_executor
from executors.base import Executor
from executors.cell_executor import CellExecutor
from sandbox.errors import LimitExceeded, WorkerCrashed
from sandbox.events import Event
from sandbox.limits import Limits
from sandbox.policy import Allow, Decision, Policy, Request
from sandbox.result import Result

from .plain_worker import plain_executor

CODE = "x = 4\nwhile True: pass"


def stopped(result: Result) -> bool:
    """Whether the run was interrupted and nothing of the session lost."""
    error = result.error
    return isinstance(error, LimitExceeded) and (error.limit, result.state) == ("interrupt", "kept")


def test_a_stop_during_the_decision_runs_nothing() -> None:
    def decide(request: Request) -> Decision:
        if "while" in request.code:
            executor.interrupt()
        return Allow()

    with plain_executor(policy=Policy.standard(decide=decide)) as executor:
        executor.run("x = 3")
        result = executor.run(CODE)
        assert stopped(result)
        assert [event.data["limit"] for event in result.events if event.type == "limit"] == ["interrupt"]
        assert executor.run("x").value == 3


@pytest.mark.parametrize("kind", ["session.started", "run.started"])
def test_a_stop_while_the_run_is_made_ready(kind: str) -> None:
    def listen(event: Event) -> None:
        if event.type == kind and wanted:
            wanted.pop()
            executor.interrupt()

    wanted = [1]
    with plain_executor(on_event=listen) as executor:
        assert stopped(executor.run(CODE))
        assert executor.run("1").value == 1


def test_a_stop_counts_for_the_call_in_hand_only() -> None:
    def listen(event: Event) -> None:
        if event.type == "run.ended":
            executor.interrupt()

    with plain_executor(on_event=listen) as executor:
        assert [executor.run("1").value, executor.run("2").value] == [1, 2]


def test_a_task_that_is_cancelled_at_once_runs_no_tool() -> None:
    paid: list[int] = []

    async def main(executor: CellExecutor) -> None:
        task = asyncio.ensure_future(executor.arun("import time\ntime.sleep(0.5)\npay()\nwhile True: pass"))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with plain_executor(limits=Limits(wall_s=20)) as executor:
        executor.send_tools({"pay": lambda: paid.append(1)})
        asyncio.run(main(executor))
        assert (paid, executor.run("1").value) == ([], 1)


@pytest.mark.parametrize("engine", ["interpreter", "restricted", "cpython"])
def test_a_stop_that_the_worker_gets_before_the_run_is_sent_again(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker's process is stopped until the signal is there, so that it gets that before it reads of the run."""
    monkeypatch.setattr("executors.exchange.INTERRUPT_GRACE_S", 20.0)
    with create_executor("local", engine=engine, rollback=False, limits=Limits(wall_s=60)) as executor:
        executor.run("x = 3")
        stream = executor._session._live[0].stream  # type: ignore[attr-defined]
        process = stream._worker._worker.process
        interrupt, sent = stream.interrupt, threading.Event()

        def interrupting() -> None:
            interrupt()
            sent.set()

        def go_on() -> None:
            assert sent.wait(30)
            os.kill(process.pid, signal.SIGCONT)

        def stop(*args: Any) -> Any:
            os.kill(process.pid, signal.SIGSTOP)
            threading.Thread(target=go_on).start()
            executor.interrupt()
            return carry(*args)

        from executors.exchange import carry

        monkeypatch.setattr(stream, "interrupt", interrupting)
        monkeypatch.setattr("executors.session.carry", stop)
        result = executor.run("x = 4\nimport time\ntime.sleep(0.2)\nwhile True: pass")
        monkeypatch.undo()
        assert stopped(result)


def test_closing_a_session_is_told_as_such() -> None:
    executor: Executor
    with plain_executor() as executor:
        executor.send_tools({"close": lambda: closer.start()})
        closer = threading.Thread(target=lambda: executor.close())
        result = executor.run("close()\nwhile True: pass")
        assert isinstance(result.error, WorkerCrashed)
        assert result.error.message == "the session was closed while it ran"
        assert [event.data["reason"] for event in result.events if event.type == "crash"] == [result.error.message]
