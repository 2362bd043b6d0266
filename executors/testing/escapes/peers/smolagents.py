"""smolagents' local executor with what it allows by default."""

from __future__ import annotations

import importlib
from typing import Any


def play(code: str, names: dict[str, Any]) -> object:
    """Run the program; the value and the logs that the executor gives."""
    peer = importlib.import_module("smolagents.local_python_executor")
    executor = peer.LocalPythonExecutor(additional_authorized_imports=[])
    executor.send_tools({name: value for name, value in names.items() if callable(value)})
    executor.send_variables({name: value for name, value in names.items() if not callable(value)})
    return executor(code)
