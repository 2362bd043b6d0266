"""Honest everyday programs run on both guarded engines exactly as on CPython, or are refused and listed as such."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator

import pytest

from executors import create_executor
from executors.base import Executor
from sandbox.errors import BackendUnavailable
from sandbox.limits import Limits
from sandbox.policy import Policy
from tests import honest_programs, human_eval
from tests.engines import divergences
from tests.honest_programs import FOLDER, Program
from tests.reference import Answer

PROGRAMS = honest_programs.programs()
LISTED = dict(
    line.split(maxsplit=1)
    for line in (FOLDER / "refused.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)
LEAST_SAME = 90
EXECUTORS = ("local", "restricted")
# The recording was made on 3.11.7; earlier patch versions leave a task cancelled after a TaskGroup.
RECORDED_ON = (3, 11, 7)
OTHERWISE_BEFORE = {"p051_async_cancel_shift"}


@functools.cache
def answers() -> dict[str, list[Answer]]:
    """What this CPython makes of the programs: the guest's Python is the one that counts."""
    return honest_programs.on_this_python(PROGRAMS)


@functools.cache
def why_not(executor_type: str) -> str:
    """Why this executor cannot be had here, or an empty string."""
    try:
        with create_executor(executor_type) as opened:
            opened.run("0")
    except BackendUnavailable as error:
        return str(error).splitlines()[0]
    return ""


@pytest.fixture(autouse=True)
def jail() -> None:
    """These tests need the jail."""
    if why_not("local"):
        pytest.skip(f"needs backend local: {why_not('local')}")


@pytest.fixture
def executor(jail: None) -> Iterator[Executor]:
    with create_executor("local") as opened:
        yield opened


@pytest.fixture(params=EXECUTORS)
def guarded(request: pytest.FixtureRequest, jail: None) -> str:
    """An executor type whose engine is guarded."""
    executor_type: str = request.param
    if why_not(executor_type):
        pytest.skip(f"needs backend {executor_type}: {why_not(executor_type)}")
    return executor_type


@pytest.fixture
def any_executor(program: Program, guarded: str) -> Iterator[Executor]:
    """One whose policy has the packages that the program needs."""
    if program.third_party and honest_programs.missing():
        pytest.skip(f"needs {', '.join(honest_programs.missing())}")
    policy = Policy.data_science() if program.third_party else Policy.standard()
    with create_executor(guarded, policy=policy, limits=Limits(wall_s=60, cpu_s=60)) as opened:
        yield opened


@pytest.fixture(scope="module")
def problems() -> list[human_eval.Problem]:
    path = human_eval.data_file()
    if path is None:
        pytest.skip("needs data: no HumanEval.jsonl.gz in the folder that HARDCELL_DATA names")
    return human_eval.problems(path)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_honest_program(program: Program, any_executor: Executor) -> None:
    outcome = honest_programs.run(program, any_executor, answers().get(program.name, ()))
    assert outcome.verdict != "different", outcome.detail
    listed = divergences.of(any_executor.capabilities.engine, "honest").get(program.name) or LISTED.get(program.name)
    if listed:
        assert outcome.verdict == "refused", f"{program.name} passes now: take it out of the table"
        assert listed.startswith(outcome.code), f"refused for another reason: {outcome}"
    else:
        assert outcome.verdict == "same", f"refused and not listed: {outcome}"


@pytest.mark.parametrize("program", [p for p in PROGRAMS if not p.third_party], ids=lambda program: program.name)
def test_honest_program_in_the_jail_alone(program: Program) -> None:
    with create_executor("local", engine="cpython") as executor:
        outcome = honest_programs.run(program, executor, answers()[program.name])
    assert outcome.verdict == "same", outcome


@pytest.mark.skipif(sys.version_info[:2] != RECORDED_ON[:2], reason="the answers were recorded on Python 3.11")
def test_the_recorded_answers_are_those_of_this_python() -> None:
    def said(answer: Answer) -> tuple[object, ...]:
        # The recording has null for a cell without a last expression.
        return answer.stdout, None if answer.value_repr == "None" else answer.value_repr, answer.error

    otherwise = {
        program.name
        for program in PROGRAMS
        if program.name in answers() and not program.third_party
        for recorded, answer in zip(program.recorded, answers()[program.name], strict=True)
        if recorded is not None and said(recorded) != said(answer)
    }
    assert otherwise == (OTHERWISE_BEFORE if sys.version_info < RECORDED_ON else set())


def test_the_list_of_refused_names_programs() -> None:
    assert set(LISTED) <= {program.name for program in PROGRAMS}
    standard_library_only = [program.name for program in PROGRAMS if not program.third_party]
    assert len(PROGRAMS) == 160
    assert len(standard_library_only) == 145
    assert len(set(standard_library_only) - set(LISTED)) >= LEAST_SAME


def test_a_deviation_is_called_different(executor: Executor) -> None:
    def verdict(code: str, stdout: str, value_repr: str | None, error: str | None) -> str:
        return honest_programs.judge(executor.run(code), Answer(stdout, value_repr, error)).verdict

    assert verdict("print('a')\n1", "a\n", "1", None) == "same"
    assert verdict("print('a')\n1", "b\n", "1", None) == "different"
    assert verdict("print('a')\n1", "a\n", "2", None) == "different"
    assert verdict("print('a')\n1", "a\n", None, "ValueError") == "different"
    assert verdict("1 / 0", "", None, "ZeroDivisionError") == "same"
    assert verdict("1 / 0", "", None, "ValueError") == "different"
    assert verdict("import socket", "", None, None) == "refused"


def test_human_eval_solutions_pass(problems: list[human_eval.Problem], guarded: str) -> None:
    failed = {}
    for problem in problems:
        with create_executor(guarded) as executor:
            error = executor.run(problem.program()).error
        if error is not None:
            failed[problem.name] = str(error)
    assert failed == {}
    assert len(problems) == 164


@pytest.fixture(scope="module")
def mutants(problems: list[human_eval.Problem]) -> dict[str, tuple[str, Answer]]:
    return human_eval.failing_mutants(problems)


def test_human_eval_mutants_fail_as_on_cpython(
    problems: list[human_eval.Problem], mutants: dict[str, tuple[str, Answer]], guarded: str
) -> None:
    assert set(mutants) == {problem.name for problem in problems}
    wrong = {}
    for name, (code, answer) in mutants.items():
        with create_executor(guarded) as executor:
            result = executor.run(code)
        found = (result.stdout, result.error and result.error.type, result.error and result.error.message)
        if found != (answer.stdout, answer.error, answer.message):
            wrong[name] = (found, answer)
    assert wrong == {}
