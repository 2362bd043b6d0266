"""``hardcell audit``: the escape corpus on this machine, each wall alone and both together."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from sandbox.errors import EXIT_STATUS

from .terminal import escape, fail, plain_failures

if TYPE_CHECKING:
    from ..testing.escapes.audit import Played, Task
    from ..testing.escapes.case import EscapeCase

_WORDS = ("contained", "refused", "limited", "crashed", "escaped", "hung", "unreported", "not played")
_BAD = ("escaped", "hung", "unreported")
_ALWAYS = ("contained", "refused", "limited", "escaped", "hung")
_STATUS_FAILED = 1


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
    from ..testing.escapes.audit import plan, plan_controls, play
    from ..testing.escapes.backends import BACKENDS
    from ..testing.escapes.corpus import CASES_DIRECTORY, digest, load_corpus
    from ..testing.escapes.report import document

    with plain_failures():
        directory = (cases or CASES_DIRECTORY).resolve()
        chosen = _chosen(load_corpus(directory), case or [])
        tasks = plan(chosen, directory, backend or list(BACKENDS))
        tasks += plan_controls(chosen, directory) if controls else []
        played: list[Played] = []
        with _progress() as progress:
            bar = progress.add_task("", total=len(tasks), bad="")
            for one in play(tasks, jobs):
                played.append(one)
                bad = sum(one.failed for one in played)
                progress.update(bar, advance=1, bad=f"{bad} failed" if bad else "", description=_label(one.task))
        if as_json is not None:
            text = json.dumps(document(played, digest(directory)), ensure_ascii=True, indent=1)
            as_json.write_text(text + "\n", encoding="ascii")
        _show(played, digest(directory), Console(highlight=False))
    if any(one.failed for one in played):
        raise typer.Exit(_STATUS_FAILED)
    if not any(one.outcome for one in played if not one.task.is_control):
        fail("nothing was played: no backend can be had here; see hardcell doctor", EXIT_STATUS["backend"])


def _chosen(corpus: dict[str, EscapeCase], wanted: Sequence[str]) -> dict[str, EscapeCase]:
    chosen = {name: case for name, case in corpus.items() if not wanted or any(text in name for text in wanted)}
    if not chosen:
        raise ValueError(f"no case has {wanted[0]!r} in its name")
    return chosen


def _label(task: Task) -> str:
    return escape(f"{task.backend} {task.case.name}")


def _progress() -> Progress:
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.fields[bad]}", style="red"))
    label = TextColumn("{task.description}", markup=False)
    return Progress(*columns, label, console=Console(stderr=True, highlight=False), transient=True)


def _show(played: Sequence[Played], digest: str, console: Console) -> None:
    from ..testing.escapes.report import counts

    console.print(_table(counts(one for one in played if not one.task.is_control)))
    shown = [one for one in played if one.task.is_control]
    if shown:
        good = sum(one.shows_the_trick for one in shown)
        console.print(Text(f"Controls: {good} of {len(shown)} tricks work where no walls are."))
    _show_reasons(played, console)
    for one in played:
        if one.failed:
            console.print(Text(escape(f"FAILED {_label(one.task)}: {_what(one)}"), style="red"))
        elif not one.expected and one.outcome is not None:
            wanted = " or ".join(one.task.case.expected(_column(one)))
            console.print(Text(escape(f"{_label(one.task)}: {one.outcome.verdict}, where its file has {wanted}")))
    walls = [one for one in played if not one.task.is_control and one.outcome is not None]
    failed = sum(one.failed for one in walls)
    last = f"{failed} of {len(walls)} got out." if failed else f"Nothing got out: {len(walls)} played."
    console.print(Text(f"{last} Corpus {digest[:16]}.", style="red" if failed else "green"))


def _show_reasons(played: Sequence[Played], console: Console) -> None:
    reasons = Counter((one.task.backend, one.why) for one in played if one.outcome is None)
    for (backend, why), count in sorted(reasons.items()):
        console.print(Text(escape(f"Not played on {backend}: {count} ({why})")))


def _what(one: Played) -> str:
    if one.outcome is None:
        return one.why
    if one.task.is_control:
        return f"the control shows {', '.join(one.outcome.evidence) or one.outcome.verdict}, not {one.task.case.escape}"
    seen = "; ".join(f"{kind}: {seen}" for kind, seen in one.outcome.evidence.items())
    return f"{one.outcome.verdict} ({seen})" if seen else str(one.outcome.verdict)


def _column(one: Played) -> str:
    from ..testing.escapes.backends import BACKENDS

    return BACKENDS[one.task.backend].column


def _table(found: Mapping[str, Mapping[str, Counter[str]]]) -> Table:
    from ..testing.escapes.backends import BACKENDS

    total = sum((words for families in found.values() for words in families.values()), Counter[str]())
    words = [word for word in _WORDS if word in total or word in _ALWAYS]
    table = Table("backend", "family", box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for word in words:
        bad = word in _BAD and total[word]
        table.add_column(word, justify="right", style="red" if bad else None)
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
