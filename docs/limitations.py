"""Writes docs/limitations.md from the table of refusals: ``make docs``; ``--check`` only compares."""

from __future__ import annotations

import sys

from pages import publish

from sandbox.interpreter.depth import CALLS_DEEP
from sandbox.refusals import ENGINES, TABLE, Refusal
from sandbox.unpriced import UNPRICED

GROUPS = {
    "HC1": "Names, attributes and types",
    "HC2": "Imports",
    "HC3": "Syntax, builtins and sizes",
    "HC4": "Files",
    "HC5": "Decisions and system calls",
    "HC6": "Limits",
}
HEAD = """# Limitations

What guest code cannot do on the guarded engines `interpreter` and `restricted`, why, and what to write instead. A
program that is accepted gives the answer of CPython, but for [a few corners](#what-is-answered-differently); everything
else is refused with one of these codes. The last columns say what each engine makes of the construct; what only one of
the two guarded engines takes are rows of [one table](../tests/engines/divergences.txt), each held by a test. A guest
meets the same words in the error. This page is generated from tables in `sandbox/`: `make docs`.
"""
RECURSION = f"""## Recursion

Calls of functions, methods, lambdas, properties and comprehensions nest at least {CALLS_DEEP.jailed:,} deep in the
jail and {CALLS_DEEP.in_process:,} deep in process, on every supported Python. Where each level passes through native
code (generators, coroutines, sort keys, `map`, `__repr__`, `__eq__` and their like, calls of classes, `eval`) it is at
least {CALLS_DEEP.native:,}: CPython 3.12 counts native calls apart, and nobody can move that bound. Most go deeper.
Past the bound `RecursionError` is raised, can be caught, and the session lives on. `sys.setrecursionlimit()` changes
what `sys.getrecursionlimit()` says, not the bound. Expressions and blocks that nest deeper than CPython's parser bears
are its own error.
"""
UNPRICED_HEAD = """## What only the jail ends

The budget of operations, the clock that is looked at as they are counted, and the sizes that are refused bound almost
everything, in process too. These small programs escape them: each ends by the jail's clock or memory limit, or with
the worker (`crash`), and the session goes on with a new one. In process (`enclosure="inprocess"`) nothing ends them,
and a crash is the host's own. It is meant for tests and debugging; code of strangers belongs in the jail.

| program | what | ends by | because |
|---|---|---|---|"""
DIFFERENT = """## What is answered differently

- `locals()` in a generator expression, and on 3.11 in any comprehension, lacks `.0`, CPython's name of the iterator: no
  guest name begins with a dot.
- `locals()` in a function is a new dict at each call, as CPython has it from 3.13 on.
- On 3.12 and 3.13, a type parameter that the body of a generic method names hides a name of the class in the method's
  annotations too, as PEP 695 says; CPython takes the class's: `class C: T = 1; def f[T](self, x: T): return T`.
"""
DETERMINISM = """## Determinism

What `Policy(deterministic=True)` fixes, and what it cannot: [determinism.md](determinism.md).
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
    parts += [RECURSION, UNPRICED_HEAD, *map(_unpriced, UNPRICED), "", DIFFERENT, DETERMINISM, MODULES]
    return "\n".join(parts)


def _unpriced(name: str) -> str:
    row = UNPRICED[name]
    code = row.code.replace("\n", "; ").replace("|", "\\|")
    return f"| `{code}` | {name} | {', '.join(sorted(row.ends))} | {row.why} |"


def _row(row: Refusal) -> str:
    engines = (row.on(name) for name in ENGINES)
    cells = (row.code, row.construct, row.why, row.instead, row.recovery, *engines)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    sys.exit(publish("limitations.md", page(), sys.argv[1:]))
