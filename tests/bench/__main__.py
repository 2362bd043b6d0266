"""Prints the tables: ``python -m tests.bench [latency] [speed] [honest]``; without a name all of them."""

from __future__ import annotations

import os
import platform
import sys
from collections import Counter

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.bench import honest, latency, speed


def show_latency(console: Console) -> None:
    """Session start and live call."""
    found = latency.measure()
    table = Table(title=f"latency, medians of {latency.PAIRS} interleaved pairs and {latency.CALLS} calls")
    table.add_column("what")
    table.add_column("ms", justify="right")
    table.add_row("fresh jailed session with engine, then 1+1", f"{found.session_ms:.2f}")
    table.add_row("posix_spawn + wait of python -I -S -c pass", f"{found.spawn_ms:.2f}")
    table.add_row("session ÷ spawn", f"{found.session_ms / found.spawn_ms:.2f}")
    table.add_row("1+1 in a live session", f"{found.call_ms:.3f}")
    console.print(table)


def show_speed(console: Console) -> None:
    """The interpreter against CPython."""
    rows = speed.measure()
    table = Table(title="interpreter ÷ CPython, CPU time")
    for title in ("program", "CPython ms", "times"):
        table.add_column(title, justify="left" if title == "program" else "right")
    for row in rows:
        table.add_row(row.program, f"{row.cpython_ms:.2f}", f"{row.ratio:.1f}")
    table.add_row("geometric mean without objects", "", f"{speed.geometric_mean(rows):.1f}")
    console.print(table)


def show_honest(console: Console) -> None:
    """Honest programs by verdict, and those that are not the same."""
    outcomes = honest.measure()
    counts = Counter(outcome.verdict for outcome in outcomes.values())
    table = Table(title=f"{len(outcomes)} honest programs on local")
    table.add_column("verdict")
    table.add_column("programs", justify="right")
    for verdict in ("same", "refused", "different"):
        table.add_row(verdict, str(counts[verdict]))
    console.print(table)
    for name, outcome in outcomes.items():
        if outcome.verdict == "different":
            console.print(f"different: {name} {escape(ascii(outcome.detail))}")
    for line in honest.refused_list(outcomes):
        console.print(f"refused: {escape(line)}", soft_wrap=True)


SHOWS = {"latency": show_latency, "speed": show_speed, "honest": show_honest}


def main(names: list[str]) -> int:
    """The asked tables, or all.

    Returns:
        0, or 2 for an unknown name.
    """
    unknown = [name for name in names if name not in SHOWS]
    if unknown:
        print(f"unknown table {unknown[0]!r}; there are {', '.join(SHOWS)}", file=sys.stderr)
        return 2
    console = Console()
    console.print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for name in names or SHOWS:
        SHOWS[name](console)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
