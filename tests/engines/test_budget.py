"""The operations budget: exact, sticky, renewable, and deaf to tricks at the recursion limit."""

from __future__ import annotations

import itertools
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.budget import Budget, ClockedBudget
from sandbox.engine import Stop


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
