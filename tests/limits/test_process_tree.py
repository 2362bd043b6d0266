"""CPU time of a process and its descendants."""

from __future__ import annotations

import os
import signal

import pytest

from executors import process_tree
from executors.process_tree import cpu_s

BUSY_S = 0.1


def burn(seconds: float) -> None:
    while sum(os.times()[:2]) < seconds:
        pass


@pytest.fixture
def family() -> int:
    """A process with a child, a grandchild, a zombie and a collected child, each having used a tenth of a second."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        burn(BUSY_S)
        if os.fork() == 0:
            burn(BUSY_S)
            os._exit(0)
        os.wait()
        if os.fork() == 0:
            burn(BUSY_S)
            os._exit(0)
        if os.fork() == 0:
            burn(BUSY_S)
            if os.fork() == 0:
                burn(BUSY_S)
                os.write(write, b"x")
                signal.pause()
            signal.pause()
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        os.write(write, b"x")
        signal.pause()
    os.close(write)
    for _ in range(2):
        os.read(read, 1)
    os.close(read)
    return pid


def test_all_that_descends_is_counted(family: int) -> None:
    try:
        assert 4.5 * BUSY_S <= cpu_s(family) <= 10 * BUSY_S
    finally:
        for pid in reversed(everyone(family)):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(family, 0)


def everyone(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [pid, *(one for child in file.read().split() for one in everyone(int(child)))]


def test_a_process_that_is_gone_has_used_nothing() -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    assert cpu_s(pid) == 0.0


def test_a_crowd_is_counted_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_tree, "MOST", 0)
    assert cpu_s(os.getpid()) == 0.0
