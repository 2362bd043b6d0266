"""The grace of a worker that was asked to stop: its own processor time, and the wall clock as its end."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

from executors.grace import CPU_S, LOOK_S, Grace
from sandbox.errors import LimitExceeded
from sandbox.limits import Limits

from .plain_worker import plain_executor


def test_a_worker_that_has_not_run_waits_for_its_processor_time() -> None:
    used = 7.0
    grace = Grace(3600.0, lambda: used)
    assert grace.remaining_s() == CPU_S
    used += CPU_S - LOOK_S / 2
    assert grace.remaining_s() == LOOK_S
    used = 7.0 + CPU_S
    assert grace.remaining_s() == 0.0
    assert 3500.0 < grace.wall_left_s() <= 3600.0


def test_the_wall_clock_ends_it_whatever_the_worker_did() -> None:
    assert Grace(0.0, lambda: 0.0).remaining_s() == 0.0
    assert Grace(0.0).remaining_s() == Grace(0.0).wall_left_s() == 0.0


def test_without_a_processor_clock_only_the_wall_clock_counts() -> None:
    assert 3500.0 < Grace(3600.0).remaining_s() <= 3600.0


def test_a_worker_that_gets_no_processor_keeps_its_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a busy machine: it is asked to stop and not let run until the host has looked twice."""

    class Busy(Grace):
        def __init__(self, wall_s: float = 3600.0, read_cpu: Callable[[], float] | None = None) -> None:
            super().__init__(wall_s, read_cpu)
            self.looks = 0
            signal.pidfd_send_signal(worker, signal.SIGSTOP)

        def remaining_s(self) -> float:
            self.looks += 1
            if self.looks == 4:
                signal.pidfd_send_signal(worker, signal.SIGCONT)
            return super().remaining_s()

    monkeypatch.setattr("executors.exchange.Grace", Busy)
    with plain_executor(limits=Limits(wall_s=0.3)) as executor:
        executor.run("x = 1")
        worker = executor._session._live[0].stream._worker.pidfd  # type: ignore[attr-defined]
        result = executor.run("x = 2\nwhile True: pass")
        assert isinstance(result.error, LimitExceeded)
        assert (result.error.limit, result.state, executor.run("x").value) == ("wall_s", "kept", 2)
