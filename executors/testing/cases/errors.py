"""The guest's own errors: kind, type, message, line; the session lives on."""

from __future__ import annotations

from typing import Any

from sandbox.errors import GuestError

from ...base import Executor
from ..case import Case, add, case, equal, ok

_TABLE: dict[str, tuple[str, str, str, int]] = {
    "zero_division": ("x = 1\nx / 0", "ZeroDivisionError", "division by zero", 2),
    "name_error": ("\n\nmissing", "NameError", "name 'missing' is not defined", 3),
    "key_error": ("{}['k']", "KeyError", "'k'", 1),
    "type_error": ("1 + 'a'", "TypeError", "unsupported operand type(s) for +: 'int' and 'str'", 1),
    "value_error": ("int('x')", "ValueError", "invalid literal for int() with base 10: 'x'", 1),
    "index_error": ("[][3]", "IndexError", "list index out of range", 1),
    "attribute_error": ("'a'.nope", "AttributeError", "'str' object has no attribute 'nope'", 1),
    "assertion_error": ("assert 1 == 2, 'no'", "AssertionError", "no", 1),
    "stop_iteration": ("next(iter([]))", "StopIteration", "", 1),
    "raised_in_a_function": ("def f():\n    raise KeyError('deep')\nf()", "KeyError", "'deep'", 2),
    "own_exception": ("class Mine(Exception):\n    pass\nraise Mine('m')", "Mine", "m", 3),
    "raised_from_another": (
        "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('v') from e",
        "ValueError",
        "v",
        4,
    ),
}


def _check(source: str, kind: str, message: str, line: int) -> Any:
    def check(executor: Executor) -> None:
        error = executor.run(source).error
        equal(type(error), GuestError)
        assert error is not None
        equal((error.kind, error.type, error.message, error.line), ("guest", kind, message, line))
        equal(ok(executor.run("1 + 1")).value, 2)

    return check


for _name, _row in _TABLE.items():
    add(Case(f"errors.{_name}", _check(*_row)))


@case()
def syntax_error_has_line_and_caret(executor: Executor) -> None:
    error = executor.run("x = 1\ny = (2 +\n").error
    equal(type(error), GuestError)
    assert error is not None
    equal((error.type, error.line), ("SyntaxError", 2))
    assert error.column is not None and "^" in error.traceback, error.traceback


@case()
def indentation_error(executor: Executor) -> None:
    error = executor.run("if True:\nx = 1").error
    assert error is not None
    equal((error.kind, error.type, error.line), ("guest", "IndentationError", 2))


@case()
def traceback_names_guest_lines_only(executor: Executor) -> None:
    error = executor.run("def f():\n    return 1 / 0\nf()").error
    assert error is not None
    assert "line 3" in error.traceback and "line 2" in error.traceback, error.traceback
    assert ".py" not in error.traceback and "sandbox" not in error.traceback, error.traceback


@case()
def recursion_error_is_the_guest_s(executor: Executor) -> None:
    error = executor.run("def f():\n    return f()\nf()").error
    assert error is not None
    equal((error.kind, error.type), ("guest", "RecursionError"))
    equal(ok(executor.run("3")).value, 3)


@case()
def system_exit_is_a_guest_error(executor: Executor) -> None:
    for source in ("raise SystemExit(3)", "import sys\nsys.exit(3)"):
        error = executor.run(source).error
        assert error is not None
        equal((error.kind, error.type), ("guest", "SystemExit"))
    equal(ok(executor.run("1")).value, 1)


@case()
def keyboard_interrupt_of_the_guest_is_its_error(executor: Executor) -> None:
    error = executor.run("raise KeyboardInterrupt").error
    assert error is not None
    equal((error.kind, error.type), ("guest", "KeyboardInterrupt"))


@case()
def input_is_at_its_end(executor: Executor) -> None:
    error = executor.run("input('name? ')").error
    assert error is not None
    equal((error.kind, error.type), ("guest", "EOFError"))
    assert "send_variables" in error.message, error.message


@case()
def caught_exception_is_no_error(executor: Executor) -> None:
    equal(
        ok(executor.run("try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    r = str(e)\nr")).value, "division by zero"
    )


@case()
def error_has_no_value(executor: Executor) -> None:
    result = executor.run("x = 5\nx\n1 / 0")
    equal((result.value, result.is_final_answer, result.ok), (None, False, False))
