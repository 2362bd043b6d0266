"""Output told to a callback while the run goes on."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from executors import create_executor
from executors.aside import Aside
from executors.base import Executor
from executors.cell_executor import CellExecutor
from executors.printed import Printed
from sandbox.errors import LimitExceeded
from sandbox.limits import Limits

from .plain_worker import plain_executor


@pytest.fixture
def executor() -> Iterator[CellExecutor]:
    with plain_executor() as one:
        yield one


def in_process(**options: Any) -> Executor:
    return create_executor("local", enclosure="inprocess", min_isolation="none", **options)


class Pieces:
    """A callback that keeps what it is told, and on which thread."""

    def __init__(self) -> None:
        self.all: list[tuple[str, str]] = []
        self.threads: set[bool] = set()

    def __call__(self, name: str, text: str) -> None:
        self.all.append((name, text))
        self.threads.add(threading.current_thread() is threading.main_thread())

    def text(self, name: str = "stdout") -> str:
        return "".join(text for told, text in self.all if told == name)


@pytest.mark.parametrize("make", [plain_executor, in_process])
def test_pieces_arrive_while_the_run_goes_on(make: Any) -> None:
    pieces = Pieces()
    seen = []
    with make() as executor:
        executor.send_tools({"look": lambda: seen.append(pieces.text())})
        result = executor.run("print('one')\nlook()\nprint('two')\nlook()\nprint('é')\n5", on_output=pieces)
    assert (seen, result.value) == (["one\n", "one\ntwo\n"], 5)
    assert pieces.text() == result.stdout == "one\ntwo\né\n"
    assert pieces.threads == {True}


def test_both_outputs_are_told(executor: CellExecutor) -> None:
    pieces = Pieces()
    executor.run("import sys\nprint('o')\nprint('e', file=sys.stderr)", on_output=pieces)
    assert sorted(pieces.all) == [("stderr", "e\n"), ("stdout", "o\n")]


def test_nothing_is_told_of_the_next_run(executor: CellExecutor) -> None:
    pieces = Pieces()
    executor.run("print(1)", on_output=pieces)
    executor.run("print(2)")
    assert pieces.text() == "1\n"


def test_a_character_that_arrives_in_two_pieces_is_told_whole(executor: CellExecutor) -> None:
    pieces = Pieces()
    executor.send_tools({"pause": lambda: None})
    code = "import os\nos.write(1, b'\\xc3')\npause()\nos.write(1, b'\\xa9\\xe2\\x82') and None"
    result = executor.run(code, on_output=pieces)
    assert [text for _, text in pieces.all] == ["é", "\\xe2\\x82"]
    assert result.stdout == "é\\xe2\\x82"


class _Still:
    """A run whose clocks never matter."""

    finished = True

    def timeout_s(self) -> float:
        return 1.0

    def tick(self) -> None:
        raise AssertionError("nothing was to be looked at")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["stdout", "stderr"]),
            st.binary(max_size=6) | st.just("aé€😀\ud800".encode("utf-8", "surrogatepass")[:7]),
        )
    ),
    st.integers(0, 40),
)
def test_what_is_told_is_what_is_kept(written: list[tuple[Any, bytes]], most: int) -> None:
    pieces = Pieces()
    printed = Printed(most, pieces)
    aside = Aside(_Still())
    for name, data in written:
        printed.tell(name, printed.take(name, data), aside)
    printed.end(aside)
    aside.close()
    assert {name: pieces.text(name) for name in ("stdout", "stderr")} == {
        "stdout": printed.text("stdout"),
        "stderr": printed.text("stderr"),
    }
    assert all(text for _, text in pieces.all)
    assert printed.size == sum(len(data) for _, data in written)


def test_output_above_the_limit_is_not_told() -> None:
    pieces = Pieces()
    with plain_executor(limits=Limits(output_bytes=10)) as executor:
        result = executor.run("print('x' * 100)", on_output=pieces)
    assert isinstance(result.error, LimitExceeded)
    assert pieces.text() == result.stdout == "x" * 10


def test_a_callback_that_fails_is_told_to_the_log_and_left_alone(
    executor: CellExecutor, caplog: pytest.LogCaptureFixture
) -> None:
    calls = []

    def fail(name: str, text: str) -> None:
        calls.append(text)
        raise ValueError("no")

    executor.send_tools({"pause": lambda: None})
    result = executor.run("print(1)\npause()\nprint(2)\npause()\n3", on_output=fail)
    assert (result.value, result.stdout, calls) == (3, "1\n2\n", ["1\n"])
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert executor.run("4").value == 4


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("make", [plain_executor, in_process])
def test_an_exit_in_the_callback_stops_the_run_and_goes_on_its_way(make: Any, error: type[BaseException]) -> None:
    def leave(name: str, text: str) -> None:
        raise error

    with make() as executor:
        with pytest.raises(error):
            executor.run("x = 3\nprint(1)\nwhile True: pass", on_output=leave)
        found = executor.interrupted_result
        assert found is not None and isinstance(found.error, LimitExceeded)
        assert (found.error.limit, found.stdout.strip(), found.state) == ("interrupt", "1", "kept")
        assert executor.run("x").value == 3
        assert executor.interrupted_result is None


def test_a_slow_callback_does_not_put_the_deadline_off() -> None:
    stopped = threading.Event()

    def heard(event: Any) -> None:
        if event.type == "limit":
            stopped.set()

    told = []
    with plain_executor(limits=Limits(wall_s=0.2), on_event=heard) as executor:
        result = executor.run("print(1)\nwhile True: pass", on_output=lambda name, text: told.append(stopped.wait(30)))
        assert (told, result.state, executor.run("1").value) == ([True], "kept", 1)
    assert isinstance(result.error, LimitExceeded) and result.error.limit == "wall_s"


def test_a_guest_that_goes_on_during_a_slow_callback_is_killed() -> None:
    executor = plain_executor(limits=Limits(wall_s=0.2))
    told = []

    def wait(name: str, text: str) -> None:
        process = executor._enclosure.workers[-1].process  # type: ignore[attr-defined]
        told.append(process.wait(30))

    with executor:
        result = executor.run("print(1)\nsum(range(10**13))", on_output=wait)
    assert (told, result.state) == ([-9], "lost")
    assert isinstance(result.error, LimitExceeded) and result.error.limit == "wall_s"


def test_no_thread_is_left(executor: CellExecutor) -> None:
    before = threading.active_count()
    executor.run("print(1)", on_output=Pieces())
    assert threading.active_count() == before


@pytest.mark.parametrize("wrong", [1, "print"])
def test_what_cannot_be_called_is_refused_before_anything_runs(executor: CellExecutor, wrong: Any) -> None:
    with pytest.raises(TypeError, match="on_output must be callable"):
        executor.run("x = 1", on_output=wrong)
    with pytest.raises(TypeError, match="on_output must be callable"):
        asyncio.run(executor.arun("x = 1", on_output=wrong))
    assert executor.run("'x' in dir()").value is False


def test_a_coroutine_function_needs_arun(executor: CellExecutor) -> None:
    async def tell(name: str, text: str) -> None:
        raise AssertionError("never called")

    with pytest.raises(TypeError, match="needs arun"):
        executor.run("1", on_output=tell)


def test_in_process_the_callback_is_on_the_hosts_side() -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="none")
    variable.set("host's")
    seen = set()
    import csv

    def tell(name: str, text: str) -> None:
        seen.add((variable.get(), "pipes" in csv.list_dialects()))

    code = "import csv\ncsv.register_dialect('pipes', delimiter='|')\nprint('pipes' in csv.list_dialects())"
    with in_process() as executor:
        assert executor.run(code, on_output=tell).stdout == "True\n"
        assert executor.run("print('pipes' in csv.list_dialects())").stdout == "True\n"
    assert seen == {("host's", False)}


def test_arun_calls_on_the_loop(executor: CellExecutor) -> None:
    pieces = Pieces()
    result = asyncio.run(executor.arun("for i in range(300): print(i)", on_output=pieces))
    assert pieces.text() == result.stdout
    assert pieces.threads == {True}


def test_arun_tells_while_the_run_goes_on(executor: CellExecutor) -> None:
    async def main() -> Any:
        begun = asyncio.Event()

        async def tell(name: str, text: str) -> None:
            await asyncio.sleep(0)
            told.append(text)
            begun.set()

        executor.send_tools({"wait": begun.wait})
        return await executor.arun("print(1)\nwait()\nprint(2)\n3", on_output=tell)

    told: list[str] = []
    assert (asyncio.run(main()).value, told) == (3, ["1\n", "2\n"])


def test_a_failing_callback_of_arun(executor: CellExecutor, caplog: pytest.LogCaptureFixture) -> None:
    async def fail(name: str, text: str) -> None:
        raise ValueError("no")

    result = asyncio.run(executor.arun("print(1)\nprint(2)\n3", on_output=fail))
    assert (result.value, result.stdout) == (3, "1\n2\n")
    assert [record.message[:26] for record in caplog.records] == ["the output callback failed"]


def test_a_cancelled_arun_tells_nothing_more_and_keeps_its_result(executor: CellExecutor) -> None:
    async def main() -> None:
        begun = asyncio.Event()
        task = asyncio.ensure_future(
            executor.arun("x = 1\nprint(1)\nwhile True: pass", on_output=lambda name, text: begun.set())
        )
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    found = executor.interrupted_result
    assert found is not None and (found.stdout, found.state) == ("1\n", "kept")
    assert executor.run("x").value == 1
