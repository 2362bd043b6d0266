"""Runs programs on smolagents' LocalPythonExecutor with its caps lifted; JSON lines in, JSON lines out.

Standard library and smolagents only: this file is run in an environment that has nothing else.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import signal
import sys
import tempfile
import time
from typing import Any, NoReturn

from smolagents import local_python_executor
from smolagents.local_python_executor import LocalPythonExecutor

MANY = 1 << 60
local_python_executor.MAX_OPERATIONS = MANY
local_python_executor.MAX_WHILE_ITERATIONS = MANY


class TooLong(BaseException):
    """The program has used up its time."""


def too_long(*_: object) -> NoReturn:
    raise TooLong("it took too long")


def run(executor: LocalPythonExecutor, code: str, seconds: int) -> dict[str, Any]:
    value_repr = error = None
    message = ""
    signal.alarm(seconds)
    start = time.process_time()
    try:
        value = executor(code).output
        elapsed = time.process_time() - start
        value_repr = repr(value)
    except BaseException as failure:
        elapsed = time.process_time() - start
        error, message = type(failure).__name__, str(failure)[:500]
    finally:
        signal.alarm(0)
    stdout = str(executor.state.get("_print_outputs", ""))
    return {"stdout": stdout, "value_repr": value_repr, "error": error, "message": message, "cpu_ms": elapsed * 1e3}


def main() -> None:
    signal.signal(signal.SIGALRM, too_long)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    print(json.dumps({"version": importlib.metadata.version("smolagents")}), file=answers, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        executor = LocalPythonExecutor(asked["imports"], max_print_outputs_length=MANY, timeout_seconds=None)
        executor.send_tools({})
        replies = []
        with tempfile.TemporaryDirectory() as directory:
            os.chdir(directory)
            for code in asked["cells"]:
                replies.append(run(executor, code, asked["seconds"]))
                if replies[-1]["error"] is not None:
                    break
            os.chdir("/")
        print(json.dumps({"cells": replies}), file=answers, flush=True)


if __name__ == "__main__":
    main()
