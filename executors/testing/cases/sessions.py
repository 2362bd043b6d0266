"""One caller at a time, an end that is an end, an interrupt that interrupts."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from sandbox.errors import SessionBusy, SessionClosed
from sandbox.limits import Limits

from ...base import Executor
from ..case import case, equal, ok


@case()
def closed_session_says_so(executor: Executor) -> None:
    ok(executor.run("1"))
    executor.close()
    executor.close()
    for act in (lambda: executor.run("1"), lambda: executor.send_variables({"a": 1}), lambda: executor.files.list()):
        try:
            act()
        except SessionClosed:
            continue
        raise AssertionError("a closed session answered")


@case()
def cleanup_closes(executor: Executor) -> None:
    executor.cleanup()
    try:
        executor.run("1")
    except SessionClosed:
        return
    raise AssertionError("a closed session answered")


@case()
def code_is_text(executor: Executor) -> None:
    for code in (b"1", None, 3):
        try:
            executor.run(code)  # type: ignore[arg-type]
        except TypeError:
            continue
        raise AssertionError(f"{code!r} was accepted as code")


@case()
def second_thread_finds_it_busy(executor: Executor) -> None:
    entered, leave = threading.Event(), threading.Event()
    seen: list[Any] = []

    def tool() -> None:
        entered.set()
        leave.wait(20)

    def other() -> None:
        entered.wait(20)
        try:
            executor.run("1")
        except SessionBusy as error:
            seen.append(type(error))
        leave.set()

    executor.send_tools({"tool": tool})
    thread = threading.Thread(target=other)
    thread.start()
    ok(executor.run("tool()"))
    thread.join(20)
    equal(seen, [SessionBusy])


@case(limits=Limits(wall_s=30), needs=("hard_deadline",))
def interrupt_from_another_thread(executor: Executor) -> None:
    executor.send_tools({"ready": lambda: threading.Timer(0.1, executor.interrupt).start()})
    result = executor.run("ready()\nwhile True:\n    pass")
    assert result.error is not None
    equal(getattr(result.error, "limit", ""), "interrupt")
    equal(ok(executor.run("1 + 1")).value, 2)


@case()
def interrupt_of_an_idle_session_is_nothing(executor: Executor) -> None:
    ok(executor.run("x = 1"))
    executor.interrupt()
    equal(ok(executor.run("x")).value, 1)


@case()
def async_run(executor: Executor) -> None:
    async def main() -> Any:
        first = await executor.arun("x = 20\nx")
        second = await executor.arun("x + 1")
        return first.value, second.value

    equal(asyncio.run(main()), (20, 21))


@case(limits=Limits(wall_s=30), needs=("hard_deadline",))
def cancelled_async_run_frees_the_session(executor: Executor) -> None:
    async def main() -> None:
        started = asyncio.Event()
        loop = asyncio.get_running_loop()
        executor.send_tools({"started": lambda: loop.call_soon_threadsafe(started.set) and None})
        task = asyncio.ensure_future(executor.arun("started()\nwhile True:\n    pass"))
        await started.wait()
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            return
        raise AssertionError("the cancelled run returned")

    asyncio.run(main())
    equal(ok(executor.run("1 + 1")).value, 2)
