"""The interpreter as an engine: outcomes, refusals, places, variables, tools, what lasts from cell to cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.errors import GuestError, LimitExceeded, PolicyViolation
from sandbox.policy import Policy

Make = Callable[..., Any]


def test_the_value_is_that_of_the_last_expression(bench: Make) -> None:
    engine = bench()
    assert engine.value("x = 2\nx * 3") == 6
    assert engine.value("y = x") is None
    assert engine.value("") is None
    assert engine.value("'docstring'") == "docstring"


def test_changed_names_are_those_bound_anew(bench: Make) -> None:
    engine = bench()
    assert engine.run("a, b = 1, 2\n_hidden = 3\nimport math").changed == ("a", "b")
    assert engine.run("b = 5").changed == ("b",)
    assert sorted(engine.engine.variables()) == ["a", "b"]


def test_operations_are_counted_exactly(bench: Make) -> None:
    for in_process in (True, False):
        engine = bench(in_process=in_process)
        assert engine.run("for i in range(10): pass").ops == 10
        assert engine.run("def f(n): return n\n[f(i) for i in range(5)]").ops == 10
        assert engine.run("i = 0\nwhile i < 4: i += 1").ops == 4
        assert engine.run("sum(x for x in range(7))").ops == 7


def test_a_function_of_an_earlier_cell_runs_on_the_later_budget(bench: Make) -> None:
    engine = bench(ops=1000)
    engine.run("def spin(n):\n    for _ in range(n): pass")
    assert engine.run("spin(900)").error is None
    assert engine.run("spin(900)").error is None
    outcome = engine.run("spin(5000)")
    assert isinstance(outcome.error, LimitExceeded)
    assert (outcome.error.limit, outcome.error.allowed, outcome.ops) == ("ops", 1000, 1000)
    assert engine.run("spin(10)").error is None


SWALLOW = [
    "try:\n    while True: pass\nexcept BaseException:\n    pass\nescaped = 1",
    "def f():\n    try:\n        while True: pass\n    finally:\n        return 1\nescaped = f()",
    "class C:\n    def __enter__(self): return self\n    def __exit__(self, *a): return True\n"
    "with C():\n    while True: pass\nescaped = 1",
    "import contextlib\nwith contextlib.suppress(BaseException):\n    while True: pass\nescaped = 1",
    "def g():\n    try:\n        while True: pass\n    except BaseException:\n        yield 1\nescaped = list(g())",
    "try:\n    while True: pass\nexcept* BaseException:\n    pass\nescaped = 1",
    "import asyncio\nasync def f():\n    while True: pass\nasync def main():\n"
    "    return await asyncio.gather(f(), return_exceptions=True)\nescaped = asyncio.run(main())",
]


@pytest.mark.parametrize("code", SWALLOW)
def test_a_limit_cannot_be_swallowed(bench: Make, code: str) -> None:
    engine = bench(ops=500)
    outcome = engine.run(code)
    assert isinstance(outcome.error, LimitExceeded), outcome
    assert outcome.error.limit == "ops"
    assert "escaped" not in engine.engine.variables()
    assert engine.events[-1][0] == "limit"


def test_the_first_recorded_outcome_counts(bench: Make) -> None:
    engine = bench()
    outcome = engine.run("try:\n    final_answer(1)\nfinally:\n    final_answer(2)")
    assert (outcome.is_final_answer, outcome.value, outcome.error) == (True, 1, None)
    outcome = engine.run("try:\n    object().__class__.__subclasses__\nexcept Exception:\n    pass")
    assert isinstance(outcome.error, PolicyViolation)


def test_static_refusals_come_before_anything_runs(bench: Make) -> None:
    engine = bench()
    outcome = engine.run("print('ran')\nx = ().__class__.__subclasses__()\ny = f.__globals__")
    assert isinstance(outcome.error, PolicyViolation)
    assert (outcome.error.code, outcome.error.line, outcome.error.column) == ("HC101", 2, 5)
    assert "also refused: line 3 HC101" in outcome.error.message
    assert engine.stdout.getvalue() == ""
    assert engine.events == [("refused", {"code": "HC101", "message": outcome.error.message[:500]})]


TRACED = [
    "def f(n):\n    return 10 / n\n\nf(0)",
    "def f(x):\n    return x.missing.attribute\n\ndef g():\n    f(\n        3\n    )\ng()",
    "x = {'a': [1, 2]}\nprint(x['a'][5] + 1)",
    "def gen():\n    yield 1\n    raise ValueError('é')\nfor x in gen():\n    pass",
    "class C:\n    y = int('q')",
    "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError('k') from e",
    "try:\n    1 / 0\nexcept ZeroDivisionError:\n    undefined",
    "sorted([3, 'a'], key=lambda v: v + 1)",
    "assert 1 == 2, 'no'",
    "def f(a, b): pass\nf(1)",
    "with open('nothing.txt') as f:\n    pass",
    "e = ValueError('x')\ne.add_note('a note')\nraise e",
]


@pytest.mark.parametrize("code", TRACED)
def test_a_traceback_is_that_of_cpython(bench: Make, code: str) -> None:
    error = bench().run(code).error
    assert isinstance(error, GuestError)
    assert without_suggestions(error.traceback) == without_suggestions(traceback_of_cpython(code))


def without_suggestions(text: str) -> str:
    """Without CPython's guesses at names and the carets of whole calls, which differ between patch versions."""
    lines = [line.split(". Did you mean")[0] for line in text.splitlines()]
    return "\n".join(line for line in lines if not set(line.strip()) <= {"^", "~"})


def traceback_of_cpython(code: str) -> str:
    """What CPython prints for the code under the file name of a first cell."""
    import linecache
    import traceback

    linecache.cache["<cell 1>"] = (len(code), None, code.splitlines(keepends=True), "<cell 1>")
    try:
        exec(compile(code, "<cell 1>", "exec"), {"__name__": "__main__"})
    except Exception as error:
        error.__traceback__ = error.__traceback__.tb_next if error.__traceback__ else None
        return "".join(traceback.format_exception(error))
    finally:
        del linecache.cache["<cell 1>"]
    raise AssertionError("the code raises nothing")


def test_an_error_has_line_column_and_carets(bench: Make) -> None:
    error = bench().run("def f(n):\n    return 10 / n\n\nf(0)").error
    assert isinstance(error, GuestError)
    assert (error.type, error.message, error.line, error.column) == ("ZeroDivisionError", "division by zero", 2, 12)
    assert "    return 10 / n\n           ~~~^~~\n" in error.traceback


def test_a_syntax_error_has_line_and_caret(bench: Make) -> None:
    error = bench().run("x = 1\ny = (2,\nz = = 3").error
    assert isinstance(error, GuestError)
    assert (error.type, error.line, error.column) == ("SyntaxError", 2, 5)
    error = bench().run("def f():\n    break").error
    assert (error.type, error.message, error.line) == ("SyntaxError", "'break' outside loop", 2)
    error = bench().run("return 1").error
    assert (error.type, error.message) == ("SyntaxError", "'return' outside function")


def test_a_refused_import_is_an_import_error_that_can_be_caught(bench: Make) -> None:
    engine = bench()
    assert engine.value("try:\n    import numpy\nexcept ImportError as e:\n    found = e.name\nfound") == "numpy"
    assert engine.events == [("import.refused", {"module": "numpy"})]
    error = engine.run("import socket").error
    assert isinstance(error, PolicyViolation)
    assert (error.type, error.code, error.line, error.recovery) == ("ImportError", "HC201", 1, "rewrite")
    error = engine.run("from os import system").error
    assert (error.type, error.code) == ("ImportError", "HC202")
    error = engine.run("raise ImportError('my own')").error
    assert isinstance(error, GuestError)


def test_tools_are_called_by_name_and_cannot_be_bound(bench: Make) -> None:
    engine = bench()
    engine.engine.set_tools(["search"])
    assert engine.value("search('a', n=2)") == "answer"
    assert engine.calls == [("search", ("a",), {"n": 2})]
    for code in (
        "search = 1",
        "def search(): pass",
        "for search in []: pass",
        "lambda search: 1",
        "import os as search",
    ):
        error = engine.run(code).error
        assert isinstance(error, PolicyViolation), code
        assert error.code == "HC104"
        assert "'search'" in error.message
    engine.engine.set_tools([])
    assert engine.run("search = 1").error is None


def test_a_policy_without_files_refuses_them(bench: Make) -> None:
    error = bench(policy=Policy(files=False)).run("open('x', 'w')").error
    assert isinstance(error, PolicyViolation)
    assert error.code == "HC402"


def test_big_arithmetic_is_paid_before_it_is_done(bench: Make) -> None:
    for code in ("10 ** 10 ** 8", "pow(7, 10 ** 9)", "x = 3\nx **= 10 ** 9", "1 << 10 ** 13"):
        outcome = bench().run(code)
        assert isinstance(outcome.error, LimitExceeded), code
        assert outcome.error.limit == "ops"
    assert bench().value("2 ** 10000 % 7, pow(3, 10 ** 6, 7), 1 << 20") == (2, 4, 1048576)


def test_eval_and_exec_have_the_power_of_the_cell_only(bench: Make) -> None:
    engine = bench()
    assert engine.value("x = 2\neval('x + 1'), eval('y * 2', {'y': 4}), eval('len(\"abc\")')") == (3, 8, 3)
    assert engine.value("exec('z = x * 5')\nz") == 10
    assert engine.value("def f(a):\n    return eval('a + x')\nf(1)") == 3
    error = engine.run("eval('().__class__.__subclasses__()')").error
    assert isinstance(error, PolicyViolation)
    assert engine.run("eval('max(1, 2)', {'__builtins__': {}})").error.type == "NameError"
    assert engine.run("eval('1 +')").error.type == "SyntaxError"


def test_what_is_left_out_says_why(bench: Make) -> None:
    error = bench().run("compile('1', 'x', 'eval')").error
    assert (error.code, error.line) == ("HC302", 1)
    assert "text is not compiled" in error.message
    assert bench().value("def compile(x): return x\ncompile(3)") == 3


def test_recursion_reaches_a_thousand_calls_behind_a_jail_and_ends_in_an_error(bench: Make) -> None:
    engine = bench()
    code = "def depth(n): return 0 if n == 0 else 1 + depth(n - 1)\n"
    assert engine.value(code + "depth(300)") == 300
    assert engine.run("depth(10 ** 6)").error.type == "RecursionError"
    assert engine.value("depth(300)") == 300


def test_module_state_of_the_host_is_untouched(bench: Make) -> None:
    import decimal
    import random
    import sys
    import warnings

    before = (random.getstate(), decimal.getcontext().prec, sys.getrecursionlimit(), list(warnings.filters))
    engine = bench()
    engine.value(
        "import random, decimal, warnings, sys\nrandom.seed(1)\nrandom.random()\n"
        "decimal.getcontext().prec = 5\nwarnings.simplefilter('error')\nsys.setrecursionlimit(5000)"
    )
    assert (random.getstate(), decimal.getcontext().prec, sys.getrecursionlimit(), list(warnings.filters)) == before
    assert engine.value("str(decimal.Decimal(1) / 3)") == "0.33333"
