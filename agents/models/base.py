"""What an agent says to a model and what comes back.

Invariants: frozen data in the shape of chat completions; no message ever holds a key; ``Reply`` is what the model
said, checked for form only, so its text and arguments are as untrusted as a guest's.
"""

from __future__ import annotations

import abc
import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from sandbox.errors import HardcellError, Kind

Role = Literal["system", "user", "assistant", "tool"]
ROLES: tuple[str, ...] = ("system", "user", "assistant", "tool")


class ModelError(HardcellError):
    """A model gave no usable answer. ``status`` is the HTTP status, or None when no answer came at all."""

    kind: ClassVar[Kind] = "backend"

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@dataclasses.dataclass(frozen=True)
class ToolCall:
    """A native tool call. ``arguments`` is the JSON text exactly as the model wrote it, valid or not."""

    id: str
    name: str
    arguments: str


@dataclasses.dataclass(frozen=True)
class Message:
    """One message. ``tool_calls`` belongs to role assistant, ``tool_call_id`` to role tool."""

    role: Role
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The message as the chat completions API wants it."""
        message: dict[str, Any] = {"role": self.role, "content": self.content}
        if self.tool_calls:
            message["tool_calls"] = [
                {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
                for call in self.tool_calls
            ]
        if self.role == "tool":
            message["tool_call_id"] = self.tool_call_id
        return message


@dataclasses.dataclass(frozen=True)
class TokenUsage:
    """Tokens read and written, and how many times the model was asked."""

    input_tokens: int = 0
    output_tokens: int = 0
    calls: int = 0

    def __add__(self, other: TokenUsage) -> TokenUsage:
        return TokenUsage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.calls + other.calls,
        )

    def to_dict(self) -> dict[str, int]:
        """Plain data."""
        return dataclasses.asdict(self)


@dataclasses.dataclass(frozen=True)
class Reply:
    """A model's answer. ``cut_off`` is True when the model ran out of tokens before it had finished."""

    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    usage: TokenUsage = TokenUsage(calls=1)
    cut_off: bool = False


class Model(abc.ABC):
    """Answers a conversation."""

    name: str

    @abc.abstractmethod
    def generate(self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]] = ()) -> Reply:
        """The next assistant message. ``tools`` are function tools as the chat completions API describes them.

        Raises:
            ModelError: no usable answer.
        """
