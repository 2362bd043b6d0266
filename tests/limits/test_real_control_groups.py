"""The kernel's own control groups, where HARDCELL_CGROUP names one for these tests to use."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from executors import create_executor
from executors.base import Executor
from executors.control_groups import PREFIX, VARIABLE, Home
from sandbox.errors import LimitExceeded
from sandbox.limits import Limits
from sandbox.policy import Policy

pytestmark = pytest.mark.skipif(VARIABLE not in os.environ, reason=f"needs control group: {VARIABLE} names none")

FORKS_FILL = """
import os, time
for _ in range(6):
    if os.fork() == 0:
        x = bytearray(30 << 20)
        time.sleep(99)
while True:
    if os.waitpid(-1, 0)[1]:
        raise SystemExit
"""
SHORT_FORKS = """
import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
while True:
    try:
        if os.fork() == 0:
            ends = time.process_time() + 0.05
            while time.process_time() < ends:
                pass
            os._exit(0)
    except OSError:
        time.sleep(0.01)
"""


def made(**limits: float) -> Executor:
    wanted = Limits.from_dict({"wall_s": 20, **limits})
    return create_executor("local", engine="cpython", policy=Policy.standard(imports=["signal"]), limits=wanted)


@pytest.fixture
def left() -> Iterator[None]:
    """Nothing of these tests is left afterwards."""
    yield
    for parent in set(Home.find()._parents.values()):
        assert [name for name in os.listdir(parent) if name.startswith(f"{PREFIX}{os.getpid()}-")] == []


@pytest.mark.usefixtures("left")
def test_processes_that_fill_memory_together_are_the_memory_limit_or_die() -> None:
    with made(memory_mb=40, disk_mb=4, processes=6) as executor:
        assert executor.isolation.mechanisms["memory cgroup"] == "on"
        result = executor.run(FORKS_FILL)
        if result.state == "lost":  # the kernel took the worker, and not one of its children
            assert isinstance(result.error, LimitExceeded)
            assert (result.error.limit, result.error.how) == ("memory_mb", "cgroup")
        assert executor.run("6 * 7").value == 42


@pytest.mark.usefixtures("left")
def test_children_that_nobody_waited_for_count() -> None:
    with made(cpu_s=0.5, processes=3) as executor:
        error = executor.run(SHORT_FORKS).error
        assert isinstance(error, LimitExceeded)
        assert (error.limit, error.how) == ("cpu_s", "host clock")


@pytest.mark.usefixtures("left")
def test_an_honest_run_is_not_disturbed() -> None:
    with made(memory_mb=64, disk_mb=8) as executor:
        result = executor.run("x = bytearray(40 << 20)\nopen('f', 'wb').write(bytes(7 << 20))\nlen(x)")
        assert (result.error, result.value) == (None, 40 << 20)
