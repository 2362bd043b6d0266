"""``arun``: the blocking run in a thread of its own, its tools marshalled to the caller's event loop.

Invariants: the session is taken before the first await, so a busy one is told at once; tools run on the loop
(coroutine functions) or in a thread of it, each under ``tool_wall_s``; a cancelled run is interrupted, killed
after 1 s, and over before the cancellation goes on.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import threading
from collections.abc import Callable
from typing import Any

from sandbox.result import Result

from .deliveries import Deliveries
from .printed import OnOutput
from .session import Session
from .toolbox import Tool
from .toolcalls import Caller


async def run_async(session: Session, code: str, on_output: OnOutput | None = None) -> Result:
    """``Session.run`` without blocking the loop."""
    if on_output is not None and not callable(on_output):
        raise TypeError("on_output must be callable: name, text -> None")
    deliveries = None if on_output is None else Deliveries(on_output)
    try:
        result = await _run(session, code, deliveries.take if deliveries else None)
        if deliveries is not None:
            await deliveries.drained()
        return result
    except BaseException:
        if deliveries is not None:
            deliveries.drop()
        raise


async def _run(session: Session, code: str, on_output: OnOutput | None) -> Result:
    loop = asyncio.get_running_loop()
    future: concurrent.futures.Future[Result] = concurrent.futures.Future()
    session.take()
    context = contextvars.copy_context()
    work = _work(session, code, _caller_on(loop), on_output, future)
    thread = threading.Thread(target=context.run, args=(work,), name="hardcell-run", daemon=True)
    try:
        thread.start()
    except BaseException:
        session.give_back()
        raise
    waiting = asyncio.wrap_future(future)
    try:
        return await asyncio.shield(waiting)
    except asyncio.CancelledError:
        session.interrupt()
        await asyncio.wait([waiting])
        if not waiting.cancelled() and waiting.exception() is None:
            session.interrupted_result = waiting.result()
        raise


def _work(
    session: Session, code: str, caller: Caller, on_output: OnOutput | None, future: concurrent.futures.Future[Result]
) -> Callable[[], None]:
    def work() -> None:
        try:
            try:
                result = session.run_held(code, caller, on_output)
            finally:
                session.give_back()
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(result)

    return work


def _caller_on(loop: asyncio.AbstractEventLoop) -> Caller:
    """Tools run on ``loop``; the run's own thread waits for them."""

    def call(tool: Tool, args: list[Any], kwargs: dict[str, Any], timeout_s: float) -> Any:
        async def one() -> Any:
            if tool.is_async:
                return await tool.function(*args, **kwargs)
            return await asyncio.to_thread(tool.function, *args, **kwargs)

        future = asyncio.run_coroutine_threadsafe(one(), loop)
        try:
            return future.result(timeout_s)
        except TimeoutError:
            future.cancel()
            raise
        except concurrent.futures.CancelledError:
            raise RuntimeError("the tool was cancelled") from None

    return call
