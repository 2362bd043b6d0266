"""Runs over a plain worker: values, output, errors, state, limits, decisions, events."""

from __future__ import annotations

import os
import threading
import types
from collections.abc import Iterator
from typing import Any

import pytest

from executors.cell_executor import CellExecutor
from sandbox.errors import (
    EncodeError,
    GuestError,
    LimitExceeded,
    PolicyViolation,
    SessionBusy,
    SessionClosed,
    WorkerCrashed,
)
from sandbox.events import Event
from sandbox.limits import Limits
from sandbox.policy import Allow, Ask, Deny, Policy, Request
from sandbox.values import Opaque

from .plain_worker import plain_executor


@pytest.fixture
def executor() -> Iterator[CellExecutor]:
    with plain_executor() as one:
        yield one


def test_value_output_and_variables(executor: CellExecutor) -> None:
    result = executor.run("import sys\nx = [1, 2]\nprint('hé')\nprint('e', file=sys.stderr)\nsum(x)")
    assert (result.value, result.value_repr) == (3, "3")
    assert (result.stdout, result.stderr) == ("hé\n", "e\n")
    assert [(v.name, v.type, v.repr) for v in result.variables] == [("x", "list", "[1, 2]")]
    assert (result.error, result.state, result.is_final_answer) == (None, "kept", False)
    assert result.usage.output_bytes == 6


def test_state_lives_between_runs_and_only_changes_are_told(executor: CellExecutor) -> None:
    executor.run("a = 1\nb = 2")
    result = executor.run("b = a + 2\nc = b")
    assert [(v.name, v.repr) for v in result.variables] == [("b", "3"), ("c", "3")]
    result = executor.run("b = b\nc = a + 1")
    assert [(v.name, v.repr) for v in result.variables] == [("c", "2")]


def test_output_before_a_kill_is_kept() -> None:
    with plain_executor(limits=Limits(wall_s=0.3)) as executor:
        result = executor.run("print('begun')\nsum(range(10**12))")
    assert result.stdout == "begun\n"
    assert isinstance(result.error, LimitExceeded)
    assert (result.error.limit, result.error.allowed, result.state) == ("wall_s", 0.3, "lost")


def test_undecodable_output_is_shown_escaped(executor: CellExecutor) -> None:
    result = executor.run(r"print('\ud800')" + "\nimport os\nos.write(1, b'\\xff') and None")
    assert result.stdout == "\\ud800\n\\xff"


def test_an_exception_has_type_line_column_and_guest_traceback(executor: CellExecutor) -> None:
    executor.run("def f(n):\n    return 1 / n")
    error = executor.run("x = 1\nf(0)").error
    assert isinstance(error, GuestError)
    assert (error.type, error.message, error.line, error.column) == ("ZeroDivisionError", "division by zero", 2, 1)
    assert '<cell 1>", line 2' in error.traceback and '<cell 2>", line 2' in error.traceback
    assert "sandbox" not in error.traceback


def test_a_syntax_error_has_line_and_column(executor: CellExecutor) -> None:
    error = executor.run("x = 1\ny = = 2").error
    assert isinstance(error, GuestError)
    assert (error.type, error.message, error.line, error.column) == ("SyntaxError", "invalid syntax", 2, 5)


@pytest.mark.parametrize(
    ("code", "type_name"),
    [
        ("raise SystemExit(3)", "SystemExit"),
        ("exit()", "SystemExit"),
        ("input()", "EOFError"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("class E(Exception):\n    def __str__(self): raise ValueError\nraise E", "E"),
        ("def f(): f()\nf()", "RecursionError"),
        ("'\\0' + chr(0)\nx ==", "SyntaxError"),
    ],
)
def test_whatever_the_guest_raises_is_a_guest_error_and_the_session_lives(
    executor: CellExecutor, code: str, type_name: str
) -> None:
    result = executor.run(code)
    assert isinstance(result.error, GuestError)
    assert (result.error.type, result.state) == (type_name, "kept")
    assert executor.run("1 + 1").value == 2


def test_input_names_the_way_values_arrive(executor: CellExecutor) -> None:
    error = executor.run("input('name? ')").error
    assert error is not None and "send_variables" in error.message


def test_a_caught_import_refusal_is_only_an_event(executor: CellExecutor) -> None:
    result = executor.run("try:\n    import socket\nexcept ImportError:\n    x = 'fallback'\nx")
    assert (result.value, result.error) == ("fallback", None)
    assert [e.data["module"] for e in result.events if e.type == "import.refused"] == ["socket"]


def test_an_uncaught_import_refusal_is_a_violation(executor: CellExecutor) -> None:
    error = executor.run("x = 1\nimport socket").error
    assert isinstance(error, PolicyViolation)
    assert (error.type, error.code, error.line, error.recovery) == ("ImportError", "HC201", 2, "rewrite")


def test_an_import_error_of_the_guests_own_is_a_guest_error(executor: CellExecutor) -> None:
    error = executor.run("try:\n    import socket\nexcept ImportError:\n    pass\nraise ImportError('mine')").error
    assert isinstance(error, GuestError) and error.message == "mine"


def test_an_uncaught_memory_error_is_a_limit(executor: CellExecutor) -> None:
    result = executor.run("raise MemoryError")
    assert isinstance(result.error, LimitExceeded)
    assert (result.error.limit, result.error.code, result.state) == ("memory_mb", "HC603", "kept")
    assert executor.run("try:\n    raise MemoryError\nexcept MemoryError:\n    1\n2").value == 2


def test_a_value_that_cannot_travel_is_opaque(executor: CellExecutor) -> None:
    value = executor.run("f = lambda: 1\n[f]").value
    assert isinstance(value, Opaque) and value.type == "list"


def test_a_repr_that_raises_is_survived(executor: CellExecutor) -> None:
    result = executor.run("class A:\n    def __repr__(self): 1 / 0\na = A()\n(a, lambda: 1)")
    assert result.error is None and "ZeroDivisionError" in result.value_repr


def test_final_answer_ends_the_run_and_cannot_be_undone(executor: CellExecutor) -> None:
    code = "try:\n    final_answer({'a': 1})\nexcept BaseException:\n    print('caught')\nfinally:\n    x = 5\nx"
    result = executor.run(code)
    assert (result.value, result.is_final_answer, result.error) == ({"a": 1}, True, None)
    assert executor.run("x").value == 5


def test_assigning_final_answer_ends_the_run(executor: CellExecutor) -> None:
    result = executor.run("if True:\n    final_answer = 3\nprint('no')")
    assert (result.value, result.is_final_answer, result.stdout) == (3, True, "")


def test_a_final_answer_that_cannot_travel_is_an_error(executor: CellExecutor) -> None:
    result = executor.run("final_answer(lambda: 1)")
    assert isinstance(result.error, GuestError)
    assert (result.error.type, result.is_final_answer, result.value) == ("EncodeError", False, None)


def test_code_must_be_str(executor: CellExecutor) -> None:
    with pytest.raises(TypeError, match="not bytes"):
        executor.run(b"1")  # type: ignore[arg-type]


def test_the_output_limit_keeps_what_fits_and_the_state() -> None:
    with plain_executor(limits=Limits(output_bytes=1000)) as executor:
        executor.run("kept = 1")
        result = executor.run("while True:\n    print('x' * 99)")
        assert isinstance(result.error, LimitExceeded)
        assert (result.error.limit, result.error.code, result.state) == ("output_bytes", "HC604", "kept")
        assert len(result.stdout) == 1000
        assert executor.run("kept").value == 1


def test_output_up_to_the_limit_is_no_error() -> None:
    with plain_executor(limits=Limits(output_bytes=1000)) as executor:
        assert executor.run("print('x' * 999)").error is None


def test_a_value_above_the_limit_is_opaque_and_a_final_answer_an_error() -> None:
    with plain_executor(limits=Limits(value_bytes=10_000)) as executor:
        value = executor.run("x = 'a' * 20_000\nx").value
        assert isinstance(value, Opaque) and value.type == "str"
        error = executor.run("final_answer(x)").error
        assert isinstance(error, GuestError) and error.type == "EncodeError"
        assert executor.run("len(x)").value == 20_000


def test_a_soft_stop_keeps_the_state() -> None:
    with plain_executor(limits=Limits(wall_s=0.3)) as executor:
        executor.run("x = 1")
        result = executor.run("x = 2\nwhile True:\n    pass")
        assert isinstance(result.error, LimitExceeded)
        assert (result.error.limit, result.error.code, result.state) == ("wall_s", "HC601", "kept")
        assert executor.run("x").value == 2


def test_a_guest_that_swallows_the_stop_is_killed_and_the_next_run_starts_afresh() -> None:
    with plain_executor(limits=Limits(wall_s=0.3)) as executor:
        executor.run("x = 1")
        code = (
            "while True:\n    try:\n        while True:\n            len('')\n    except BaseException:\n        pass"
        )
        result = executor.run(code)
        assert isinstance(result.error, LimitExceeded)
        assert (result.error.limit, result.state) == ("wall_s", "lost")
        after = executor.run("'x' in dir()")
        assert after.value is False
        started = [e for e in after.events if e.type == "session.started"]
        assert [e.data["replaces"] for e in started] == ["lost in a run: LimitExceeded"]


def test_a_worker_that_leaves_is_a_crash(executor: CellExecutor) -> None:
    result = executor.run("import os\nprint('bye')\nos._exit(3)")
    assert isinstance(result.error, WorkerCrashed)
    assert (result.error.message, result.state, result.stdout) == ("ended with 3", "lost", "bye\n")
    assert executor.run("2").value == 2


def test_tools_survive_a_lost_worker(executor: CellExecutor) -> None:
    executor.send_tools({"double": lambda n: 2 * n})
    executor.run("import os\nos._exit(3)")
    assert executor.run("double(4)").value == 8


@pytest.mark.parametrize("name", ["search", "final_answer"])
@pytest.mark.parametrize(
    "code",
    [
        "import math as {0}",
        "for {0} in []: pass",
        "def {0}(): pass",
        "class {0}: pass",
        "lambda {0}: 1",
        "with open('x') as {0}: pass",
        "try: pass\nexcept ValueError as {0}: pass",
        "[1 for {0} in []]",
        "({0} := 1)",
        "{0}, x = 1, 2",
        "{0} += 1",
        "del {0}",
        "def f():\n    global {0}",
        "def f():\n    {0} = 1",
        "match 1:\n    case {0}: pass",
        "match 1:\n    case [*{0}]: pass",
        "match 1:\n    case {{**{0}}}: pass",
    ],
)
def test_reserved_names_cannot_be_bound(executor: CellExecutor, code: str, name: str) -> None:
    executor.send_tools({"search": lambda: 1})
    result = executor.run("ran = 1\n" + code.format(name))
    assert isinstance(result.error, PolicyViolation)
    assert result.error.code == "HC104" and repr(name) in result.error.message
    assert result.variables == ()


def test_variables_arrive_and_are_checked(executor: CellExecutor) -> None:
    executor.send_tools({"search": lambda: 1})
    executor.send_variables({"rows": [{"n": 1}, {"n": 2.5}], "raw": b"\x00"})
    assert executor.run("sum(r['n'] for r in rows), raw").value == (3.5, b"\x00")
    with pytest.raises(ValueError, match="identifier"):
        executor.send_variables({"a b": 1})
    with pytest.raises(ValueError, match="name of a tool"):
        executor.send_variables({"search": 1})
    with pytest.raises(EncodeError) as caught:
        executor.send_variables({"fine": 1, "rows": [1, {"owner": object()}]})
    assert caught.value.path == "rows[1]['owner']"
    assert executor.run("'fine' in dir()").value is False


def test_variables_above_the_limit_are_refused_one_or_many() -> None:
    with plain_executor(limits=Limits(value_bytes=10_000)) as executor:
        with pytest.raises(EncodeError, match="larger than 10000 bytes") as caught:
            executor.send_variables({"y": 1, "x": "a" * 20_000})
        assert caught.value.path == "x"
        with pytest.raises(EncodeError, match="limits.value_bytes"):
            executor.send_variables({f"v{n}": "a" * 9_000 for n in range(200)})
        assert executor.run("'y' in dir(), 'v0' in dir()").value == (False, False)


def test_two_callers_at_once_are_refused(executor: CellExecutor) -> None:
    inside = []

    def tool() -> str:
        for act in (
            lambda: executor.run("1"),
            lambda: executor.send_variables({"a": 1}),
            lambda: executor.files.list(),
        ):
            with pytest.raises(SessionBusy):
                act()
        thread = threading.Thread(target=lambda: inside.append(pytest.raises(SessionBusy, executor.run, "1")))
        thread.start()
        thread.join()
        return "done"

    executor.send_tools({"tool": tool})
    assert executor.run("tool()").value == "done"
    assert len(inside) == 1


def test_a_closed_session_is_closed(executor: CellExecutor) -> None:
    executor.run("1")
    executor.close()
    executor.close()
    for act in (lambda: executor.run("1"), lambda: executor.isolation, lambda: executor.send_tools({})):
        with pytest.raises(SessionClosed):
            act()


def test_closing_from_a_tool_ends_the_run(executor: CellExecutor) -> None:
    executor.send_tools({"stop": executor.close})
    result = executor.run("stop()\nwhile True: pass")
    assert isinstance(result.error, WorkerCrashed)
    with pytest.raises(SessionClosed):
        executor.run("1")


def test_interrupt_from_another_thread_keeps_the_state(executor: CellExecutor) -> None:
    executor.send_tools({"begun": lambda: threading.Thread(target=executor.interrupt).start()})
    result = executor.run("x = 7\nbegun()\nwhile True: pass")
    assert isinstance(result.error, LimitExceeded)
    assert (result.error.limit, result.state) == ("interrupt", "kept")
    assert executor.run("x").value == 7
    executor.interrupt()
    assert executor.run("x").value == 7


@pytest.mark.usefixtures("collected")
def test_nothing_is_leaked(executor: CellExecutor) -> None:
    executor.run("1")
    executor.close()
    before = set(os.listdir("/proc/self/fd"))
    for code in ("1", "import os; os._exit(1)", "import os; os.close(3)"):
        with plain_executor() as one:
            one.run(code)
    assert set(os.listdir("/proc/self/fd")) == before


def test_an_executor_that_nobody_closed_is_released() -> None:
    executor = plain_executor()
    executor.run("1")
    process = executor._enclosure.workers[0].process  # type: ignore[attr-defined]
    del executor
    assert process.poll() is not None


# ---- decisions and events


def asked(answer: Any) -> tuple[Policy, list[Request]]:
    requests: list[Request] = []

    def decide(request: Request) -> Any:
        requests.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Policy.standard(decide=decide), requests


@pytest.mark.parametrize(
    ("answer", "recovery", "reason"),
    [
        (Deny("not today"), "escalate", "not today"),
        (Ask("who says so"), "ask", "who says so"),
        (RuntimeError("secret"), "escalate", "the decision hook failed with RuntimeError"),
        (True, "escalate", "the decision hook returned bool, not Allow, Deny or Ask"),
        (None, "escalate", "the decision hook returned NoneType, not Allow, Deny or Ask"),
    ],
)
def test_a_denied_run_never_runs(answer: Any, recovery: str, reason: str) -> None:
    policy, requests = asked(answer)
    events: list[Event] = []
    with plain_executor(policy=policy, on_event=events.append) as executor:
        result = executor.run("print('ran')")
    assert isinstance(result.error, PolicyViolation)
    assert (result.error.code, result.error.recovery, result.stdout, result.state) == ("HC501", recovery, "", "kept")
    assert [(r.kind, r.code) for r in requests] == [("run", "print('ran')")]
    assert [e.type for e in events] == ["session.started", "decision", "session.ended"]
    assert events[1].data["reason"] == reason


def test_a_late_decision_is_a_denial(monkeypatch: pytest.MonkeyPatch) -> None:
    policy, _ = asked(Allow())
    clock = iter([0.0, 100.0])
    with plain_executor(policy=policy) as executor:
        assert executor.isolation.kind == "process"
        monkeypatch.setattr("executors.decisions.time", types.SimpleNamespace(monotonic=lambda: next(clock)))
        result = executor.run("1")
    assert isinstance(result.error, PolicyViolation) and "took longer than 30 s" in result.error.message


def test_events_come_in_order_and_name_their_origin(executor: CellExecutor) -> None:
    executor.send_tools({"tool": lambda: 1})
    result = executor.run("tool()\ntry:\n    import socket\nexcept ImportError: pass\nfinal_answer(1)")
    assert [(e.type, e.origin) for e in result.events] == [
        ("session.started", "host"),
        ("run.started", "host"),
        ("tool.called", "host"),
        ("tool.ended", "host"),
        ("import.refused", "worker"),
        ("final_answer", "worker"),
        ("run.ended", "host"),
    ]
    assert executor.run("1").events[0].type == "run.started"


def test_a_listener_that_fails_does_not_tear_the_run() -> None:
    def listen(event: Event) -> None:
        raise ValueError("full")

    with plain_executor(on_event=listen) as executor:
        assert executor.run("1").value == 1


def test_a_flood_of_events_is_bounded(executor: CellExecutor) -> None:
    result = executor.run("for _ in range(3000):\n    try:\n        import socket\n    except ImportError: pass")
    assert result.error is None
    assert sum(e.type == "import.refused" for e in result.events) == 1001
    assert [e.data for e in result.events if e.type == "events.left_out"] == [{"count": 1999}]


def test_empty_names_of_variables_and_classes_are_told(executor: CellExecutor) -> None:
    result = executor.run("globals()[''] = 2\nx = type('', (), {})()")
    assert (result.error, result.state) == (None, "kept")
    assert [(variable.name, variable.type) for variable in result.variables] == [("", "int"), ("x", "")]
