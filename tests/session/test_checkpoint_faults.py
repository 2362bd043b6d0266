"""Checkpoints when the host has no descriptors left, or the worker was stopped: no hang, no leak, no silent loss."""

from __future__ import annotations

import errno
import os
import resource
import signal
from collections.abc import Callable

import pytest

from executors import create_executor
from executors.base import Executor
from executors.rollback import Rollback
from sandbox.errors import BackendUnavailable


def descriptors() -> set[int]:
    return set(map(int, os.listdir("/proc/self/fd")))


def begun(rollback: Rollback | None = None) -> Executor:
    """A jailed session with something to lose, which has been copied before."""
    executor = create_executor("local", rollback=rollback)
    executor.run("x = 0")
    assert executor.run("x += 1\nx").value == 1
    return executor


@pytest.mark.usefixtures("collected")
@pytest.mark.parametrize("more", range(6))
def test_a_full_descriptor_table_costs_the_copy_and_not_the_session(
    more: int, require_isolation: Callable[[str], None]
) -> None:
    require_isolation("L3")
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    with begun() as executor:
        before = descriptors()
        free = next(number for number in range(len(before) + 1) if number not in before)
        resource.setrlimit(resource.RLIMIT_NOFILE, (free + more, limits[1]))
        try:
            result = executor.run("x += 1\nx")
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        failed = [event for event in result.events if event.type == "checkpoint.failed"]
        assert (result.value, result.state, len(failed) <= 1) == (2, "kept", True)
        assert executor.run("x").value == 2
        assert len(descriptors()) == len(before)


@pytest.mark.usefixtures("collected")
@pytest.mark.parametrize("more", range(14))
def test_a_full_descriptor_table_is_no_session_and_no_leak(more: int) -> None:
    with create_executor("local", min_isolation="none") as other:
        other.start()
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        with create_executor("local", min_isolation="none") as executor:
            before = descriptors()
            free = next(number for number in range(len(before) + 1) if number not in before)
            resource.setrlimit(resource.RLIMIT_NOFILE, (free + more, limits[1]))
            try:
                executor.start()
            except BackendUnavailable as failure:
                started = False
                assert "Too many open files" in str(failure)
            else:
                started = True
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, limits)
            assert started or len(descriptors()) == len(before)
            assert executor.run("1").value == 1
        assert other.run("2").value == 2


def test_a_run_that_the_host_cannot_take_in_is_undone(
    monkeypatch: pytest.MonkeyPatch, require_isolation: Callable[[str], None]
) -> None:
    require_isolation("L3")

    def without_descriptors(*_: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    with begun() as executor:
        with monkeypatch.context() as patched:
            patched.setattr("executors.session.fields_of", without_descriptors)
            with pytest.raises(BackendUnavailable, match="no room for this run: .*Too many open files"):
                executor.run("x += 1")
        assert executor.run("x").value == 1


def test_a_stopped_worker_is_not_waited_for_at_a_request(
    monkeypatch: pytest.MonkeyPatch, require_isolation: Callable[[str], None]
) -> None:
    require_isolation("L3")
    monkeypatch.setattr("executors.link.REQUEST_S", 3600.0)
    with begun() as executor:
        executor._session._live[-1].stream._worker.process.signal(signal.SIGSTOP)  # type: ignore[attr-defined]
        with pytest.raises(BackendUnavailable, match="does not answer"):
            executor.send_variables({"y": 1})
        assert executor.run("'x' in dir()").value is False


def test_a_stopped_worker_is_not_waited_for_at_a_checkpoint(
    monkeypatch: pytest.MonkeyPatch, require_isolation: Callable[[str], None]
) -> None:
    require_isolation("L3")
    monkeypatch.setattr("executors.birth.FORK_S", 3600.0)
    with begun(Rollback(ahead=False)) as executor:
        process = executor._session._live[-1].stream._worker.process  # type: ignore[attr-defined]
        process.signal(signal.SIGSTOP)
        with pytest.raises(BackendUnavailable, match="checkpoint"):
            executor.run("x += 1")
        assert executor.run("'x' in dir()").value is False
