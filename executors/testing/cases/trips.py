"""Every kind of value travels into the cell and out of it, by each way, and comes back the same. Needs hypothesis."""

from __future__ import annotations

import importlib
from typing import Any

from sandbox.limits import Limits
from sandbox.policy import Policy

from ...base import Executor
from ..case import NotApplicable, case, ok
from ..sameness import same

_LIMITS = Limits(wall_s=20, tool_calls=100)
_EXAMPLES = 40


def _strategies(module: str) -> Any:
    try:
        return importlib.import_module(f"executors.testing.{module}")
    except ImportError as error:
        raise NotApplicable(f"needs {error.name} here") from None


def _round_trips(executor: Executor, strategy: Any) -> None:
    """In as a variable and as a tool's answer, out as an argument and as the value of the cell."""
    from hypothesis import HealthCheck, given, settings

    passed: list[Any] = []

    def echo(value: Any) -> Any:
        passed.append(value)
        return value

    executor.send_tools({"echo": echo})

    @settings(max_examples=_EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def check(value: Any) -> None:
        passed.clear()
        executor.send_variables({"sent": value})
        result = ok(executor.run("echo(sent)"))
        assert same(value, passed[0]), f"{value!r} came as {passed[0]!r}"
        assert same(value, result.value), f"{value!r} came back as {result.value!r}"

    check()


def _needs(executor: Executor, package: str) -> None:
    _strategies("table_strategies")
    if executor.run(f"import {package}").error is not None:
        raise NotApplicable(f"the session has no {package}")


@case(limits=_LIMITS)
def plain_values(executor: Executor) -> None:
    """Builtins, numbers, times, texts, paths, and containers of them."""
    _round_trips(executor, _strategies("strategies").VALUES)


@case(limits=_LIMITS)
def shared_parts_and_cycles(executor: Executor) -> None:
    """Containers that hold each other."""
    _round_trips(executor, _strategies("strategies").shared())


@case(policy=Policy.data_science(), limits=_LIMITS)
def arrays(executor: Executor) -> None:
    """Arrays of numpy."""
    _needs(executor, "numpy")
    _round_trips(executor, _strategies("table_strategies").arrays())


@case(policy=Policy.data_science(), limits=_LIMITS)
def frames(executor: Executor) -> None:
    """Frames and series of pandas."""
    _needs(executor, "pandas")
    _round_trips(executor, _strategies("table_strategies").frames())
