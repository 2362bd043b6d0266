"""The copy for the next run is asked for when a run has ended: nothing but the waiting may be different."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable, Iterator

import pytest

from executors import Executor, create_executor
from executors.ahead import Ahead
from executors.birth import Birth
from executors.rollback import Rollback
from sandbox.errors import GuestError
from sandbox.limits import Limits

UNDONE = "x = 'spoilt'\nopen('f', 'w').write('spoilt')\nwhile True:\n  pass"


@pytest.fixture(autouse=True)
def _jail(require_isolation: Callable[[str], None]) -> None:
    require_isolation("L3")


@pytest.fixture
def executor() -> Iterator[Executor]:
    with create_executor("local", limits=Limits(wall_s=0.5), branches=1) as made:
        made.run("x = 1\nopen('f', 'w').write('kept')")
        yield made


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One number for each copy that is asked for."""
    made: list[int] = []
    begin = Birth.__init__

    def counting(self: Birth, *args: object) -> None:
        made.append(len(made))
        begin(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Birth, "__init__", counting)
    return made


def ahead(executor: Executor) -> bool:
    """Whether the next run's copy was asked for."""
    lineage = executor._session.lineage  # type: ignore[attr-defined]
    return lineage._ahead._coming is not None


def copies(executor: Executor) -> list[int]:
    """Pids of the processes that the session's own has made."""
    (link,) = executor._session.lineage.live  # type: ignore[attr-defined]
    worker = link.stream._worker
    pid = getattr(worker, "_worker", worker).process.pid
    with open(f"/proc/{pid}/task/{pid}/children") as children:
        return [int(child) for child in children.read().split()]


def test_one_copy_for_each_run_and_none_for_the_first(asked: list[int], executor: Executor) -> None:
    assert len(asked) == 1 and ahead(executor)
    for number in range(2, 5):
        assert executor.run("x").value == 1
        assert len(asked) == number and ahead(executor)


@pytest.mark.parametrize("program", [UNDONE, "x = 2\nx = 'a' * 10 ** 12", "x = 2\n__import__('os').fork()"])
def test_a_run_on_it_is_undone(executor: Executor, program: str) -> None:
    result = executor.run(program)
    assert result.state == "rolled_back" and ahead(executor)
    assert executor.run("x, open('f').read()").value == (1, "kept")


def test_what_the_host_does_between_two_runs_is_not_undone(executor: Executor) -> None:
    executor.send_variables({"y": 5})
    executor.files.write("g", b"host")
    executor.send_tools({"twice": lambda n: n * 2})
    assert executor.run(UNDONE).state == "rolled_back"
    assert executor.run("x, y, open('f').read(), open('g').read(), twice(y)").value == (1, 5, "kept", "host", 10)


def test_files_are_read_between_two_runs(executor: Executor) -> None:
    assert executor.files.read("f") == b"kept"
    (artifact,) = executor.run("open('new', 'w').write('n')").artifacts
    assert artifact.read() == b"n"
    assert executor.run("x").value == 1


def test_none_is_made_ahead_until_a_run_follows_a_run(asked: list[int], executor: Executor) -> None:
    for _ in range(3):
        executor.run("x")
        before = len(asked)
        executor.send_variables({"y": 5})
        assert (len(asked), ahead(executor)) == (before, False)
    executor.run("x")
    assert executor.run("y").value == 5
    assert ahead(executor)


def test_a_session_is_forked_and_saved_with_a_copy_waiting(executor: Executor) -> None:
    assert ahead(executor)
    saved = executor.snapshot()
    executor.run("x")
    executor.run("x")
    assert ahead(executor)
    with executor.fork() as branch:
        assert branch.run("x, open('f').read()").value == (1, "kept")
        assert branch.run(UNDONE).state == "rolled_back"
        assert branch.run("x").value == 1
    assert executor.run("x").value == 1
    executor.restore(saved)
    assert executor.run("x").value == 1


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_one_that_was_killed_or_stopped_is_replaced(executor: Executor, number: signal.Signals) -> None:
    executor.run("x = 2")
    _arrived(executor)
    (pid,) = copies(executor)
    os.kill(pid, number)
    while _state(pid) not in "TZ":
        pass
    result = executor.run("x")
    assert (result.value, result.error, result.state) == (2, None, "kept")
    assert executor.run("x").value == 2


@pytest.mark.usefixtures("collected")
def test_a_session_that_ends_leaves_no_process_and_no_descriptor() -> None:
    with create_executor("local") as first:
        first.run("1")
    before = sorted(os.listdir("/proc/self/fd"))
    with create_executor("local") as executor:
        executor.run("x = 1")
        executor.run("x = 2")
        _arrived(executor)
        left = copies(executor)
        assert len(left) == 1
        watched = [os.pidfd_open(pid) for pid in left]
    for descriptor in watched:
        assert _ended(descriptor)
        os.close(descriptor)
    assert sorted(os.listdir("/proc/self/fd")) == before


def test_a_session_that_is_forgotten_leaves_none_either() -> None:
    executor = create_executor("local")
    executor.run("x = 1")
    executor.run("x = 2")
    _arrived(executor)
    (descriptor,) = [os.pidfd_open(pid) for pid in copies(executor)]
    del executor
    assert _ended(descriptor)
    os.close(descriptor)


def test_plain_cpython_and_who_does_not_want_it_get_none_ahead() -> None:
    for more in ({"engine": "cpython", "rollback": True}, {"rollback": Rollback(ahead=False)}, {"rollback": False}):
        with create_executor("local", **more) as executor:  # type: ignore[arg-type]
            executor.run("x = 1")
            assert not ahead(executor)
            assert executor.run("x").value == 1


def test_exceptions_keep_what_came_before_them(executor: Executor) -> None:
    result = executor.run("x = 3\n1 / 0")
    assert isinstance(result.error, GuestError) and result.state == "kept"
    assert executor.run("x").value == 3


def test_ahead_is_a_truth_value() -> None:
    with pytest.raises(TypeError, match="ahead"):
        Rollback(ahead=1)  # type: ignore[arg-type]


def test_what_is_taken_is_no_longer_there() -> None:
    assert Ahead(True).wanted and not Ahead(False).wanted
    assert Ahead(True).take() is None


def _arrived(executor: Executor) -> None:
    """Wait until the copy has said its first byte; it stays to be taken."""
    birth = executor._session.lineage._ahead._coming._coming._coming._birth  # type: ignore[attr-defined]
    birth._await()


def _state(pid: int) -> str:
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rpartition(") ")[2][0]


def _ended(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(10_000))
