"""Models behind an OpenAI-compatible chat completions endpoint, through the ``openai`` client.

Invariants: the key is held by the client alone, appears in no message, repr or error, and never reaches an
executor; every failure of the client or of the endpoint's answer is a ModelError.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

import openai
from openai.types.chat import ChatCompletion

from .base import Message, Model, ModelError, Reply, TokenUsage, ToolCall

_NO_KEY = "none"


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
            completion = self._client.chat.completions.create(model=self.name, **request)
        except openai.APIStatusError as error:
            raise self._failure(f"HTTP {error.status_code}: {error.message}", error.status_code) from None
        except openai.APITimeoutError:
            raise self._failure(f"no answer within {self._client.timeout} s") from None
        except (openai.OpenAIError, json.JSONDecodeError) as error:
            cause = f" ({error.__cause__})" if error.__cause__ else ""
            raise self._failure(f"{error}{cause}") from None
        return self._reply(completion)

    def _reply(self, completion: object) -> Reply:
        # The client does not check answers against its types, so a foreign body can be anything.
        if not isinstance(completion, ChatCompletion) or not isinstance(completion.choices, list):
            raise self._failure("the answer is not a chat completion; is api_base right (it usually ends in /v1)?")
        if not completion.choices or completion.choices[0].message is None:
            raise self._failure("the answer holds no choice")
        choice = completion.choices[0]
        calls: list[ToolCall] = []
        for call in choice.message.tool_calls or ():
            if call.type != "function" or not isinstance(call.function.name, str):
                raise self._failure(f"the answer holds a tool call of unknown type {call.type!r}")
            arguments = call.function.arguments
            calls.append(ToolCall(call.id or f"call_{len(calls)}", call.function.name, arguments or "{}"))
        text = choice.message.content or choice.message.refusal or ""
        used = completion.usage
        usage = TokenUsage(used.prompt_tokens or 0, used.completion_tokens or 0, 1) if used else TokenUsage(calls=1)
        return Reply(str(text), tuple(calls), usage, choice.finish_reason == "length")

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
