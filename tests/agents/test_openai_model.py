"""OpenAIModel: the real ``openai`` client against an endpoint on loopback."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from agents import CodeAgent, Message, ModelError, ToolCall, ToolCallingAgent, tool
from agents.models.openai import OpenAIModel
from tests.agents.openai_server import KEY, completion, failure, serve
from tests.agents.scripted import ExecDouble

HELLO = [Message("user", "hello")]


@pytest.fixture(autouse=True)
def _no_key_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)


@tool
def double(n: int) -> int:
    """Doubles."""
    return 2 * n


def test_a_completion() -> None:
    with serve(completion("hi")) as endpoint:
        reply = OpenAIModel("m", endpoint.url, KEY, options={"temperature": 0}).generate(HELLO)
    assert (reply.content, reply.tool_calls, reply.cut_off) == ("hi", (), False)
    assert reply.usage.to_dict() == {"input_tokens": 11, "output_tokens": 7, "calls": 1}
    assert endpoint.requests == [
        {"model": "m", "messages": [{"role": "user", "content": "hello"}], "temperature": 0},
    ]


def test_tool_calls_and_a_cut_off_answer() -> None:
    with serve(completion(None, [("double", '{"n": 2}')]), completion("half", finish="length")) as endpoint:
        model = OpenAIModel("m", endpoint.url, KEY)
        first, second = (
            model.generate(HELLO, [{"type": "function", "function": {"name": "double"}}]),
            model.generate(HELLO),
        )
    assert first.content == ""
    assert first.tool_calls == (ToolCall("call_0", "double", '{"n": 2}'),)
    assert second.cut_off
    assert endpoint.requests[0]["tools"] == [{"type": "function", "function": {"name": "double"}}]
    assert "tools" not in endpoint.requests[1]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_passing_failures_are_tried_again(status: int) -> None:
    with serve(failure(status, "later"), failure(status, "later"), completion("hi")) as endpoint:
        assert OpenAIModel("m", endpoint.url, KEY, max_retries=2).generate(HELLO).content == "hi"
    assert len(endpoint.requests) == 3


@pytest.mark.parametrize(
    ("status", "named"),
    [
        (429, "HTTP 429: .*slow down.*; asked 2 times, wait and try again"),
        (500, "HTTP 500: .*slow down"),
        (404, "HTTP 404: .*; check the model's name and api_base"),
        (400, "HTTP 400: .*slow down"),
    ],
)
def test_lasting_failures_are_model_errors(status: int, named: str) -> None:
    with serve(failure(status, "slow down"), failure(status, "slow down")) as endpoint:
        with pytest.raises(ModelError, match=named) as caught:
            OpenAIModel("m", endpoint.url, KEY, max_retries=1).generate(HELLO)
    assert caught.value.status == status
    assert caught.value.kind == "backend"
    assert str(caught.value).startswith(f"model 'm' at {endpoint.url}")


def test_a_wrong_key_is_told_and_not_shown() -> None:
    with serve(completion("hi")) as endpoint:
        with pytest.raises(ModelError, match="HTTP 401") as caught:
            OpenAIModel("m", endpoint.url, "sk-wrong-canary").generate(HELLO)
    assert "Incorrect API key provided: ***" in str(caught.value)
    assert "sk-wrong-canary" not in str(caught.value)
    assert str(caught.value).endswith("; check the key")


@pytest.mark.parametrize(
    ("answer", "named"),
    [
        (b"<html>welcome</html>", r"\(: Invalid JSON"),
        (b"\xff", r"\(: Invalid JSON"),
        (b"[" * 100_000, r"\(: Invalid JSON"),
        ({}, r"\(choices: Field required\)"),
        ({"choices": []}, r"\(choices: List should have at least 1 item"),
        ({"choices": None}, r"\(choices: Input should be a valid array\)"),
        ({"choices": [3]}, r"\(choices\.0: Input should be an object\)"),
        ({"choices": [{"finish_reason": "stop"}]}, r"\(choices\.0\.message: Field required\)"),
        (
            {"choices": [{"message": {"tool_calls": [{"type": "odd"}]}}]},
            r"tool_calls\.0\.type: Input should be 'function'",
        ),
        ({"choices": [{"message": {"tool_calls": [{"id": "1"}]}}]}, r"tool_calls\.0\.function: Field required"),
        ({"choices": [{"message": {"content": {"deep": 1}}}]}, r"message\.content: Input should be a valid string"),
    ],
)
def test_an_answer_that_is_no_completion(answer: Any, named: str) -> None:
    with serve((200, answer)) as endpoint, pytest.raises(ModelError, match="not a chat completion .*" + named):
        OpenAIModel("m", endpoint.url, KEY).generate(HELLO)


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ModelError, match="Connection error"):
        OpenAIModel("m", f"http://127.0.0.1:{port}/v1", KEY, max_retries=0).generate(HELLO)


def test_no_answer_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        with pytest.raises(ModelError, match=r"no answer within 0\.2 s"):
            OpenAIModel("m", url, KEY, timeout_s=0.2, max_retries=0).generate(HELLO)


def test_no_key_and_no_endpoint() -> None:
    with pytest.raises(ValueError, match="needs a key: set OPENAI_API_KEY"):
        OpenAIModel("m")


def test_an_endpoint_of_ones_own_may_need_no_key() -> None:
    with serve(completion("hi"), key="none") as endpoint:
        assert OpenAIModel("m", endpoint.url).generate(HELLO).content == "hi"


def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with serve(completion("hi")) as endpoint:
        model = OpenAIModel("m", endpoint.url)
        assert model.generate(HELLO).content == "hi"
    assert KEY not in repr(model)


def test_a_code_agent_over_the_wire() -> None:
    block = "```python\n{}\n```"
    answers = [completion(block.format("x = double(4)\nprint(x)")), completion(block.format("final_answer(x + 1)"))]
    with serve(*answers) as endpoint:
        result = CodeAgent(OpenAIModel("m", endpoint.url, KEY), [double], executor=ExecDouble()).run("Go")
    assert (result.output, result.usage.to_dict()) == (9, {"input_tokens": 22, "output_tokens": 14, "calls": 2})
    assert [message["role"] for message in endpoint.requests[1]["messages"]] == ["system", "user", "assistant", "user"]
    assert "| 8" in endpoint.requests[1]["messages"][-1]["content"]


def test_a_tool_calling_agent_over_the_wire() -> None:
    answers = [
        completion(None, [("double", '{"n": 1}'), ("double", '{"n": "x"}')]),
        completion(None, [("final_answer", '{"answer": 2}'), ("double", '{"n": 3}')]),
        completion("bye"),
    ]
    with serve(*answers) as endpoint:
        agent = ToolCallingAgent(OpenAIModel("m", endpoint.url, KEY), [double])
        assert agent.run("Go").output == 2
        assert agent.run("And now?", reset=False).output == "bye"
    assert [offered["function"]["name"] for offered in endpoint.requests[0]["tools"]] == ["double", "final_answer"]
