"""The operations budget: exact, sticky, renewable, and deaf to tricks at the recursion limit."""

from __future__ import annotations

import itertools
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.budget import Budget, ClockedBudget
from sandbox.engine import Stop, ToolError
from sandbox.errors import LimitExceeded


def plain() -> Budget:
    return Budget(lambda allowed: Stop(None, ("ops", allowed)))


def clocked(wall_s: float = 60.0) -> ClockedBudget:
    return ClockedBudget(lambda allowed: Stop(None, ("ops", allowed)), lambda wall: Stop(None, ("wall", wall)), wall_s)


@pytest.mark.parametrize("make", [plain, clocked])
def test_the_last_operation_passes_and_the_next_stops_for_ever(make: type[Budget]) -> None:
    budget = make()
    budget.renew(5)
    for _ in range(5):
        budget.tick()
    assert (budget.used, budget.remaining) == (5, 0)
    for _ in range(3):
        with pytest.raises(Stop) as stopped:
            budget.tick()
        assert stopped.value.value == ("ops", 5)
    assert budget.used == 5


@pytest.mark.parametrize("make", [plain, clocked])
def test_ticks_of_compress_count_the_same(make: type[Budget]) -> None:
    budget = make()
    budget.renew(3)
    assert list(itertools.compress("abc", budget.ticks)) == ["a", "b", "c"]
    assert budget.used == 3
    with pytest.raises(Stop):
        list(itertools.compress("d", budget.ticks))
    assert list(itertools.compress("", budget.ticks)) == []


@pytest.mark.parametrize("make", [plain, clocked])
@given(runs=st.lists(st.tuples(st.integers(1, 50), st.integers(0, 60), st.booleans()), max_size=8))
def test_renewed_budgets_forget_the_runs_before(make: type[Budget], runs: list[tuple[int, int, bool]]) -> None:
    budget = make()
    tick = budget.tick  # what compiled functions hold for ever
    for allowed, wanted, kill in runs:
        budget.renew(allowed)
        done = 0
        try:
            for _ in range(wanted):
                tick()
                done += 1
        except Stop as stop:
            assert stop.value == ("ops", allowed)
        assert done == budget.used == min(wanted, allowed)
        if kill:
            first = budget.kill(Stop(None, "first"))
            assert budget.kill(Stop(None, "second")) is first
            with pytest.raises(Stop):
                tick()
            assert budget.used == done


@pytest.mark.parametrize("make", [plain, clocked])
def test_runs_that_use_no_operation_leave_nothing_behind(make: type[Budget]) -> None:
    budget = make()
    tracemalloc.start()
    try:
        budget.renew(2)
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(1000):
            budget.renew(2)
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 4096
    assert list(itertools.compress("ab", budget.ticks)) == ["a", "b"]
    with pytest.raises(Stop):
        budget.tick()


@pytest.mark.parametrize("make", [plain, clocked])
def test_a_price_is_paid_at_once_or_not_at_all(make: type[Budget]) -> None:
    budget = make()
    budget.renew(100)
    budget.charge(60)
    assert (budget.used, budget.remaining) == (60, 40)
    with pytest.raises(Stop):
        budget.charge(41)
    with pytest.raises(Stop):
        budget.tick()


def test_the_wall_clock_is_seen_at_ticks() -> None:
    budget = clocked(wall_s=0.001)
    budget.renew(10**12)
    with pytest.raises(Stop) as stopped:
        while True:
            budget.tick()
    assert stopped.value.value == ("wall", 0.001)
    with pytest.raises(Stop):
        budget.tick()


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_deadline_is_told_within_64_operations() -> None:
    clock = Clock()
    budget = ClockedBudget(lambda n: Stop(None, "ops"), lambda wall: Stop(None, "wall"), 5.0, clock)
    for _ in range(2):
        budget.renew(1000)
        for _ in range(200):
            budget.tick()
        clock.now += 6
        with pytest.raises(Stop) as stopped:
            for _ in range(64):
                budget.tick()
        assert stopped.value.value == "wall"
        assert budget.used == 256
        with pytest.raises(Stop):
            budget.tick()


def test_a_clocked_budget_at_the_recursion_limit_is_never_silent() -> None:
    for depth in range(60):
        clock = Clock()
        budget = ClockedBudget(lambda n: Stop(None, "ops"), lambda wall: Stop(None, "wall"), 5.0, clock)
        budget.renew(1000)
        for _ in range(62):
            budget.tick()
        clock.now += 6
        room = sys.getrecursionlimit() - 80 + depth
        with pytest.raises((RecursionError, Stop)):
            tick_at_depth(room, budget)
        with pytest.raises(Stop):
            for _ in range(65):
                budget.tick()


def test_time_in_a_host_tool_is_not_the_guests(bench: Callable[..., Any]) -> None:
    clock = Clock()

    def call_tool(name: str, args: Any, kwargs: Any) -> str:
        clock.now += 1000
        if args:
            raise ToolError("ValueError", "no")
        return "answer"

    engine = bench(wall_s=5, call_tool=call_tool, clock=clock).engine
    engine.set_tools(["search"])
    spin = "for _ in range(300): pass\n"
    assert engine.run(f"a = search()\n{spin}a").value == "answer"
    assert engine.run(f"try: search(1)\nexcept ToolError: pass\n{spin}").error is None
    clock.now += 1000  # between runs nobody counts
    assert engine.run(spin).error is None


def test_time_beside_host_tools_is_the_guests(bench: Callable[..., Any]) -> None:
    clock = Clock()

    class Slow:
        def __repr__(self) -> str:
            clock.now += 6
            return "slow"

    engine = bench(wall_s=5, clock=clock).engine
    engine.set_variables({"slow": Slow()})
    outcome = engine.run("repr(slow)\nfor _ in range(300): pass")
    assert isinstance(outcome.error, LimitExceeded)
    assert outcome.error.limit == "wall_s"


def tick_at_depth(left: int, budget: Budget) -> None:
    if left:
        tick_at_depth(left - 1, budget)
    else:
        list(itertools.compress([1, 2, 3], budget.ticks))


def test_exhaustion_at_the_recursion_limit_stays_a_stop() -> None:
    for depth in range(40):
        budget = plain()
        budget.renew(1)
        budget.tick()
        outcomes = set()

        room = sys.getrecursionlimit() - 60 + depth
        for _ in range(2):
            try:
                tick_at_depth(room, budget)
                outcomes.add("silent")
            except RecursionError:
                outcomes.add("recursion")
            except Stop:
                outcomes.add("stop")
        assert "silent" not in outcomes
        with pytest.raises(Stop):
            budget.tick()
