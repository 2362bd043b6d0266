"""All mutants of the tree, by name."""

from __future__ import annotations

import ast
import dataclasses
import functools
from pathlib import Path

from . import guards, jail_steps, tables
from .mutant import Mutant, edited, told_apart
from .source import ROOT, Source

_NOT_OURS = ("executors/testing/", "executors/cli/")
_OF_CONTAINERS = (
    "executors/docker/",
    "executors/archive.py",
    "executors/relayed.py",
    *(f"sandbox/{name}.py" for name in ("contained", "own_group", "probing", "records", "relay", "surroundings")),
    "sandbox/jail/forkless.py",
)
"""Walls whose tests need a container engine, and an image made anew for each mutant."""


def files(root: Path = ROOT) -> list[str]:
    """The files whose walls are taken away."""
    found = [
        path.relative_to(root).as_posix() for top in ("sandbox", "executors") for path in (root / top).rglob("*.py")
    ]
    return sorted(path for path in found if not path.startswith((*_NOT_OURS, *_OF_CONTAINERS)))


def mutants_of(source: Source) -> list[Mutant]:
    """Those of one file. An edit that is no Python makes no mutant."""
    found = [*guards.mutants(source), *tables.mutants(source), *jail_steps.mutants(source)]
    once = {mutant.edits: mutant for mutant in reversed(found)}
    kept = [mutant for mutant in found if once.get(mutant.edits) is mutant]
    return [mutant for mutant in told_apart(kept) if _is_python(source, mutant)]


def _is_python(source: Source, mutant: Mutant) -> bool:
    start, end = source.around(mutant.edits)
    moved = [dataclasses.replace(edit, start=edit.start - start, end=edit.end - start) for edit in mutant.edits]
    try:
        ast.parse(edited(source.text[start:end], moved))
    except SyntaxError:
        return False
    return True


@functools.cache
def catalogue() -> dict[str, Mutant]:
    """Every mutant of this tree by its name."""
    return {mutant.name: mutant for path in files() for mutant in mutants_of(Source(path))}
