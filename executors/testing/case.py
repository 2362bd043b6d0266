"""One conformance case: a function that takes an executor, and when it applies.

Invariants: names are unique; every case gets an executor of its own, closed afterwards.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from typing import Any, Literal, Protocol

from sandbox.limits import Limits
from sandbox.policy import Policy
from sandbox.result import Result

from ..base import Executor

Engines = Literal["all", "guarded"]
Check = Callable[[Executor], None]


class NotApplicable(Exception):
    """The case says nothing about this executor; the text tells why."""


class Factory(Protocol):
    """Makes a fresh executor of the kind under test."""

    def __call__(self, *, policy: Policy, limits: Limits) -> Executor:
        """An executor that has not started yet."""
        ...


@dataclasses.dataclass(frozen=True)
class Case:
    """``check`` raises AssertionError. ``needs`` names capabilities that must hold; ``python`` is the least version."""

    name: str
    check: Check
    engines: Engines = "all"
    python: tuple[int, int] = (3, 11)
    needs: tuple[str, ...] = ()
    policy: Policy = dataclasses.field(default_factory=Policy.standard)
    limits: Limits = dataclasses.field(default_factory=Limits)


CASES: dict[str, Case] = {}


def case(
    *,
    engines: Engines = "all",
    python: tuple[int, int] = (3, 11),
    needs: tuple[str, ...] = (),
    policy: Policy | None = None,
    limits: Limits | None = None,
) -> Callable[[Check], Check]:
    """Declare a case: the engines and the least Python that it holds for, and the policy and limits it runs under."""

    def declare(check: Check) -> Check:
        area = check.__module__.rpartition(".")[2]
        add(
            Case(
                f"{area}.{check.__name__}",
                check,
                engines,
                python,
                needs,
                policy or Policy.standard(),
                limits or Limits(wall_s=20),
            )
        )
        return check

    return declare


def add(found: Case) -> None:
    """Enter a case.

    Raises:
        ValueError: the name is taken.
    """
    if found.name in CASES:
        raise ValueError(f"two conformance cases named {found.name}")
    CASES[found.name] = found


def run_case(found: Case, factory: Factory) -> None:
    """Run one case on a fresh executor.

    Raises:
        AssertionError: the executor does not conform.
        NotApplicable: the case does not hold for its engine, enclosure or Python.
    """
    if sys.version_info < found.python:
        raise NotApplicable(f"needs Python {found.python[0]}.{found.python[1]}")
    with factory(policy=found.policy, limits=found.limits) as executor:
        capabilities = executor.capabilities
        if found.engines == "guarded" and capabilities.engine == "cpython":
            raise NotApplicable("holds for guarded engines; this one is cpython")
        for name in found.needs:
            if not capabilities.holds(name):
                raise NotApplicable(f"the executor does not claim {name!r}")
        found.check(executor)


def ok(result: Result) -> Result:
    """The result of a run that must not fail."""
    assert result.error is None, f"the run failed: {result.error!r}"
    return result


def equal(actual: Any, expected: Any) -> None:
    """Exact equality, types included."""
    assert type(actual) is type(expected), f"{actual!r} is {type(actual).__name__}, not {type(expected).__name__}"
    assert actual == expected, f"{actual!r} is not {expected!r}"
