"""Recorded conversations: ``RecordingModel`` writes a transcript, ``ReplayModel`` answers from it.

A transcript is one JSON document ``{"transcript": 1, "model": name, "calls": [call, …]}``, or the calls alone as JSON
lines. A call holds ``reply`` (``content``, optional ``tool_calls`` and ``usage``) and optionally ``roles`` and
``digest`` of what was asked.

Invariants: a replay never invents an answer: another order of messages, another last message, or a call too many is
a ModelError. Digests leave out the system prompt and see through paths, addresses, times and white space.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .base import Message, Model, ModelError, Reply, TokenUsage, ToolCall

FORMAT = 1
_VOLATILE = (
    (re.compile(r"(?<![\w/.])(?:/[\w.+@~-]+){2,}/?"), "<path>"),
    (re.compile(r"\b0x[0-9a-fA-F]{4,}\b"), "<address>"),
    (re.compile(r"\b\d+(?:\.\d+)? ?(?:s|ms|MB)\b"), "<amount>"),
    (re.compile(r"\s+"), " "),
)
_EXCERPT = 300


def digest(messages: Sequence[Message]) -> str:
    """16 hex digits for the task and the last message, blind to what differs between machines."""
    asked = [message.content for message in messages if message.role != "system"]
    text = "\x1e".join(_normal(part) for part in (*asked[:1], *asked[-1:]))
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]


class ReplayModel(Model):
    """Answers from the transcript at ``path``, in order.

    Raises:
        OSError: the file cannot be read.
        ModelError: the file is not a transcript.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._calls = _load(self.path)
        self._next = 0
        self.name = f"replay:{self.path.name}"

    @property
    def remaining(self) -> int:
        """How many recorded answers are left."""
        return len(self._calls) - self._next

    def generate(self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]] = ()) -> Reply:
        """The next recorded answer.

        Raises:
            ModelError: nothing is left, or the conversation is not the recorded one.
        """
        if not self.remaining:
            raise ModelError(
                f"the transcript {self.path} is exhausted after {len(self._calls)} answers, but the agent asks again; "
                f"its last message was: {_excerpt(messages)}"
            )
        number, call = self._next + 1, self._calls[self._next]
        roles = [message.role for message in messages]
        if "roles" in call and call["roles"] != roles:
            raise ModelError(
                f"the conversation left the transcript {self.path} at answer {number}: "
                f"recorded roles {call['roles']}, now {roles}; record it again"
            )
        if "digest" in call and call["digest"] != digest(messages):
            raise ModelError(
                f"the conversation left the transcript {self.path} at answer {number}: recorded last message "
                f"{call.get('last', '(not kept)')!r}, now {_excerpt(messages)!r}; record it again"
            )
        self._next += 1
        return _reply(call["reply"], f"{self.path}: call {number}")


class RecordingModel(Model):
    """Passes everything to ``model`` and keeps a transcript at ``path``, complete after every answer."""

    def __init__(self, model: Model, path: str | Path) -> None:
        self.model = model
        self.path = Path(path)
        self.name = model.name
        self._calls: list[dict[str, Any]] = []

    def generate(self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]] = ()) -> Reply:
        """The model's answer, written down.

        Raises:
            ModelError: from the model; nothing is written for this call.
            OSError: the transcript cannot be written.
        """
        reply = self.model.generate(messages, tools)
        call: dict[str, Any] = {
            "roles": [message.role for message in messages],
            "digest": digest(messages),
            "last": _excerpt(messages),
            "reply": {"content": reply.content},
        }
        if reply.tool_calls:
            call["reply"]["tool_calls"] = [vars(tool_call) for tool_call in reply.tool_calls]
        call["reply"]["usage"] = {
            "input_tokens": reply.usage.input_tokens,
            "output_tokens": reply.usage.output_tokens,
        }
        if reply.cut_off:
            call["reply"]["cut_off"] = True
        self._calls.append(call)
        document = {"transcript": FORMAT, "model": self.name, "calls": self._calls}
        self.path.write_text(json.dumps(document, indent=1, ensure_ascii=True) + "\n", encoding="utf-8")
        return reply


def _normal(text: str) -> str:
    for pattern, stand_in in _VOLATILE:
        text = pattern.sub(stand_in, text)
    return text.strip()


def _excerpt(messages: Sequence[Message]) -> str:
    return _normal(messages[-1].content)[:_EXCERPT] if messages else ""


def _load(path: Path) -> list[dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8")
        try:
            document = json.loads(text)
        except json.JSONDecodeError:
            document = [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError as error:
        raise ModelError(f"{path} is not a transcript: {error}") from None
    if isinstance(document, dict) and "calls" in document:
        if document.get("transcript") != FORMAT:
            raise ModelError(f"{path}: transcript version {document.get('transcript')!r} is not {FORMAT}")
        document = document["calls"]
    calls = [document] if isinstance(document, dict) else document
    if not isinstance(calls, list):
        raise ModelError(f"{path} is not a transcript: it holds no list of calls")
    for number, call in enumerate(calls, 1):
        if not isinstance(call, dict) or "reply" not in call:
            raise ModelError(f"{path}: call {number} has no reply")
        _reply(call["reply"], f"{path}: call {number}")
    return calls


def _reply(data: Any, place: str) -> Reply:
    try:
        calls = tuple(
            ToolCall(_text(call["id"]), _text(call["name"]), _text(call["arguments"]))
            for call in data.get("tool_calls", ())
        )
        used = data.get("usage", {})
        usage = TokenUsage(int(used.get("input_tokens", 0)), int(used.get("output_tokens", 0)), 1)
        return Reply(_text(data["content"]), calls, usage, bool(data.get("cut_off", False)))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"{place}: malformed reply: {type(error).__name__} {error}") from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, not {type(value).__name__}")
    return value
