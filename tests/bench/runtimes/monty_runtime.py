"""Runs programs on pydantic-monty without limits; JSON lines in, JSON lines out.

Standard library and pydantic-monty only: this file is run in an environment that has nothing else. Monty runs code in
a process of its own, whose CPU time is read from the kernel.
"""

from __future__ import annotations

import ast
import importlib.metadata
import json
import sys
from pathlib import Path
from typing import Any

import pydantic_monty


def with_repr(code: str) -> str:
    """The code with its last expression inside ``repr()``: what objects look like is told by the side that has them."""
    try:
        last = ast.parse(code).body[-1]
    except (SyntaxError, IndexError):
        return code
    if not isinstance(last, ast.Expr):
        return code
    lines = code.encode().splitlines(keepends=True)
    before, text = b"".join(lines[: last.lineno - 1]), b"".join(lines[last.lineno - 1 :])
    return (before + text[: last.col_offset] + b"repr(" + text[last.col_offset :] + b"\n)").decode()


def cpu_ms(process: int) -> float:
    """CPU time of all threads of a process, to the nanosecond."""
    threads = Path(f"/proc/{process}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e6


def run(session: pydantic_monty.MontySession, code: str) -> dict[str, Any]:
    value_repr = error = None
    message = ""
    process = session.worker_pid
    printed = pydantic_monty.CollectString()
    start = cpu_ms(process)
    try:
        value = session.feed_run(with_repr(code), print_callback=printed)
        value_repr = value if isinstance(value, str) else repr(value)
    except BaseException as failure:
        text = str(failure)
        error, message = text.partition(":")[0].strip() or type(failure).__name__, text[:500]
    try:
        elapsed = cpu_ms(process) - start
    except OSError:  # it has crashed
        elapsed = 0.0
    stdout = printed.output
    return {"stdout": stdout, "value_repr": value_repr, "error": error, "message": message, "cpu_ms": elapsed}


def main() -> None:
    print(json.dumps({"version": importlib.metadata.version("pydantic-monty")}), flush=True)
    with pydantic_monty.Monty() as monty:
        for line in sys.stdin:
            asked = json.loads(line)
            limits = {"max_feed_duration_secs": float(asked["seconds"])}
            replies = []
            with monty.checkout(limits=limits) as session:
                for code in asked["cells"]:
                    replies.append(run(session, code))
                    if replies[-1]["error"] is not None:
                        break
            print(json.dumps({"cells": replies}), flush=True)


if __name__ == "__main__":
    main()
