"""Which tests are asked about a mutant, and in which order: where it was seen to act, what names it, what its file has.

Each stage is one run of pytest that ends with its first failure; the next is run where all passed.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence

from .mutant import Mutant
from .probes import MOST
from .source import ROOT

PROBED = (
    ("tests/engines/test_wall.py", "-k", "inside"),
    ("tests/engines/test_gate.py", "tests/engines/test_readers.py", "tests/engines/test_review.py",
     "tests/engines/test_analysis.py", "tests/engines/test_formatting.py", "tests/engines/test_operations.py",
     "tests/engines/test_restricted.py", "tests/test_policy.py", "tests/test_refusals.py", "tests/jail/test_report.py",
     "tests/protocol"),
    ("tests/facades", "-k", "not walk and not exports"),
    ("tests/session/test_files.py", "tests/session/test_tools.py", "tests/session/test_run.py"),
    ("tests/audit/test_audited_runs.py",),
)  # fmt: skip
"""Where it is looked up in which tests the probes tell something."""
_UNSEEN = (
    "sandbox/jail/", "sandbox/keeper", "sandbox/inmate", "sandbox/worker", "sandbox/cell.", "sandbox/values/",
    "sandbox/snapshot/", "sandbox/interpreter/world.py", "sandbox/interpreter/reading.py",
    "sandbox/restricted/world.py", "executors/envelope.py", "executors/exchange.py",
)  # fmt: skip
_FIRST = 12
"""Tests of the first stage, of all in which a probe told."""
_NAMED = 40
_EXPORTS = ("tests/facades/test_exports.py", "tests/facades/test_walk.py")
_PAGES = ("tests/checks/test_docs.py::test_generated_pages_are_what_the_tables_say[modules.py]",)
_WALL = ("tests/engines/test_wall.py", "-k", "inside")
_GATE = ("tests/engines/test_gate.py", "tests/engines/test_readers.py", "tests/engines/test_review.py",
         "tests/engines/test_analysis.py")  # fmt: skip
_EVALUATION = ("tests/engines/test_operations.py", "tests/engines/test_restricted.py")
_ENGINES = (_GATE, _EVALUATION, _WALL, ("tests/facades",))
_ATTACKS = "tests/jail/test_attacks.py"
_JAIL = (
    (_ATTACKS, "-k", "root and full"),
    (_ATTACKS, "-k", "root and (docker or no_landlock or neither)"),
    ("tests/jail/test_lifecycle.py", "tests/jail/test_prepared.py", "tests/jail/test_private_tree.py"),
)
_MOVES = "tests/snapshots/test_moves.py"
_SNAPSHOTS = (
    ("tests/snapshots/test_hostile.py", "tests/snapshots/test_data.py", "tests/snapshots/test_session.py"),
    (_MOVES, "-k", "in-process-restricted or not moves"),
    ("tests/snapshots",),
)
_BY_FILE: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...] = (
    ("sandbox/jail/seccomp.py", (("tests/jail/test_seccomp.py",), *_JAIL[:2])),
    ("sandbox/jail/report.py", (("tests/jail/test_report.py",), *_JAIL[:2])),
    ("sandbox/jail/privileges.py", (("tests/jail/test_privileges.py",), *_JAIL)),
    ("sandbox/jail/landlock.py", (("tests/jail/test_landlock.py",), *_JAIL)),
    ("sandbox/jail/rlimits.py", (("tests/jail/test_report.py",), *_JAIL)),
    ("sandbox/jail/namespaces.py", (("tests/jail/test_namespaces.py", "tests/jail/test_mounts.py"), *_JAIL)),
    ("sandbox/jail/", (("tests/jail/test_mounts.py",), *_JAIL)),
    ("sandbox/keeper.py", _JAIL),
    ("sandbox/inmate.py", _JAIL),
    ("sandbox/protocol/", (("tests/protocol",),)),
    ("sandbox/values/", (("tests/values/test_hostile.py", "tests/values/test_hostile_frames.py"), ("tests/values",))),
    ("sandbox/snapshot/", _SNAPSHOTS),
    ("sandbox/interpreter/world.py", _SNAPSHOTS),
    ("sandbox/interpreter/reading.py", (("tests/scan/test_scanner.py",), ("tests/scan",))),
    ("sandbox/restricted/world.py", _SNAPSHOTS),
    ("sandbox/facades/", (_PAGES, _WALL, ("tests/facades",))),
    ("sandbox/interpreter/", _ENGINES),
    ("sandbox/restricted/", _ENGINES),
    ("sandbox/names.py", (_GATE, _WALL)),
    ("sandbox/safe_builtins.py", (_GATE, _WALL)),
    ("sandbox/policy.py", (("tests/test_policy.py", *_GATE),)),
    ("sandbox/raw_memory.py", (("tests/facades/test_raw_memory.py",), _WALL, ("tests/facades",))),
    ("sandbox/cellfiles.py", (("tests/facades/test_files.py",), ("tests/test_cases.py",), _WALL)),
    ("sandbox/", (_GATE, _WALL, ("tests/facades",))),
    ("executors/envelope.py", (("tests/snapshots/test_envelope.py",), ("tests/snapshots",))),
    ("executors/", (("tests/session/test_files.py", "tests/session/test_tools.py", "tests/session/test_hostile.py"),)),
)


def stages(mutant: Mutant, told: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The runs of pytest for a mutant; none where no test sees what it takes away. ``told`` is what the probes told,
    of each mutant that has one."""
    seen = list(told.get(mutant.name, ()))
    if mutant.kind != "gate" and mutant.name in told:
        if not _out_of_sight(mutant.path):
            first = [each for each in (spread(seen, _FIRST), seen) if each][: 2 if len(seen) > _FIRST else 1]
            return first if len(seen) < MOST else [*first[:1], *map(list, _by_file(mutant.path))]
    if mutant.kind == "facade":
        chosen = [f"{path}::{test}[{mutant.hints[0]}]" for path, test in _of_exports()]
        return [list(_PAGES), chosen]
    named = [test for hint in mutant.hints for test in told.get(f"name {hint}", ())] if mutant.kind == "name" else []
    first = list(dict.fromkeys([*spread(seen, _FIRST), *spread(named, _FIRST), *programs_with(mutant.hints)]))
    return [*([first] if first else []), *map(list, _by_file(mutant.path))]


def _by_file(path: str) -> tuple[tuple[str, ...], ...]:
    return next((runs for beginning, runs in _BY_FILE if path.startswith(beginning)), ())


def _out_of_sight(path: str) -> bool:
    """Whether the file acts in workers, where no probe tells, or in tests that are not probed."""
    return path.startswith(_UNSEEN) and path != "sandbox/jail/report.py"


def spread(tests: Sequence[str], most: int) -> list[str]:
    """So many of the tests, of as many functions as can be."""
    by_function: dict[str, list[str]] = {}
    for test in tests:
        by_function.setdefault(test.partition("[")[0], []).append(test)
    found: list[str] = []
    while by_function and len(found) < most:
        for function in list(by_function):
            found.append(by_function[function].pop(0))
            if not by_function[function]:
                del by_function[function]
    return found[:most]


@functools.cache
def _of_exports() -> tuple[tuple[str, str], ...]:
    """The tests that go facade by facade."""
    found = []
    for path in _EXPORTS:
        text = (ROOT / path).read_text(encoding="utf-8")
        found += [(path, name) for name in re.findall(r'parametrize\("name", [^)]*\)\ndef (test_\w+)', text)]
    return tuple(found)


@functools.cache
def _programs() -> tuple[tuple[str, str], ...]:
    """Hostile programs, each with the test that runs it."""
    wall = ROOT / "tests" / "engines" / "wall"
    return tuple(
        (
            path.read_text(encoding="utf-8"),
            f"{_WALL[0]}::test_program_stays_inside[{path.parent.name}/{path.stem}-interpreter]",
        )
        for path in sorted(wall.rglob("*.py"))
    )


def programs_with(hints: Sequence[str]) -> list[str]:
    """The tests of hostile programs that hold one of the words."""
    if not hints:
        return []
    words = re.compile("|".join(rf"(?<!\w){re.escape(hint)}(?!\w)" for hint in hints))
    return [test for text, test in _programs() if words.search(text)][:_NAMED]
