"""The short busy wait: it sees what is ready, gives up in time, and is off where only one processor may be used."""

from __future__ import annotations

import os
import select

import pytest

from sandbox.spin import SPIN_S, spin, spin_s


def _pipe() -> tuple[int, int, select.poll]:
    read, write = os.pipe()
    poll = select.poll()
    poll.register(read, select.POLLIN)
    return read, write, poll


def test_what_is_ready_is_seen_at_once() -> None:
    read, write, poll = _pipe()
    os.write(write, b"x")
    assert spin(poll, 60.0) == [(read, select.POLLIN)]
    os.close(read)
    os.close(write)


def test_nothing_ready_ends_when_the_time_has_passed() -> None:
    read, write, poll = _pipe()
    assert spin(poll, 0.001) == []
    os.close(read)
    os.close(write)


def test_no_time_means_not_looking() -> None:
    read, write, poll = _pipe()
    os.write(write, b"x")
    assert spin(poll, 0.0) == []
    os.close(read)
    os.close(write)


@pytest.mark.parametrize(("processors", "expected"), [({0}, 0.0), ({3}, 0.0), ({0, 1}, SPIN_S), ({1, 5, 6}, SPIN_S)])
def test_only_where_the_other_side_can_go_on(
    monkeypatch: pytest.MonkeyPatch, processors: set[int], expected: float
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: processors)
    assert spin_s() == expected


def test_unknown_processors_mean_no_spinning(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(pid: int) -> set[int]:
        raise PermissionError

    monkeypatch.setattr(os, "sched_getaffinity", refused)
    assert spin_s() == 0.0


def test_without_poll_nobody_spins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(select, "poll")
    assert spin_s() == 0.0
