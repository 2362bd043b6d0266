"""``final_answer`` ends the run at once, and guest code cannot undo it."""

from __future__ import annotations

from ...base import Executor
from ..case import case, equal, ok


def _answers(executor: Executor, source: str, value: object) -> None:
    result = ok(executor.run(source))
    equal((result.is_final_answer, result.value), (True, value))


@case()
def is_the_value(executor: Executor) -> None:
    _answers(executor, "final_answer({'n': 1})", {"n": 1})


@case()
def ends_the_run(executor: Executor) -> None:
    _answers(executor, "x = 1\nfinal_answer(5)\nx = 2", 5)
    equal(ok(executor.run("x")).value, 1)


@case()
def an_ordinary_value_is_none(executor: Executor) -> None:
    equal(ok(executor.run("5")).is_final_answer, False)


@case()
def except_cannot_undo_it(executor: Executor) -> None:
    _answers(executor, "try:\n    final_answer(1)\nexcept BaseException:\n    x = 9\nfinal_answer(2)", 1)


@case()
def finally_cannot_undo_it(executor: Executor) -> None:
    source = "def f():\n    try:\n        final_answer(1)\n    finally:\n        return 9\nf()\nfinal_answer(2)"
    _answers(executor, source, 1)


@case()
def exit_of_a_context_manager_cannot_undo_it(executor: Executor) -> None:
    source = (
        "class C:\n    def __enter__(self):\n        return self\n    def __exit__(self, *a):\n        return True\n"
        "with C():\n    final_answer(1)\nraise ValueError('later')"
    )
    _answers(executor, source, 1)


@case()
def from_a_function(executor: Executor) -> None:
    _answers(executor, "def f(n):\n    final_answer(n)\n    return 0\nf(3)\n1 / 0", 3)


@case()
def assigned_at_module_level(executor: Executor) -> None:
    _answers(executor, "x = 2\nfinal_answer = x * 3\nx = 7", 6)
    equal(ok(executor.run("x")).value, 2)


@case()
def bound_elsewhere_is_a_violation(executor: Executor) -> None:
    for source in ("def final_answer(x): pass", "for final_answer in []: pass", "def f(final_answer): pass"):
        error = executor.run(source).error
        assert error is not None, source
        equal((error.kind, error.code), ("policy", "HC104"))


@case()
def that_cannot_travel_is_an_error(executor: Executor) -> None:
    result = executor.run("final_answer([1, lambda: 2])")
    assert result.error is not None
    equal((result.error.kind, result.is_final_answer), ("guest", False))
    assert "[1]" in result.error.message, result.error.message


@case()
def state_is_kept(executor: Executor) -> None:
    result = ok(executor.run("y = 4\nfinal_answer(y)"))
    equal(result.state, "kept")
    equal(ok(executor.run("y")).value, 4)


@case()
def smolagents_calling_convention(executor: Executor) -> None:
    output = executor("print('log')\nfinal_answer('done')")
    equal((output.output, output.logs, output.is_final_answer), ("done", "log\n", True))
    equal(executor.state["_print_outputs"], "log\n")
    equal(executor("1 + 1").output, 2)


@case()
def call_raises_the_error_of_the_run(executor: Executor) -> None:
    try:
        executor("print('before')\n1 / 0")
    except Exception as error:
        equal(getattr(error, "type", ""), "ZeroDivisionError")
    else:
        raise AssertionError("nothing was raised")
    equal(executor.state["_print_outputs"], "before\n")


@case()
def state_is_read_only(executor: Executor) -> None:
    ok(executor.run("1"))
    try:
        executor.state["x"] = 1  # type: ignore[index]
    except TypeError:
        return
    raise AssertionError("executor.state was written")
