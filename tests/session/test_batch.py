"""Many programs through a pool: order, containment, what is kept when the batch breaks off."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from executors import ExecutorPool, Item
from sandbox.errors import BackendUnavailable
from tests.conftest import Backend

WAIT_S = 60.0


def _pool(backend: Backend, size: int = 2) -> ExecutorPool:
    return ExecutorPool(backend.executor_type, size, **backend.options)


def _values(items: list[Item | None]) -> list[Any]:
    return [item.result.value if item and item.result else None for item in items]


def test_results_are_in_order_and_progress_is_told_of_each(backend: Backend) -> None:
    told: list[tuple[int, int, int]] = []
    with _pool(backend) as pool:
        batch = pool.map(
            [f"{number} + 1" for number in range(7)],
            progress=lambda done, total, item: told.append((done, total, item.index)),
        )
    assert _values(batch.items) == [1, 2, 3, 4, 5, 6, 7]
    assert [(done, total) for done, total, _ in told] == [(done, 7) for done in range(1, 8)]
    assert sorted(index for _, _, index in told) == list(range(7))


def test_one_programs_failure_is_its_own(backend: Backend) -> None:
    with _pool(backend) as pool:
        batch = pool.map(["1", "1 / 0", "import socket", "x = ", "4"])
    kinds = [result.error.kind if result and result.error else None for result in batch.results]
    assert kinds == [None, "guest", "policy", "guest", None]


def test_tools_and_variables_are_given_to_each(backend: Backend) -> None:
    with _pool(backend) as pool:
        batch = pool.map(["double(n)", "double(n) + 1"], tools={"double": lambda n: 2 * n}, variables={"n": 4})
    assert _values(batch.items) == [8, 9]


def test_no_programs_are_no_work(backend: Backend) -> None:
    with _pool(backend) as pool:
        assert pool.map([]).results == []


@pytest.mark.parametrize(
    ("programs", "options", "error"),
    [("1 + 1", {}, TypeError), (["1", 2], {}, TypeError), (["1"], {"concurrency": 0}, ValueError)],
)
def test_bad_arguments_are_refused_before_anything_runs(
    programs: Any, options: dict[str, Any], error: type[Exception]
) -> None:
    with ExecutorPool("local", 0) as pool, pytest.raises(error):
        pool.map(programs, **options)


def test_what_was_done_is_kept_and_the_rest_can_go_on() -> None:
    def stop_at_two(done: int, total: int, item: Item) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with ExecutorPool("local", 1) as pool:
        batch = pool.batch([f"{number} * 10" for number in range(5)], concurrency=1)
        with pytest.raises(KeyboardInterrupt):
            batch.run(stop_at_two)
        kept = list(batch.items)
        assert _values(kept)[:2] == [0, 10]
        assert 2 <= batch.done < 5
        assert pool.stats.out == 0
        batch.run()
    assert _values(batch.items) == [0, 10, 20, 30, 40]
    assert all(now is before for now, before in zip(batch.items, kept, strict=True) if before is not None)


def test_runs_in_flight_end_when_the_batch_breaks_off() -> None:
    running = threading.Event()

    def stop(done: int, total: int, item: Item) -> None:
        assert running.wait(WAIT_S)
        raise RuntimeError("enough")

    with ExecutorPool("local", 2) as pool:
        batch = pool.batch(["1", "started()\nwhile True: pass"], tools={"started": running.set})
        with pytest.raises(RuntimeError, match="enough"):
            batch.run(stop)
        assert _values(batch.items) == [1, None]
        assert (batch.done, pool.stats.out) == (1, 0)
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("hardcell")] == []


def test_those_who_wait_for_a_session_end_when_the_batch_breaks_off() -> None:
    def stop(done: int, total: int, item: Item) -> None:
        raise RuntimeError("enough")

    with ExecutorPool("local", 2, max_sessions=2) as pool, pool.checkout():
        batch = pool.batch(["1", "2", "3"])
        with pytest.raises(RuntimeError, match="enough"):
            batch.run(stop)
        assert batch.done >= 1
        assert (pool.stats.out, pool.stats.waiting) == (1, 0)


def test_a_backend_that_fails_is_an_items_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise BackendUnavailable("no worker today")

    with ExecutorPool("local", 0, max_sessions=2) as pool:
        monkeypatch.setattr("executors.local.start_worker", fail)
        batch = pool.map(["1", "2"])
        monkeypatch.undo()
    assert [item and str(item.error) for item in batch.items] == ["no worker today"] * 2
    assert batch.results == [None, None]


def test_what_a_tool_raises_beyond_exceptions_reaches_the_caller() -> None:
    def leave() -> None:
        raise SystemExit(3)

    with ExecutorPool("local", 1) as pool:
        batch = pool.batch(["1", "leave()"], tools={"leave": leave}, concurrency=1)
        with pytest.raises(SystemExit):
            batch.run()
        assert _values(batch.items) == [1, None]


def test_the_same_from_an_event_loop(backend: Backend) -> None:
    async def use() -> None:
        async with _pool(backend) as pool:
            batch = await pool.amap([f"{number} + 1" for number in range(5)])
            assert _values(batch.items) == [1, 2, 3, 4, 5]

    asyncio.run(use())


def test_a_cancelled_batch_keeps_what_was_done() -> None:
    async def use() -> None:
        async with ExecutorPool("local", 1) as pool:
            batch = pool.batch(["1", "2", "while True: pass"], concurrency=1)
            second = asyncio.Event()
            task = asyncio.ensure_future(batch.arun(lambda done, total, item: second.set() if done == 2 else None))
            await second.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert _values(batch.items) == [1, 2, None]
            assert pool.stats.out == 0

    asyncio.run(use())
