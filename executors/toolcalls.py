"""One tool call of a guest: checked, decided, made, answered.

Invariants: arguments are decoded and checked before anybody is asked; the decision and the call are recorded before
the tool runs; the guest sees a type name and at most 1 KiB of text; an answer that comes too late is dropped.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.errors import EncodeError, LimitExceeded, RunError
from sandbox.events import Event, host_event
from sandbox.limits import Limits
from sandbox.policy import Policy, Request
from sandbox.protocol import Frame
from sandbox.protocol.failures import clip, to_plain
from sandbox.values import Bounds, decode_each, encode
from sandbox.values.packages import on_host

from .ctrl_c import let_through
from .decisions import denied
from .reached import exceeded
from .toolbox import Tool

Caller = Callable[[Tool, list[Any], dict[str, Any], float], Any]
"""Runs a tool: (tool, args, kwargs, timeout in seconds). Raises TimeoutError when it gave up waiting."""
MAX_MESSAGE = 1024


def call_here(tool: Tool, args: list[Any], kwargs: dict[str, Any], timeout_s: float) -> Any:
    """Run the tool on this thread. A coroutine function gets an event loop of its own and is cancelled in time.

    Raises:
        RuntimeError: a coroutine function, while this thread already runs an event loop (use ``arun``).
    """
    if not tool.is_async:
        return tool.function(*args, **kwargs)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(asyncio.wait_for(tool.function(*args, **kwargs), timeout_s))
    raise RuntimeError("an async tool cannot be called from run() inside an event loop; use arun()")


class ToolCalls:
    """The tool calls of one run. ``unheard`` tells why what was recorded reached nobody who must hear of it.

    ``tool_s`` is their time so far; ``refusal`` is set when one ends the run.
    """

    def __init__(
        self,
        tools: Mapping[str, Tool],
        policy: Policy,
        limits: Limits,
        bounds: Bounds,
        record: Callable[[Event], None],
        caller: Caller,
        unheard: Callable[[], RunError | None],
    ) -> None:
        self._tools = tools
        self._policy = policy
        self._limits = limits
        self._record = record
        self._caller = caller
        self._unheard = unheard
        self._bounds = bounds
        self.count = 0
        self.tool_s = 0.0
        self.refusal: RunError | None = None
        self.escaped: BaseException | None = None

    def answer(self, frame: Frame) -> Frame:
        """The answer frame of a ``call`` frame.

        Raises:
            DecodeError: the arguments are not values; the worker is hostile.
        """
        self.count += 1
        answer: Frame = {"t": "answer", "id": frame["id"]}
        if self.count > self._limits.tool_calls:
            allowed = self._limits.tool_calls
            return self._refuse(answer, exceeded("tool_calls", allowed, self.count, "host count"))
        args, keywords = frame["args"], frame["kwargs"]
        values = decode_each([*args, *keywords.values()], packages=on_host(self._policy.allows_import))
        kwargs = dict(zip(keywords, values[len(args) :], strict=True))
        args = values[: len(args)]
        tool = self._tools.get(frame["name"])
        if tool is None:
            return answer | _error("NameError", f"there is no tool {frame['name'][:80]!r}")
        try:
            arguments = tool.bind(args, kwargs)
        except TypeError as error:
            return answer | _error("TypeError", str(error))
        request = Request(kind="tool", name=tool.name, arguments=arguments)
        try:
            violation = denied(self._policy, request, self._record, self._limits.tool_wall_s)
        except BaseException as error:
            return answer | self._escape(tool, error)
        if violation:
            return self._refuse(answer, violation)
        return answer | self._call(tool, args, kwargs)

    def refuse(self, frame: Frame, error: RunError) -> Frame:
        """An answer to ``call`` that ends the run with ``error``."""
        return {"t": "answer", "id": frame["id"], "stop": to_plain(error)}

    def _refuse(self, answer: Frame, error: RunError) -> Frame:
        self.refusal = error
        return answer | {"stop": to_plain(error)}

    def _call(self, tool: Tool, args: list[Any], kwargs: dict[str, Any]) -> Frame:
        self._record(host_event("tool.called", name=tool.name, number=self.count))
        if refusal := self._unheard():
            return self._refuse({}, refusal)
        begun = time.monotonic()
        failure: str | None = None
        result: Frame = {}
        try:
            with let_through():
                value = self._caller(tool, args, kwargs, self._limits.tool_wall_s)
        except TimeoutError as error:
            failure = "TimeoutError"
            result = self._too_late(tool) if not str(error) else self._failed(error)
        except Exception as error:
            failure = type(error).__name__
            result = self._failed(error)
        except BaseException as error:
            failure = type(error).__name__
            result = self._escape(tool, error)
        spent = time.monotonic() - begun
        self.tool_s += spent
        if failure is None:
            if spent > self._limits.tool_wall_s:
                failure, result = "TimeoutError", self._too_late(tool)
            else:
                result, failure = self._encoded(tool, value)
        self._record(host_event("tool.ended", name=tool.name, seconds=round(spent, 6), error=failure))
        return result

    def _escape(self, tool: Tool, error: BaseException) -> Frame:
        """Ctrl-C or an exit inside host code is the host's own: the run ends, then it goes on its way."""
        self.escaped = error
        return {"stop": to_plain(LimitExceeded(f"the tool {tool.name} was interrupted", limit="interrupt"))}

    def _encoded(self, tool: Tool, value: Any) -> tuple[Frame, str | None]:
        try:
            return {"value": encode(value, strict=True, bounds=self._bounds)}, None
        except EncodeError as error:
            return _error("EncodeError", f"what {tool.name} returned cannot enter the cell: {error}"), "EncodeError"

    def _too_late(self, tool: Tool) -> Frame:
        allowed = self._limits.tool_wall_s
        return _error(
            "TimeoutError", f"{tool.name} took longer than {allowed:g} s (tool_wall_s); its answer was dropped"
        )

    def _failed(self, error: Exception) -> Frame:
        if not self._policy.expose_errors:
            return _error(type(error).__name__, "the tool failed; its message is not shown")
        try:
            text = str(error)
        except Exception:
            text = "the tool failed"
        return _error(type(error).__name__, text)


def _error(type_name: str, message: str) -> Frame:
    return {"error": {"type": type_name[:200], "message": clip(message, MAX_MESSAGE)}}
