"""Values that the host sends."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

from sandbox.errors import EncodeError

from ...base import Executor
from ..case import case, equal, ok


@case()
def arrive(executor: Executor) -> None:
    executor.send_variables({"rows": [{"n": 1}, {"n": 2}], "when": datetime.date(2024, 1, 2)})
    equal(ok(executor.run("sum(r['n'] for r in rows), when.year")).value, (3, 2024))


@case()
def come_back_equal(executor: Executor) -> None:
    sent: list[Any] = [None, True, 2**90, -0.5, 1j, "é\ud800", b"b", bytearray(b"c"), [1, [2]], (3,), {"a": {4}}]
    sent += [frozenset({5}), range(6), {7: "seven", (8,): 9}]
    executor.send_variables({"sent": sent})
    equal(ok(executor.run("sent")).value, sent)


@case()
def are_copies(executor: Executor) -> None:
    sent = [1]
    executor.send_variables({"sent": sent})
    ok(executor.run("sent.append(2)"))
    equal(sent, [1])


@case()
def may_be_sent_before_and_after_the_start(executor: Executor) -> None:
    executor.send_variables({"a": 1})
    ok(executor.run("b = a"))
    executor.send_variables({"a": 5})
    equal(ok(executor.run("a, b")).value, (5, 1))


@dataclasses.dataclass
class _Row:
    owner: Any


@case()
def that_cannot_travel_are_named_and_nothing_is_sent(executor: Executor) -> None:
    try:
        executor.send_variables({"good": 1, "rows": [0, 1, 2, _Row(object())]})
    except EncodeError as error:
        equal((error.path, error.type_name), ("rows[3].owner", "object"))
    else:
        raise AssertionError("an object was sent")
    error_of_run = executor.run("good").error
    assert error_of_run is not None
    equal(error_of_run.type, "NameError")


@case()
def names_are_checked(executor: Executor) -> None:
    executor.send_tools({"tool": lambda: 1})
    for name in ("a b", "", "1a", "tool", "final_answer"):
        try:
            executor.send_variables({name: 1})
        except ValueError:
            continue
        raise AssertionError(f"{name!r} was accepted")


@case()
def large_values_travel(executor: Executor) -> None:
    text, numbers = "x" * 3_000_000, list(range(300_000))
    executor.send_variables({"text": text, "numbers": numbers})
    result = ok(executor.run("len(text), sum(numbers)"))
    equal(result.value, (3_000_000, sum(numbers)))
    equal(ok(executor.run("numbers")).value, numbers)
