"""Guests that attack their own checkpoint: the outcome is in time, told truly, and leaves nothing behind."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psutil  # type: ignore[import-untyped]
import pytest

from executors import Executor
from executors.copied_worker import FORK_S
from executors.link import COPY_S
from executors.zygotes import shut_down
from sandbox.errors import BackendUnavailable
from sandbox.limits import Limits
from sandbox.policy import Policy
from sandbox.result import Result

from .test_rollback import jailed

LATE_S = 2.0
LIMITS = Limits(wall_s=0.3, cpu_s=20)
POLICY = Policy.standard(imports=["os", "signal", "ctypes", "array", "socket"])


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    shut_down()
    before = psutil.Process().children(recursive=True)
    yield
    shut_down()
    assert [child for child in psutil.Process().children(recursive=True) if child not in before] == []


def attacked(prepare: int = 2) -> Executor:
    """A session of engine cpython that has been copied at least once, so that its checkpoint is not the jail's first
    process; with ``prepare`` 1 it is."""
    executor = jailed(engine="cpython", rollback=True, limits=LIMITS, policy=POLICY)
    for number in range(prepare):
        assert executor.run(f"import os, signal, time\nx = {number}").error is None
    return executor


def in_time(executor: Executor, code: str) -> Result:
    begun = time.monotonic()
    result = executor.run(code)
    assert time.monotonic() - begun < LIMITS.wall_s + LATE_S
    return result


def tells_truly(executor: Executor, result: Result, before: int) -> None:
    """The state that the result tells is the state that the next run finds."""
    found = executor.run("globals().get('x')").value
    assert found == {"rolled_back": before, "lost": None, "kept": "changed"}[result.state], result


@pytest.mark.parametrize("prepare", [1, 2])
@pytest.mark.parametrize("number", ["SIGKILL", "SIGSTOP"])
@pytest.mark.parametrize("target", ["os.getppid()", "1", "-1"])
@pytest.mark.parametrize("end", ["while True: pass", "os._exit(1)"])
def test_signals_to_the_checkpoint(prepare: int, number: str, target: str, end: str) -> None:
    with attacked(prepare) as executor:
        code = f"x = 'changed'\ntry: os.kill({target}, signal.{number})\nexcept ProcessLookupError: pass\n{end}"
        result = in_time(executor, code)
        assert result.state in ("rolled_back", "lost") and result.error is not None
        if prepare == 1 or target == "1":
            assert result.state == "rolled_back"
        tells_truly(executor, result, prepare - 1)


@pytest.mark.parametrize("number", ["SIGKILL", "SIGSTOP"])
def test_a_checkpoint_that_is_gone_does_not_matter_to_a_run_that_ends_well(number: str) -> None:
    with attacked() as executor:
        for turn in range(12):
            result = in_time(executor, f"x = 'changed'\nos.kill(os.getppid(), signal.{number})\nx = 'changed'")
            assert (result.error, result.state, turn) == (None, "kept", turn)
            assert not [event for event in result.events if event.type == "checkpoint.failed"]
        tells_truly(executor, result, 1)


FORKS = {
    "outlives the run": "if os.fork() == 0:\n    while True: time.sleep(1)",
    "twice": "if os.fork() == 0:\n    os.fork()\n    while True: time.sleep(1)",
    "answers the run": "if os.fork() == 0: raise SystemExit",
    "answers the run, and its parent is gone": "if os.fork(): os._exit(0)",
    "speaks": "if os.fork() == 0:\n    while True: os.write(3, b'{}\\n')",
    "reads": "if os.fork() == 0:\n    while True: os.read(3, 1)",
    "a bomb": "while True:\n    try: os.fork()\n    except OSError: pass",
}


@pytest.mark.parametrize("end", ["while True: time.sleep(1)", "os._exit(1)", "x = 'changed'"])
@pytest.mark.parametrize("fork", sorted(FORKS))
def test_forks_inside_a_run(fork: str, end: str) -> None:
    with attacked() as executor:
        result = in_time(executor, f"x = 'changed'\n{FORKS[fork]}\n{end}")
        assert result.state in ("kept", "rolled_back")
        assert (result.state == "kept") is (result.error is None)
        try:
            tells_truly(executor, result, 1)
            assert in_time(executor, "x = 'changed'\nwhile True: pass").state == "rolled_back"
        except BackendUnavailable as failure:
            # A child of a run that was kept has the session's stream: it can spoil it, and not unseen.
            assert result.state == "kept" and "checkpoint" in str(failure)
            assert executor.run("'x' in globals()").value is False


DONE = (
    b'{"t":"done","id":%d,"value":null,"repr":"None","error":null,"final":false,'
    b'"variables":[],"artifacts":[],"ops":0}\n'
)
WORDS = {
    "torn": b'{"t":"do',
    "garbage": b"\xff\xfe{}\n",
    "another done": DONE % 99,
    "hello": b'{"t":"hello"}\n',
    "a rollback's answer": b'{"t":"ok","id":3,"data":{"signal":0,"code":0,"cpu_ms":0,"peak_kb":0}}\n',
    "a checkpoint's failure": b'{"t":"fail","id":3,"type":"OSError","message":"x"}\n',
    "a first byte again": b"\n\n",
    "an endless line": b"x" * (2 << 20),
}


@pytest.mark.parametrize("words", sorted(WORDS))
def test_words_on_the_stream(words: str) -> None:
    end = "while True: time.sleep(1)"
    with attacked() as executor:
        result = in_time(
            executor, f"x = 'changed'\nos.write(3, {WORDS[words][:65536]!r} * {1 + len(WORDS[words]) // 65536})\n{end}"
        )
        assert (result.error is not None, result.state) == (True, "rolled_back")
        tells_truly(executor, result, 1)


def test_a_flood_of_frames() -> None:
    event = b'{"t":"event","type":"refused","data":{}}\n'
    with attacked() as executor:
        result = in_time(executor, f"x = 'changed'\nwhile True: os.write(3, {event!r} * 100)")
        assert (result.error is not None, result.state) == (True, "rolled_back")
        tells_truly(executor, result, 1)


def test_a_claim_of_success_and_then_death() -> None:
    with attacked() as executor:
        result = in_time(executor, f"x = 'changed'\nos.write(3, {DONE!r} % 3)\nos._exit(0)")
        # Whatever was seen first, what follows is the truth or a loud failure.
        try:
            tells_truly(executor, result, 1)
        except BackendUnavailable as failure:
            assert result.state == "kept" and "checkpoint" in str(failure)
            assert executor.run("'x' in globals()").value is False


def test_a_child_that_claims_success_for_its_dead_parent() -> None:
    code = (
        f"x = 'changed'\nif os.fork(): os._exit(0)\nwhile os.getppid() == os.getpid(): pass\nos.write(3, {DONE!r} % 3)"
    )
    with attacked() as executor:
        result = in_time(executor, code + "\nwhile True: time.sleep(1)")
        try:
            tells_truly(executor, result, 1)
        except BackendUnavailable as failure:
            assert result.state == "kept" and "checkpoint" in str(failure)


LIE = """
import os
copies = os.sys.modules['sandbox.copies']
def lie(self, sweep):
    {}
copies.Copies.roll_back = lie
"""


@pytest.mark.parametrize(
    "lie",
    [
        "return {'signal': -1, 'code': 0, 'cpu_ms': 0, 'peak_kb': 0}",
        "return {'signal': 10 ** 300, 'code': 0, 'cpu_ms': 0, 'peak_kb': 0}",
        "return {'signal': 0, 'code': 0, 'cpu_ms': 10 ** 400, 'peak_kb': 0}",
        "return {'signal': 0, 'code': 0, 'cpu_ms': 0, 'peak_kb': 10 ** 400}",
        "return {'signal': True, 'code': None, 'cpu_ms': 0.5, 'peak_kb': '1'}",
        "return {}",
        "raise OSError('x' * 100_000)",
        "raise SystemExit",
        "while True: pass",
        "import os; os.kill(os.getpid(), 9)",
        "import os; os.write(3, b'nonsense\\n')",
        "import os; os.close(3)",
    ],
)
def test_a_parent_that_lies(lie: str) -> None:
    with attacked() as executor:
        gained = executor.run(LIE.format(lie))
        if gained.error is not None:
            pytest.fail(f"the attack itself did not work: {gained.error}")
        for end in ("while True: pass", "os._exit(1)"):
            result = in_time(executor, f"x = 'changed'\n{end}")
            assert result.state == "lost"
            tells_truly(executor, result, 1)
            executor.run("import os\nx = 1")
            executor.run(LIE.format(lie))


def test_a_parent_that_says_what_it_has_not_done() -> None:
    """The host looks itself whether the copy has ended."""
    with attacked() as executor:
        executor.run(LIE.format("return {'signal': 9, 'code': 0, 'cpu_ms': 1, 'peak_kb': 1}"))
        result = in_time(executor, "x = 'changed'\nwhile True: pass")
        assert result.state == "lost"
        ended = [event.data["reason"] for event in result.events if event.type == "session.ended"]
        assert ended == [
            "lost in a run: LimitExceeded; no rollback: the worker says that the copy has ended, which goes on"
        ]
        tells_truly(executor, result, 1)


CHECKPOINT_LIE = """
import os
copies = os.sys.modules["sandbox.copies"]
def lie(self):
    {}
copies.Copies.checkpoint = lie
"""
CHECKPOINTS = {
    "never says it lives": "return None",
    "says nothing, and is gone": "os._exit(0)",
    "begins with wrong bytes": "self._port.move(self._port.passed()[0]); self._port.write(b'xx'); return True",
    "spins": "\n    while True: pass",
}


@pytest.mark.parametrize("how", sorted(CHECKPOINTS))
def test_a_copy_that_does_not_begin(how: str) -> None:
    with attacked() as executor:
        code = CHECKPOINT_LIE.format(CHECKPOINTS[how])
        gained = executor.run(code)
        if gained.error is not None:
            pytest.fail(f"the attack itself did not work: {gained.error}")
        begun = time.monotonic()
        with pytest.raises(BackendUnavailable, match="checkpoint"):
            executor.run("x = 'changed'")
        assert time.monotonic() - begun < FORK_S + COPY_S + LATE_S
        assert executor.run("'x' in globals()").value is False
