"""Mutants of the jail: a step that is not taken, a flag that is not given, a system call that is let through."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .guards import NAME
from .mutant import Edit, Mutant
from .source import Source
from .tables import words_in

_STEPS = {
    "sandbox/jail/enclosure.py": ("enter_zygote", "detach", "enclose", "_close_files", "_close_calls"),
    "sandbox/jail/privileges.py": ("leave_root", "_become", "close_ways_back", "drop", "die_with_parent"),
    "sandbox/jail/namespaces.py": (
        "map_ids", "build_root", "mount_writable", "_attach", "enter", "enter_session", "mount_cells",
    ),
    "sandbox/jail/rlimits.py": ("apply",),
    "sandbox/jail/landlock.py": ("restrict", "_grant"),
    "sandbox/jail/kernel.py": ("pivot_root_here",),
    "sandbox/keeper.py": ("main", "_keep"),
    "sandbox/inmate.py": ("become_worker", "_await_request", "_draw_anew"),
}  # fmt: skip
"""Functions whose statements are steps."""
_NO_STEPS = frozenset(
    "mkdir makedirs close detach chdir attach_tree serve entry _tell _report waitpid play load write add".split()
)
"""Calls that make what the walls need, or clean up; without them nothing starts, or nothing changes."""
_FLAGS = ("sandbox/jail/namespaces.py", "sandbox/jail/landlock.py", "sandbox/jail/seccomp.py")
_SECCOMP = "sandbox/jail/seccomp.py"
_LANDLOCK_RIGHTS = 15


def mutants(source: Source) -> Iterator[Mutant]:
    """Those of one file."""
    functions = _STEPS.get(source.path, ())
    for place, node in source.nodes:
        if place.split(".")[0] in functions and isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield from _step(source, place, node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr) and source.path in _FLAGS:
            yield from _flags(source, place, node)
        if isinstance(node, ast.Dict) and source.path == "sandbox/jail/rlimits.py" and place == "wanted":
            yield from _limits(source, node)
    if source.path == "sandbox/jail/report.py":
        yield from _verified(source)
    if source.path == _SECCOMP:
        yield from _calls(source)
    if source.path == "sandbox/jail/landlock.py":
        yield from _rights(source)


def _step(source: Source, place: str, node: ast.Expr) -> Iterator[Mutant]:
    assert isinstance(node.value, ast.Call)
    function = node.value.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name not in _NO_STEPS:
        yield Mutant(source.path, "step", f"{place}: {source.short(node)}", (source.replaced(node, "pass"),))


def _flags(source: Source, place: str, node: ast.BinOp) -> Iterator[Mutant]:
    for each in (node.left, node.right):
        if isinstance(each, (ast.Attribute, ast.Name)) and source.of(each).rpartition(".")[2].isupper():
            what = f"{place or 'constant'}: {source.short(node)} without {source.of(each)}"
            yield Mutant(source.path, "flag", what, (source.replaced(each, "0"),))


def _limits(source: Source, node: ast.Dict) -> Iterator[Mutant]:
    for key, value in zip(node.keys, node.values, strict=True):
        if key is not None:
            what = f"{source.of(key)} not set"
            yield Mutant(source.path, "limit", what, (source.replaced(value, "resource.RLIM_INFINITY"),))


def _verified(source: Source) -> Iterator[Mutant]:
    """What is not verified after it was set up."""
    for place, node in source.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_hold":
            condition = node.args[0]
            yield Mutant(
                source.path, "verification", f"{place}: {source.short(condition)}",
                (source.replaced(condition, "True"),), (),
                source.replaced(condition, f"_probe.lacks({NAME}, ({source.of(condition)}))"),
            )  # fmt: skip


def _calls(source: Source) -> Iterator[Mutant]:
    """System calls that are killed, refused, or allowed with some arguments only: let through."""
    for node in source.tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            table, value = node.targets[0].id, node.value
            if table == "_TRIPWIRES":
                for word, edit in words_in(source, value):
                    yield Mutant(source.path, "call", f"{word} refused, not killed", (edit,), (word,))
            if table in ("_PATHS_UNMEDIATED", "_EXTENDED_ATTRIBUTES", "_OF_A_PROCESS", "_CLOCKS", "_TRIPWIRES"):
                for word, edit in words_in(source, value):
                    yield Mutant(
                        source.path, "call", f"{word} let through ({table})", (edit, _plain(source, word)), (word,)
                    )
    for place, node in source.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_when", "Rule"):
            if place in ("rules", "_paths_in_own_root", "_paths_under_landlock"):
                yield from _checks(source, place, node)


def _plain(source: Source, word: str) -> Edit:
    place = source.text.index("read write close")
    return Edit(place, place, f"{word} ")


def _checks(source: Source, place: str, node: ast.Call) -> Iterator[Mutant]:
    checks = [each for each in ast.walk(node) if isinstance(each, ast.Call) and source.of(each.func) == "Check"]
    for check in checks:
        what = f"{place}: line of {_line(source, node)} without {source.short(check)}"
        yield Mutant(source.path, "rule", what, (source.replaced(check, "Check(0, (0,), 0)"),))
    if source.of(node.func) == "_when":
        what = f"{place}: {_line(source, node)} always"
        yield Mutant(source.path, "rule", what, (source.replaced(node, "ALLOW"),))


def _line(source: Source, node: ast.expr) -> str:
    return source.text.splitlines()[node.lineno - 1].strip()[:60]


def _rights(source: Source) -> Iterator[Mutant]:
    """A right that Landlock does not handle, so that it is granted everywhere."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Assign) and source.of(node.targets[0]) == "handled":
            start, end = source.span(node.value)
            for bit in range(_LANDLOCK_RIGHTS):
                # Insertions, so that many can be made together.
                edits = (Edit(start, start, "("), Edit(end, end, f") & ~{1 << bit:#x}"))
                yield Mutant(source.path, "right", f"right {bit} of files not handled", edits)
