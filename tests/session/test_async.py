"""arun: the loop stays free, tools run on it, cancelling ends the run."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from executors.cell_executor import CellExecutor
from sandbox.errors import SessionBusy
from sandbox.limits import Limits

from .plain_worker import plain_executor


@pytest.fixture
def executor() -> Iterator[CellExecutor]:
    with plain_executor() as one:
        yield one


def test_arun_gives_the_same_result(executor: CellExecutor) -> None:
    result = asyncio.run(executor.arun("print('hi')\n1 + 1"))
    assert (result.value, result.stdout) == (2, "hi\n")


def test_bad_code_is_told_at_once(executor: CellExecutor) -> None:
    with pytest.raises(TypeError):
        asyncio.run(executor.arun(1))  # type: ignore[arg-type]


def test_tools_run_on_the_loop_or_in_a_thread_of_it(executor: CellExecutor) -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="none")
    seen: dict[str, Any] = {}

    async def asynchronous(n: int) -> int:
        await asyncio.sleep(0)
        seen["async"] = (threading.current_thread() is threading.main_thread(), variable.get())
        return n + 1

    def blocking(n: int) -> int:
        seen["sync"] = (threading.current_thread() is threading.main_thread(), variable.get())
        return n * 2

    async def main() -> Any:
        variable.set("caller's")
        return await executor.arun("asynchronous(1), blocking(4)")

    executor.send_tools({"asynchronous": asynchronous, "blocking": blocking})
    assert asyncio.run(main()).value == (2, 8)
    assert seen == {"async": (True, "caller's"), "sync": (False, "caller's")}


def test_the_loop_stays_free_while_a_run_waits(executor: CellExecutor) -> None:
    async def main() -> Any:
        gate = asyncio.Event()

        async def wait() -> str:
            await gate.wait()
            return "through"

        executor.send_tools({"wait": wait})
        task = asyncio.ensure_future(executor.arun("wait()"))
        await asyncio.sleep(0)
        with pytest.raises(SessionBusy):
            await executor.arun("1")
        gate.set()
        return await task

    assert asyncio.run(main()).value == "through"


def test_a_late_tool_is_given_up() -> None:
    release = threading.Event()
    with plain_executor(limits=Limits(tool_wall_s=0.05)) as executor:
        executor.send_tools({"slow": release.wait})
        code = "try:\n    slow()\nexcept Exception as error:\n    out = str(error)\nout"

        async def main() -> Any:
            result = await executor.arun(code)
            release.set()
            return result

        assert "tool_wall_s" in asyncio.run(main()).value


def test_cancelling_stops_the_guest_and_keeps_the_state(executor: CellExecutor) -> None:
    async def main() -> None:
        begun = asyncio.Event()

        async def tell() -> None:
            begun.set()

        executor.send_tools({"tell": tell})
        task = asyncio.ensure_future(executor.arun("x = 3\ntell()\nwhile True: pass"))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert executor.run("x").value == 3


def test_cancelling_a_guest_that_does_not_stop_kills_it(
    executor: CellExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("executors.exchange.INTERRUPT_GRACE_S", 0.1)

    async def main() -> None:
        begun = asyncio.Event()

        async def tell() -> None:
            begun.set()

        executor.send_tools({"tell": tell})
        code = (
            "x = 3\nwhile True:\n    try:\n        tell()\n        while True: len('')\n    except BaseException: pass"
        )
        task = asyncio.ensure_future(executor.arun(code))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert executor.run("'x' in dir()").value is False


def test_an_async_tool_in_run_inside_a_loop_is_refused_plainly(executor: CellExecutor) -> None:
    async def tool() -> None:
        return None

    async def main() -> Any:
        return executor.run("tool()")

    executor.send_tools({"tool": tool})
    error = asyncio.run(main()).error
    assert error is not None and "arun()" in error.message
