"""Where a guarded engine does otherwise than the others, in one table: ``divergences.txt`` beside this file.

A row is ``engine | set | program | pythons | verdict | reason``. The sets are ``case`` (tests/cases), ``wall``
(tests/engines/wall), ``honest`` (tests/honest), ``language`` (CPython's own tests) and ``pair`` (test_pairs.py, against
the other guarded engine); ``pythons`` is ``all`` or versions as ``3.12 3.13``. The verdict is the code of a refusal;
``output``, for a case that answers otherwise; what a wall program's header could say; ``passes``, for a language test
that the interpreter does not pass; of a pair ``value`` or ``operations``, which differ. docs/restricted.md tells each
row of that engine to its users.

Invariants: a row is a strict expected failure: the program must come to this verdict, and to none that it would have
without the row.
"""

from __future__ import annotations

import dataclasses
import functools
import sys
from pathlib import Path

TABLE = Path(__file__).parent / "divergences.txt"
SETS = ("case", "wall", "honest", "language", "pair")


@dataclasses.dataclass(frozen=True)
class Divergence:
    """One row. ``pythons`` is empty for all versions."""

    engine: str
    kind: str
    program: str
    pythons: tuple[str, ...]
    verdict: str
    reason: str

    @property
    def holds_here(self) -> bool:
        """Whether the row speaks of the running Python."""
        return not self.pythons or "{}.{}".format(*sys.version_info) in self.pythons


@functools.cache
def rows() -> tuple[Divergence, ...]:
    """The whole table.

    Raises:
        ValueError: a line of another form.
    """
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return tuple(_row(line) for line in lines if line and not line.startswith("#"))


def _row(line: str) -> Divergence:
    fields = line.split(" | ", 5)
    if len(fields) != 6 or not all(fields):
        raise ValueError(f"{TABLE.name}: {line!r} is no row")
    engine, kind, program, pythons, verdict, reason = fields
    return Divergence(engine, kind, program, () if pythons == "all" else tuple(pythons.split()), verdict, reason)


def of(engine: str, kind: str) -> dict[str, str]:
    """The verdicts of this engine, by the programs of a set, on the running Python."""
    return {row.program: row.verdict for row in rows() if (row.engine, row.kind) == (engine, kind) and row.holds_here}
