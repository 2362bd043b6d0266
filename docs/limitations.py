"""Writes docs/limitations.md from the table of refusals: ``make docs``; ``--check`` only compares."""

from __future__ import annotations

import sys

from pages import publish

from sandbox.refusals import ENGINES, TABLE, Refusal

GROUPS = {
    "HC1": "Names, attributes and types",
    "HC2": "Imports",
    "HC3": "Syntax, builtins and sizes",
    "HC4": "Files",
    "HC5": "Decisions and system calls",
    "HC6": "Limits",
}
HEAD = """# Limitations

What guest code cannot do on the guarded engine `interpreter`, why, and what to write instead. A program that is
accepted gives the answer of CPython; everything else is refused with one of these codes, never answered differently.
The last columns say what each engine makes of the construct. A guest meets the same words in the error. This page is
generated from `sandbox/refusals.py`: `make docs`.
"""
MODULES = """## Modules

Which modules there are, which of their names are left out, and why: [modules.md](modules.md).
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for prefix, title in GROUPS.items():
        rows = [row for code, row in TABLE.items() if code.startswith(prefix)]
        head = " | ".join(["code", "construct", "because", "instead", "recovery", *(f"`{name}`" for name in ENGINES)])
        parts += [f"## {title}", "", f"| {head} |", "|---" * (5 + len(ENGINES)) + "|"]
        parts += [_row(row) for row in rows]
        parts.append("")
    parts += [MODULES]
    return "\n".join(parts)


def _row(row: Refusal) -> str:
    engines = (getattr(row, name) for name in ENGINES)
    cells = (row.code, row.construct, row.why, row.instead, row.recovery, *engines)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    sys.exit(publish("limitations.md", page(), sys.argv[1:]))
