"""Writes docs/limitations.md from the table of refusals and the facades: ``make docs``.

With ``--check`` nothing is written; the exit status is 1 when the page is not what the tables say.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sandbox.facades import KNOWN
from sandbox.facades.catalogue import SPECS
from sandbox.facades.listed import Listed
from sandbox.facades.spec import WHY
from sandbox.refusals import ENGINES, TABLE, Refusal

PAGE = Path(__file__).parent / "limitations.md"
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
generated from `sandbox/refusals.py` and `sandbox/facades/`: `make docs`.
"""
THIRD_PARTY_HEAD = """## Objects of numpy, pandas and matplotlib

They are there under `Policy.data_science()`, where the packages are installed. Of their objects guests reach these
public attributes, and what a class has from the classes it derives from; any other is refused (HC202), and so is every
attribute of a class that is not listed. Columns of a table are reached as `frame.name` too. Operators, indexing,
iteration and printing are the packages' own. Functions may be named by text (`agg("sum")`) from a reviewed list only.
An array operation counts as one operation of the budget; its time and memory are bounded by the jail. `plt.show()`
makes an artifact `.figures/figure-N.png` of each open figure and closes it.""".splitlines()


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for prefix, title in GROUPS.items():
        rows = [row for code, row in TABLE.items() if code.startswith(prefix)]
        head = " | ".join(["code", "construct", "because", "instead", "recovery", *(f"`{name}`" for name in ENGINES)])
        parts += [f"## {title}", "", f"| {head} |", "|---" * (5 + len(ENGINES)) + "|"]
        parts += [_row(row) for row in rows]
        parts.append("")
    parts += [
        "## Modules",
        "",
        "Guests import facades of these modules; a policy may allow fewer. Any other name in `imports` is a ValueError",
        'that names `engine="cpython"`, behind a wall that holds by itself.',
        "",
    ]
    parts += [_module(name) for name in sorted(KNOWN)]
    parts += ["", *THIRD_PARTY_HEAD, ""]
    parts += [_listed(row) for name in sorted(KNOWN) for row in sorted(SPECS[name].listed, key=lambda row: row.path)]
    return "\n".join(parts) + "\n"


def _listed(row: Listed) -> str:
    """One line for a third-party class."""
    names = sorted({*row.names, *row.checked})
    stored = f"; may be stored: {', '.join(sorted(row.settable))}" if row.settable else ""
    return f"- `{row.path.replace(':', '.')}`: {' '.join(names) or 'no public attribute'}{stored}"


def _row(row: Refusal) -> str:
    engines = (getattr(row, name) for name in ENGINES)
    cells = (row.code, row.construct, row.why, row.instead, row.recovery, *engines)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _module(name: str) -> str:
    """One line; only what the tables say themselves, so that the page is the same on every Python."""
    spec = SPECS[name]
    reasons: dict[str, list[str]] = {}
    for export, why in spec.left_out.items():
        reasons.setdefault(why, []).append(f"`{export}`")
    missing = [f"{', '.join(sorted(names))} ({why})" for why, names in sorted(reasons.items())]
    if spec.rest is not None:
        missing.append(f"names that are not on the reviewed list ({WHY[spec.rest]})")
    return f"- `{name}`" + (f": without {'; '.join(missing)}" if missing else "")


def main(arguments: list[str]) -> int:
    """Write the page, or compare it."""
    wanted = page()
    if arguments == ["--check"]:
        same = PAGE.exists() and PAGE.read_text(encoding="utf-8") == wanted
        if not same:
            print(f"{PAGE.name} is not what the tables say: run `make docs`", file=sys.stderr)
        return 0 if same else 1
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
