"""What plain CPython makes of a program: the answer that every engine is compared with.

Run as a script it is the other half: it reads programs as JSON on stdin, runs each in a fork with an empty current
directory, and writes their outcomes as JSON.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import importlib
import io
import json
import linecache
import os
import signal
import subprocess
import sys
import tempfile
import types
from collections.abc import Callable, Sequence

SECONDS_EACH = 20
Python = Callable[[str], str]
"""Runs this file as a script with a text as its input, and gives what it printed."""


@dataclasses.dataclass(frozen=True)
class Answer:
    """What one cell came to. ``value_repr`` is None when it raised; ``line`` is set for syntax errors of the cell."""

    stdout: str
    value_repr: str | None
    error: str | None = None
    message: str | None = None
    line: int | None = None


def this_python(asked: str) -> str:
    """The running interpreter, as a ``Python``."""
    return subprocess.run(
        [sys.executable, "-I", __file__],
        input=asked,
        capture_output=True,
        text=True,
        env={key: value for key, value in os.environ.items() if not key.startswith("PYTHON")},
        check=True,
    ).stdout


def on_cpython(
    programs: Sequence[Sequence[str]], modules: Sequence[str] = (), python: Python = this_python
) -> list[list[Answer]]:
    """The answers of an interpreter to programs of one or more cells, each in a process and directory of its own.

    ``modules`` are imported once, before the processes are forked.
    """
    said = python(json.dumps([list(modules), list(map(list, programs))]))
    return [[Answer(**cell) for cell in cells] for cells in json.loads(said)]


@functools.cache
def answer_of(code: str) -> Answer:
    """The answer to one program of one cell."""
    return on_cpython([[code]])[0][0]


def _run_cell(code: str, number: int, names: dict[str, object]) -> Answer:
    filename = f"<cell {number}>"
    linecache.cache[filename] = (len(code), None, code.splitlines(keepends=True), filename)
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="backslashreplace", newline="\n")
    sys.stdout = stdout
    value_repr: str | None = None
    error = message = line = None
    try:
        tree = ast.parse(code, filename)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        body = compile(tree, filename, "exec", dont_inherit=True)
        tail = None
        if isinstance(last, ast.Expr):
            tail = compile(ast.Expression(last.value), filename, "eval", dont_inherit=True)
        exec(body, names)
        value_repr = repr(eval(tail, names) if tail else None)
    except BaseException as failure:
        error, message = type(failure).__name__, str(failure)
        if isinstance(failure, SyntaxError) and failure.filename == filename:
            message, line = failure.msg, failure.lineno
    stdout.flush()
    return Answer(stdout.buffer.getvalue().decode(), value_repr, error, message, line)


def _run_program(cells: Sequence[str]) -> list[Answer]:
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    return [_run_cell(code, number, vars(module)) for number, code in enumerate(cells, 1)]


def _in_a_fork(cells: Sequence[str]) -> list[dict[str, object]]:
    reader, writer = os.pipe()
    with tempfile.TemporaryDirectory() as directory:
        child = os.fork()
        if child == 0:
            os.close(reader)
            os.chdir(directory)
            signal.alarm(SECONDS_EACH)
            answers = json.dumps([dataclasses.asdict(answer) for answer in _run_program(cells)])
            with os.fdopen(writer, "w") as stream:
                stream.write(answers)
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as stream:
            text = stream.read()
        status = os.waitpid(child, 0)[1]
    if status:
        sys.exit(f"the program ended with status {status}:\n{cells[-1]}")
    return json.loads(text)


if __name__ == "__main__":
    modules, programs = json.load(sys.stdin)
    for module in modules:
        importlib.import_module(module)
    print(json.dumps([_in_a_fork(cells) for cells in programs]))
