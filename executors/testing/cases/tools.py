"""Host functions called from the guest."""

from __future__ import annotations

import asyncio
from typing import Any

from sandbox.errors import SessionBusy
from sandbox.limits import Limits
from sandbox.policy import Policy
from sandbox.values import Record

from ...base import Executor
from ..case import case, equal, ok


@case()
def arguments_and_answer(executor: Executor) -> None:
    seen: list[Any] = []

    def tool(*args: Any, **kwargs: Any) -> Any:
        seen.append((args, kwargs))
        return {"rows": [(1, 2)], "n": 2**80}

    executor.send_tools({"tool": tool})
    equal(ok(executor.run("tool(1, 'a', k=[None], w={2})")).value, {"rows": [(1, 2)], "n": 2**80})
    equal(seen, [((1, "a"), {"k": [None], "w": {2}})])


@case()
def called_many_times(executor: Executor) -> None:
    executor.send_tools({"double": lambda n: 2 * n})
    result = ok(executor.run("sum(double(n) for n in range(20))"))
    equal((result.value, result.usage.tool_calls), (380, 20))


@case()
def called_from_a_function_and_kept_between_runs(executor: Executor) -> None:
    executor.send_tools({"double": lambda n: 2 * n})
    ok(executor.run("def f(n):\n    return double(n) + 1"))
    equal(ok(executor.run("f(4)")).value, 9)


@case()
def passed_as_a_value(executor: Executor) -> None:
    executor.send_tools({"double": lambda n: 2 * n})
    equal(ok(executor.run("list(map(double, [1, 2]))")).value, [2, 4])


@case()
def sent_after_the_start(executor: Executor) -> None:
    ok(executor.run("x = 3"))
    executor.send_tools({"double": lambda n: 2 * n})
    equal(ok(executor.run("double(x)")).value, 6)


@case()
def set_of_tools_is_replaced(executor: Executor) -> None:
    executor.send_tools({"one": lambda: 1})
    executor.send_tools({"two": lambda: 2})
    equal(ok(executor.run("two()")).value, 2)
    error = executor.run("one()").error
    assert error is not None
    equal(error.type, "NameError")


def _fails() -> None:
    raise LookupError("no such row")


@case()
def exception_is_a_tool_error(executor: Executor) -> None:
    executor.send_tools({"fails": _fails})
    source = "try:\n    fails()\nexcept Exception as e:\n    r = type(e).__name__, str(e)\nr"
    equal(ok(executor.run(source)).value, ("ToolError", "LookupError: no such row"))


@case()
def uncaught_tool_error_ends_the_run(executor: Executor) -> None:
    executor.send_tools({"fails": _fails})
    error = executor.run("x = 1\nfails()").error
    assert error is not None
    equal((error.kind, error.type, error.message, error.line), ("guest", "ToolError", "LookupError: no such row", 2))


@case(policy=Policy(imports=("json",), expose_errors=False))
def text_of_a_tool_s_error_can_be_hidden(executor: Executor) -> None:
    executor.send_tools({"fails": _fails})
    error = executor.run("fails()").error
    assert error is not None
    assert "no such row" not in str(error) and "no such row" not in error.traceback, str(error)


@case()
def long_error_text_is_cut(executor: Executor) -> None:
    def fails() -> None:
        raise ValueError("x" * 100_000)

    executor.send_tools({"fails": fails})
    assert len(str(executor.run("fails()").error)) < 1500


@case()
def annotations_are_checked_before_the_call(executor: Executor) -> None:
    calls: list[Any] = []

    def tool(n: int, rate: float = 1.0) -> int:
        calls.append((n, rate))
        return n

    executor.send_tools({"tool": tool})
    for source in (
        "tool('1')",
        "tool(True)",
        "tool(1.0)",
        "tool(1, rate='x')",
        "tool()",
        "tool(1, 2.0, 3)",
        "tool(m=1)",
    ):
        error = executor.run(source).error
        assert error is not None, source
        equal(error.type, "ToolError")
        assert error.message.startswith("TypeError: tool()"), error.message
    equal(calls, [])
    equal(ok(executor.run("tool(1, rate=2)")).value, 1)
    equal(calls, [(1, 2)])


@case()
def argument_that_cannot_travel_is_refused(executor: Executor) -> None:
    calls: list[Any] = []
    executor.send_tools({"tool": calls.append})
    error = executor.run("tool([1, lambda: 2])").error
    assert error is not None
    equal(error.type, "ToolError")
    assert "[1]" in error.message and "function" in error.message, error.message
    equal(calls, [])


@case()
def instance_as_argument_is_a_record(executor: Executor) -> None:
    seen: list[Any] = []
    executor.send_tools({"tool": seen.append})
    ok(executor.run("class P:\n    def __init__(self, x):\n        self.x = x\ntool(P(3))"))
    equal(type(seen[0]), Record)
    equal((seen[0].type, dict(seen[0].fields)), ("P", {"x": 3}))


@case()
def answer_that_cannot_travel_is_a_tool_error(executor: Executor) -> None:
    executor.send_tools({"tool": lambda: {"file": object()}})
    error = executor.run("tool()").error
    assert error is not None
    equal(error.type, "ToolError")
    assert "object" in error.message, error.message


@case()
def binding_a_tool_s_name_is_a_violation(executor: Executor) -> None:
    executor.send_tools({"search": lambda: 1})
    for source in ("search = 1", "def search(): pass", "for search in []: pass", "import math as search", "del search"):
        error = executor.run("x = 1\n" + source).error
        assert error is not None, source
        equal((error.kind, error.code, error.line), ("policy", "HC104", 2))
        assert "'search'" in error.message, error.message
    equal(ok(executor.run("search()")).value, 1)


@case(limits=Limits(wall_s=20, tool_calls=3))
def calls_are_limited(executor: Executor) -> None:
    calls: list[int] = []
    executor.send_tools({"tool": calls.append})
    error = executor.run("for i in range(9):\n    try:\n        tool(i)\n    except BaseException:\n        pass").error
    assert error is not None
    equal((error.kind, getattr(error, "limit", ""), error.code), ("limit", "tool_calls", "HC606"))
    equal(calls, [0, 1, 2])


@case()
def session_is_busy_inside_its_own_tool(executor: Executor) -> None:
    seen: list[str] = []

    def tool() -> None:
        for act in (lambda: executor.run("1"), lambda: executor.send_variables({"x": 1})):
            try:
                act()
            except SessionBusy:
                seen.append("busy")

    executor.send_tools({"tool": tool})
    ok(executor.run("tool()"))
    equal(seen, ["busy", "busy"])
    equal(ok(executor.run("2")).value, 2)


@case()
def coroutine_tools_are_awaited(executor: Executor) -> None:
    async def tool(n: int) -> int:
        await asyncio.sleep(0)
        return n + 1

    executor.send_tools({"tool": tool})

    async def main() -> Any:
        return await executor.arun("tool(1)")

    equal(ok(asyncio.run(main())).value, 2)


@case()
def bad_tools_are_refused(executor: Executor) -> None:
    bad: list[tuple[dict[str, Any], type[Exception]]]
    bad = [({"a b": len}, ValueError), ({"class": len}, ValueError), ({"x": 3}, TypeError)]
    for tools, wanted in bad:
        try:
            executor.send_tools(tools)
        except wanted:
            continue
        raise AssertionError(f"{tools!r} was accepted")


@case()
def result_of_a_tool_does_not_alias_the_host_s(executor: Executor) -> None:
    rows = [1]
    executor.send_tools({"tool": lambda: rows})
    ok(executor.run("r = tool()\nr.append(2)"))
    equal(rows, [1])


_SWALLOWED = {
    "a database": "c = sqlite3.connect(':memory:')\nc.create_function('f', 0, leave)\n"
    "try:\n    c.execute('select f()')\nexcept sqlite3.Error:\n    pass\n",
    "a test runner": "class T(unittest.TestCase):\n    def runTest(self):\n        leave()\n"
    "unittest.TextTestRunner(stream=io.StringIO()).run(T())\n",
}


@case(engines="guarded")
def not_called_once_the_outcome_is_recorded(executor: Executor) -> None:
    """Library code that is native, or the library's own, catches what guest code cannot."""
    called: list[str] = []
    executor.send_tools({"tool": called.append})
    ok(executor.run("import io, sqlite3, unittest"))
    for end, kind in (("getattr(int, '__subclasses__')", "policy"), ("final_answer(1)", None)):
        for who, code in _SWALLOWED.items():
            result = executor.run(f"def leave():\n    {end}\n{code}tool({who!r})")
            equal((result.error and result.error.kind, result.is_final_answer), (kind, kind is None))
    equal(called, [])
