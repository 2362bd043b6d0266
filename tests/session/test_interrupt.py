"""Ctrl-C on the main thread, and ``interrupt`` from another: softly, then hard, and nothing torn at any instruction."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest

from executors import create_executor
from executors.base import Executor
from sandbox.errors import LimitExceeded
from sandbox.events import Event
from sandbox.policy import Allow, Decision, Policy, Request

from .plain_worker import plain_executor


class At:
    """A listener that presses Ctrl-C when an event comes, ``times`` times."""

    def __init__(self, kind: str, times: int = 1) -> None:
        self.kind = kind
        self.times = times

    def __call__(self, event: Event) -> None:
        if event.type == self.kind:
            for _ in range(self.times):
                signal.raise_signal(signal.SIGINT)


@pytest.fixture(autouse=True)
def the_handler_is_put_back() -> Iterator[None]:
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def in_process(**options: Any) -> Executor:
    return create_executor("local", enclosure="inprocess", min_isolation="none", **options)


def struck(executor: Executor, code: str) -> Any:
    """The result of a run that Ctrl-C ended."""
    executor.send_tools({"tell": lambda: None})
    with pytest.raises(KeyboardInterrupt):
        executor.run(code)
    assert executor.interrupted_result is not None
    return executor.interrupted_result


LOOP, SLEEP = "while True: pass", "import time\ntime.sleep(60)"


@pytest.mark.parametrize(("make", "rest"), [(plain_executor, LOOP), (plain_executor, SLEEP), (in_process, LOOP)])
def test_ctrl_c_stops_the_guest_and_keeps_its_state(make: Callable[..., Executor], rest: str) -> None:
    with make(on_event=At("tool.ended")) as executor:
        result = struck(executor, f"x = 3\nprint('begun')\ntell()\n{rest}")
        assert isinstance(result.error, LimitExceeded)
        assert (result.error.limit, result.state, result.stdout) == ("interrupt", "kept", "begun\n")
        assert [event.type for event in result.events][-1] == "run.ended"
        assert executor.run("x").value == 3


def test_in_process_a_sleep_is_interrupted() -> None:
    def later() -> None:
        threading.Thread(target=press).start()

    def press() -> None:
        asleep.wait()
        os.kill(os.getpid(), signal.SIGINT)

    asleep = threading.Event()
    with in_process(on_event=lambda event: event.type == "tool.ended" and asleep.set()) as executor:
        executor.send_tools({"later": later})
        with pytest.raises(KeyboardInterrupt):
            executor.run("import time\nx = 3\nlater()\ntime.sleep(60)")
        assert executor.run("x").value == 3


def test_in_process_the_guest_cannot_swallow_it() -> None:
    code = "tell()\nwhile True:\n    try:\n        while True: pass\n    except BaseException: pass"
    with in_process(on_event=At("tool.ended")) as executor:
        result = struck(executor, code)
        assert (result.error.limit, result.state) == ("interrupt", "kept")


SWALLOWS = "x = 3\nwhile True:\n    try:\n        tell()\n        while True: len('')\n    except BaseException: pass"
NATIVE = "x = 3\ntry: tell()\nexcept BaseException: pass\nsum(range(10**13))"


@pytest.mark.parametrize("code", [SWALLOWS, NATIVE])
def test_a_guest_that_does_not_stop_is_killed_after_the_grace(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("executors.exchange.INTERRUPT_GRACE_S", 0.1)
    with plain_executor(on_event=At("tool.ended")) as executor:
        result = struck(executor, code)
        assert (result.error.limit, result.state) == ("interrupt", "lost")
        assert executor.run("'x' in dir()").value is False


@pytest.mark.parametrize("code", [SWALLOWS, NATIVE])
def test_the_second_ctrl_c_kills_at_once(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("executors.exchange.INTERRUPT_GRACE_S", 600.0)
    with plain_executor(on_event=At("tool.ended", times=2)) as executor:
        result = struck(executor, code)
        assert (result.error.limit, result.state) == ("interrupt", "lost")
        assert executor.run("1").value == 1


def test_a_kill_undoes_the_run_where_runs_are_made_on_copies(require_isolation: Callable[[str], None]) -> None:
    require_isolation("L3")
    with create_executor("local", engine="cpython", rollback=True, on_event=At("tool.ended", times=2)) as executor:
        executor.run("x = 3")
        result = struck(executor, f"x = 4\n{SWALLOWS.removeprefix('x = 3')}")
        assert (result.error.limit, result.state, executor.run("x").value) == ("interrupt", "rolled_back", 3)


def test_the_third_strikes_our_own_code() -> None:
    with plain_executor(on_event=At("tool.ended", times=3)) as executor:
        executor.send_tools({"tell": lambda: None})
        with pytest.raises(KeyboardInterrupt):
            executor.run("x = 3\ntell()\nwhile True: pass")
        assert executor.run("'x' in dir()").value is False


def test_ctrl_c_in_a_tool_is_the_tools() -> None:
    seen = []

    def tool() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            seen.append(1)
            raise

    with plain_executor() as executor:
        executor.send_tools({"tool": tool})
        with pytest.raises(KeyboardInterrupt):
            executor.run("x = 3\ntry:\n    tool()\nexcept Exception: pass\nwhile True: pass")
        found = executor.interrupted_result
        assert found is not None and found.error is not None
        assert (seen, found.error.kind, found.state, executor.run("x").value) == ([1], "limit", "kept", 3)


def test_a_guest_that_goes_on_after_its_tool_was_interrupted_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    def tool() -> None:
        raise KeyboardInterrupt

    with plain_executor() as executor:
        executor.send_tools({"tool": tool})
        with pytest.raises(KeyboardInterrupt):
            executor.run("try:\n    tool()\nexcept BaseException: pass\nwhile True: pass")
        found = executor.interrupted_result
        assert found is not None and isinstance(found.error, LimitExceeded)
        assert (found.error.limit, found.state) == ("interrupt", "lost")


@pytest.mark.parametrize("kind", ["run", "tool"])
def test_ctrl_c_in_a_decision(kind: str) -> None:
    def decide(request: Request) -> Decision:
        if request.kind == kind and not done:
            done.append(1)
            signal.raise_signal(signal.SIGINT)
        return Allow()

    done: list[int] = []
    with plain_executor(policy=Policy.standard(decide=decide)) as executor:
        executor.send_tools({"tool": lambda: None})
        with pytest.raises(KeyboardInterrupt):
            executor.run("x = 3\ntool()\ny = 4")
        assert executor.run("['x' in dir(), 'y' in dir()]").value == [kind == "tool", False]


def test_ctrl_c_before_the_run_began_runs_nothing() -> None:
    with plain_executor(on_event=At("session.started")) as executor:
        with pytest.raises(KeyboardInterrupt):
            executor.run("x = 3")
        assert executor.interrupted_result is None
        assert executor.run("'x' in dir()").value is False


def test_ctrl_c_just_after_the_run_keeps_its_result() -> None:
    with plain_executor(on_event=At("run.ended")) as executor:
        with pytest.raises(KeyboardInterrupt):
            executor.run("x = 3\nx + 1")
        found = executor.interrupted_result
        assert found is not None and (found.value, found.error, found.state) == (4, None, "kept")


def test_nothing_happens_without_a_run() -> None:
    with plain_executor() as executor:
        executor.interrupt()
        assert executor.run("1").value == 1
        executor.interrupt()
        assert executor.run("2").value == 2
    executor.interrupt()


def test_a_program_that_handles_the_signal_itself_is_left_alone() -> None:
    seen = []
    signal.signal(signal.SIGINT, lambda number, frame: seen.append(number))
    try:
        with plain_executor(on_event=At("tool.ended")) as executor:
            executor.send_tools({"tell": lambda: None})
            assert executor.run("tell()\n1").value == 1
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    assert seen == [signal.SIGINT]


def test_a_tool_that_runs_another_session() -> None:
    with plain_executor(on_event=At("tool.ended")) as inner, plain_executor() as outer:
        inner.send_tools({"tell": lambda: None})
        outer.send_tools({"tool": lambda: inner.run("tell()\nwhile True: pass")})
        with pytest.raises(KeyboardInterrupt):
            outer.run("x = 3\ntool()")
        assert inner.interrupted_result is not None and outer.interrupted_result is not None
        assert (inner.run("1").value, outer.run("x").value) == (1, 3)


def test_another_thread_interrupts_a_run_on_the_main_thread() -> None:
    with plain_executor() as executor:
        executor.send_tools({"tell": lambda: threading.Thread(target=executor.interrupt).start()})
        result = executor.run("x = 3\ntell()\nwhile True: pass")
        assert isinstance(result.error, LimitExceeded) and result.error.limit == "interrupt"
        assert executor.run("x").value == 3


# ---- at any instruction


def strike_after(instructions: int, function: Callable[[], object]) -> bool:
    """Call ``function`` and press Ctrl-C at the given instruction of ours; whether it came that far."""
    left = instructions

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal left
        if "/executors/" not in frame.f_code.co_filename and "/protocol/" not in frame.f_code.co_filename:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            left -= 1
            if left == 0:
                signal.raise_signal(signal.SIGINT)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(before)
    return left <= 0


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def places(seed: int, most: int, count: int) -> list[int]:
    """The first instructions, and others at random."""
    return [*range(1, 40), *sorted(random.Random(seed).sample(range(40, most), count))]


@pytest.mark.usefixtures("collected")
def test_ctrl_c_at_any_instruction_of_a_run_keeps_the_session() -> None:
    with plain_executor() as executor:
        executor.send_tools({"tool": lambda: 1})
        executor.run("x = 3\nn = 0")
        before, reached = descriptors(), 0
        for place in places(1, 4000, 250):
            reached += strike_after(place, lambda: executor.run("n += tool()\nprint(n)\nx"))
            assert executor.run("x").value == 3, place
            assert descriptors() == before, place
        assert reached > 100


@pytest.mark.usefixtures("collected")
def test_ctrl_c_at_any_instruction_of_a_request_leaves_a_session_that_works() -> None:
    with plain_executor() as executor:
        executor.run("x = 3")
        before, reached = descriptors(), 0
        for place in places(2, 2500, 120):
            reached += strike_after(place, lambda: executor.send_variables({"y": [1, 2]}))
            assert executor.run("x").value == 3, place
            assert descriptors() == before, place
        assert reached > 60


@pytest.mark.usefixtures("collected")
def test_ctrl_c_at_any_instruction_of_a_start_or_an_end_leaks_nothing(require_isolation: Any) -> None:
    def once() -> None:
        with create_executor("local", min_isolation="none") as executor:
            executor.run("1")

    # Without rollback, since a process that waited behind a run lets go of its descriptors at some time after it.
    with create_executor("local", min_isolation="none", rollback=False) as warm:
        warm.run("1")
        once()
        before, reached = descriptors(), 0
        for place in places(3, 9000, 160):
            reached += strike_after(place, once)
            assert descriptors() == before, place
        assert reached > 80
        assert warm.run("2").value == 2
        once()


def test_ctrl_c_at_random_moments_of_real_runs() -> None:
    """Against a jailed worker: after each one the session goes on, and an interrupted run is told."""
    chance = random.Random(4)
    with create_executor("local", min_isolation="none") as executor:
        executor.run("n = 0")
        done = 0
        for _ in range(60):
            timer = chance.uniform(0.00005, 0.003)
            signal.signal(signal.SIGALRM, lambda number, frame: signal.raise_signal(signal.SIGINT))
            try:
                try:
                    signal.setitimer(signal.ITIMER_REAL, timer)
                    executor.run("n += 1\nk = 0\nwhile k < 3000: k += 1")
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
            except KeyboardInterrupt:
                done += 1
            result = executor.run("n")
            assert (result.state, type(result.value)) == ("kept", int)
        assert done > 0
