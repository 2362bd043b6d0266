"""``hardcell log verify``: whether an audit log is whole and unchanged."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..audit import Verdict, verify
from .terminal import plain_failures, say

log_app = typer.Typer(help="Check audit logs.", add_completion=False, no_args_is_help=True, rich_markup_mode=None)
_MOST_KEY = 64 << 10


@log_app.callback()
def group() -> None:
    """Check audit logs."""


@log_app.command("verify")
def verify_log(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The log.")],
    key_file: Annotated[
        Path | None, typer.Option(help="File with the key; one line end at its end is left out.")
    ] = None,
    head: Annotated[str | None, typer.Option(help="The digest that the log must end with.")] = None,
) -> None:
    """Find edits, removals, reordering and a cut end. Exit status: 0 intact, 1 not intact, 2 cannot be checked."""
    with plain_failures():
        key = None if key_file is None else read_key(key_file)
        with file.open("rb") as lines:
            verdict = verify(lines, key, head)
    for line in _report(verdict, keyed=key is not None):
        say(line)
    if verdict.state != "intact":
        raise typer.Exit(1)


def read_key(path: Path) -> bytes:
    """The key in a file.

    Raises:
        ValueError: it is too large for a key.
    """
    with path.open("rb") as file:
        data = file.read(_MOST_KEY + 1)
    if len(data) > _MOST_KEY:
        raise ValueError(f"--key-file {path}: larger than {_MOST_KEY >> 10} KiB, that is no key")
    return data.removesuffix(b"\n").removesuffix(b"\r")


def _report(verdict: Verdict, keyed: bool) -> list[str]:
    place = f" at line {verdict.line}" if verdict.line else ""
    reason = f"{place}: {verdict.reason}" if verdict.reason else ""
    lines = [f"{verdict.state}{reason}", f"{verdict.records} records in {verdict.segments} segments fit"]
    if verdict.state == "not closed":
        lines.append("its program ended without closing it, or the end was cut off; what is there was not changed")
    if verdict.lost:
        lines.append(f"{verdict.lost} events could not be written when they happened; the log says so itself")
    if verdict.head:
        lines.append(f"head {verdict.head}")
    if not keyed:
        lines.append("without a key this finds accidents only: whoever can write the file can compute the chain anew")
    return lines
