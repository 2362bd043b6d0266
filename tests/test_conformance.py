"""Every conformance case on every backend of the matrix, and the suite's own machinery."""

from __future__ import annotations

from pathlib import Path

import pytest

from executors import create_executor
from executors.base import Executor
from executors.testing import CASES, Case, NotApplicable, run_case
from sandbox.limits import Limits
from sandbox.policy import Policy
from tests.conftest import Backend

pytest_plugins = ["pytester"]


@pytest.mark.parametrize("name", sorted(CASES))
def test_conformance(name: str, backend: Backend) -> None:
    try:
        run_case(CASES[name], backend.make)
    except NotApplicable as reason:
        pytest.skip(str(reason))


def in_process(*, policy: Policy, limits: Limits) -> Executor:
    return create_executor("local", enclosure="inprocess", min_isolation="none", policy=policy, limits=limits)


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 80
    assert len({name.partition(".")[0] for name in CASES}) == 15


def test_a_failing_check_fails() -> None:
    def check(executor: Executor) -> None:
        assert executor.run("1").value == 2

    with pytest.raises(AssertionError):
        run_case(Case("own.failing", check), in_process)


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (Case("own.future", lambda executor: None, python=(9, 0)), "needs Python 9.0"),
        (Case("own.needy", lambda executor: None, needs=("teleport",)), "the executor does not claim 'teleport'"),
    ],
)
def test_a_case_that_does_not_apply_says_why(case: Case, reason: str) -> None:
    with pytest.raises(NotApplicable) as caught:
        run_case(case, in_process)
    assert str(caught.value) == reason


def test_the_executor_of_a_case_is_closed() -> None:
    seen: list[Executor] = []
    run_case(Case("own.seen", seen.append), in_process)
    with pytest.raises(Exception, match="closed"):
        seen[0].run("1")


@pytest.fixture
def plugin(monkeypatch: pytest.MonkeyPatch) -> str:
    """The plugin's name for ``-p``; where hardcell is installed it would be loaded a second time by its entry point."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[1]))
    return "executors.testing.plugin"


def test_plugin_runs_the_suite(pytester: pytest.Pytester, plugin: str) -> None:
    pytester.makepyfile(
        mine="""
        from executors import create_executor
        def make(*, policy, limits):
            return create_executor("local", enclosure="inprocess", min_isolation="none", policy=policy, limits=limits)
        """
    )
    outcome = pytester.runpytest_subprocess(
        "-p", plugin, "--hardcell-executor=mine:make", "-k", "values.int or values.list", "-q", "-rA"
    )
    outcome.assert_outcomes(passed=2, deselected=len(CASES) - 2)


@pytest.mark.parametrize("value", ["nothing", "mine:", "no_such_module:make", "json:no_such_name", "json:__name__"])
def test_plugin_refuses_a_factory_that_is_none(value: str, pytester: pytest.Pytester, plugin: str) -> None:
    outcome = pytester.runpytest_subprocess("-p", plugin, f"--hardcell-executor={value}")
    assert outcome.ret == pytest.ExitCode.USAGE_ERROR
    outcome.stderr.fnmatch_lines([f"ERROR: --hardcell-executor={value}*"])
