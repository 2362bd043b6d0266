"""The honest programs of tests/honest: reading them, running one on an executor, and judging the outcome."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from executors.base import Executor
from sandbox.errors import GuestError, LimitExceeded, PolicyViolation
from sandbox.result import Result

FOLDER = Path(__file__).parent / "honest"
Verdict = Literal["same", "refused", "different"]


@dataclasses.dataclass(frozen=True)
class Program:
    """One program or session: its cells, what CPython made of each, and the functions that it was given."""

    name: str
    cells: tuple[str, ...]
    expected: tuple[dict[str, Any], ...]
    given: str = ""

    @property
    def third_party(self) -> bool:
        """Whether it needs numpy, pandas or matplotlib."""
        return self.name[0] in "nm"

    def tools(self) -> dict[str, Callable[..., Any]]:
        """The given functions, fresh, to be called on the host."""
        names: dict[str, Any] = {}
        exec(compile(self.given, f"{self.name}.given.py", "exec"), names)
        return {name: thing for name, thing in names.items() if callable(thing) and not name.startswith("_")}


@dataclasses.dataclass(frozen=True)
class Outcome:
    """``detail`` says what was refused, or how it differs."""

    verdict: Verdict
    detail: str = ""


def programs() -> list[Program]:
    """All of them, by name."""
    found = []
    for path in sorted((FOLDER / "expected").glob("*.json")):
        expected = json.loads(path.read_text(encoding="utf-8"))
        folder, given = FOLDER / path.stem, FOLDER / f"{path.stem}.given.py"
        single = FOLDER / f"{path.stem}.py"
        files = [folder / f"cell{n}.py" for n in range(1, len(expected) + 1)] if folder.is_dir() else [single]
        found.append(
            Program(
                name=path.stem,
                cells=tuple(file.read_text(encoding="utf-8") for file in files),
                expected=tuple(expected if isinstance(expected, list) else [expected]),
                given=given.read_text(encoding="utf-8") if given.exists() else "",
            )
        )
    return found


def run(program: Program, executor: Executor) -> Outcome:
    """The program in this fresh session, cell by cell until one is refused or differs."""
    if program.given:
        executor.send_tools(program.tools())
    for number, (code, expected) in enumerate(zip(program.cells, program.expected, strict=True), 1):
        outcome = judge(executor.run(code), expected)
        if outcome.verdict != "same":
            cell = f"cell {number}: " if len(program.cells) > 1 else ""
            return Outcome(outcome.verdict, cell + outcome.detail)
    return Outcome("same")


def judge(result: Result, expected: dict[str, Any]) -> Outcome:
    """One cell's result against CPython's: any loud refusal or limit is "refused", any other deviation "different"."""
    error = result.error
    if isinstance(error, (PolicyViolation, LimitExceeded)):
        return Outcome("refused", f"{error.code} line {error.line}: {error.message}")
    if error is not None and not isinstance(error, GuestError):
        return Outcome("different", f"{type(error).__name__}: {error.message}")
    raised = error.type if error else None
    if raised != expected["error"]:
        return Outcome("different", f"raised {error}, CPython {expected['error']}")
    if result.stdout != expected["stdout"]:
        return Outcome("different", f"printed {_first_difference(result.stdout, expected['stdout'])}")
    # null stands for "no last expression" as well as for "raised"; a run without one has the value None.
    wanted = expected["value_repr"] or "None"
    if error is None and result.value_repr != wanted:
        return Outcome("different", f"value {result.value_repr[:200]!r}, CPython {wanted[:200]!r}")
    return Outcome("same")


def _first_difference(ours: str, theirs: str) -> str:
    for number, (a, b) in enumerate(zip(ours.splitlines(), theirs.splitlines(), strict=False), 1):
        if a != b:
            return f"{a!r} in line {number}, CPython {b!r}"
    return f"{len(ours)} characters, CPython {len(theirs)}"
