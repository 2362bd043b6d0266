"""Doubles for the tests of agents: a model that says what it is told to, and an executor over plain ``exec``."""

from __future__ import annotations

import ast
import contextlib
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

from agents.models.base import Message, Model, Reply, TokenUsage, ToolCall
from executors.base import Executor
from executors.capabilities import Capabilities, capabilities_of
from sandbox.errors import GuestError, RunError
from sandbox.result import Isolation, Result

USAGE = TokenUsage(10, 5, 1)


def code(text: str) -> Reply:
    """A reply that holds one Python block."""
    return Reply(f"I will run this.\n```python\n{text}\n```", usage=USAGE)


def calls(*named: tuple[str, str]) -> Reply:
    """A reply of native tool calls, each a name and JSON text."""
    return Reply("", tuple(ToolCall(f"c{n}", name, text) for n, (name, text) in enumerate(named)), USAGE)


class ScriptedModel(Model):
    """Gives ``replies`` in order and keeps what it was asked."""

    name = "scripted"

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.asked: list[list[Message]] = []
        self.offered: list[list[Mapping[str, Any]]] = []

    def generate(self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]] = ()) -> Reply:
        self.asked.append(list(messages))
        self.offered.append(list(tools))
        return self.replies.pop(0)


class _Final(BaseException):
    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


class ExecDouble(Executor):
    """Runs trusted test code with ``exec``. ``forced`` are results given instead of running, in order."""

    def __init__(self, *forced: Result | RunError) -> None:
        self.names: dict[str, Any] = {"final_answer": self._final}
        self.tools: dict[str, Callable[..., Any]] = {}
        self.ran: list[str] = []
        self.forced = list(forced)
        self.closed = False

    @staticmethod
    def _final(value: object) -> None:
        raise _Final(value)

    @property
    def isolation(self) -> Isolation:
        return Isolation("none", "none")

    @property
    def alive(self) -> bool:
        return not self.closed

    @property
    def capabilities(self) -> Capabilities:
        return capabilities_of("cpython", "inprocess", {})

    def run(self, code: str, **_: object) -> Result:
        self.ran.append(code)
        if self.forced:
            given = self.forced.pop(0)
            return given if isinstance(given, Result) else Result(error=given)
        printed = io.StringIO()
        value: object = None
        try:
            tree = ast.parse(code)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            with contextlib.redirect_stdout(printed):
                exec(compile(tree, "<cell>", "exec"), self.names)
                if isinstance(last, ast.Expr):
                    value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), self.names)
        except _Final as final:
            return Result(
                value=final.value, value_repr=repr(final.value), stdout=printed.getvalue(), is_final_answer=True
            )
        except Exception as error:
            line = getattr(error, "lineno", None) or 1
            return Result(stdout=printed.getvalue(), error=GuestError(str(error), type=type(error).__name__, line=line))
        return Result(value=value, value_repr=repr(value), stdout=printed.getvalue())

    def snapshot(self, **_: object) -> bytes:
        raise NotImplementedError

    def restore(self, saved: bytes, **_: object) -> Self:
        raise NotImplementedError

    async def arun(self, code: str) -> Result:
        return self.run(code)

    def send_tools(self, tools: Mapping[str, Callable[..., Any]]) -> None:
        self.tools = dict(tools)
        self.names.update(tools)

    def send_variables(self, variables: Mapping[str, Any]) -> None:
        self.names.update(variables)

    def interrupt(self) -> None:
        return None

    def close(self) -> None:
        self.closed = True
