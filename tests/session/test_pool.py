"""The pool: fresh sessions, bounds, waiting, health, the end."""

from __future__ import annotations

import asyncio
import math
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest

from executors import ExecutorPool
from executors.base import Executor
from executors.slots import Slots
from executors.zygotes import shut_down
from sandbox.errors import BackendUnavailable, PoolExhausted, SessionClosed
from sandbox.events import Event
from sandbox.limits import Limits
from sandbox.policy import Policy
from tests.conftest import Backend

WAIT_S = 60.0


def _pool(backend: Backend, size: int = 1, **options: Any) -> ExecutorPool:
    return ExecutorPool(backend.executor_type, size, **backend.options, **options)


def _threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("hardcell")]


# ---- fresh sessions


def test_every_checkout_is_a_session_that_nobody_used(backend: Backend) -> None:
    with _pool(backend, 2) as pool:
        for number in range(5):
            with pool.checkout() as executor:
                assert executor.run(f"'kept' in globals(), {number}").value == (False, number)
                assert executor.run("kept = 1\nkept").value == 1
                assert executor.run("kept").value == 1


def test_a_session_that_came_back_is_closed(backend: Backend) -> None:
    with _pool(backend) as pool:
        with pool.checkout() as executor:
            pass
        with pytest.raises(SessionClosed):
            executor.run("1")


def test_an_exception_in_the_block_gives_the_session_back(backend: Backend) -> None:
    with _pool(backend, max_sessions=1, timeout_s=0) as pool:
        with pytest.raises(ZeroDivisionError), pool.checkout():
            raise ZeroDivisionError
        assert pool.run("1 + 1").value == 2


def test_policy_limits_tools_and_variables_reach_the_session(backend: Backend) -> None:
    limits = Limits(output_bytes=1000)
    with _pool(backend, policy=Policy.strict(), limits=limits) as pool:
        result = pool.run("double(n)", tools={"double": lambda n: 2 * n}, variables={"n": 21})
        assert (result.error, result.value) == (None, 42)
        error = pool.run("print('x' * 10_000)").error
        assert error is not None
        assert error.kind == "limit"


def test_events_of_all_sessions_reach_one_listener(backend: Backend) -> None:
    seen: list[Event] = []
    with _pool(backend, 0, on_event=seen.append) as pool:
        pool.run("1")
        pool.run("2")
    assert [event.type for event in seen] == ["session.started", "run.started", "run.ended", "session.ended"] * 2


def test_a_pool_of_size_zero_starts_sessions_when_they_are_asked_for(backend: Backend) -> None:
    with _pool(backend, 0) as pool:
        assert pool.wait_ready(WAIT_S)
        assert pool.run("1 + 1").value == 2
        assert pool.stats.ready == 0


def test_sessions_are_ready_before_they_are_asked_for(backend: Backend) -> None:
    with _pool(backend, 3) as pool:
        assert pool.wait_ready(WAIT_S)
        assert pool.stats.ready == 3
        with pool.checkout() as executor:
            assert executor.alive
            assert pool.stats.out == 1
        assert pool.wait_ready(WAIT_S)
        assert (pool.stats.ready, pool.stats.out) == (3, 0)


def test_imports_are_complete_before_the_checkout() -> None:
    pytest.importorskip("numpy")
    with ExecutorPool("local", 1, engine="cpython", policy=Policy.standard(imports=["numpy"])) as pool:
        assert pool.wait_ready(WAIT_S)
        assert pool.run("import sys\n'numpy' in sys.modules").value is True


# ---- bounds


def test_beyond_the_bound_a_checkout_waits_in_turn(backend: Backend) -> None:
    with _pool(backend, max_sessions=1) as pool, ThreadPoolExecutor(2) as threads:
        with pool.checkout():
            first = threads.submit(pool.run, "'first'")
            second = threads.submit(pool.run, "'second'")
        assert (first.result(WAIT_S).value, second.result(WAIT_S).value) == ("first", "second")
        assert pool.stats.out == 0


def test_waiting_in_vain_is_a_clear_error(backend: Backend) -> None:
    with _pool(backend, max_sessions=1, timeout_s=0) as pool, pool.checkout():
        with pytest.raises(PoolExhausted, match="none of the pool's 1 sessions came back within 0 s") as caught:
            pool.run("1")
        assert caught.value.kind == "usage"
        with pytest.raises(PoolExhausted, match=r"within 0\.001 s"), pool.checkout(timeout_s=0.001):
            pass
        assert pool.stats.waiting == 0


def test_too_many_who_wait_are_sent_away(backend: Backend) -> None:
    with _pool(backend, max_sessions=1, max_waiting=0) as pool:
        with pool.checkout(), pytest.raises(PoolExhausted, match="1 sessions of the pool are out and 0 callers wait"):
            pool.run("1")
        assert pool.run("1").value == 1


def test_a_slot_goes_to_the_one_who_waits_longest_and_not_to_one_who_gave_up() -> None:
    slots = Slots(1, None)
    taken, gave_up, second, third = (slots.ask() for _ in range(4))
    assert (taken.done(), slots.taken, slots.waiting) == (True, 1, 3)
    slots.withdraw(gave_up)
    slots.give_back()
    assert (second.done(), third.done(), slots.waiting) == (True, False, 1)
    slots.withdraw(second)
    assert third.done()
    slots.withdraw(third)
    assert (slots.taken, slots.waiting) == (0, 0)


def test_a_slot_is_given_back_once_however_the_waiting_ends() -> None:
    slots = Slots(1, None)
    slots.ask()
    waiting = slots.ask()
    assert slots.cancel(waiting)
    assert not slots.cancel(waiting)
    slots.withdraw(waiting)
    slots.give_back()
    assert slots.taken == 0


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"size": -1}, ValueError),
        ({"size": 1.0}, TypeError),
        ({"size": None}, TypeError),
        ({"max_sessions": 0}, ValueError),
        ({"max_sessions": True}, TypeError),
        ({"max_waiting": -1}, ValueError),
        ({"timeout_s": -1.0}, ValueError),
        ({"timeout_s": math.nan}, ValueError),
        ({"timeout_s": "1"}, TypeError),
        ({"executor_type": "loca"}, ValueError),
        ({"engine": "cython"}, ValueError),
        ({"policy": "standard"}, TypeError),
        ({"executor_type": "e2b"}, BackendUnavailable),
    ],
)
def test_bad_arguments_are_refused_before_anything_starts(options: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        ExecutorPool(**options)
    assert _threads() == []


# ---- health


def _worker(executor: Executor) -> Any:
    return executor._session._live[0].stream._worker  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("timeout_s", "error"), [(-1, ValueError), (math.nan, ValueError), (True, TypeError), ("1", TypeError)]
)
def test_what_is_no_time_is_refused_at_each_call(timeout_s: Any, error: type[Exception]) -> None:
    with ExecutorPool("local", 1, max_sessions=1) as pool:
        for act in (pool.checkout, pool.wait_ready, lambda timeout_s: pool.close(timeout_s=timeout_s)):
            with pytest.raises(error, match="timeout_s must be"):
                act(timeout_s)
        assert pool.run("1").value == 1


@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP])
def test_a_ready_session_that_died_or_was_stopped_is_never_handed_out(fault: signal.Signals) -> None:
    with ExecutorPool("local", 2) as pool:
        assert pool.wait_ready(WAIT_S)
        broken = list(pool._shelf._ready)
        for executor in broken:
            signal.pidfd_send_signal(_worker(executor).pidfd, fault)
            while executor.alive:
                pass
        with pool.checkout() as executor:
            assert executor not in broken
            assert executor.run("1 + 1").value == 2
        assert pool.stats.replaced == 2


def test_the_pool_outlives_the_end_of_all_workers_at_once() -> None:
    with ExecutorPool("local", 2) as pool:
        assert pool.wait_ready(WAIT_S)
        shut_down()
        assert [pool.run("1 + 1").value for _ in range(4)] == [2] * 4


def test_a_guest_that_ends_its_worker_ends_its_own_session_only() -> None:
    with ExecutorPool("local", 2, engine="cpython") as pool:
        error = pool.run("import os\nos._exit(3)").error
        assert error is not None
        assert error.kind == "crash"
        assert pool.run("1 + 1").value == 2


def test_a_backend_that_fails_is_told_to_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = ExecutorPool("local", 1, min_isolation="L2")

    def fail(*_: object, **__: object) -> None:
        raise BackendUnavailable("no worker today")

    with pool:
        assert pool.wait_ready(WAIT_S)
        monkeypatch.setattr("executors.local.start_worker", fail)
        assert pool.run("1").value == 1
        with pytest.raises(BackendUnavailable, match="no worker today"):
            pool.run("1")
        monkeypatch.undo()
        assert pool.run("2").value == 2


# ---- the end


def _descriptors(backend: Backend) -> list[str]:
    """Those open now; idle connections that the SDK of Docker keeps are let go first."""
    if backend.executor_type == "docker":
        from tests.bench import containers

        containers.let_go()
    return sorted(os.listdir("/proc/self/fd"))[:-1]


@pytest.mark.usefixtures("collected")
def test_after_close_nothing_is_left_and_everything_is_refused(backend: Backend) -> None:
    shut_down()
    me = psutil.Process()
    before = _descriptors(backend)
    children = me.children(recursive=True)
    pool = _pool(backend, 3)
    assert pool.run("1").value == 1
    assert pool.wait_ready(WAIT_S)
    assert pool.close()
    assert pool.close()
    assert _threads() == []
    for call in (lambda: pool.run("1"), lambda: pool.checkout().__enter__()):
        with pytest.raises(SessionClosed):
            call()
    shut_down()
    assert [child for child in me.children(recursive=True) if child not in children] == []
    assert _descriptors(backend) == before


def test_close_waits_for_sessions_that_are_out(backend: Backend) -> None:
    pool = _pool(backend)
    out, told = threading.Event(), threading.Event()
    answers: list[object] = []

    def use() -> None:
        with pool.checkout() as executor:
            out.set()
            told.wait(WAIT_S)
            answers.append(executor.run("1 + 1").value)

    user = threading.Thread(target=use)
    user.start()
    assert out.wait(WAIT_S)
    assert not pool._slots.wait_empty(0)
    told.set()
    assert pool.close()
    user.join(WAIT_S)
    assert answers == [2]


def test_close_ends_what_is_out_too_long_and_tells_who_waits() -> None:
    pool = ExecutorPool("local", 1, max_sessions=1)
    running = threading.Event()
    with ThreadPoolExecutor(2) as threads:
        stuck = threads.submit(pool.run, "started()\nwhile True: pass", tools={"started": running.set})
        assert running.wait(WAIT_S)
        waiting = threads.submit(pool.run, "1")
        while pool.stats.waiting == 0:
            pass
        assert pool.close(timeout_s=0) is False
        error = stuck.result(WAIT_S).error
        assert error is not None
        assert error.kind == "crash"
        with pytest.raises(SessionClosed, match="closed while waiting"):
            waiting.result(WAIT_S)
    assert pool.stats.out == 0


def test_a_pool_that_nobody_closed_ends_when_it_is_let_go() -> None:
    pool = ExecutorPool("local", 1)
    assert pool.wait_ready(WAIT_S)
    del pool
    assert _threads() == []


def test_a_forked_child_of_the_host_cannot_use_its_parents_pool() -> None:
    with ExecutorPool("local", 1) as pool:
        assert pool.wait_ready(WAIT_S)
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                pool.run("1")
            except SessionClosed:
                pool.close()
                with ExecutorPool("local", 1) as own:
                    code = 0 if own.run("1 + 1").value == 2 else 2
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        assert pool.run("1 + 1").value == 2


def test_many_threads_get_sessions_of_their_own() -> None:
    with ExecutorPool("local", 4, max_sessions=8) as pool, ThreadPoolExecutor(16) as threads:
        codes = [f"kept = {number}\nkept" for number in range(64)]
        assert [result.value for result in threads.map(pool.run, codes)] == list(range(64))
        assert pool.stats.out == 0


# ---- without blocking the loop


def test_the_same_from_an_event_loop(backend: Backend) -> None:
    async def use() -> None:
        async with _pool(backend, 2, max_sessions=2) as pool:
            answers = await asyncio.gather(*(pool.arun(f"{number} * 2") for number in range(6)))
            assert [answer.value for answer in answers] == [0, 2, 4, 6, 8, 10]
            async with pool.acheckout() as executor:
                await executor.arun("kept = 1")
                assert (await executor.arun("kept")).value == 1
            assert pool.stats.out == 0

    asyncio.run(use())
    assert _threads() == []


def test_a_cancelled_wait_gives_its_place_away() -> None:
    async def use() -> None:
        async with ExecutorPool("local", 1, max_sessions=1) as pool:
            async with pool.acheckout():
                waiting = asyncio.ensure_future(pool.arun("1"))
                while pool.stats.waiting == 0:
                    await asyncio.sleep(0)
                waiting.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await waiting
                assert pool.stats.waiting == 0
                with pytest.raises(PoolExhausted):
                    await pool.arun("1", timeout_s=0.001)
            assert (await pool.arun("1 + 1")).value == 2

    asyncio.run(use())
