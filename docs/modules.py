"""Writes docs/modules.md from the tables of the facades: ``make docs``; ``--check`` only compares."""

from __future__ import annotations

import sys

from pages import publish

from sandbox.facades import KNOWN, THIRD_PARTY
from sandbox.facades.catalogue import SPECS
from sandbox.facades.listed import Listed
from sandbox.facades.spec import Spec

HEAD = """# Modules

The modules that guest code can import on the guarded engine `interpreter`, where its policy allows them. A guest gets
a reviewed view of each module, never the module itself. Names that are not offered are refused with code HC202
([limitations](limitations.md)) and the reason that stands here; a name that ends in `*` stands for all that begin so.
What else a module holds, such as its own imports, is no part of its documented interface and refused too. Names of
newer Pythons are there where Python has them. Any other module in `Policy.standard(imports=[…])` is a ValueError
that names `engine="cpython"`, behind a wall that holds by itself. This page is generated from `sandbox/facades/`:
`make docs`.

## The standard library
"""
THIRD_PARTY_HEAD = """## numpy, pandas and matplotlib

They are there under `Policy.data_science()`, where the packages are installed. What the version that was reviewed does
not have is refused. An array operation counts as one operation of the budget; its time and memory are bounded by the
jail. `plt.show()` makes an artifact `.figures/figure-N.png` of each open figure and closes it. In process, each session
has its own settings and figures (`rcParams`, `pd.set_option`, `np.set_printoptions`), and the host keeps its own.
"""
OBJECTS_HEAD = """## Objects of numpy, pandas and matplotlib

Of their objects guests reach these public attributes, and what a class has from the classes it derives from; any other
is refused (HC202), and so is every attribute of a class that is not listed. Columns of a table are reached as
`frame.name` too. Operators, indexing, iteration and printing are the packages' own. Functions may be named by text
(`agg("sum")`) from a reviewed list only.
"""


def page() -> str:
    """The whole page."""
    third_party = [name for name in sorted(KNOWN) if name.partition(".")[0] in THIRD_PARTY]
    parts = [HEAD, *(_module(SPECS[name]) for name in sorted(KNOWN.difference(third_party)))]
    parts += [THIRD_PARTY_HEAD, *map(_module, (SPECS[name] for name in third_party)), OBJECTS_HEAD]
    parts += [_class(row) for name in third_party for row in sorted(SPECS[name].listed, key=lambda row: row.path)]
    return "\n".join(parts) + "\n"


def _module(spec: Spec) -> str:
    """Only what the table says itself, so that the page is the same on every Python."""
    offered = sorted({*spec.names, *spec.own, *(f"{beginning}*" for beginning in spec.constants)})
    reasons: dict[str, list[str]] = {}
    for name, why in spec.left_out.items():
        reasons.setdefault(why, []).append(name)
    lines = [f"### {spec.name}", "", _names(offered) if offered else "Nothing but its submodules.", ""]
    if reasons:
        rows = [f"| {_names(sorted(names))} | {why} |" for why, names in sorted(reasons.items())]
        lines += ["| left out | because |", "|---|---|", *rows, ""]
    return "\n".join(lines)


def _class(row: Listed) -> str:
    names = sorted({*row.names, *row.checked})
    stored = f"; may be stored: {_names(sorted(row.settable))}" if row.settable else ""
    return f"- **{row.path.replace(':', '.')}**: {_names(names) or 'no public attribute'}{stored}"


def _names(names: list[str]) -> str:
    return f"`{' '.join(names)}`" if names else ""


if __name__ == "__main__":
    sys.exit(publish("modules.md", page(), sys.argv[1:]))
