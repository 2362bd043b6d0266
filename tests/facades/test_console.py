"""What a guest writes, logs, warns about and traces: its own streams, its own state, guest lines only."""

from __future__ import annotations

import dataclasses
import io
import logging as real_logging
import sys
import warnings as real_warnings
from typing import Any

import pytest

from sandbox.engine import Stop


def test_redirection_is_seen_by_sys_and_undone(runtime: Any) -> None:
    sys_, target = runtime.load("sys"), io.StringIO()
    process = sys.stdout
    with runtime.load("contextlib").redirect_stdout(target) as given:
        assert given is target
        assert sys_.stdout is target
        runtime.streams.stdout.write("inside")
    assert sys_.stdout is runtime.streams.original_stdout
    assert (target.getvalue(), runtime.out.getvalue()) == ("inside", "")
    assert sys.stdout is process


def test_assigning_sys_stdout_redirects_the_guest_only(runtime: Any) -> None:
    sys_, target = runtime.load("sys"), io.StringIO()
    process = sys.stdout
    sys_.stdout = target
    runtime.streams.stdout.write("x")
    sys_.stdout = sys_.__stdout__
    runtime.streams.stdout.write("y")
    assert (target.getvalue(), runtime.out.getvalue()) == ("x", "y")
    assert sys.stdout is process
    with pytest.raises(Stop, match=r"\[HC105\] PolicyViolation: storing 'path' on the module 'sys'"):
        sys_.path = []


def test_the_console_takes_text_only(runtime: Any) -> None:
    stdout = runtime.load("sys").stdout
    assert stdout.write("é") == 1
    with pytest.raises(TypeError, match=r"write\(\) argument must be str, not bytes"):
        stdout.write(b"x")
    assert not hasattr(stdout, "buffer")
    assert not hasattr(stdout, "fileno")
    assert runtime.load("sys").stdin.read() == ""
    assert list(runtime.load("sys").stdin) == []


def test_sys_exit_is_system_exit(runtime: Any) -> None:
    with pytest.raises(SystemExit) as caught:
        runtime.load("sys").exit(3)
    assert caught.value.code == 3


def test_logging_is_the_guests_own(runtime: Any) -> None:
    logging = runtime.load("logging")
    before = list(real_logging.root.handlers)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s:%(name)s:%(lineno)d:%(message)s")
    logging.getLogger("a.b").info("hi %s", 1)
    logging.getLogger("a.b").debug("no")
    logging.warning("root")
    assert runtime.err.getvalue() == "INFO:a.b:7:hi 1\nWARNING:root:7:root\n"
    assert real_logging.root.handlers == before
    assert "a.b" not in real_logging.root.manager.loggerDict
    assert logging.getLogger("a.b") is logging.getLogger("a.b")
    assert logging.getLogger("a.b").parent is logging.root
    assert logging.getLogger().root is not real_logging.root


def test_level_names_stay_in_the_engine(runtime: Any) -> None:
    logging = runtime.load("logging")
    logging.addLevelName(25, "NOTICE")
    logger = logging.getLogger("x")
    logger.setLevel("NOTICE")
    logger.log(25, "hi")
    assert logging.getLevelName(25) == "NOTICE"
    assert logging.getLevelName("NOTICE") == 25
    assert real_logging.getLevelName(25) == "Level 25"
    with pytest.raises(ValueError, match="Unknown level: 'LOUD'"):
        logger.setLevel("LOUD")


def test_logged_exceptions_show_guest_lines_and_hold_no_traceback(runtime: Any) -> None:
    logging = runtime.load("logging")
    records: list[Any] = []
    keep = type("Keep", (logging.Handler,), {"emit": lambda self, record: records.append(record)})
    logger = logging.getLogger("x")
    logger.addHandler(keep())
    logger.addHandler(logging.StreamHandler())
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError:
        logger.exception("bad")
    assert records[0].exc_info[2] is None
    assert records[0].pathname == "<cell>"
    assert runtime.err.getvalue() == "bad\nTraceback (most recent call last):\nZeroDivisionError: division by zero\n"


def test_unhandled_log_records_go_to_the_guests_stderr(runtime: Any) -> None:
    runtime.load("logging").getLogger("x").warning("w")
    runtime.load("logging").getLogger("x").info("i")
    assert runtime.err.getvalue() == "w\n"


def test_handlers_are_not_flushed_at_the_process_exit(runtime: Any) -> None:
    before = len(real_logging._handlerList)  # type: ignore[attr-defined]
    kept = runtime.load("logging").StreamHandler()
    assert len(real_logging._handlerList) == before  # type: ignore[attr-defined]
    assert kept.level == 0


def test_log_files_are_in_the_cell(runtime: Any) -> None:
    logging = runtime.load("logging")
    handler = logging.FileHandler("a.log")
    logger = logging.getLogger("f")
    logger.addHandler(handler)
    logger.error("one")
    handler.close()
    assert runtime.files.open("a.log").read() == "one\n"


def test_warnings_are_the_guests_own(runtime: Any) -> None:
    warnings = runtime.load("warnings")
    before = list(real_warnings.filters)
    warnings.warn("first")
    warnings.warn("first")
    assert runtime.err.getvalue() == "<cell>:7: UserWarning: first\n  warnings.warn('x')\n"
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn("a", DeprecationWarning, stacklevel=2)
        warnings.warn("b")
    assert [(str(one.message), one.category, one.lineno) for one in caught] == [
        ("a", DeprecationWarning, 7),
        ("b", UserWarning, 7),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match="c"):
            warnings.warn("c")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="qu.et")
        warnings.warn("quiet")
    assert "quiet" not in runtime.err.getvalue()
    assert real_warnings.filters == before
    with pytest.raises(TypeError, match="category must be a Warning subclass"):
        warnings.warn("x", ValueError)


def test_tracebacks_come_from_the_engine(runtime: Any) -> None:
    traceback = runtime.load("traceback")
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError as error:
        caught: Any = error
        text = traceback.format_exc()
    assert text == "Traceback (most recent call last):\nZeroDivisionError: division by zero\n"
    assert traceback.format_exception_only(caught) == ["ZeroDivisionError: division by zero\n"]
    frames = traceback.extract_tb(caught.__traceback__)
    assert [tuple(frame) for frame in frames] == [("<cell>", 3, "<module>", "1 / 0")]
    assert frames.format() == ['  File "<cell>", line 3, in <module>\n    1 / 0\n']
    traceback.print_exception(caught)
    assert runtime.err.getvalue() == text


def test_frame_summaries_read_no_files(runtime: Any) -> None:
    traceback = runtime.load("traceback")
    frame = traceback.FrameSummary("/etc/passwd", 1, "x")
    assert frame.line is None
    assert traceback.StackSummary.from_list([("/etc/passwd", 1, "x", None)]).format() == [
        '  File "/etc/passwd", line 1, in x\n'
    ]


def test_random_numbers_are_the_engines_own_where_others_share_the_process(runtime: Any) -> None:
    import random as real

    runtime.host = dataclasses.replace(runtime.host, in_process=True)
    real.seed(5)
    expected = real.random()
    real.seed(5)
    random = runtime.load("random")
    random.seed(42)
    assert (random.random(), random.randint(1, 6)) == (real.Random(42).random(), _second(real))
    assert real.random() == expected


def _second(real: Any) -> int:
    generator = real.Random(42)
    generator.random()
    return int(generator.randint(1, 6))


def test_decimal_defaults_are_copies(runtime: Any) -> None:
    import decimal

    runtime.load("decimal").DefaultContext.prec = 3
    assert decimal.DefaultContext.prec == 28


def test_a_unittest_run_shows_guest_lines_only(runtime: Any) -> None:
    unittest = runtime.load("unittest")

    class Case(unittest.TestCase):  # type: ignore[misc,name-defined]
        def test_good(self) -> None:
            self.assertEqual(1, 1)

        def test_logs_and_warns(self) -> None:
            with self.assertLogs("x", "INFO") as logs:
                runtime.load("logging").getLogger("x").info("hi")
            assert logs.output == ["INFO:x:hi"]
            with self.assertWarnsRegex(UserWarning, "o.."):
                runtime.load("warnings").warn("old")

        def test_bad(self) -> None:
            self.assertEqual(1, 2)

    runtime.namespace["Case"] = Case
    program = unittest.main(exit=False)
    assert (program.result.testsRun, len(program.result.failures), len(program.result.errors)) == (3, 1, 0)
    assert program.result.failures[0][1] == "Traceback (most recent call last):\nAssertionError: 1 != 2\n"
    assert __file__ not in runtime.err.getvalue()
    assert "FAILED (failures=1)" in runtime.err.getvalue()


def test_pprint_writes_to_the_guest(runtime: Any) -> None:
    runtime.load("pprint").pprint({"b": 1, "a": [2]})
    assert runtime.out.getvalue() == "{'a': [2], 'b': 1}\n"


def test_timeit_takes_functions_only(runtime: Any) -> None:

    assert runtime.load("timeit").timeit(lambda: None, number=3) >= 0.0
    with pytest.raises(Stop):
        runtime.load("timeit").timeit("1 + 1")
    assert runtime.refusals == ["HC302"]


def test_weak_references_take_no_callback(runtime: Any) -> None:
    class Thing: ...

    thing = Thing()
    weakref = runtime.load("weakref")
    assert weakref.ref(thing)() is thing
    with pytest.raises(TypeError, match="callback"):
        weakref.ref(thing, print)


def test_sleep_without_a_process_wall_looks_at_the_budget(runtime: Any) -> None:
    import dataclasses

    runtime.host = dataclasses.replace(runtime.host, in_process=True)
    runtime.load("time").sleep(0.12)
    assert runtime.looks >= 2
    assert runtime.charged == 0
    with pytest.raises(ValueError, match="sleep length must be non-negative"):
        runtime.load("time").sleep(-1)


def test_big_products_are_paid_before_they_are_made(runtime: Any) -> None:
    math = runtime.load("math")
    assert math.factorial(20) == 2432902008176640000
    assert math.comb(52, 5) == 2598960
    assert math.perm(5) == 120
    assert runtime.charged == 0
    math.factorial(2000)
    assert runtime.charged == 1372  # 2000 factors of 11 bits: 343 words, times half of their 9-bit size
