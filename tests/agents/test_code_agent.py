"""The step loop of CodeAgent, with a scripted model and an executor double."""

from __future__ import annotations

from typing import Any

import pytest

from agents import CodeAgent, Message, ModelError, Reply, Step, TokenUsage, ToolCall, tool
from sandbox.errors import GuestError, LimitExceeded, PolicyViolation, RemoteProtocolError, WorkerCrashed
from sandbox.limits import Limits
from sandbox.policy import Policy
from tests.agents.scripted import ExecDouble, ScriptedModel, code


@tool
def price(item: str) -> float:
    """The price of an item."""
    return {"apple": 0.5, "pear": 0.75}[item]


def test_several_steps_to_an_answer() -> None:
    model = ScriptedModel(code("p = price('apple')\nprint(p)"), code("p * 4"), code("final_answer(p * 4)"))
    executor = ExecDouble()
    result = CodeAgent(model, [price], executor=executor).run("What do four apples cost?")
    assert (result.output, result.state, result.reason) == (2.0, "success", "answered in step 3")
    assert (
        [step.code for step in result.steps]
        == executor.ran
        == [
            "p = price('apple')\nprint(p)",
            "p * 4",
            "final_answer(p * 4)",
        ]
    )
    assert result.usage == TokenUsage(30, 15, 3)
    assert model.asked[1][2:] == [
        Message("assistant", code("p = price('apple')\nprint(p)").content),
        Message("user", '<observation step="1">\nprinted:\n| 0.5\n</observation>'),
    ]
    assert model.asked[2][-1].content == (
        '<observation step="2">\nvalue of the last expression:\n| 2.0\n</observation>'
    )
    assert model.offered == [[], [], []]


def test_an_error_is_shown_and_repaired() -> None:
    model = ScriptedModel(code("kept = 1\nkept / 0"), code("final_answer(kept)"))
    result = CodeAgent(model, executor=ExecDouble()).run("Go")
    assert result.output == 1
    assert "Your code raised: ZeroDivisionError\n| division by zero" in model.asked[1][-1].content
    assert isinstance(result.steps[0].error, GuestError)


def test_an_answer_without_code_is_told_the_format() -> None:
    executor = ExecDouble()
    model = ScriptedModel(Reply("I think it is 4."), code("final_answer(4)"))
    assert CodeAgent(model, executor=executor).run("2+2?").output == 4
    assert "holds no Python block, so nothing was run" in model.asked[1][-1].content
    assert executor.ran == ["final_answer(4)"]


def test_a_cut_off_answer_is_not_run() -> None:
    executor = ExecDouble()
    half = Reply("```python\nimport shutil\nshutil.rmtree(path", cut_off=True)
    CodeAgent(ScriptedModel(half, code("final_answer(1)")), executor=executor).run("Go")
    assert executor.ran == ["final_answer(1)"]


def test_the_last_word_when_steps_run_out() -> None:
    model = ScriptedModel(code("1"), code("2"), Reply(" about 3 ", (ToolCall("c", "x", "{}"),)))
    result = CodeAgent(model, executor=ExecDouble(), max_steps=2).run("Go")
    assert (result.output, result.state) == ("about 3", "max_steps")
    assert result.reason == "no final answer within 2 steps; the output is the model's last word"
    assert model.asked[2][-1].content.startswith("You have used all 2 steps. Answer the task now")
    assert len(result.steps) == 3
    assert result.usage.calls == 3


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (PolicyViolation("denied", code="HC501", recovery="ask"), "step 1 needs a person's approval: [HC501] "),
        (RemoteProtocolError("garbage"), "step 1 needs a person to look into it: RemoteProtocolError: garbage"),
    ],
)
def test_what_a_person_must_settle_ends_the_run(error: Any, why: str) -> None:
    model = ScriptedModel(code("act()"))
    result = CodeAgent(model, executor=ExecDouble(error)).run("Go")
    assert (result.output, result.state) == (None, "stopped")
    assert result.reason.startswith(why)
    assert result.steps[0].error is error
    assert model.replies == []


def test_a_hook_can_settle_it() -> None:
    error = PolicyViolation("denied", code="HC501", recovery="ask")
    seen = []

    def advise(asked: Any) -> str:
        seen.append(asked)
        return "Not approved. Do without."

    model = ScriptedModel(code("act()"), code("final_answer('ok')"))
    result = CodeAgent(model, executor=ExecDouble(error), on_ask=advise).run("Go")
    assert result.output == "ok"
    assert seen == [error]
    assert model.asked[1][-1] == Message("user", "Not approved. Do without.")


def test_a_hook_that_declines_ends_the_run() -> None:
    error = PolicyViolation("denied", code="HC501", recovery="ask")
    result = CodeAgent(ScriptedModel(code("act()")), executor=ExecDouble(error), on_ask=lambda _: None).run("Go")
    assert result.state == "stopped"


@pytest.mark.parametrize(
    "error",
    [
        PolicyViolation("no", code="HC101"),
        LimitExceeded("slow", limit="wall_s", allowed=1, code="HC601"),
        WorkerCrashed("died"),
    ],
)
def test_other_errors_go_back_to_the_model(error: Any) -> None:
    model = ScriptedModel(code("act()"), code("final_answer(1)"))
    assert CodeAgent(model, executor=ExecDouble(error)).run("Go").output == 1
    assert "observation" in model.asked[1][-1].content


def test_steps_are_shown_as_they_end() -> None:
    seen: list[Step] = []
    agent = CodeAgent(ScriptedModel(code("1"), code("final_answer(2)")), executor=ExecDouble(), on_step=seen.append)
    result = agent.run("Go")
    assert tuple(seen) == result.steps == tuple(agent.memory.steps)


def test_a_second_run_forgets_or_goes_on() -> None:
    model = ScriptedModel(code("a = 1\nfinal_answer(a)"), code("final_answer(a + 1)"), code("final_answer(a + 2)"))
    agent = CodeAgent(model, executor=ExecDouble())
    agent.run("One")
    assert agent.run("Two", reset=False).output == 2
    assert [message.content for message in model.asked[1] if message.role == "user"][0] == "One"
    assert agent.run("Three").output == 3
    assert [message.content for message in model.asked[2] if message.role == "user"] == ["Three"]


def test_a_failing_model_is_an_error_and_memory_is_kept() -> None:
    class Failing(ScriptedModel):
        def generate(self, messages: Any, tools: Any = ()) -> Reply:
            if not self.replies:
                raise ModelError("gone", status=500)
            return super().generate(messages, tools)

    agent = CodeAgent(Failing(code("1")), executor=ExecDouble())
    with pytest.raises(ModelError, match="gone"):
        agent.run("Go")
    assert len(agent.memory.steps) == 1


def test_the_system_prompt_holds_tools_and_instructions_and_claims_nothing_it_does_not_know() -> None:
    model = ScriptedModel(code("final_answer(1)"))
    CodeAgent(model, [price], executor=ExecDouble(), instructions="Answer in French.").run("Go")
    system = model.asked[0][0]
    assert system.role == "system"
    assert "- price(item: str) -> float\n    The price of an item." in system.content
    assert system.content.endswith("\nAnswer in French.\n")
    assert "an allow-list that you are told of" in system.content


def test_an_executor_of_ones_own_stays_open() -> None:
    executor = ExecDouble()
    with CodeAgent(ScriptedModel(), executor=executor):
        pass
    assert not executor.closed


@pytest.mark.parametrize("extra", [{"policy": Policy()}, {"limits": Limits()}, {"on_event": print}])
def test_a_policy_beside_an_executor_is_refused(extra: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="belong to the executor: pass them to create_executor"):
        CodeAgent(ScriptedModel(), executor=ExecDouble(), **extra)


@pytest.mark.parametrize(
    ("changes", "kind", "named"),
    [
        ({"model": "gpt"}, TypeError, "model must be a Model"),
        ({"max_steps": 0}, ValueError, "max_steps must be between 1 and 1000, not 0"),
        ({"max_steps": True}, TypeError, "max_steps must be an integer, not bool"),
        ({"tools": [price, price]}, ValueError, "two tools are called 'price'"),
    ],
)
def test_impossible_agents(changes: dict[str, Any], kind: type[Exception], named: str) -> None:
    with pytest.raises(kind, match=named):
        CodeAgent(**({"model": ScriptedModel(), "executor": ExecDouble()} | changes))


@pytest.mark.parametrize(("task", "kind"), [(3, TypeError), ("  ", ValueError)])
def test_impossible_tasks(task: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind, match="the task"):
        CodeAgent(ScriptedModel(), executor=ExecDouble()).run(task)
