"""``hardcell audit``: the escape corpus on this machine, each wall alone and both together."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table
from rich.text import Text

from sandbox.errors import EXIT_STATUS

from .report_file import try_file
from .terminal import fail, one_line, plain_failures, say

if TYPE_CHECKING:
    from ..testing.escapes.audit import Played, Task
    from ..testing.escapes.case import EscapeCase

_WORDS = ("contained", "refused", "limited", "crashed", "escaped", "hung", "unreported", "not played")
_BAD = ("escaped", "hung", "unreported")
_ALWAYS = ("contained", "refused", "limited", "escaped", "hung")
_STATUS_FAILED = 1
_FILE_WIDTH = 120


def audit(
    backend: Annotated[
        list[str] | None,
        typer.Option(
            help="local, restricted, interpreter-only, restricted-only, jail-only, docker. Repeatable; default all."
        ),
    ] = None,
    case: Annotated[list[str] | None, typer.Option(help="Cases whose names hold this text. Repeatable.")] = None,
    cases: Annotated[Path | None, typer.Option(help="A directory of cases of your own instead of hardcell's.")] = None,
    controls: Annotated[bool, typer.Option(help="Show too that each trick works where no walls are.")] = False,
    as_json: Annotated[Path | None, typer.Option("--json", help="File for the report as one JSON object.")] = None,
    jobs: Annotated[int, typer.Option(min=1, max=8, help="Cases played at a time.")] = 2,
) -> None:
    """Play the escape corpus on this machine and say what held; exit status 1 if anything got out."""
    from ..testing.escapes.audit import plan, plan_controls
    from ..testing.escapes.backends import BACKENDS
    from ..testing.escapes.corpus import CASES_DIRECTORY, digest, load_corpus
    from ..testing.escapes.report import document

    with plain_failures():
        if as_json is not None:
            try_file(as_json)
        directory = (cases or CASES_DIRECTORY).resolve()
        chosen = _chosen(load_corpus(directory), case or [])
        asked = list(dict.fromkeys(backend or []))
        tasks = plan(chosen, directory, asked or list(BACKENDS))
        tasks += plan_controls(chosen, directory) if controls else []
        corpus = digest(directory)
        played = _play(tasks, jobs)
        problem = "" if as_json is None else _write(as_json, document(played, corpus))
        _show(played, corpus, _console())
    _leave(played, asked, problem)


def _play(tasks: Collection[Task], jobs: int) -> list[Played]:
    from ..testing.escapes.audit import play

    played: list[Played] = []
    with _progress() as progress:
        bar = progress.add_task("", total=len(tasks), bad="")
        for one in play(tasks, jobs):
            played.append(one)
            bad = sum(one.failed for one in played)
            progress.update(bar, advance=1, bad=f"{bad} failed" if bad else "", description=_label(one.task))
    return played


def _write(file: Path, report: Mapping[str, Any]) -> str:
    """Write the report; gives what went wrong, since what was found has to be shown all the same."""
    try:
        file.write_text(json.dumps(report, ensure_ascii=True, indent=1) + "\n", encoding="ascii")
    except OSError as error:
        return f"{error.strerror or error}: {file}"
    return ""


def _leave(played: Sequence[Played], asked: Sequence[str], problem: str) -> None:
    """End with the status of the worst: something got out, the report was not written, something was not tried."""
    if problem:
        say(one_line(problem), error=True)
    if any(one.failed for one in played):
        raise typer.Exit(_STATUS_FAILED)
    if problem:
        raise typer.Exit(EXIT_STATUS["usage"])
    if untried := [f"{name} ({why})" for name in asked if (why := _why_untried(name, played))]:
        fail(one_line(f"could not be tried: {', '.join(untried)}"), EXIT_STATUS["backend"])
    if not any(one.outcome for one in played if not one.task.is_control):
        fail("nothing was played, for the reasons above; see hardcell doctor", EXIT_STATUS["backend"])


def _why_untried(backend: str, played: Sequence[Played]) -> str:
    """Why a backend has not played what it should, or an empty string. A case that is not for this Python may be left
    out, all of them may not."""
    here = [one for one in played if one.task.backend == backend]
    if not here:
        return "none of the chosen cases is for it"
    reasons = [one.why for one in here if one.outcome is None and not one.task.why]
    if not reasons and not any(one.outcome for one in here):
        reasons = [one.why for one in here]
    return reasons[0] if reasons else ""


def _chosen(corpus: dict[str, EscapeCase], wanted: Sequence[str]) -> dict[str, EscapeCase]:
    if unknown := [text for text in wanted if not any(text in name for name in corpus)]:
        raise ValueError(f"no case has {' or '.join(map(repr, unknown))} in its name")
    return {name: case for name, case in corpus.items() if not wanted or any(text in name for text in wanted)}


def _console() -> Console:
    """A file or a pipe has no width: the table is shown whole there."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, _FILE_WIDTH)
    return console


def _label(task: Task) -> str:
    return one_line(f"{task.backend} {task.case.name}")


def _progress() -> Progress:
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.fields[bad]}", style="red"))
    label = TextColumn("{task.description}", markup=False)
    console = Console(stderr=True, highlight=False)
    return Progress(*columns, label, console=console, transient=True, disable=not console.is_terminal)


def _show(played: Sequence[Played], corpus: str, console: Console) -> None:
    from ..testing.escapes.report import counts

    def tell(text: str, style: str = "") -> None:
        # Soft: a line stays one line where no terminal is, whatever its length.
        console.print(Text(one_line(text), style=style), soft_wrap=True)

    console.print(_table(counts(one for one in played if not one.task.is_control)))
    shown = [one for one in played if one.task.is_control]
    if shown:
        good = sum(one.shows_the_trick for one in shown)
        tell(f"Controls: {good} of {len(shown)} tricks work where no walls are.")
    reasons = Counter((one.task.backend, one.why) for one in played if one.outcome is None)
    for (backend, why), count in sorted(reasons.items()):
        tell(f"Not played on {backend}: {count} ({why})")
    for one in played:
        if one.failed:
            tell(f"FAILED {_label(one.task)}: {_what(one)}", "red")
        elif not one.expected and one.outcome is not None:
            wanted = " or ".join(one.task.case.expected(_column(one)))
            tell(f"{_label(one.task)}: {one.outcome.verdict}, where its file has {wanted}")
    walls = [one for one in played if not one.task.is_control and one.outcome is not None]
    failed = sum(one.failed for one in walls)
    if failed:
        tell(f"{failed} of {len(walls)} got out. Corpus {corpus[:16]}.", "red")
    elif walls:
        tell(f"Nothing got out: {len(walls)} played. Corpus {corpus[:16]}.", "green")
    else:
        tell(f"Nothing was played. Corpus {corpus[:16]}.")


def _what(one: Played) -> str:
    if one.outcome is None:
        return one.why
    if one.task.is_control:
        shown = ", ".join(one.outcome.evidence) or str(one.outcome.verdict)
        return f"the control shows {shown}, not {', '.join(one.task.case.escape)}"
    seen = "; ".join(f"{kind}: {seen}" for kind, seen in one.outcome.evidence.items())
    return f"{one.outcome.verdict} ({seen})" if seen else str(one.outcome.verdict)


def _column(one: Played) -> str:
    from ..testing.escapes.backends import BACKENDS

    return BACKENDS[one.task.backend].column


def _table(found: Mapping[str, Mapping[str, Counter[str]]]) -> Table:
    from ..testing.escapes.backends import BACKENDS

    total = sum((words for families in found.values() for words in families.values()), Counter[str]())
    words = [word for word in _WORDS if word in total or word in _ALWAYS]
    table = Table(Column("backend", no_wrap=True), "family", box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for word in words:
        bad = word in _BAD and total[word]
        table.add_column(word, justify="right", overflow="fold", style="red" if bad else None)
    for backend in (name for name in BACKENDS if name in found):
        families = found[backend]
        for number, (family, each) in enumerate(sorted(families.items())):
            table.add_row("" if number else backend, family, *_numbers(each, words))
        table.add_section()
        table.add_row("", "all", *_numbers(sum(families.values(), Counter[str]()), words))
        table.add_section()
    return table


def _numbers(found: Counter[str], words: Sequence[str]) -> list[str]:
    return [str(found[word]) if found[word] or word in _ALWAYS else "" for word in words]
