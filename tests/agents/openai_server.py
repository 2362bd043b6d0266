"""An OpenAI-compatible endpoint on loopback: what a test wants it to answer, with auth check and error codes."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-canary-3f9a1c77"
_ROLES = {"system", "user", "assistant", "tool"}


def completion(
    content: str | None, tool_calls: Sequence[tuple[str, str]] = (), finish: str = "stop"
) -> tuple[int, dict[str, Any]]:
    """An answer with status 200; ``tool_calls`` are names and JSON texts."""
    message: dict[str, Any] = {"role": "assistant", "content": content}
    if tool_calls:
        message["tool_calls"] = [
            {"id": f"call_{n}", "type": "function", "function": {"name": name, "arguments": arguments}}
            for n, (name, arguments) in enumerate(tool_calls)
        ]
    return 200, {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": "test-model",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
    }


def failure(status: int, message: str) -> tuple[int, dict[str, Any]]:
    """An error as the API writes one. The client's retries wait as long as ``Retry-After-Ms`` says."""
    return status, {"error": {"message": message, "type": "test_error", "code": None}}


@dataclasses.dataclass
class Endpoint:
    """A running server: ``answers`` are given in order, ``requests`` are the bodies it received."""

    url: str
    answers: list[tuple[int, Any]]
    requests: list[dict[str, Any]] = dataclasses.field(default_factory=list)


@contextlib.contextmanager
def serve(*answers: tuple[int, Any], key: str = KEY) -> Iterator[Endpoint]:
    """The endpoint, alive inside the with block. An answer's body that is not a dict is sent as it is."""
    endpoint = Endpoint("", list(answers))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = self._judge(body)
            data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json" if isinstance(answer, dict) else "text/html")
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Retry-After-Ms", "1")
            self.end_headers()
            self.wfile.write(data)

        def _judge(self, body: Mapping[str, Any]) -> tuple[int, Any]:
            if self.path != "/v1/chat/completions":
                return failure(404, f"no such path {self.path}")
            if self.headers.get("Authorization") != f"Bearer {key}":
                return failure(401, f"Incorrect API key provided: {self.headers.get('Authorization', '')[7:]}")
            endpoint.requests.append(dict(body))
            return _misuse(body) or (endpoint.answers.pop(0) if endpoint.answers else failure(400, "no answer is left"))

        def log_message(self, format: str, *args: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    endpoint.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _misuse(body: Mapping[str, Any]) -> tuple[int, Any] | None:
    """What the real API refuses: unknown roles, and tool calls that are not answered one by one."""
    open_calls: list[str] = []
    for message in body["messages"]:
        if message["role"] not in _ROLES or not isinstance(message["content"], str):
            return failure(400, f"bad message {message!r}")
        if message["role"] == "tool":
            if message["tool_call_id"] not in open_calls:
                return failure(400, "a tool message answers no call")
            open_calls.remove(message["tool_call_id"])
        elif open_calls:
            return failure(400, "tool calls without an answer")
        open_calls += [call["id"] for call in message.get("tool_calls", ())]
    return failure(400, "tool calls without an answer") if open_calls else None
