"""A host that believes: what designs without our checks do with what a program leaves, in the program's own process.

For controls only. It shows the value to a terminal as it is, writes it as JSON, copies and compares it, and prints an
error's traceback; it does what is written where a worker's frames go; other sessions are other namespaces.

Invariants: nothing here is used by an executor.
"""

from __future__ import annotations

import ast
import copy
import fcntl
import json
import os
import time
import traceback
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

SLOW_S = 2.0
FRAMES_FD = 3
_MOST_FRAMES = 1 << 16
_REFUSALS = (TypeError, AttributeError, copy.Error, NotImplementedError)
"""How Python says that it cannot do something with a value, which a host of any kind has to expect."""


def run(code: str, name: str, space: dict[str, Any]) -> Any:
    """Run a cell in a namespace; the value of its last expression, or None."""
    tree = ast.parse(code, name)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        exec(compile(tree, name, "exec", dont_inherit=True), space)
        return None
    rest = ast.Module(tree.body[:-1], [])
    exec(compile(rest, name, "exec", dont_inherit=True), space)
    return eval(compile(ast.Expression(last.value), name, "eval", dont_inherit=True), space)


def take(value: Any) -> str:
    """Do with a value what hosts do that take it for what it says it is; what failed for it, or an empty string."""
    began = time.thread_time()
    for act in (_show, json.dumps, copy.deepcopy, _compare):
        try:
            act(value)
        except _REFUSALS:
            continue
        except BaseException as error:
            return f"{type(error).__name__} while the value was handled"
    return "handling the value took long" if time.thread_time() - began > SLOW_S else ""


def tell(error: BaseException) -> str:
    """Print an exception as hosts do; what failed for it, or an empty string."""
    began = time.thread_time()
    try:
        traceback.print_exception(error)
    except BaseException as other:
        return f"{type(other).__name__} while the error was described"
    return "describing the error took long" if time.thread_time() - began > SLOW_S else ""


def steers(text: str) -> bool:
    """Whether text that is shown as it is steers a terminal."""
    return any(unicodedata.category(one) == "Cc" for one in text if one not in "\n\t")


def _show(value: Any) -> None:
    print(repr(value))


def _compare(value: Any) -> None:
    known = value == value
    bool(known)


def above(descriptor: int) -> int:
    """The same open file under a number that is nobody's."""
    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 100)


class Frames:
    """Descriptor 3 of the program, where a worker's answers would go. ``believe`` does what stands there.

    ``tools`` are all called that a frame names; the files of an answer are read by the names that it gives.
    """

    def __init__(self, tools: Mapping[str, Any], cell: str) -> None:
        self._tools, self._cell = tools, cell
        reading, writing = os.pipe()
        self._reading = above(reading)
        os.set_blocking(self._reading, False)
        os.dup2(above(writing), FRAMES_FD)

    def believe(self) -> str:
        """What failed in doing so, or an empty string."""
        try:
            lines = os.read(self._reading, _MOST_FRAMES).splitlines()
        except BlockingIOError:
            return ""
        try:
            for line in lines:
                self._do(json.loads(line))
        except Exception as error:
            return f"{type(error).__name__} while a frame was read"
        return ""

    def _do(self, frame: dict[str, Any]) -> None:
        if frame["t"] == "call":
            self._tools[frame["name"]](*frame["args"], **frame["kwargs"])
            return
        print(frame["repr"])
        for name, *_ in frame["artifacts"]:
            path = os.path.join(self._cell, name)
            if os.path.exists(path):
                with open(path, encoding="utf-8", errors="backslashreplace") as file:
                    print(name, file.read())


class Neighbours:
    """Sessions beside the program, in namespaces of their own of the same process. ``tell`` is given evidence."""

    def __init__(self, code: str, wanted: str, given: Mapping[str, Any], tell: Callable[[str], None]) -> None:
        self._code, self._wanted, self._given, self._tell = code, wanted, given, tell
        self._beside = {"__name__": "__main__", **given}
        self._look(self._beside)

    def look_again(self) -> None:
        """Ask the session beside the program, and one that begins now."""
        self._look(self._beside)
        self._look({"__name__": "__main__", **self._given})

    def _look(self, space: dict[str, Any]) -> None:
        if _repr_of(self._code, space) != self._wanted:
            self._tell("session-changed")


def _repr_of(code: str, space: dict[str, Any]) -> str:
    try:
        return repr(run(code, "<neighbour>", space))
    except Exception as error:
        return f"{type(error).__name__}: {error}"
