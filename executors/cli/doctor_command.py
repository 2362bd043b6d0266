"""``hardcell doctor``: what can be had on this machine."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sandbox.errors import EXIT_STATUS
from sandbox.result import Isolation

from ..doctor import Report, examine
from .terminal import escape, one_line, plain_failures

_GOOD, _BAD = "green", "red"


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")] = False,
    reap: Annotated[bool, typer.Option("--reap", help="Only remove containers that nobody owns any more.")] = False,
) -> None:
    """Show each backend, the isolation that truly holds here, and clashes of import names."""
    if reap:
        _reap(as_json)
        return
    with plain_failures():
        report = examine()
    if as_json:
        print(json.dumps(report.to_dict(), ensure_ascii=True))
    else:
        _show(report, Console(highlight=False))
    if not report.usable:
        raise typer.Exit(EXIT_STATUS["backend"])


def _reap(as_json: bool) -> None:
    from ..docker.diagnosis import strays

    with plain_failures():
        removed = strays()
    if as_json:
        print(json.dumps([dataclasses.asdict(one) for one in removed], ensure_ascii=True))
        return
    for one in removed:
        print(f"Removed container {one.id[:12]} of session {one_line(one.session) or '?'}: {one_line(one.why)}.")
    print(f"{len(removed)} removed." if removed else "There are no containers that nobody owns any more.")


def _show(report: Report, console: Console) -> None:
    console.print(Text(f"Python {report.python} · {report.system} · {report.user}"))
    console.print(_backends(report))
    _show_isolation(report, console)
    if not report.clashes:
        console.print(Text("Import names: sandbox, executors and agents are hardcell's own.", style=_GOOD))
    for clash in report.clashes:
        console.print(Text(f"Import name clash: {escape(clash.problem)}. {escape(clash.repair)}.", style=_BAD))


def _backends(report: Report) -> Table:
    table = Table()
    for heading in ("executor", "available", "why not", "how to get it"):
        table.add_column(heading, overflow="fold")
    for backend in report.backends:
        mark = Text("yes", style=_GOOD) if backend.available else Text("no", style=_BAD)
        install = backend.install.splitlines()[0] if backend.install else ""
        table.add_row(Text(backend.name), mark, Text(escape(backend.reason)), Text(escape(install)))
    return table


def _show_isolation(report: Report, console: Console) -> None:
    if report.isolation is None:
        console.print(Text("Isolation: no worker could be started, so nothing was verified.", style=_BAD))
    else:
        console.print(Text(f"Isolation here: {report.isolation.level}, as a worker verified it from inside"))
        console.print(_mechanisms(report.isolation))
    if report.problem:
        console.print(Text(escape(report.problem), style=_BAD))
        console.print(Text(escape(report.repair)))
    if report.containers is not None:
        console.print(Text("Containers here, as one measured it from inside"))
        console.print(_mechanisms(report.containers))


def _mechanisms(isolation: Isolation) -> Table:
    table = Table()
    table.add_column("mechanism")
    table.add_column("holds", overflow="fold")
    for name, state in isolation.mechanisms.items():
        table.add_row(Text(name), Text(escape(state), style=_GOOD if state == "on" else _BAD))
    return table
