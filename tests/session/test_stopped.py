"""Processes that were stopped or do not answer: no wait goes on for them, and no session is lost for it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator

import psutil
import pytest

from executors import create_executor, zygotes
from executors.base import Executor
from executors.process import Process
from executors.pulse import Pulse
from sandbox.errors import BackendUnavailable, WorkerCrashed
from sandbox.limits import Limits

SLEEPER = "import sys, time\nsys.modules['sandbox.worker'].Worker._answer = lambda *_: time.sleep(99)"


WAITS = ("zygote_process.FORK_TIMEOUT_S", "zygotes.REPORT_TIMEOUT_S", "link.REQUEST_S", "snapshots.SNAPSHOT_S")


@pytest.fixture(autouse=True)
def own_zygote(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No wait ends by its time, so that one that goes on is a test that does not end."""
    for name in WAITS:
        monkeypatch.setattr(f"executors.{name}", 3600.0)
    zygotes.shut_down()
    yield
    zygotes.shut_down()


def keeper() -> psutil.Process:
    (found,) = (zygote for zygote in zygotes._pool.zygotes.values())
    return psutil.Process(found.pid)


def spare(but: set[int]) -> psutil.Process:
    """The zygote's waiting child, as soon as there is one."""
    (zygote,) = keeper().children()
    while not (found := [child for child in zygote.children() if child.pid not in but]):
        pass
    return found[0]


def begun() -> Executor:
    executor = create_executor("local", min_isolation="none")
    executor.run("x = 1")
    return executor


@pytest.mark.parametrize("who", ["keeper", "zygote", "both"])
def test_a_stopped_zygote_is_woken_and_no_session_lost(who: str) -> None:
    with begun() as first:
        stopped = [keeper()] if who == "keeper" else keeper().children()
        for process in [*stopped, *([keeper()] if who == "both" else [])]:
            process.suspend()
        with create_executor("local", min_isolation="none") as second:
            second.run("y = 2")
            assert second.run("y").value == 2
        assert first.run("x").value == 1


@pytest.mark.parametrize("who", ["keeper", "zygote", "both"])
def test_a_stopped_zygote_ends_itself(who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = []
    with begun():
        family = [keeper(), *keeper().children(recursive=True)]
        for process in family[: 1 if who == "keeper" else 2]:
            if who != "zygote" or process is not family[0]:
                process.suspend()
    monkeypatch.setattr(Process, "signal", lambda self, number: sent.append(number) or os.kill(self.pid, number))
    zygotes.shut_down()
    assert set(sent) == {signal.SIGCONT}
    assert [process for process in family if process.is_running()] == []


@pytest.mark.parametrize("fault", [signal.SIGSTOP, signal.SIGKILL])
def test_a_spare_that_cannot_report_is_replaced(fault: signal.Signals) -> None:
    with begun():
        waiting = spare({child.pid for child in keeper().children()[0].children() if child.pid in workers()})
        waiting.send_signal(fault)
        with create_executor("local", min_isolation="none") as second:
            assert second.run("2").value == 2


def workers() -> set[int]:
    return {worker.pid for worker in zygotes._pool.workers if worker.alive()}


def test_a_stopped_first_process_is_not_asked_how_a_copy_ended(
    monkeypatch: pytest.MonkeyPatch, require_isolation: Callable[[str], None]
) -> None:
    """It ends with the last of its copies, and tells how; a stopped one does neither."""
    require_isolation("L3")
    monkeypatch.setattr("executors.copied_worker.FORK_S", 3600.0)
    with begun() as executor:
        executor.run("x += 1")
        copy = executor._session._live[-1].stream._worker  # type: ignore[attr-defined]
        copy._family.root.process.signal(signal.SIGSTOP)
        copy.kill()
        assert isinstance(copy.explain_exit(Limits(), 9.0), WorkerCrashed)


def test_a_worker_that_sleeps_when_it_should_answer_is_given_up(require_isolation: Callable[[str], None]) -> None:
    """Its program was replaced by its guest, whom no other wall keeps from it."""
    require_isolation("L2")
    with create_executor("local", engine="cpython") as executor:
        kept = executor.run(
            "import sys, time\nsys.modules['sandbox.worker'].Worker._answer = lambda *_: time.sleep(99)"
        )
        assert kept.error is None
        for act in (executor.snapshot, lambda: executor.send_variables({"y": 1})):
            with pytest.raises(BackendUnavailable, match="does not answer"):
                act()
            executor.run(SLEEPER)


def test_one_look_is_not_enough_and_what_works_is_waited_for() -> None:
    class Scripted(Process):
        def __init__(self, looks: list[tuple[str, float]]) -> None:
            self._looks = iter(looks)

        def state(self) -> str:
            self._now = next(self._looks)
            return self._now[0]

        def cpu_s(self, *, with_descendants: bool = False) -> float:
            return self._now[1]

    def told(looks: list[tuple[str, float]], work_s: float = float("inf")) -> list[bool]:
        pulse = Pulse(Scripted(looks), work_s)
        return [pulse.beats() for _ in looks]

    assert told([("stopped", 0.0), ("busy", 0.0), ("stopped", 0.0), ("stopped", 0.0)]) == [True, True, True, False]
    assert told([("asleep", 0.0)] * 5) == [True] * 4 + [False]
    assert told([("asleep", 0.1 * look) for look in range(20)]) == [True] * 20
    assert told([("busy", 0.0)] * 50) == [True] * 50
    assert told([("busy", 5.0), ("busy", 5.9), ("busy", 6.0)], work_s=1.0) == [True, True, False]
    assert told([("ended", 0.0)]) == [False]
    assert [Pulse(None).beats() for _ in range(9)] == [True] * 9


def test_the_children_of_a_process_are_held_and_known() -> None:
    with begun():
        held = Process(os.pidfd_open(keeper().pid), keeper().pid)
        (zygote,) = held.children()
        assert [zygote.pid] == [child.pid for child in keeper().children()]
        assert (held.state(), zygote.parent()) == ("asleep", held.pid)
        zygote.close()
        held.close()
        assert held.children() == []
