"""Honest programs and HumanEval in containers, packages baked into a derived image included.

The answers are those of the image's own CPython in a bare container: the Python that runs the tests may be another
version, and versions differ (asyncio.timeout after a TaskGroup that failed raises CancelledError on 3.11.2).
"""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from executors import create_executor
from executors.base import Executor
from executors.docker.options import DockerOptions
from sandbox.contained import PACKAGES as PACKAGES_AT
from sandbox.limits import Limits
from sandbox.policy import Policy
from tests import honest_programs, human_eval, reference
from tests.docker import engine_here
from tests.honest_programs import Program
from tests.reference import Answer

PROGRAMS = honest_programs.programs()
PACKAGES = ("numpy", "pandas", "matplotlib", "pillow")
LIMITS = Limits(wall_s=60, cpu_s=60, memory_mb=1024)
_ASK = f"""
import runpy, sys
sys.path.append({PACKAGES_AT!r})
sys.stdin = open("/given/asked")
runpy.run_path("/given/reference.py", run_name="__main__")
"""


def pins(*packages: str) -> tuple[str, ...]:
    """These packages in the versions that are installed here; skips where one is not."""
    lacking = [name for name in packages if importlib.util.find_spec({"pillow": "PIL"}.get(name, name)) is None]
    if lacking:
        pytest.skip(f"needs {', '.join(lacking)} here, for the versions to bake")
    return tuple(f"{name}=={importlib.metadata.version(name)}" for name in packages)


@functools.cache
def answers(packages: tuple[str, ...] = ()) -> dict[str, list[Answer]]:
    """Of the programs that need packages, or of those that need none."""
    found = [program for program in PROGRAMS if program.third_party == bool(packages)]
    return honest_programs.on_cpython(found, functools.partial(_bare, packages))


def _bare(packages: tuple[str, ...], asked: str) -> str:
    """The image's Python, as a ``reference.Python``."""
    from executors.docker import images

    client, _ = engine_here.engine()
    with tempfile.TemporaryDirectory() as given:
        os.chmod(given, 0o755)
        shutil.copy(reference.__file__, f"{given}/reference.py")
        Path(given, "asked").write_text(asked, encoding="utf-8")
        return engine_here.printed(
            client,
            images.require(client, DockerOptions(packages=packages)),
            ["python3", "-I", "-c", _ASK],
            {given: "/given"},
            tmpfs={"/tmp": "mode=1777"},
            environment={"MPLCONFIGDIR": "/tmp", "MPLBACKEND": "agg"},
        )


def _opened(policy: Policy, packages: tuple[str, ...] = ()) -> Executor:
    engine_here.engine()
    return create_executor("docker", policy=policy, limits=LIMITS, packages=packages)


@pytest.mark.parametrize("program", [p for p in PROGRAMS if not p.third_party], ids=lambda program: program.name)
def test_honest_program(program: Program) -> None:
    with _opened(Policy.standard()) as executor:
        outcome = honest_programs.run(program, executor, answers()[program.name])
    assert outcome.verdict == "same", outcome


@pytest.mark.parametrize("program", [p for p in PROGRAMS if p.third_party], ids=lambda program: program.name)
def test_honest_program_with_packages(program: Program) -> None:
    packages = pins(*PACKAGES)
    with _opened(Policy.data_science(), packages) as executor:
        outcome = honest_programs.run(program, executor, answers(packages)[program.name])
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
