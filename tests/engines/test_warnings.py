"""Who is told what: warnings of guest code go to its session, all others to the host, whatever threads do."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator

import pytest

from executors import create_executor
from executors.base import Executor
from sandbox.hearers import listening

Told = list[str]
RECORD = (
    "import datetime, warnings\n"
    "with warnings.catch_warnings(record=True) as log:\n"
    "    warnings.simplefilter('always')\n"
    "    eval('1 is 1')\n"
    "[(w.filename, w.lineno) for w in log]"
)


@pytest.fixture
def executor() -> Iterator[Executor]:
    with create_executor("local", enclosure="inprocess", min_isolation="none") as made:
        yield made


def test_the_host_is_as_before(executor: Executor) -> None:
    before = (list(warnings.filters), warnings.showwarning)  # type: ignore[attr-defined]
    executor.run("import warnings\nwarnings.simplefilter('error')\nwarnings.warn('x')")
    assert (list(warnings.filters), warnings.showwarning) == before  # type: ignore[attr-defined]


def test_the_guest_is_told_its_own_lines() -> None:
    with create_executor("local", enclosure="inprocess", min_isolation="none") as executor:
        assert executor.run(RECORD).value == [("<string>", 1)]
        told = executor.run("x = 1\ny = x is 'a'").stderr
    assert told.startswith("<cell 2>:2: SyntaxWarning: ")
    assert told.endswith("\n  y = x is 'a'\n")


def test_sessions_keep_their_filters_to_themselves(executor: Executor) -> None:
    executor.run("import warnings\nwarnings.simplefilter('error')")
    with create_executor("local", enclosure="inprocess", min_isolation="none") as other:
        assert other.run("import warnings\nwarnings.warn('x')").error is None
    error = executor.run("eval('1 is 1')").error
    assert error is not None
    assert error.type == "SyntaxError"


def test_what_a_tool_warns_of_is_the_hosts(executor: Executor) -> None:
    def tool() -> int:
        warnings.warn("of the tool", stacklevel=1)
        return 1

    executor.send_tools({"tool": tool})
    with warnings.catch_warnings(record=True) as log:
        warnings.simplefilter("always")
        result = executor.run("import warnings\nwarnings.simplefilter('error')\ntool()")
    assert result.error is None
    assert result.stderr == ""
    assert [str(one.message) for one in log] == ["of the tool"]


def test_other_threads_are_the_hosts() -> None:
    told: Told = []

    def elsewhere() -> None:
        warnings.warn("elsewhere", stacklevel=1)

    with warnings.catch_warnings(record=True) as log:
        warnings.simplefilter("always")
        with listening(lambda message, *_: told.append(str(message))):
            warnings.warn("here", stacklevel=1)
            thread = threading.Thread(target=elsewhere)
            thread.start()
            thread.join()
    assert told == ["here"]
    assert [str(one.message) for one in log] == ["elsewhere"]


def test_listeners_of_two_threads_may_end_in_any_order() -> None:
    before = (list(warnings.filters), warnings.showwarning)  # type: ignore[attr-defined]
    told: dict[str, Told] = {"first": [], "second": []}
    began, may_end = threading.Event(), threading.Event()

    def second() -> None:
        with listening(lambda message, *_: told["second"].append(str(message))):
            began.set()
            may_end.wait(10)
            warnings.warn("of the second", stacklevel=1)

    thread = threading.Thread(target=second)
    with listening(lambda message, *_: told["first"].append(str(message))):
        thread.start()
        began.wait(10)
        warnings.warn("of the first", stacklevel=1)
    may_end.set()
    thread.join()
    assert told == {"first": ["of the first"], "second": ["of the second"]}
    assert (list(warnings.filters), warnings.showwarning) == before  # type: ignore[attr-defined]


def test_a_module_that_has_warned_the_host_warns_the_guest_too() -> None:
    told: Told = []

    def warn() -> None:
        warnings.warn("once a line", stacklevel=1)

    with warnings.catch_warnings(record=True) as log:
        warnings.simplefilter("default")
        warn()
        with listening(lambda message, *_: told.append(str(message))):
            warn()
            warn()
    assert len(log) == 1
    assert told == ["once a line", "once a line"]


def test_unclosed_files_are_not_told(executor: Executor) -> None:
    code = (
        "import warnings\nwith warnings.catch_warnings(record=True) as log:\n"
        "    warnings.simplefilter('always')\n    f = open('a', 'w')\n    del f\nlen(log)"
    )
    assert executor.run(code).value == 0
