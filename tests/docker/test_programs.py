"""Honest programs and HumanEval in containers: the answers of CPython, packages baked into a derived image included."""

from __future__ import annotations

import functools
import importlib.metadata
import sys

import pytest

from executors import create_executor
from executors.base import Executor
from sandbox.errors import BackendUnavailable
from sandbox.limits import Limits
from sandbox.policy import Policy
from tests import honest_programs, human_eval
from tests.honest_programs import Program
from tests.reference import Answer

PROGRAMS = honest_programs.programs()
PACKAGES = ("numpy", "pandas", "matplotlib", "pillow")
LIMITS = Limits(wall_s=60, cpu_s=60, memory_mb=1024)


@functools.cache
def why_not() -> str:
    """Why there is no container with this Python, or an empty string."""
    try:
        with create_executor("docker", policy=Policy(imports=("sys",))) as executor:
            found = executor.run("import sys; sys.version_info[:2]").value
    except BackendUnavailable as error:
        return error.message
    return "" if found == sys.version_info[:2] else f"the image has Python {found}, and the answers are of this one's"


@functools.cache
def answers() -> dict[str, list[Answer]]:
    """What this CPython makes of the programs."""
    return honest_programs.on_this_python(PROGRAMS)


def _opened(policy: Policy, packages: tuple[str, ...] = ()) -> Executor:
    if reason := why_not():
        pytest.skip(f"needs backend docker: {reason}")
    return create_executor("docker", policy=policy, limits=LIMITS, packages=packages)


@pytest.mark.parametrize("program", [p for p in PROGRAMS if not p.third_party], ids=lambda program: program.name)
def test_honest_program(program: Program) -> None:
    with _opened(Policy.standard()) as executor:
        outcome = honest_programs.run(program, executor, answers()[program.name])
    assert outcome.verdict == "same", outcome


@pytest.mark.parametrize("program", [p for p in PROGRAMS if p.third_party], ids=lambda program: program.name)
def test_honest_program_with_packages(program: Program) -> None:
    if lacking := honest_programs.missing():
        pytest.skip(f"needs {', '.join(lacking)}")
    pins = tuple(f"{name}=={importlib.metadata.version(name)}" for name in PACKAGES)
    with _opened(Policy.data_science(), pins) as executor:
        outcome = honest_programs.run(program, executor, answers()[program.name])
    assert outcome.verdict == "same", outcome


def test_human_eval_solutions_pass() -> None:
    path = human_eval.data_file()
    if path is None:
        pytest.skip("needs data: no HumanEval.jsonl.gz in the folder that HARDCELL_DATA names")
    problems, failed = human_eval.problems(path), {}
    with _opened(Policy.standard()) as executor:
        for problem in problems:
            if (error := executor.run(problem.program()).error) is not None:
                failed[problem.name] = str(error)
    assert (failed, len(problems)) == ({}, 164)
