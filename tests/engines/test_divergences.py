"""The table of divergences itself; each row is held by the test of its set."""

from __future__ import annotations

import collections
import re
from pathlib import Path

from sandbox.engines import ENGINES
from sandbox.refusals import TABLE
from tests import honest_programs, test_cases
from tests.cpython import report
from tests.engines import divergences, test_pairs, test_wall

PAGE = Path(__file__).resolve().parents[2] / "docs" / "restricted.md"
PYTHONS = ("3.11", "3.12", "3.13")
WALL_VERDICT = re.compile(r"HC\d{3}|guest \w+|limit \w+|value .+")


def test_every_row_is_of_a_guarded_engine_and_of_a_set() -> None:
    assert {row.engine for row in divergences.rows()} <= ENGINES.keys() - {"cpython"}
    assert {row.kind for row in divergences.rows()} <= set(divergences.SETS)
    assert {version for row in divergences.rows() for version in row.pythons} <= set(PYTHONS)


def test_no_program_has_two_rows_on_one_python() -> None:
    counts = collections.Counter(
        (row.engine, row.kind, row.program, python) for row in divergences.rows() for python in row.pythons or PYTHONS
    )
    assert [key for key, count in counts.items() if count > 1] == []


def test_every_row_names_a_program() -> None:
    known = {
        "case": {test_cases.name_of(path) for path in test_cases.FILES},
        "wall": {test_wall.name_of(path) for path in test_wall.FILES},
        "honest": {program.name for program in honest_programs.programs()},
        "pair": set(test_pairs.PROGRAMS),
    }
    unknown = [row for row in divergences.rows() if row.kind in known and row.program not in known[row.kind]]
    assert unknown == []


def test_every_verdict_is_one() -> None:
    for row in divergences.rows():
        if row.kind == "wall":
            assert WALL_VERDICT.fullmatch(row.verdict), row
        elif row.kind == "pair":
            assert row.verdict in ("value", "operations"), row
        else:
            assert row.verdict in TABLE or (row.kind, row.verdict) in (("language", "passes"), ("case", "output")), row


def test_a_language_test_passes_unexpectedly_only_where_the_interpreter_does_not() -> None:
    for row in divergences.rows():
        if row.kind == "language":
            lists = [report.read(report.EXPECTED / f"{python}.txt") for python in row.pythons or PYTHONS]
            assert all((row.program in listed) == (row.verdict == "passes") for listed in lists), row


def test_a_case_diverges_from_its_own_header() -> None:
    headers = {test_cases.name_of(path): test_cases.read(path).refused for path in test_cases.FILES}
    assert [row for row in divergences.rows() if row.kind == "case" and row.verdict == headers[row.program]] == []


def test_a_wall_program_diverges_from_its_own_header() -> None:
    headers = {test_wall.name_of(path): test_wall.read(path).expected for path in test_wall.FILES}
    assert [row for row in divergences.rows() if row.kind == "wall" and row.verdict in headers[row.program]] == []


def test_the_page_of_the_engine_tells_every_row() -> None:
    section = PAGE.read_text(encoding="utf-8").partition("## What differs from the interpreter\n")[2]
    table = [line.strip("| ").split(" | ") for line in section.partition("\n## ")[0].split("\n") if line[:1] == "|"]
    told = [row[-1].strip("`") for row in table[2:]]
    assert sorted(told) == sorted({row.program for row in divergences.rows() if row.engine == "restricted"})
