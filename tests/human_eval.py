"""HumanEval: 164 hand-written problems, each with its reference solution, its test, and a mutant that must fail.

The problems are read from the folder that HARDCELL_DATA names; they are no part of this tree.
"""

from __future__ import annotations

import ast
import dataclasses
import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path

from tests.reference import Answer, on_cpython

MAX_MUTANTS = 20


@dataclasses.dataclass(frozen=True)
class Problem:
    """``program`` passes its own test; ``entry_point`` is the function that is tested."""

    name: str
    head: str
    solution: str
    test: str
    entry_point: str

    def program(self, solution: str | None = None) -> str:
        """The whole program, with this solution in place of the reference."""
        body = self.head + self.solution if solution is None else solution
        return f"{body}\n{self.test}\ncheck({self.entry_point})\n"


def data_file() -> Path | None:
    """The file of problems, or None when HARDCELL_DATA is unset or empty of it."""
    folder = os.environ.get("HARDCELL_DATA")
    path = Path(folder, "HumanEval.jsonl.gz") if folder else None
    return path if path and path.exists() else None


def problems(path: Path) -> list[Problem]:
    """All problems, in their order."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    return [
        Problem(row["task_id"], row["prompt"], row["canonical_solution"], row["test"], row["entry_point"])
        for row in rows
    ]


def mutants(problem: Problem) -> Iterator[str]:
    """Programs that differ from the reference in one place of the tested function, the subtle ones first."""
    source = problem.head + problem.solution
    for index in range(len(list(_places(_function(ast.parse(source), problem.entry_point))))):
        tree = ast.parse(source)
        place = list(_places(_function(tree, problem.entry_point)))[index]
        _change(place)
        yield problem.program(ast.unparse(ast.fix_missing_locations(tree)))


def failing_mutants(found: list[Problem]) -> dict[str, tuple[str, Answer]]:
    """For each problem the first mutant that raises on CPython, with CPython's answer."""
    tried = {problem.name: list(mutants(problem))[:MAX_MUTANTS] for problem in found}
    chosen: dict[str, tuple[str, Answer]] = {}
    for attempt in range(MAX_MUTANTS):
        open_names = [name for name in tried if name not in chosen and attempt < len(tried[name])]
        answers = on_cpython([[tried[name][attempt]] for name in open_names])
        for name, (answer,) in zip(open_names, answers, strict=True):
            if answer.error is not None:
                chosen[name] = (tried[name][attempt], answer)
    return chosen


def _function(tree: ast.Module, name: str) -> ast.FunctionDef:
    return next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name)


def _places(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """What can be changed without making a loop endless: comparisons, numbers, at last what is returned."""
    nodes = list(ast.walk(function))
    loops = {id(inner) for node in nodes if isinstance(node, ast.While) for inner in ast.walk(node)}
    safe = [node for node in nodes if id(node) not in loops]
    yield from (node for node in safe if isinstance(node, ast.Compare))
    yield from (node for node in safe if isinstance(node, ast.Constant) and type(node.value) is int)
    yield from (node for node in reversed(nodes) if isinstance(node, ast.Return) and node.value is not None)


def _change(place: ast.AST) -> None:
    if isinstance(place, ast.Return):
        assert place.value is not None
        # A tuple around the value equals no expected answer and needs no knowledge of its type.
        place.value = ast.Tuple([place.value, ast.Constant("mutant")], ast.Load())
    elif isinstance(place, ast.Compare):
        flipped = {ast.Lt: ast.GtE, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.GtE: ast.Lt, ast.Eq: ast.NotEq}
        place.ops[0] = flipped.get(type(place.ops[0]), ast.Eq)()
    elif isinstance(place, ast.Constant) and isinstance(place.value, int):
        place.value += 1
