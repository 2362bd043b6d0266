"""asyncio, queue and futures: the answers of the library, in one thread and without the operating system."""

from __future__ import annotations

import asyncio
import os
import threading
from typing import Any

import pytest

from sandbox.engine import Stop


def test_tasks_queues_and_timeouts_answer_as_asyncio_does(runtime: Any) -> None:
    def program(aio: Any) -> list[Any]:
        seen: list[Any] = []

        async def work(value: Any, delay: float = 0.0) -> Any:
            await aio.sleep(delay)
            seen.append(value)
            return value

        async def fail() -> None:
            raise ValueError("x")

        async def main() -> list[Any]:
            out: list[Any] = [await aio.gather(work(1, 0.02), work(2), work(3, 0.01))]
            out.append(await aio.gather(work(1), fail(), return_exceptions=True))
            try:
                await aio.wait_for(aio.sleep(60), 0.001)
            except aio.TimeoutError as error:
                out.append(error)
            try:
                async with aio.TaskGroup() as group:
                    group.create_task(fail())
                    group.create_task(aio.sleep(60))
            except* ValueError as errors:
                out.append(errors)
            queue = aio.Queue(maxsize=1)

            async def produce() -> None:
                for number in range(3):
                    await queue.put(number)

            task = aio.create_task(produce())
            out.append([await queue.get() for _ in range(3)])
            await task
            done, pending = await aio.wait({aio.create_task(work("w"))}, timeout=1)
            out.append((len(done), len(pending)))
            cancelled = aio.create_task(aio.sleep(60))
            await aio.sleep(0)
            cancelled.cancel()
            try:
                await cancelled
            except aio.CancelledError:
                out.append("cancelled")
            out.append([await one for one in aio.as_completed([work("slow", 0.01), work("fast")])])
            out.append(await aio.to_thread(len, "abc"))
            lock = aio.Lock()
            async with lock:
                out.append(lock.locked())
            return out

        result = aio.run(main())
        return [repr(result), seen]

    assert program(runtime.load("asyncio")) == program(asyncio)


def test_a_recorded_outcome_leaves_the_loop(runtime: Any) -> None:
    aio = runtime.load("asyncio")
    turns: list[int] = []

    async def stops() -> None:
        raise Stop(None, "final")

    async def main() -> None:
        task = aio.create_task(stops())
        while True:
            turns.append(1)
            try:
                await aio.gather(task, aio.sleep(0), return_exceptions=True)
            except Stop:
                turns.append(2)

    with pytest.raises(Stop) as caught:
        aio.run(main())
    assert caught.value.value == "final"
    assert len(turns) <= 2


def test_a_loop_that_nothing_can_wake_is_an_error(runtime: Any) -> None:
    async def main() -> None:
        await runtime.load("asyncio").Event().wait()

    with pytest.raises(RuntimeError, match="deadlock: every task waits"):
        runtime.load("asyncio").run(main())


@pytest.mark.usefixtures("collected")
def test_the_loop_opens_nothing(runtime: Any) -> None:
    before, threads = sorted(os.listdir("/proc/self/fd")), threading.active_count()

    async def main() -> tuple[list[str], int]:
        loop = runtime.load("asyncio").get_running_loop()
        assert await loop.run_in_executor(None, len, "ab") == 2
        return sorted(os.listdir("/proc/self/fd")), threading.active_count()

    assert runtime.load("asyncio").run(main()) == (before, threads)


@pytest.mark.parametrize(
    "method",
    ["create_connection", "create_server", "subprocess_exec", "getaddrinfo", "add_reader", "set_default_executor"],
)
def test_loop_methods_of_the_operating_system_are_refused(method: str, runtime: Any) -> None:
    loop = runtime.load("asyncio").new_event_loop()
    try:
        with pytest.raises(Stop):
            getattr(loop, method)()
        assert runtime.refusals == ["HC202"]
    finally:
        loop.close()


def test_tasks_give_no_frames(runtime: Any) -> None:
    aio = runtime.load("asyncio")

    async def main() -> list[Any]:
        task = aio.current_task()
        return list(task.get_stack())

    assert aio.run(main()) == []


def test_run_refuses_what_is_no_coroutine_and_nesting(runtime: Any) -> None:
    aio = runtime.load("asyncio")
    with pytest.raises(ValueError, match="a coroutine was expected, got 3"):
        aio.run(3)

    async def main() -> None:
        inner = main()
        try:
            aio.run(inner)
        finally:
            inner.close()

    with pytest.raises(RuntimeError, match=r"asyncio.run\(\) cannot be called from a running event loop"):
        aio.run(main())


def test_executors_run_inline(runtime: Any) -> None:
    futures = runtime.load("concurrent.futures")
    before = threading.active_count()
    with futures.ThreadPoolExecutor(max_workers=4) as pool:
        assert list(pool.map(pow, [2, 3], [2, 2])) == [4, 9]
        assert pool.submit(len, "abc").result() == 3
        bad = pool.submit(int, "x")
    assert isinstance(bad.exception(), ValueError)
    assert threading.active_count() == before
    assert {f.result() for f in futures.as_completed([futures.ProcessPoolExecutor().submit(len, "x")])} == {1}
    with pytest.raises(RuntimeError, match="after shutdown"):
        pool.submit(len, "x")


def test_queues_do_not_wait_for_ever(runtime: Any) -> None:
    queue = runtime.load("queue")
    fifo = queue.Queue(maxsize=1)
    fifo.put(1)
    with pytest.raises(RuntimeError, match="would wait for ever"):
        fifo.put(2)
    with pytest.raises(queue.Full):
        fifo.put_nowait(2)
    assert fifo.get() == 1
    with pytest.raises(queue.Empty):
        fifo.get_nowait()
    with pytest.raises(queue.Empty):
        fifo.get(timeout=0.001)
    with pytest.raises(RuntimeError, match="would wait for ever"):
        fifo.get()
    fifo.task_done()
    fifo.join()
