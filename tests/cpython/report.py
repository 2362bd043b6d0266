"""The tables of one run: per file, per rule, and what did not pass."""

from __future__ import annotations

import collections
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.engines import divergences

from .guest import Verdict

EXPECTED = Path(__file__).parent / "failing"
NOT_RUN = ("excluded", "skipped")


def table(found: Mapping[str, Sequence[Verdict]]) -> str:
    """Per file: all tests, those that a rule excludes or that skip themselves, those run, those that pass."""
    rows: list[tuple[str, ...]] = [("file", "tests", "excluded", "skipped", "run", "pass", "percent")]
    total: collections.Counter[str] = collections.Counter()
    for name, verdicts in found.items():
        counts = counted(verdicts)
        total += counts
        rows.append(_row(name, counts))
    rows.append(_row(f"Python {'.'.join(map(str, sys.version_info[:3]))}", total))
    return "\n".join(f"{row[0]:<28}" + "".join(f"{cell:>10}" for cell in row[1:]) for row in rows)


def counted(verdicts: Sequence[Verdict]) -> collections.Counter[str]:
    """How many there are of each status, how many in all, how many ran."""
    counts = collections.Counter(verdict.status for verdict in verdicts)
    counts["tests"] = len(verdicts)
    counts["run"] = len(verdicts) - counts["excluded"] - counts["skipped"]
    return counts


def _row(name: str, counts: Mapping[str, int]) -> tuple[str, ...]:
    run, passed = counts["run"], counts["passed"]
    percent = f"{100 * passed / run:.1f}" if run else "-"
    return (name, *(str(counts[key]) for key in ("tests", "excluded", "skipped", "run", "passed")), percent)


def rules_table(found: Mapping[str, Sequence[Verdict]]) -> str:
    """Per rule: how many tests it excludes, and how many of them no other rule would."""
    matched: collections.Counter[str] = collections.Counter()
    alone: collections.Counter[str] = collections.Counter()
    for verdict in (each for verdicts in found.values() for each in verdicts if each.status == "excluded"):
        reasons = verdict.detail.split("; ")
        matched.update(reasons)
        alone.update(reasons if len(reasons) == 1 else ())
    lines = [f"{'rule':<56}{'tests':>10}{'alone':>10}"]
    lines += [f"{name:<56}{count:>10}{alone[name]:>10}" for name, count in matched.most_common()]
    return "\n".join(lines)


def doctest_table(found: Mapping[str, Sequence[Verdict]]) -> str:
    """Per doctest: how many of its examples ran, and how many a rule left out."""
    lines = [f"{'doctest':<56}{'examples':>10}{'left out':>10}"]
    for name, verdicts in found.items():
        for each in verdicts:
            if each.examples or each.left_out:
                lines.append(f"{name + ' ' + each.test:<56}{each.examples:>10}{each.left_out:>10}")
    return "\n".join(lines)


def failing(found: Mapping[str, Sequence[Verdict]]) -> dict[str, Verdict]:
    """What ran and did not pass, by file and test."""
    return {
        f"{name} {each.test}": each
        for name, verdicts in found.items()
        for each in verdicts
        if each.status not in ("passed", *NOT_RUN)
    }


def read(path: Path) -> dict[str, str]:
    """The tests of a committed list: file and test, and why it fails."""
    rows = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return dict(row.split(" | ", 1) for row in rows)


def expected(engine: str) -> dict[str, str]:
    """The failing tests of this Python as they are committed: those of the interpreter, and where the engine diverges.

    Raises:
        FileNotFoundError: nobody has looked at this Python yet.
    """
    listed = read(EXPECTED / f"{sys.version_info[0]}.{sys.version_info[1]}.txt")
    for test, verdict in divergences.of(engine, "language").items():
        if verdict == "passes":
            del listed[test]
        else:
            listed[test] = f"refused {verdict}: as the table of divergences tells"
    return listed
