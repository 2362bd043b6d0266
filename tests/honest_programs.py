"""The honest programs of tests/honest: reading them, running one on an executor, and judging the outcome."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from executors.base import Executor
from sandbox.errors import GuestError, LimitExceeded, PolicyViolation
from sandbox.result import Result
from tests import reference
from tests.reference import Answer

FOLDER = Path(__file__).parent / "honest"
THIRD_PARTY = ("pandas", "matplotlib.pyplot")
"""What to import before the programs that need packages are forked."""
Verdict = Literal["same", "refused", "different"]


@dataclasses.dataclass(frozen=True)
class Program:
    """One program or session: its cells and recorded answers. Given functions are a first cell without an answer."""

    name: str
    cells: tuple[str, ...]
    recorded: tuple[Answer | None, ...]

    @property
    def third_party(self) -> bool:
        """Whether it needs numpy, pandas or matplotlib."""
        return self.name[0] in "nm"


@dataclasses.dataclass(frozen=True)
class Outcome:
    """``code`` is that of a refusal; ``detail`` says what was refused, or how it differs, and where."""

    verdict: Verdict
    code: str = ""
    detail: str = ""


def programs() -> list[Program]:
    """All of them, by name."""
    found = []
    for path in sorted((FOLDER / "expected").glob("*.json")):
        recorded = json.loads(path.read_text(encoding="utf-8"))
        answers = [_answer(cell) for cell in (recorded if isinstance(recorded, list) else [recorded])]
        folder, given = FOLDER / path.stem, FOLDER / f"{path.stem}.given.py"
        single = FOLDER / f"{path.stem}.py"
        files = [folder / f"cell{n}.py" for n in range(1, len(answers) + 1)] if folder.is_dir() else [single]
        before = [given] if given.exists() else []
        cells = tuple(file.read_text(encoding="utf-8") for file in (*before, *files))
        found.append(Program(path.stem, cells, (*(None for _ in before), *answers)))
    return found


def missing() -> list[str]:
    """The third-party packages that some programs need and this Python does not have."""
    return [name for name in ("numpy", "pandas", "matplotlib") if importlib.util.find_spec(name) is None]


def on_cpython(found: Sequence[Program], python: reference.Python = reference.this_python) -> dict[str, list[Answer]]:
    """What an interpreter makes of the programs, cell by cell; one that is asked for programs that need packages has
    them."""
    kinds = [[program for program in found if program.third_party == kind] for kind in (False, True)]
    answers = [
        cells
        for programs, modules in zip(kinds, ((), THIRD_PARTY), strict=True)
        if programs
        for cells in reference.on_cpython([program.cells for program in programs], modules, python)
    ]
    return {program.name: cells for program, cells in zip([*kinds[0], *kinds[1]], answers, strict=True)}


def on_this_python(found: Sequence[Program]) -> dict[str, list[Answer]]:
    """What the running CPython makes of them; those that lack a package are left out."""
    lacking = missing()
    return on_cpython([program for program in found if not (program.third_party and lacking)])


def run(program: Program, executor: Executor, expected: Sequence[Answer | None] = ()) -> Outcome:
    """The program in this fresh session, cell by cell until one is refused or differs.

    ``expected`` are the answers to compare with; the recorded ones when it is empty.
    """
    for number, (code, answer) in enumerate(zip(program.cells, expected or program.recorded, strict=True), 1):
        outcome = judge(executor.run(code), answer)
        if outcome.verdict != "same":
            cell = f" cell {number}" if len(program.cells) > 1 else ""
            return Outcome(outcome.verdict, outcome.code, f"{outcome.detail}{cell}")
    return Outcome("same")


def judge(result: Result, expected: Answer | None) -> Outcome:
    """One cell's result against CPython's: any loud refusal or limit is "refused", any other deviation "different"."""
    error = result.error
    if isinstance(error, (PolicyViolation, LimitExceeded)):
        return Outcome("refused", error.code, f"{error.message} line {error.line}")
    if error is not None and not isinstance(error, GuestError):
        return Outcome("different", detail=f"{type(error).__name__}: {error.message}")
    if expected is None:
        return Outcome("same")
    if (error.type if error else None) != expected.error:
        return Outcome("different", detail=f"raised {error}, CPython {expected.error}")
    if result.stdout != expected.stdout:
        return Outcome("different", detail=f"printed {_first_difference(result.stdout, expected.stdout)}")
    # The recording writes null for "no last expression", which has the value None.
    wanted = expected.value_repr or "None"
    if error is None and result.value_repr != wanted:
        return Outcome("different", detail=f"value {result.value_repr[:200]!r}, CPython {wanted[:200]!r}")
    return Outcome("same")


def _answer(cell: Mapping[str, Any]) -> Answer:
    return Answer(cell["stdout"], cell["value_repr"], cell["error"])


def _first_difference(ours: str, theirs: str) -> str:
    for number, (a, b) in enumerate(zip(ours.splitlines(), theirs.splitlines(), strict=False), 1):
        if a != b:
            return f"{a!r} in line {number}, CPython {b!r}"
    return f"{len(ours)} characters, CPython {len(theirs)}"
