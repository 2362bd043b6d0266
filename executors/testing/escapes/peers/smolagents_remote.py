"""The host's side of smolagents' remote executors: what a kernel sends back is read by the package's own code.

The kernel is a stand-in that runs the program and tells its outcome in the messages of a Jupyter kernel; it is the
sandbox here, and the process that reads its messages is the host.
"""

from __future__ import annotations

import importlib
import json
import logging
from typing import Any


class _Kernel:
    """A websocket to a kernel that has run the program."""

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names
        self._messages: list[str] = []

    def send(self, text: str) -> None:
        """Run what is asked for."""
        request = json.loads(text)
        parent = {"msg_id": request["header"]["msg_id"]}

        def tell(kind: str, content: dict[str, Any]) -> None:
            self._messages.append(json.dumps({"parent_header": parent, "msg_type": kind, "content": content}))

        try:
            exec(request["content"]["code"], self._names)
        except Exception as error:
            tell("error", {"ename": type(error).__name__, "evalue": str(error), "traceback": []})
        tell("status", {"execution_state": "idle"})

    def recv(self) -> str:
        """The next message."""
        return self._messages.pop(0)


class _Logger(logging.Logger):
    def log_error(self, text: str) -> None:
        """As the package's own logger has it."""
        self.error(text)


def play(code: str, names: dict[str, Any]) -> object:
    """Run the program in the kernel; what the host makes of its messages."""
    peer = importlib.import_module("smolagents.remote_executors")
    return peer._websocket_run_code_raise_errors(code, _Kernel(names), _Logger("peer"))
