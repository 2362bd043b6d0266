"""Exceptions that nothing can catch are told to whose they are, with the guest's lines only."""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from executors import create_executor
from executors.base import Executor
from sandbox.interpreter import ignored

LET_GO = """
class Oops(Exception):
    pass
def numbers():
    try:
        yield 1
    finally:
        raise Oops({text})
one = numbers()
next(one)
del one
print("on")
"""
TOLD = (
    "Exception ignored in: <generator object numbers at 0x>\nTraceback (most recent call last):\n"
    '  File "<cell 1>", line 8, in numbers\nOops: '
)


@pytest.fixture(params=[{}, {"enclosure": "inprocess", "min_isolation": "none"}], ids=["jail", "inprocess"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    with create_executor("local", **request.param) as made:
        yield made


def without_addresses(text: str) -> str:
    return re.sub(r"0x[0-9a-f]+", "0x", text)


def test_a_guest_is_told_its_own_lines(executor: Executor) -> None:
    result = executor.run(LET_GO.format(text="'gone'"))
    assert (result.error, result.stdout) == (None, "on\n")
    assert without_addresses(result.stderr) == TOLD + "gone\n"


def test_a_text_that_fails_is_survived(executor: Executor) -> None:
    program = LET_GO.replace("    pass\n", "    def __str__(self): return 1 // 0\n", 1)
    result = executor.run(program.format(text=""))
    assert (result.error, result.stdout) == (None, "on\n")
    assert without_addresses(result.stderr) == TOLD + "<exception str() failed>\n"


def test_a_text_without_an_end_is_a_limit(executor: Executor) -> None:
    program = LET_GO.replace("    pass\n", "    def __str__(self):\n        while True: pass\n", 1)
    error = executor.run(program.format(text="")).error
    assert error is not None
    assert error.kind == "limit"


def test_what_a_tool_lets_go_is_the_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda ignored: told.append(type(ignored.exc_value)))

    def numbers() -> Iterator[int]:
        try:
            yield 1
        finally:
            raise LookupError("of the host")

    def tool() -> int:
        return next(numbers())

    with create_executor("local", enclosure="inprocess", min_isolation="none") as executor:
        executor.send_tools({"tool": tool})
        result = executor.run("tool()")
    assert (result.value, result.stderr) == (1, "")
    assert told == [LookupError]


def test_what_did_not_come_through_guest_code_is_not_the_guests(bench: Callable[..., Any]) -> None:
    engine = bench()
    try:
        raise LookupError("of the host")
    except LookupError as error:
        given = types.SimpleNamespace(exc_value=error, exc_traceback=error.__traceback__, err_msg=None, object=None)
    assert not ignored.tell(engine.engine.runtime, given)
    assert engine.stderr.getvalue() == ""
