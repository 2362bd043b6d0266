"""From memory to messages."""

from __future__ import annotations

from agents.memory import Memory, Step
from agents.models.base import Message, Reply, TokenUsage, ToolCall


def test_messages_in_the_order_they_came() -> None:
    memory = Memory("system text")
    memory.begin("first task")
    call = ToolCall("c1", "search", "{}")
    memory.steps.append(
        Step(number=1, reply=Reply("", (call,)), observations=(Message("tool", "found", tool_call_id="c1"),))
    )
    memory.steps.append(Step(number=2, reply=Reply("done")))
    memory.begin("second task")
    assert memory.messages() == [
        Message("system", "system text"),
        Message("user", "first task"),
        Message("assistant", "", (call,)),
        Message("tool", "found", tool_call_id="c1"),
        Message("assistant", "done"),
        Message("user", "second task"),
    ]
    assert memory.messages() == memory.messages()


def test_message_as_the_api_wants_it() -> None:
    call = ToolCall("c1", "search", '{"q": 1}')
    assert Message("assistant", "", (call,)).to_dict() == {
        "role": "assistant",
        "content": "",
        "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "search", "arguments": '{"q": 1}'}}],
    }
    assert Message("tool", "x", tool_call_id="c1").to_dict() == {"role": "tool", "content": "x", "tool_call_id": "c1"}


def test_usage_adds_up() -> None:
    memory = Memory()
    memory.steps += [Step(number=n, reply=Reply("", usage=TokenUsage(3, 2, 1))) for n in (1, 2)]
    assert memory.usage == TokenUsage(6, 4, 2)


def test_clear_forgets_all_but_the_system_prompt() -> None:
    memory = Memory("s")
    memory.begin("t")
    memory.steps.append(Step(number=1, reply=Reply("x")))
    memory.clear()
    assert memory.messages() == [Message("system", "s")]
