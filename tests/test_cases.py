"""Case files: each program of tests/cases runs on our engines and on this CPython, and both must give the same.

A case may begin with header comments: ``# engines: all`` (the default), ``guarded`` or ``cpython``,
``# min-python: 3.12``, and ``# refused: HC106``: guarded engines refuse the program with this code.
"""

from __future__ import annotations

import dataclasses
import functools
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sandbox.errors import PolicyViolation
from sandbox.result import Result
from tests.engines import divergences
from tests.reference import Answer, on_cpython

if TYPE_CHECKING:
    from tests.conftest import Backend

CASES = Path(__file__).parent / "cases"
FILES = sorted(CASES.rglob("*.py"))
HEADER = re.compile(r"^# (engines|min-python|refused): (.+)$")


@dataclasses.dataclass(frozen=True)
class Case:
    """One program and what its header says."""

    code: str
    engines: str = "all"
    min_python: tuple[int, ...] = (3, 11)
    refused: str = ""


def name_of(path: Path) -> str:
    """How tables name a case."""
    return f"{path.parent.name}/{path.stem}"


@functools.cache
def read(path: Path) -> Case:
    """The case of a file.

    Raises:
        ValueError: a header with an unknown value.
    """
    code = path.read_text(encoding="utf-8")
    fields: dict[str, str] = {}
    for line in code.splitlines():
        match = HEADER.match(line)
        if not match:
            break
        fields[match[1]] = match[2].strip()
    engines = fields.get("engines", "all")
    if engines not in ("all", "guarded", "cpython"):
        raise ValueError(f"{path}: engines is all, guarded or cpython, not {engines!r}")
    version = tuple(map(int, fields.get("min-python", "3.11").split(".")))
    return Case(code, engines, version, fields.get("refused", ""))


@functools.cache
def answers() -> dict[Path, Answer]:
    """What this CPython makes of every case that it can read."""
    paths = [path for path in FILES if read(path).min_python <= sys.version_info[:2]]
    return {path: cells[0] for path, cells in zip(paths, on_cpython([[read(p).code] for p in paths]), strict=True)}


def seen(result: Result) -> Answer:
    """The result in the words of the reference."""
    error = result.error
    if error is None:
        return Answer(result.stdout, result.value_repr)
    syntax = error.type in ("SyntaxError", "IndentationError", "TabError")
    return Answer(result.stdout, None, error.type, error.message, error.line if syntax else None)


@pytest.mark.parametrize("backend", ["in-process", "jail-only", "local", "restricted"], indirect=True)
@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_case(path: Path, backend: Backend) -> None:
    case = read(path)
    if case.min_python > sys.version_info[:2]:
        pytest.skip(f"needs Python {'.'.join(map(str, case.min_python))}")
    guarded = backend.engine != "cpython"
    if case.engines != "all" and guarded != (case.engines == "guarded"):
        pytest.skip(f"a case for {case.engines} engines only")
    with backend.make() as executor:
        result = executor.run(case.code)
    refused = divergences.of(backend.engine, "case").get(name_of(path)) or (case.refused if guarded else "")
    if refused == "output":
        assert result.error is None
        assert seen(result) != answers()[path], "it answers as CPython does now: take it out of the table"
    elif refused:
        assert isinstance(result.error, PolicyViolation), result.error
        assert result.error.code == refused
    else:
        assert seen(result) == answers()[path], result.error


def test_there_are_cases_of_every_area() -> None:
    areas = {path.parent.name for path in FILES}
    assert areas >= {"async_", "classes", "control", "exceptions", "expressions", "files", "functions", "generators"}
    assert areas >= {"match", "modules", "programs", "scopes", "syntax"}
    assert len(FILES) >= 150


def test_the_reference_tells_apart() -> None:
    one, other = on_cpython([["x = 1", "x + 1\n"], ["print('a')\n1 / 0"]])
    assert [cell.value_repr for cell in one] == ["None", "2"]
    assert other == [Answer("a\n", None, "ZeroDivisionError", "division by zero")]
