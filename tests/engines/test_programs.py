"""Grown programs on the guarded engines and on CPython, in this process; the campaigns of ``fuzz`` run many more."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from executors.testing.programs import complete, grow
from executors.testing.strategies import PROGRAMS
from fuzz import fault_hunt
from fuzz.differential import Tally, accepted_nodes, program, share
from fuzz.faults import FAULTS
from fuzz.minimise import minimise
from fuzz.sides import ENGINES, CPython, Ours, differs

QUICK_FAULTS = (
    "is compares like ==",
    "not of not in lost",
    "except clauses tried in the wrong order",
    "step of a slice lost",
    "guard of a case ignored",
    "operands evaluated right to left",
    "True of __exit__ ignored",
    "finally skipped by a return",
)


@pytest.fixture(scope="module")
def sides() -> Iterator[tuple[Ours, CPython]]:
    yield Ours(), CPython()


@pytest.fixture(scope="module")
def guarded() -> list[Ours]:
    """Every engine that has a side of its own."""
    return [Ours(engine) for engine in ENGINES]


@given(PROGRAMS)
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_programs_give_the_answer_of_cpython(guarded: list[Ours], sides: tuple[Ours, CPython], body: str) -> None:
    theirs = sides[1].run(body)
    for side in guarded:
        ours = side.run(body)
        if side.name == "restricted" and ours.refused and "class pattern with sub-patterns" in ours.message:
            continue  # the one construct of the grammar that it refuses
        assert not ours.refused, (side.name, complete(body))
        assert not differs(ours, theirs), (side.name, complete(body))


def test_a_seed_gives_one_program() -> None:
    assert program(3, 5) == program(3, 5) != program(3, 6)


def test_programs_are_long_and_have_every_node_type() -> None:
    kinds: set[str] = set()
    sizes = []
    for seed in range(800):
        nodes = list(ast.walk(ast.parse(grow(random.Random(seed)))))
        kinds.update(type(node).__name__ for node in nodes)
        sizes.append(sum(isinstance(node, ast.stmt) for node in nodes))
    assert sorted(set(accepted_nodes()) - kinds) == []
    assert sorted(sizes)[len(sizes) // 2] >= 15


def test_a_campaign_counts_what_it_ran() -> None:
    tally = share(1, range(20))
    assert (tally.programs, tally.different, tally.slow) == (20, [], [])
    assert tally.nodes["Module"] == len(tally.statements) == 20
    whole = Tally()
    whole.add(tally)
    whole.add(tally)
    assert (whole.programs, whole.nodes["Module"]) == (40, 40)


def test_there_are_enough_faults() -> None:
    assert len(FAULTS) >= 25
    assert FAULTS.keys() >= set(QUICK_FAULTS)


def test_planted_faults_are_found() -> None:
    found = dict(fault_hunt.hunts(list(QUICK_FAULTS), seed=1, most=300, jobs=2))
    assert [name for name, count in found.items() if not count] == []


def test_a_program_is_made_small() -> None:
    body = "a = 1\nfor b in (1, 2):\n    if a:\n        c = [a, b]\n        print(7 + b)\n    else:\n        pass\nb\n"
    small = minimise(body, lambda text: "print(7" in text)
    assert small == "print(7)\n"


def test_answers_that_differ_are_told_apart(sides: tuple[Ours, CPython]) -> None:
    ours, theirs = sides
    answer = ours.run("note('a', 1)\nx = 1\nx + 1")
    assert (answer.output, answer.value, answer.variables) == ("a 1\n", "2", (("x", "1"),))
    assert differs(answer, theirs.run("note('a', 2)\nx = 1\nx + 1")) == "output"
    assert differs(answer, theirs.run("note('a', 1)\nx = 1\nx + 2")) == "value"
    assert differs(answer, theirs.run("note('a', 1)\nx = 2\nx")) == "variables"
    assert differs(ours.run("1 / 0"), theirs.run("\n1 / 0")) == "line"
    assert differs(ours.run("1 / 0"), theirs.run("1 // 0")) == "message"
    assert differs(ours.run("1 / 0"), theirs.run("[][1]")) == "error"
