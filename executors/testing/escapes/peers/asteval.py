"""asteval's interpreter as it comes, without numpy."""

from __future__ import annotations

import importlib
from typing import Any


def play(code: str, names: dict[str, Any]) -> object:
    """Run the program; its value and the errors that the interpreter collected."""
    peer = importlib.import_module("asteval")
    interpreter = peer.Interpreter(use_numpy=False)
    interpreter.symtable.update(names)
    value = interpreter(code)
    return value, [error.get_error() for error in interpreter.error]
