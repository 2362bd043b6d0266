"""Which tests see what a mutant takes away: a copy of the tree that tells, and what it told.

Every mutant with a probe is probed at once, in one run of the suites. A guard that held in no test, or a check that
raised in none, is missed by none, and one that did is looked for in the tests where it did.

Invariants: only the process of pytest tells; what happens in workers and other processes is not seen.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

from .guards import NAME
from .mutant import Edit, Mutant, edited
from .source import Source

MOST = 60
"""Tests that a probe remembers."""
MODULE = '''"""Tells which test is running when what a mutant takes away acts."""

import os

found = {}
_MOST = {MOST}


def note(name):
    tests = found.setdefault(name, {})
    if len(tests) < _MOST:
        tests[os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]] = None


def holds(name, condition):
    if condition:
        note(name)
    return condition


def lacks(name, condition):
    if not condition:
        note(name)
    return condition


def passing(name, function):
    def watched(*args, **kwargs):
        try:
            found = function(*args, **kwargs)
        except BaseException:
            note(name)
            raise
        if not any(found is given for given in args):
            note(name)
        return found

    return watched


def raising(name, function):
    def watched(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except BaseException:
            note(name)
            raise

    return watched


def called(name, function):
    def watched(*args, **kwargs):
        note(name)
        return function(*args, **kwargs)

    return watched
'''
_IMPORT = "from sandbox import _probe\n"
_CLASSIFIERS = ("classify", "may_define")


def planted(mutants: Iterable[Mutant]) -> dict[str, Mutant]:
    """The mutants whose probes stand apart from each other: a condition within another's has none."""
    taken: dict[str, list[Edit]] = {}
    found = {}
    for mutant in mutants:
        edits = taken.setdefault(mutant.path, [])
        if mutant.probe is not None and not _overlaps(mutant.probe, edits):
            edits.append(mutant.probe)
            found[mutant.name] = mutant
    return found


def plant(root: Path, mutants: Iterable[Mutant]) -> None:
    """Put the probes of these mutants into the copy of the tree at ``root``."""
    (root / "sandbox" / "_probe.py").write_text(MODULE.replace("{MOST}", str(MOST)), encoding="utf-8")
    by_path: dict[str, list[Edit]] = {"sandbox/names.py": []}
    for name, mutant in planted(mutants).items():
        probe = mutant.probe
        assert probe is not None
        new = probe.new.replace(NAME, repr(name))
        by_path.setdefault(mutant.path, []).append(Edit(probe.start, probe.end, new))
    for path, edits in by_path.items():
        source = Source(path, root)
        names = _names(source) if path == "sandbox/names.py" else []
        if edits or names:
            (root / path).write_text(edited(source.text, [*edits, *names, _import(source)]), encoding="utf-8")


def _overlaps(edit: Edit, others: Iterable[Edit]) -> bool:
    """Whether one is within another: a condition that asks within its own."""
    return any(edit.start < other.end and other.start < edit.end for other in others)


def _import(source: Source) -> Edit:
    """After the imports from ``__future__``, which come first."""
    first = [node for node in source.tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    place = source.span(first[-1])[1] + 1 if first else 0
    return Edit(place, place, _IMPORT)


def _names(source: Source) -> list[Edit]:
    """Each name that is looked up tells too: what a table of names lacks is asked by name."""
    edits = []
    for node in source.tree.body:
        if isinstance(node, ast.FunctionDef) and node.name in _CLASSIFIERS:
            start = source.span(node.body[1])[0]
            edits.append(Edit(start, start, '_probe.holds("name " + name, True)\n    '))
    return edits
