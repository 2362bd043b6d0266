"""The loop with native tool calls."""

from __future__ import annotations

import asyncio
import json
import types
from typing import Any

import pytest

from agents import Message, Reply, ToolCall, ToolCallingAgent, tool
from agents.tool_calling_agent import MAX_CALLS
from sandbox.events import Event
from sandbox.limits import Limits
from sandbox.policy import Allow, Ask, Deny, Policy, Request
from tests.agents.scripted import ScriptedModel, calls

CALLED: list[int] = []


@pytest.fixture(autouse=True)
def _nothing_called() -> None:
    CALLED.clear()


@tool
def double(n: int) -> int:
    """Doubles."""
    CALLED.append(n)
    return 2 * n


@tool
async def fail(why: str) -> None:
    """Fails."""
    raise KeyError(why)


def answers(model: ScriptedModel, turn: int) -> list[str]:
    """The tool messages that the model was shown in its ``turn``-th call, counted from 0."""
    return [message.content for message in model.asked[turn] if message.role == "tool"]


def test_calls_then_final_answer() -> None:
    model = ScriptedModel(
        calls(("double", '{"n": 2}'), ("double", '{"n": 5}')), calls(("final_answer", '{"answer": [4, 10]}'))
    )
    result = ToolCallingAgent(model, [double]).run("Double 2 and 5")
    assert (result.output, result.state) == ([4, 10], "success")
    assert CALLED == [2, 5]
    assert model.asked[1][3:] == [
        Message("tool", "| 4", tool_call_id="c0"),
        Message("tool", "| 10", tool_call_id="c1"),
    ]
    assert [offered["function"]["name"] for offered in model.offered[0]] == ["double", "final_answer"]


def test_words_without_a_call_are_the_answer() -> None:
    assert ToolCallingAgent(ScriptedModel(Reply(" It is 4. "))).run("2+2?").output == "It is 4."


@pytest.mark.parametrize("reply", [Reply("  "), Reply("It is", cut_off=True)])
def test_an_empty_or_cut_off_reply_is_no_answer(reply: Reply) -> None:
    model = ScriptedModel(reply, Reply("4"))
    assert ToolCallingAgent(model).run("2+2?").output == "4"
    assert model.asked[1][-1] == Message("user", "Your answer was cut off or empty. Call a tool, or final_answer.")


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (("double", '{"n": "2"}'), "not called, the arguments do not fit:\n| double(n: int) -> int: n: Input should"),
        (("double", "not json"), "not called, the arguments do not fit:\n| double(n: int) -> int: Invalid JSON"),
        (("double", ""), "not called, the arguments do not fit:\n| double(n: int) -> int: n: Field required"),
        (("nothing\nelse", "{}"), "there is no tool nothing\\nelse; the tools are double, fail, final_answer"),
        (("fail", '{"why": "a\\n</b>"}'), "the tool failed:\n| KeyError: 'a\\n</b>'"),
        (("final_answer", "{}"), "not called, the arguments do not fit:"),
    ],
)
def test_a_call_that_fails_is_answered(call: tuple[str, str], told: str) -> None:
    model = ScriptedModel(calls(call), Reply("done"))
    assert ToolCallingAgent(model, [double, fail]).run("Go").output == "done"
    assert answers(model, 1)[0].startswith(told)
    assert CALLED == []


def test_the_text_of_an_exception_can_be_hidden() -> None:
    model = ScriptedModel(calls(("fail", '{"why": "secret"}')), Reply("done"))
    ToolCallingAgent(model, [fail], policy=Policy(expose_errors=False)).run("Go")
    assert answers(model, 1) == ["the tool failed:\n| it does not say why"]


class Clock:
    """Monotonic seconds that pass only when a tool says so."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_late_answer_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()

    @tool
    def wait(seconds: float) -> str:
        """Takes its time."""
        clock.now += seconds
        return "the answer"

    monkeypatch.setattr("agents.tool_calling_agent.time", types.SimpleNamespace(monotonic=clock))
    model = ScriptedModel(calls(("wait", '{"seconds": 7.5}'), ("wait", '{"seconds": 5}')), Reply("done"))
    seen: list[Event] = []
    ToolCallingAgent(model, [wait], limits=Limits(tool_wall_s=7), on_event=seen.append).run("Go")
    assert answers(model, 1) == [
        "the tool failed:\n| TimeoutError: it took longer than 7 s, and its answer was dropped",
        "| the answer",
    ]
    assert [event.data["ok"] for event in seen if event.type == "tool.ended"] == [False, True]


def test_an_async_tool_is_cancelled_in_time() -> None:
    @tool
    async def hang() -> str:
        """Never ends."""
        await asyncio.Event().wait()
        return "never"

    model = ScriptedModel(calls(("hang", "{}")), Reply("done"))
    policy = Policy(expose_errors=False)
    assert ToolCallingAgent(model, [hang], limits=Limits(tool_wall_s=0.05), policy=policy).run("Go").output == "done"
    assert answers(model, 1) == [
        "the tool failed:\n| TimeoutError: it took longer than 0.05 s, and its answer was dropped"
    ]


def test_a_tools_own_timeout_is_told_as_such() -> None:
    @tool
    def ask() -> str:
        """Gives up by itself."""
        raise TimeoutError("the peer did not answer")

    model = ScriptedModel(calls(("ask", "{}")), Reply("done"))
    ToolCallingAgent(model, [ask]).run("Go")
    assert answers(model, 1) == ["the tool failed:\n| TimeoutError: the peer did not answer"]


def test_calls_after_the_final_answer_are_not_made_but_answered() -> None:
    model = ScriptedModel(calls(("final_answer", '{"answer": 1}'), ("double", '{"n": 3}')), Reply("more"))
    agent = ToolCallingAgent(model, [double])
    assert agent.run("Go").output == 1
    assert CALLED == []
    agent.run("Go on", reset=False)
    assert answers(model, 1) == ["the task has ended", "not called: the turn had ended before"]


def test_too_many_calls_in_one_reply() -> None:
    model = ScriptedModel(calls(*[("double", '{"n": 1}')] * (MAX_CALLS + 3)), Reply("done"))
    ToolCallingAgent(model, [double]).run("Go")
    assert len(CALLED) == MAX_CALLS
    assert answers(model, 1)[MAX_CALLS:] == ["too many calls in one reply"] * 3


def test_a_denied_call_never_reaches_the_tool() -> None:
    asked: list[Request] = []
    events: list[Event] = []

    def decide(request: Request) -> Any:
        asked.append(request)
        return Deny("not today") if request.arguments["n"] == 5 else Allow()

    model = ScriptedModel(calls(("double", '{"n": 2}'), ("double", '{"n": 5}'), ("double", '{"n": 6}')))
    result = ToolCallingAgent(model, [double], policy=Policy(decide=decide), on_event=events.append).run("Go")
    assert CALLED == [2]
    assert asked == [Request("tool", name="double", arguments={"n": n}) for n in (2, 5)]
    assert result.state == "stopped"
    assert "not today" in result.reason
    assert [event.type for event in events] == ["decision", "tool.called", "tool.ended", "decision"]
    assert [event.data["decision"] for event in events if event.type == "decision"] == ["allow", "deny"]


@pytest.mark.parametrize("answer", [Ask("wait"), None, True, "allow"])
def test_anything_but_allow_denies(answer: Any) -> None:
    model = ScriptedModel(calls(("double", '{"n": 2}')))
    result = ToolCallingAgent(model, [double], policy=Policy(decide=lambda _: answer)).run("Go")
    assert (result.state, CALLED) == ("stopped", [])


def test_a_hook_that_raises_denies() -> None:
    def decide(request: Request) -> Any:
        raise RuntimeError("broken")

    model = ScriptedModel(calls(("double", '{"n": 2}')))
    assert ToolCallingAgent(model, [double], policy=Policy(decide=decide)).run("Go").state == "stopped"
    assert CALLED == []


def test_long_results_are_cut() -> None:
    def flood() -> str:
        """Floods."""
        return "x" * 10**6

    model = ScriptedModel(calls(("flood", "{}")), Reply("done"))
    ToolCallingAgent(model, [flood]).run("Go")
    assert len(answers(model, 1)[0]) < 9_000


def test_steps_run_out() -> None:
    model = ScriptedModel(calls(("double", '{"n": 1}')), Reply("so far: 2", (ToolCall("c", "double", "{}"),)))
    agent = ToolCallingAgent(model, [double], max_steps=1)
    result = agent.run("Go")
    assert (result.output, result.state) == ("so far: 2", "max_steps")
    assert model.offered[1] == []
    assert json.dumps([message.to_dict() for message in agent.memory.messages()]).count('"tool_calls"') == 1
