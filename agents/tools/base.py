"""``Tool``, the base of class-based tools, and ``ToolSpec``, what an agent holds of any tool.

Invariants: a tool runs on the host; its arguments are checked before it is called; what it returns is data for the
guest or the model and never more.
"""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import inspect
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from .schema import Parameters


class Tool:
    """A tool with state. A subclass sets ``name``, ``description``, and defines an annotated ``forward``.

    Example::

        class Search(Tool):
            name = "search"
            description = "Searches the catalogue."

            def forward(self, query: str) -> list[str]: ...
    """

    name: str = ""
    description: str = ""
    forward: Callable[..., Any]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.forward(*args, **kwargs)


@dataclasses.dataclass(frozen=True)
class ToolSpec:
    """A tool as agents use it. ``declared`` has the signature; ``target`` is called (the same for plain functions)."""

    name: str
    description: str
    parameters: Parameters
    declared: Callable[..., Any] = dataclasses.field(repr=False)
    target: Callable[..., Any] = dataclasses.field(repr=False)

    @property
    def signature(self) -> str:
        """Python text: ``search(query: str, limit: int = 5) -> list[str]``."""
        return self.name + self.parameters.signature

    def to_function(self) -> dict[str, Any]:
        """The tool as the chat completions API describes one."""
        return {
            "type": "function",
            "function": {
                "name": self.name,
                "description": self.description,
                "parameters": self.parameters.json_schema,
            },
        }

    def call(self, arguments: dict[str, Any], timeout_s: float | None = None) -> Any:
        """Call the tool with arguments that ``parameters`` has checked; an async tool is waited for.

        Raises:
            TimeoutError: an async tool took longer than ``timeout_s`` seconds, and was cancelled.
        """
        result = self.target(**arguments)
        return _wait(asyncio.wait_for(result, timeout_s)) if inspect.iscoroutine(result) else result

    def host_function(self) -> Callable[..., Any]:
        """The tool as one synchronous function with the declared signature, for ``Executor.send_tools``."""

        @functools.wraps(self.declared)
        def checked(*args: Any, **kwargs: Any) -> Any:
            return self.call(self.parameters.check(args, kwargs))

        checked.__signature__ = self.parameters.python_signature  # type: ignore[attr-defined]
        return checked


def _wait(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """The coroutine's result; in a thread of its own when this one already runs an event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    outcome: dict[str, Any] = {}

    def work() -> None:
        try:
            outcome["value"] = asyncio.run(coroutine)
        except BaseException as error:
            outcome["error"] = error

    thread = threading.Thread(target=work, name="hardcell-tool", daemon=True)
    thread.start()
    thread.join()
    if "error" in outcome:
        raise outcome["error"]
    return outcome["value"]
