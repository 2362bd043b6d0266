"""A denied decision never reaches the act, on any path, and is on record before it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from sandbox.errors import PolicyViolation
from sandbox.policy import Allow, Ask, Decision, Deny, Policy, Request

from ...base import Executor
from ..case import case, equal, ok


def _denies(kind: str) -> Callable[[Request], Decision]:
    return lambda request: Deny("not today") if request.kind == kind else Allow()


def _fails(request: Request) -> Decision:
    raise RuntimeError("the hook is broken")


def _is_denied(error: Any) -> None:
    assert isinstance(error, PolicyViolation), repr(error)
    equal(error.code, "HC501")


@case(policy=Policy.standard(decide=_denies("run")))
def denied_run_does_not_run(executor: Executor) -> None:
    calls: list[int] = []
    executor.send_tools({"tool": calls.append})
    result = executor.run("print('ran')\ntool(1)")
    _is_denied(result.error)
    assert result.error is not None and "not today" in result.error.message
    equal((result.stdout, calls), ("", []))
    decided = [event for event in result.events if event.type == "decision"]
    equal([(event.origin, event.data["decision"]) for event in decided], [("host", "deny")])
    assert not [event for event in result.events if event.type == "run.started"]


@case(policy=Policy.standard(decide=_denies("run")))
def denied_async_run_does_not_run(executor: Executor) -> None:
    calls: list[int] = []
    executor.send_tools({"tool": calls.append})
    _is_denied(asyncio.run(executor.arun("tool(1)")).error)
    equal(calls, [])


@case(policy=Policy.standard(decide=_denies("run")))
def denied_call_raises(executor: Executor) -> None:
    try:
        executor("1")
    except PolicyViolation as error:
        _is_denied(error)
        return
    raise AssertionError("nothing was raised")


@case(policy=Policy.standard(decide=_denies("tool")))
def denied_tool_is_not_called(executor: Executor) -> None:
    calls: list[int] = []
    executor.send_tools({"tool": calls.append})
    for source in ("tool(1)", "try:\n    tool(2)\nexcept BaseException:\n    pass", "list(map(tool, [3]))"):
        result = executor.run(source)
        _is_denied(result.error)
        assert not [event for event in result.events if event.type == "tool.called"]
    equal(calls, [])


@case(policy=Policy.standard(decide=lambda request: Deny("no") if request.arguments.get("n") == 2 else Allow()))
def decision_sees_the_validated_arguments(executor: Executor) -> None:
    calls: list[int] = []

    def tool(n: int) -> None:
        calls.append(n)

    executor.send_tools({"tool": tool})
    ok(executor.run("tool(1)"))
    _is_denied(executor.run("tool(n=2)").error)
    equal(calls, [1])


@case(policy=Policy.standard(decide=_denies("file")))
def denied_file_is_not_touched(executor: Executor) -> None:
    ok(executor.run("with open('kept.txt', 'w') as f:\n    f.write('kept')"))
    for act in (
        lambda: executor.files.write("new.txt", b"x"),
        lambda: executor.files.read("kept.txt"),
        lambda: executor.files.remove("kept.txt"),
        lambda: executor.files.list(),
    ):
        try:
            act()
        except PolicyViolation as error:
            _is_denied(error)
        else:
            raise AssertionError("a denied file operation went through")
    equal(ok(executor.run("import os\nos.listdir('.'), open('kept.txt').read()")).value, (["kept.txt"], "kept"))


@case(policy=Policy.standard(decide=_fails))
def failing_hook_denies(executor: Executor) -> None:
    _is_denied(executor.run("1").error)


@case(policy=Policy.standard(decide=lambda request: True))  # type: ignore[arg-type, return-value]
def answer_of_another_type_denies(executor: Executor) -> None:
    _is_denied(executor.run("1").error)


@case(policy=Policy.standard(decide=lambda request: Ask("a person has to look")))
def ask_is_a_denial_that_says_so(executor: Executor) -> None:
    error = executor.run("1").error
    _is_denied(error)
    assert error is not None
    equal(error.recovery, "ask")


@case(policy=Policy.standard(decide=lambda request: Allow()))
def allowed_is_on_record(executor: Executor) -> None:
    executor.send_tools({"tool": lambda: 1})
    result = ok(executor.run("tool()"))
    told = [
        (e.type, e.data.get("decision")) for e in result.events if e.type in ("decision", "tool.called", "run.started")
    ]
    equal(told, [("decision", "allow"), ("run.started", None), ("decision", "allow"), ("tool.called", None)])
