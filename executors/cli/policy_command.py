"""``hardcell policy explain``: what a policy lets a guest do, in words."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from sandbox.limits import Limits
from sandbox.policy import PRESETS, Policy

from .sources import read_policy
from .terminal import one_line, plain_failures, say

policy_app = typer.Typer(help="Show policies.", add_completion=False, no_args_is_help=True, rich_markup_mode=None)
_UNITS = {"_s": " seconds", "_mb": " MB", "_bytes": " bytes"}
_MEANING = {
    "wall_s": "wall clock of one run, tools not counted",
    "cpu_s": "processor time of one run",
    "memory_mb": "growth of memory above the idle worker",
    "output_bytes": "printed in one run",
    "ops": "loop turns and calls in one run, guarded engines",
    "tool_calls": "calls of tools in one run",
    "tool_wall_s": "one call of a tool",
    "total_wall_s": "one run and its tools together",
    "processes": "processes the guest may add",
    "open_files": "files open at once",
    "disk_mb": "files in /cell together",
    "value_bytes": "one value on its way in or out",
    "snapshot_mb": "a snapshot, as it is written and as it is unpacked",
}


@policy_app.callback()
def group() -> None:
    """Show policies."""


@policy_app.command()
def explain(
    source: Annotated[
        str, typer.Argument(metavar="[FILE|PRESET]", help=f"A TOML file, or {', '.join(PRESETS)}.")
    ] = "standard",
) -> None:
    """Say what a guest under this policy may import, read and use."""
    with plain_failures():
        policy, limits = read_policy(source)
    for line in _lines(source, policy, limits):
        say(line)


def _lines(source: str, policy: Policy, limits: Limits) -> list[str]:
    files = "one directory, /cell, and nothing else" if policy.files else "none"
    chance = "the same in every session" if policy.deterministic else "the machine's"
    errors = "type and text" if policy.expose_errors else "the type only"
    return [
        f"policy: {one_line(source)}",
        "What is not listed is refused.",
        "",
        f"imports ({len(policy.imports)}):",
        *(f"  {line}" for line in _wrapped(policy.imports)),
        f"files: {files}",
        "network: none",
        f"a tool's exception shows the guest: {errors}",
        f"clock, random numbers and hashes: {chance}",
        "decision hook: set in Python only (policy.decide)",
        "",
        "limits:",
        *(
            f"  {field.name} = {_amount(field.name, limits)}: {_MEANING[field.name]}"
            for field in dataclasses.fields(limits)
        ),
    ]


def _wrapped(names: tuple[str, ...], width: int = 100) -> list[str]:
    lines = [""]
    for name in names or ("none",):
        if len(lines[-1]) + len(name) > width:
            lines.append("")
        lines[-1] += f"{', ' if lines[-1] else ''}{name}"
    return lines


def _amount(name: str, limits: Limits) -> str:
    unit = next((text for suffix, text in _UNITS.items() if name.endswith(suffix)), "")
    return f"{getattr(limits, name):,.12g}{unit}".replace(",", " ")
