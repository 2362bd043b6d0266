"""Tools: arguments, answers, errors, limits, decisions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypedDict, Union

import pytest
from hypothesis import given
from hypothesis import strategies as st

from executors.cell_executor import CellExecutor
from executors.toolbox import fits, make_toolbox
from sandbox.errors import LimitExceeded, PolicyViolation
from sandbox.limits import Limits
from sandbox.policy import Allow, Decision, Deny, Policy, Request

from .plain_worker import plain_executor

CATCH = "try:\n    {}\nexcept Exception as error:\n    out = (type(error).__name__, str(error))\nout"


@pytest.fixture
def executor() -> Iterator[CellExecutor]:
    with plain_executor() as one:
        yield one


class Row(TypedDict):
    n: int


@pytest.mark.parametrize(
    ("wanted", "good", "bad"),
    [
        (int, [0, -(2**100)], [True, 1.0, "1", None]),
        (float, [1.5, 2], [True, "1", 1j]),
        (complex, [1j, 1.5, 2], [True, "1"]),
        (bool, [True, False], [0, 1, None]),
        (str, ["", "x"], [b"x", 1]),
        (bytes, [b""], ["", bytearray()]),
        (None, [None], [0, False]),
        (list, [[1, "x"]], [(1,), "x"]),
        (list[int], [[], [1]], [[True], [1.0], [[1]], (1,)]),
        (dict[str, int], [{}, {"a": 1}], [{"a": "b"}, {1: 1}, {"a": True}]),
        (set[int], [{1}], [{"a"}, frozenset({1})]),
        (tuple[int, str], [(1, "a")], [(1,), ("a", 1), [1, "a"]]),
        (tuple[int, ...], [(), (1, 2)], [("a",), [1]]),
        (Sequence[int], [[1], (1,)], ["a", {1}]),
        (Mapping[str, Any], [{"a": 1}], [[]]),
        (int | None, [1, None], [True, "a"]),
        (Union[str, None], ["a", None], [1]),  # noqa: UP007
        (Literal["a", 1], ["a", 1], ["b", True, 2]),
        (Row, [{"n": 1}], [[]]),
        (Any, [None, 1, "a", [1]], []),
        (object, [None, 1], []),
        ("Forward", [1], []),
        (Callable[[int], int], [], [1, "f"]),
    ],
    ids=str,
)
def test_fits(wanted: Any, good: list[Any], bad: list[Any]) -> None:
    assert [value for value in good if not fits(value, wanted)] == []
    assert [value for value in bad if fits(value, wanted)] == []


@given(st.booleans())
def test_a_bool_is_never_a_number(value: bool) -> None:
    assert not fits(value, int) and not fits(value, float) and not fits(value, complex)


@pytest.mark.parametrize("name", ["", "a b", "class", "1a", "__x", "a" * 201, 3])
def test_names_must_be_free_identifiers(name: Any) -> None:
    with pytest.raises(ValueError):
        make_toolbox({name: len})


def test_tools_must_be_a_mapping_of_callables() -> None:
    with pytest.raises(TypeError, match="'x' is not callable, it is int"):
        make_toolbox({"x": 3})  # type: ignore[dict-item]
    with pytest.raises(TypeError, match="not list"):
        make_toolbox([len])  # type: ignore[arg-type]


def test_final_answer_may_be_sent_and_is_built_in(executor: CellExecutor) -> None:
    executor.send_tools({"final_answer": lambda x: 1 / 0})
    result = executor.run("final_answer(4)")
    assert (result.value, result.is_final_answer) == (4, True)


def test_arguments_and_values_cross(executor: CellExecutor) -> None:
    seen: list[Any] = []

    def tool(first: list[int], *rest: Any, key: str = "d", **more: Any) -> Any:
        seen.append((first, rest, key, more))
        return {"sum": sum(first), "raw": b"\x00"}

    executor.send_tools({"tool": tool})
    result = executor.run("tool([1, 2], (3,), None, key='k', extra=1.5)")
    assert result.value == {"sum": 3, "raw": b"\x00"}
    assert seen == [([1, 2], ((3,), None), "k", {"extra": 1.5})]
    assert result.usage.tool_calls == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("tool(True)", "TypeError: tool(): n must be int, not bool"),
        ("tool('1')", "TypeError: tool(): n must be int, not str"),
        ("tool()", "TypeError: tool(): missing a required argument: 'n'"),
        ("tool(1, 2, 3)", "TypeError: tool(): too many positional arguments"),
        ("tool(1, z=3)", "TypeError: tool(): got an unexpected keyword argument 'z'"),
        ("tool(1, xs=[1, 'a'])", "TypeError: tool(): xs must be list[int], not list"),
    ],
)
def test_wrong_arguments_never_reach_the_tool(executor: CellExecutor, call: str, message: str) -> None:
    called: list[int] = []

    def tool(n: int, xs: list[int] | None = None) -> None:
        called.append(n)

    def tool_of_lists(n: int, xs: list[int] = []) -> None:  # noqa: B006
        called.append(n)

    executor.send_tools({"tool": tool_of_lists if "xs" in call else tool})
    assert executor.run(CATCH.format(call)).value == ("ToolError", message)
    assert called == []


def test_an_argument_that_cannot_travel_is_the_guests_error(executor: CellExecutor) -> None:
    executor.send_tools({"tool": lambda x: x})
    kind, text = executor.run(CATCH.format("tool(x=[1, lambda: 1])")).value
    assert kind == "ToolError" and "x[1]" in text


def test_what_a_tool_raises_is_told_without_traceback(executor: CellExecutor) -> None:
    def tool() -> None:
        raise LookupError("no such row " + "x" * 5000)

    executor.send_tools({"tool": tool})
    kind, text = executor.run(CATCH.format("tool()")).value
    assert kind == "ToolError" and text.startswith("LookupError: no such row x")
    assert len(text) < 1100 and "Traceback" not in text


def test_expose_errors_false_hides_the_text() -> None:
    policy = Policy(expose_errors=False)

    def tool() -> None:
        raise LookupError("password is hunter2")

    with plain_executor(policy=policy) as executor:
        executor.send_tools({"tool": tool})
        value = executor.run(CATCH.format("tool()")).value
    assert value == ("ToolError", "LookupError: the tool failed; its message is not shown")


def test_an_uncaught_tool_error_is_a_guest_error(executor: CellExecutor) -> None:
    executor.send_tools({"tool": lambda: 1 / 0})
    error = executor.run("x = 1\ntool()").error
    assert error is not None
    assert (error.kind, error.type, error.line) == ("guest", "ToolError", 2)
    assert error.message == "ZeroDivisionError: division by zero"


def test_a_result_that_cannot_travel_is_told(executor: CellExecutor) -> None:
    executor.send_tools({"tool": lambda: object()})
    kind, text = executor.run(CATCH.format("tool()")).value
    assert kind == "ToolError" and text.startswith("EncodeError: what tool returned cannot enter the cell")


def test_a_result_above_the_limit_is_told() -> None:
    with plain_executor(limits=Limits(value_bytes=10_000)) as executor:
        executor.send_tools({"tool": lambda: "x" * 2_000_000})
        kind, text = executor.run(CATCH.format("tool()")).value
    assert kind == "ToolError" and "larger than 10000 bytes" in text


def test_a_tool_that_was_taken_away_is_gone(executor: CellExecutor) -> None:
    executor.send_tools({"old": lambda: 1})
    executor.run("kept = old")
    executor.send_tools({"new": lambda: 2})
    assert executor.run("new()").value == 2
    assert executor.run(CATCH.format("kept()")).value == ("ToolError", "NameError: there is no tool 'old'")
    assert executor.run(CATCH.format("old()")).value[0] == "NameError"


def test_records_of_the_guest_come_back_as_its_instances(executor: CellExecutor) -> None:
    executor.send_tools({"echo": lambda x: x})
    code = "class Point:\n    def __init__(self, x): self.x = x\np = echo(Point(3))\n(type(p) is Point, p.x)"
    assert executor.run(code).value == (True, 3)


def test_calls_are_counted() -> None:
    called: list[int] = []
    with plain_executor(limits=Limits(tool_calls=2)) as executor:
        executor.send_tools({"tool": lambda: called.append(1)})
        result = executor.run(
            "x = 0\nwhile True:\n    try:\n        tool()\n        x += 1\n    except Exception:\n        1"
        )
        assert isinstance(result.error, LimitExceeded)
        assert (result.error.limit, result.error.code, result.error.used, result.state) == (
            "tool_calls",
            "HC606",
            3,
            "kept",
        )
        assert executor.run("x").value == 2
    assert len(called) == 2


def test_a_denied_call_never_reaches_the_tool_and_ends_the_run() -> None:
    requests: list[Request] = []
    called: list[str] = []

    def decide(request: Request) -> Decision:
        requests.append(request)
        return Deny("no mail") if request.kind == "tool" else Allow()

    def mail(to: str, body: str = "hi") -> None:
        called.append(to)

    with plain_executor(policy=Policy.standard(decide=decide)) as executor:
        executor.send_tools({"mail": mail})
        result = executor.run(
            "try:\n    mail('a@b', body='x')\nexcept BaseException:\n    print('caught')\nprint('on')"
        )
    assert isinstance(result.error, PolicyViolation)
    assert result.error.code == "HC501" and "no mail" in result.error.message
    assert called == []
    assert [dict(r.arguments) for r in requests if r.kind == "tool"] == [{"to": "a@b", "body": "x"}]
    assert [e.data["decision"] for e in result.events if e.type == "decision"] == ["allow", "deny"]
    assert "tool.called" not in [e.type for e in result.events]


def test_the_decision_is_not_asked_about_malformed_calls() -> None:
    requests: list[str] = []

    def decide(request: Request) -> Decision:
        requests.append(request.kind)
        return Allow()

    def tool(n: int) -> None:
        return None

    with plain_executor(policy=Policy.standard(decide=decide)) as executor:
        executor.send_tools({"tool": tool})
        executor.run(CATCH.format("tool('x')"))
    assert requests == ["run"]


class Clock:
    """A clock that only tools move."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


def test_tool_time_is_outside_the_wall_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    with plain_executor(limits=Limits(wall_s=5, tool_wall_s=20)) as executor:
        executor.run("1")
        for module in ("deadline", "toolcalls", "grace", "link"):
            monkeypatch.setattr(f"executors.{module}.time", clock)
        executor.send_tools({"tool": lambda: setattr(clock, "now", clock.now + 10)})
        result = executor.run("tool()\ntool()\n3")
        assert (result.value, result.error) == (3, None)
        assert (result.usage.tool_s, result.usage.wall_s) == (20.0, 0.0)


def test_a_late_answer_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    with plain_executor(limits=Limits(tool_wall_s=5)) as executor:
        executor.run("1")
        for module in ("deadline", "toolcalls", "grace", "link"):
            monkeypatch.setattr(f"executors.{module}.time", clock)
        executor.send_tools({"tool": lambda: setattr(clock, "now", clock.now + 10) or "secret"})
        kind, text = executor.run(CATCH.format("tool()")).value
        assert (kind, text) == (
            "ToolError",
            "TimeoutError: tool took longer than 5 s (tool_wall_s); its answer was dropped",
        )


def test_run_and_tools_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    with plain_executor(limits=Limits(total_wall_s=25)) as executor:
        executor.run("x = 0")
        for module in ("deadline", "toolcalls", "link"):
            monkeypatch.setattr(f"executors.{module}.time", clock)
        executor.send_tools({"tool": lambda: setattr(clock, "now", clock.now + 10)})
        result = executor.run("while True:\n    tool()\n    x += 1")
        assert isinstance(result.error, LimitExceeded)
        assert (result.error.limit, result.error.used, result.state) == ("total_wall_s", 30.0, "kept")
        assert executor.run("x").value == 2


def test_an_async_tool_runs_to_its_end(executor: CellExecutor) -> None:
    async def tool(n: int) -> int:
        return n + 1

    executor.send_tools({"tool": tool})
    assert executor.run("tool(1)").value == 2


def test_an_async_tool_is_cancelled_in_time() -> None:
    import asyncio

    cancelled: list[bool] = []

    async def tool() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    with plain_executor(limits=Limits(tool_wall_s=0.05)) as executor:
        executor.send_tools({"tool": tool})
        kind, text = executor.run(CATCH.format("tool()")).value
    assert kind == "ToolError" and "tool_wall_s" in text
    assert cancelled == [True]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_inside_a_tool_is_the_hosts_own(executor: CellExecutor, error: type[BaseException]) -> None:
    def tool() -> None:
        raise error

    executor.send_tools({"tool": tool})
    executor.run("x = 1")
    with pytest.raises(error):
        executor.run("tool()\nx = 2")
    assert executor.run("x").value == 1


def test_objects_with_forward_are_checked_by_it(executor: CellExecutor) -> None:
    class Search:
        def forward(self, query: str) -> str:
            return query.upper()

        def __call__(self, *args: Any, **kwargs: Any) -> str:
            return self.forward(*args, **kwargs)

    executor.send_tools({"search": Search()})
    assert executor.run("search('a')").value == "A"
    assert executor.run(CATCH.format("search(1)")).value[1] == "TypeError: search(): query must be str, not int"


def test_builtins_without_signature_take_anything(executor: CellExecutor) -> None:
    executor.send_tools({"largest": max, "clock": time.monotonic})
    assert executor.run("largest(1, 3)").value == 3
    assert type(executor.run("clock()").value) is float
