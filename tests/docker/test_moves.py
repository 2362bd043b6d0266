"""Every kind of state that a snapshot carries: from the jail into a container, and from there back into the jail.

Values that need packages make their trips here too, in an image that has the packages.
"""

from __future__ import annotations

import pytest

from executors import create_executor
from executors.base import Executor
from executors.testing import CASES, run_case
from executors.testing.kept import KEPT
from sandbox.limits import Limits
from sandbox.policy import Policy
from tests.docker.engine_here import engine
from tests.docker.test_programs import PACKAGES, pins
from tests.snapshots.test_moves import KEY, shown


@pytest.mark.parametrize("name", sorted(KEPT))
def test_a_session_moves_into_a_container_and_back(name: str) -> None:
    engine()
    program, expression = KEPT[name]
    with create_executor("local") as jail, create_executor("docker") as container:
        assert jail.run(program).error is None
        back = container.restore(jail.snapshot(key=KEY), key=KEY).snapshot()
        expected = shown(jail, expression)
        assert shown(container, expression) == expected
        assert shown(jail.restore(back), expression) == expected


@pytest.mark.parametrize("name", ["trips.arrays", "trips.frames"])
def test_values_of_packages_travel(name: str) -> None:
    engine()

    def with_packages(*, policy: Policy, limits: Limits) -> Executor:
        return create_executor("docker", policy=policy, limits=limits, packages=pins(*PACKAGES))

    run_case(CASES[name], with_packages)
