"""``hardcell scan``: all refusals of programs at once, without running them.

Invariants: exit status 0 means that every file was read and nothing in it is refused, 3 that something is, 2 that a
file could not be read or the command was wrong; text of a program reaches a terminal escaped, and no name of a file
makes a line of its own.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from sandbox.errors import EXIT_STATUS
from sandbox.findings import Finding

from ..scan import Scanned, Scanner, json_document, sarif_document
from .report_file import try_file
from .sources import read_policy, read_program
from .terminal import one_line, plain_failures, say

_WHEN = {"before": "", "there": " (when this line is reached)", "caught": " (the program handles the ImportError)"}


def scan(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Programs; - is standard input.")],
    policy: Annotated[str, typer.Option(help="A TOML file, or strict, standard, data_science.")] = "standard",
    allow: Annotated[list[str] | None, typer.Option(help="More imports, as math,numpy. Repeatable.")] = None,
    engine: Annotated[str, typer.Option(help="Whose refusals: interpreter, restricted or cpython.")] = "interpreter",
    tool: Annotated[list[str] | None, typer.Option(help="The name of a tool, as search. Repeatable.")] = None,
    as_json: Annotated[str | None, typer.Option("--json", metavar="F", help="Write JSON to F; - for here.")] = None,
    sarif: Annotated[str | None, typer.Option(metavar="F", help="Write SARIF 2.1.0 to F; - for here.")] = None,
    min_isolation: Annotated[str, typer.Option(help="Read in no weaker jail: L3, L2, L1 or none.")] = "L2",
) -> None:
    """Say all that is refused in programs, without running them."""
    with plain_failures():
        if files.count("-") > 1 or [as_json, sarif].count("-") > 1:
            raise ValueError("there is one standard input and one standard output: name - once")
        for report in (as_json, sarif):
            if report not in (None, "-"):
                try_file(Path(report))
        chosen, limits = read_policy(policy)
        more = [name.strip() for text in allow or [] for name in text.split(",") if name.strip()]
        chosen = dataclasses.replace(chosen, imports=(*chosen.imports, *more))
        with Scanner(
            policy=chosen, limits=limits, engine=engine, tools=tool or (), min_isolation=min_isolation
        ) as scanner:
            scanned = [_scanned(scanner, file) for file in files]
        for file, document in ((as_json, json_document), (sarif, sarif_document)):
            if file is not None:
                _write(file, document(scanned, engine))
        _tell(scanned, quiet="-" in (as_json, sarif))
    if any(each.problem for each in scanned):
        raise typer.Exit(EXIT_STATUS["usage"])
    if not all(each.is_clean for each in scanned):
        raise typer.Exit(EXIT_STATUS["policy"])


def _scanned(scanner: Scanner, file: str) -> Scanned:
    try:
        return scanner.scan(read_program(file), file)
    except OSError as error:
        return Scanned(file, problem=error.strerror or str(error))
    except ValueError as error:
        return Scanned(file, problem=str(error))


def _write(file: str, document: dict[str, Any]) -> None:
    text = json.dumps(document, ensure_ascii=True, allow_nan=False, indent=1)
    if file == "-":
        print(text)
    else:
        Path(file).write_text(text + "\n", encoding="ascii")


def _tell(scanned: Sequence[Scanned], *, quiet: bool) -> None:
    """A line for each finding, in the order of the files; then how many there are."""
    count = 0
    for each in scanned:
        if each.problem:
            say(one_line(f"{each.path}: {each.problem}"), error=True)
        count += len(each.findings) + each.more
        for finding in sorted(each.findings, key=lambda one: (one.line or 0, one.column or 0)) if not quiet else ():
            say(one_line(_line(each.path, finding)))
        if each.more and not quiet:
            say(one_line(f"{each.path}: and {each.more} more"))
    if count:
        files = sum(bool(each.findings) for each in scanned)
        say(f"{count} finding{'s' * (count > 1)} in {files} file{'s' * (files > 1)}", error=True)


def _line(path: str, finding: Finding) -> str:
    place = ":".join(str(part) for part in (path, finding.line, finding.column) if part is not None)
    return f"{place}: {finding.code or finding.type} {finding.message}{_WHEN[finding.when]}"
