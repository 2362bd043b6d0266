"""Transcripts: recorded, replayed, and refused when the conversation is another one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import CodeAgent, Message, ModelError, RecordingModel, ReplayModel, Reply, TokenUsage, ToolCall
from agents.models.replay import digest
from tests.agents.scripted import ExecDouble, ScriptedModel, code


def say(content: str) -> list[Message]:
    """A conversation that begins with a task and ends with this text."""
    return [Message("system", "s"), Message("user", "task"), Message("assistant", "a"), Message("user", content)]


def test_a_recorded_run_replays(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    replies = [code("print('/tmp/abc/x')\n6 * 7"), code("final_answer(42)")]
    first = CodeAgent(RecordingModel(ScriptedModel(*replies), path), executor=ExecDouble()).run("Go")
    model = ReplayModel(path)
    again = CodeAgent(model, executor=ExecDouble()).run("Go")
    assert again.output == first.output == 42
    assert again.usage == first.usage == TokenUsage(20, 10, 2)
    assert model.remaining == 0
    assert model.name == "replay:run.json"


def test_a_recording_is_complete_after_every_answer(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    call = ToolCall("c1", "search", "{}")
    recording = RecordingModel(ScriptedModel(Reply("a", (call,), cut_off=True), Reply("b")), path)
    recording.generate(say("one"))
    assert ReplayModel(path).generate(say("one")) == Reply("a", (call,), TokenUsage(0, 0, 1), True)
    recording.generate(say("two"))
    document = json.loads(path.read_text())
    assert (document["transcript"], document["model"], len(document["calls"])) == (1, "scripted", 2)
    assert document["calls"][1] == {
        "roles": ["system", "user", "assistant", "user"],
        "digest": digest(say("two")),
        "last": "two",
        "reply": {"content": "b", "usage": {"input_tokens": 0, "output_tokens": 0}},
    }


def test_an_exhausted_transcript_is_loud(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"reply": {"content": "one"}}\n')
    model = ReplayModel(path)
    model.generate(say("x"))
    with pytest.raises(ModelError, match="exhausted after 1 answers, but the agent asks again; its last .* was: more"):
        model.generate(say("more"))


def test_another_last_message_is_told(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    RecordingModel(ScriptedModel(Reply("r")), path).generate(say("| 41"))
    with pytest.raises(
        ModelError, match=r"left the transcript .* at answer 1: recorded last message '\| 41', now '\| 42'"
    ):
        ReplayModel(path).generate(say("| 42"))


def test_another_order_of_messages_is_told(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    RecordingModel(ScriptedModel(Reply("r")), path).generate(say("x"))
    with pytest.raises(ModelError, match=r"recorded roles \['system', 'user', 'assistant', 'user'\], now \['user'\]"):
        ReplayModel(path).generate([Message("user", "x")])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("wrote /tmp/pytest-1/a.csv", "wrote /home/u/b.csv"),
        ("<f at 0x7f00aa10>", "<f at 0x7f99bb20>"),
        ("took 1.25 s", "took 3.5 s"),
        ("a  b\n", "a b"),
    ],
)
def test_digest_sees_through_what_differs_between_machines(one: str, other: str) -> None:
    assert digest(say(one)) == digest(say(other))


@pytest.mark.parametrize(("one", "other"), [("42", "43"), ("a/b", "a/c"), ("line 3", "line 4"), ("0x1", "0x2")])
def test_digest_sees_what_matters(one: str, other: str) -> None:
    assert digest(say(one)) != digest(say(other))


def test_digest_leaves_out_the_system_prompt_but_not_the_task() -> None:
    tail = [Message("user", "x")]
    assert digest([Message("system", "1"), *tail]) == digest([Message("system", "2"), *tail])
    assert digest([Message("user", "task"), *tail]) != digest([Message("user", "other"), *tail])


@given(st.text(alphabet=st.characters()))
def test_any_text_has_a_digest(text: str) -> None:
    assert len(digest(say(text))) == 16


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("not json", "is not a transcript"),
        ("[]x", "is not a transcript"),
        ("3", "no list of calls"),
        ('{"transcript": 2, "calls": []}', "version 2 is not 1"),
        ('{"transcript": 1, "calls": [{}]}', "call 1 has no reply"),
        ('{"reply": {"content": "a"}}\n{"reply": {}}', "call 2: malformed reply: KeyError 'content'"),
        ('{"reply": {"content": 3}}', "malformed reply: TypeError text expected, not int"),
        ('{"reply": "x"}', "malformed reply"),
        ('{"reply": {"content": "", "tool_calls": [{"id": "1"}]}}', "malformed reply: KeyError 'name'"),
    ],
)
def test_what_is_no_transcript(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "t.json"
    path.write_text(text)
    with pytest.raises(ModelError, match=named):
        ReplayModel(path)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ModelError, match="is not a transcript"):
        ReplayModel(path)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ReplayModel(tmp_path / "none.json")


def test_a_failing_model_writes_nothing(tmp_path: Path) -> None:
    class Failing(ScriptedModel):
        def generate(self, messages: Any, tools: Any = ()) -> Reply:
            raise ModelError("gone")

    with pytest.raises(ModelError, match="gone"):
        RecordingModel(Failing(), tmp_path / "t.json").generate(say("x"))
    assert list(tmp_path.iterdir()) == []
