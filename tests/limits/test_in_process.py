"""The limits that hold without a process wall: told as in the jail, with what was used and by what means."""

from __future__ import annotations

from typing import Any

import pytest

from executors import create_executor
from sandbox.errors import LimitExceeded
from sandbox.limits import Limits

LOOP = "while True:\n    pass"
PROGRAMS: dict[str, tuple[str, dict[str, Any]]] = {
    "wall_s": (LOOP, {"wall_s": 0.2}),
    "total_wall_s": ("while True:\n    search(1)", {"wall_s": 20, "total_wall_s": 0.2}),
    "ops": (LOOP, {"ops": 1000}),
    "output_bytes": ("while True:\n    print('x' * 99)", {"output_bytes": 1000}),
    "tool_calls": ("for n in range(9):\n    search(n)", {"tool_calls": 3}),
}


def search(number: int) -> int:
    """A tool that takes some hundredths of a second of the processor's time."""
    for _ in range(3):
        sum(range(1_000_000))
    return number


@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_a_limit_is_told_with_what_was_used_and_how(name: str) -> None:
    program, limits = PROGRAMS[name]
    wanted = Limits(**limits)
    with create_executor("local", enclosure="inprocess", min_isolation="none", limits=wanted) as executor:
        executor.send_tools({"search": search})
        result = executor.run(program)
        error = result.error
        assert isinstance(error, LimitExceeded), result
        assert (error.limit, error.allowed) == (name, getattr(wanted, name))
        assert error.used is not None and error.used >= error.allowed
        assert error.how in executor.capabilities.limits[name]
        told = [event.data for event in result.events if event.type == "limit" and event.origin == "host"]
        fields = {"limit": name, "allowed": error.allowed, "used": error.used, "how": error.how}
        assert told == [fields]
        assert executor.run("6 * 7").value == 42
