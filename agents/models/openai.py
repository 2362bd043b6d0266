"""Models behind an OpenAI-compatible chat completions endpoint, through the ``openai`` client.

Invariants: the key is held by the client alone, appears in no message, repr or error, and never reaches an
executor; every failure of the client or of the endpoint's answer is a ModelError.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import openai
import pydantic

from .base import Message, Model, ModelError, Reply, TokenUsage, ToolCall

_NO_KEY = "none"


class _Function(pydantic.BaseModel):
    name: str
    arguments: str | None = None


class _Call(pydantic.BaseModel):
    id: str | None = None
    type: Literal["function"] = "function"
    function: _Function


class _Message(pydantic.BaseModel):
    content: str | None = None
    refusal: str | None = None
    tool_calls: list[_Call] | None = None


class _Choice(pydantic.BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(pydantic.BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Completion(pydantic.BaseModel):
    """What is read of an answer; the client itself does not check answers against its types."""

    choices: list[_Choice] = pydantic.Field(min_length=1)
    usage: _Usage | None = None

    def reply(self) -> Reply:
        choice = self.choices[0]
        message = choice.message
        calls = tuple(
            ToolCall(call.id or f"call_{number}", call.function.name, call.function.arguments or "{}")
            for number, call in enumerate(message.tool_calls or ())
        )
        used = self.usage or _Usage()
        usage = TokenUsage(used.prompt_tokens or 0, used.completion_tokens or 0, 1)
        return Reply(message.content or message.refusal or "", calls, usage, choice.finish_reason == "length")


class OpenAIModel(Model):
    """A chat model by name.

    ``api_base`` is the endpoint's URL up to and including ``/v1`` (default: OPENAI_BASE_URL, else OpenAI).
    ``api_key`` defaults to OPENAI_API_KEY; an endpoint of one's own may need none. ``timeout_s`` bounds one request
    in seconds, ``max_retries`` repeats it after 408, 409, 429, 5xx and lost connections. ``options`` go with every
    request (``{"temperature": 0}``).

    Raises:
        ValueError: no key, and no endpoint of one's own.
    """

    def __init__(
        self,
        name: str,
        api_base: str | None = None,
        api_key: str | None = None,
        *,
        timeout_s: float = 60.0,
        max_retries: int = 2,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        key = api_key or os.environ.get("OPENAI_API_KEY", "")
        own_endpoint = api_base or os.environ.get("OPENAI_BASE_URL")
        if not key and not own_endpoint:
            raise ValueError(
                "OpenAIModel needs a key: set OPENAI_API_KEY or pass api_key=…; "
                "for an endpoint without keys pass api_base=…"
            )
        self.name = name
        self._options = dict(options or {})
        self._max_retries = max_retries
        self._client = openai.OpenAI(
            api_key=key or _NO_KEY, base_url=api_base, timeout=timeout_s, max_retries=max_retries
        )

    def __repr__(self) -> str:
        return f"OpenAIModel({self.name!r}, api_base={str(self._client.base_url)!r})"

    def generate(self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]] = ()) -> Reply:
        """One chat completion.

        Raises:
            ModelError: the endpoint refused, failed, timed out, or answered with something else.
        """
        request: dict[str, Any] = {**self._options, "messages": [message.to_dict() for message in messages]}
        if tools:
            request["tools"] = [dict(tool) for tool in tools]
        try:
            response = self._client.chat.completions.with_raw_response.create(model=self.name, **request)
            body = response.content
        except openai.APIStatusError as error:
            raise self._failure(f"HTTP {error.status_code}: {error.message}", error.status_code) from None
        except openai.APITimeoutError:
            raise self._failure(f"no answer within {self._client.timeout} s") from None
        except openai.OpenAIError as error:
            cause = f" ({error.__cause__})" if error.__cause__ else ""
            raise self._failure(f"{error}{cause}") from None
        try:
            return _Completion.model_validate_json(body).reply()
        except pydantic.ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            raise self._failure(
                f"the answer is not a chat completion ({place}: {first['msg']}); "
                "is api_base right? It usually ends in /v1"
            ) from None

    def _failure(self, what: str, status: int | None = None) -> ModelError:
        hint = {
            401: "; check the key",
            403: "; this key may not use the model",
            404: "; check the model's name and api_base",
            429: f"; asked {self._max_retries + 1} times, wait and try again",
        }.get(status or 0, "")
        text = f"model {self.name!r} at {self._client.base_url}: {what}{hint}"
        # An endpoint may quote the key in its complaint.
        key = self._client.api_key
        return ModelError(text if key in ("", _NO_KEY) else text.replace(key, "***"), status=status)
