"""The mutation test of the walls: what it takes away is there, and what it tries is judged rightly."""

from __future__ import annotations

import ast
import collections
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fuzz.mutation import campaign, isolation, tree
from fuzz.mutation.catalogue import mutants_of
from fuzz.mutation.escapes import groups
from fuzz.mutation.jobs import Job
from fuzz.mutation.mutant import Edit, Mutant, edited, told_apart
from fuzz.mutation.source import ROOT, Source
from fuzz.mutation.suites import PROBED, spread, stages

LANDLOCK, PRIVILEGES = "tests/jail/test_landlock.py", "tests/jail/test_privileges.py"
DROPPED = "test_what_is_left_is_dropped"
FEWEST = {
    "sandbox/guards.py": {"guard": 8},
    "sandbox/readers.py": {"reader": 30, "refusal": 5},
    "sandbox/names.py": {"name": 60},
    "sandbox/jail/seccomp.py": {"call": 150, "rule": 30},
    "sandbox/jail/privileges.py": {"step": 10},
    "sandbox/jail/report.py": {"verification": 10},
    "sandbox/jail/rlimits.py": {"limit": 7},
    "sandbox/protocol/frames.py": {"field": 50, "part": 25},
    "sandbox/interpreter/expressions.py": {"gate": 4},
    "sandbox/facades/frame_checks.py": {"guard": 5},
    "sandbox/facades/files.py": {"facade": 80},
}
"""Mutants of each kind that some files have at the least."""


@pytest.mark.parametrize("path", FEWEST)
def test_each_wall_has_its_mutants(path: str) -> None:
    source = Source(path)
    mutants = mutants_of(source)
    kinds = collections.Counter(mutant.kind for mutant in mutants)
    assert {kind: count for kind, count in FEWEST[path].items() if kinds[kind] < count} == {}
    assert len({mutant.name for mutant in mutants}) == len(mutants)
    for mutant in mutants[:: max(1, len(mutants) // 20)]:
        changed = edited(source.text, mutant.edits)
        assert ast.dump(ast.parse(changed)) != ast.dump(source.tree)
        assert changed.count("\n") >= source.text.count("\n") - 12


def test_edits_are_made_where_they_stand() -> None:
    assert edited("abcdef", [Edit(4, 5, "X"), Edit(1, 3, "")]) == "adXf"
    with pytest.raises(ValueError, match="^edits overlap at 2: 'cdef'$"):
        edited("abcdef", [Edit(2, 3, ""), Edit(1, 4, "")])


def test_offsets_are_of_characters(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 'é'; y = f(1)\n", encoding="utf-8")
    source = Source("a.py", tmp_path)
    assert [source.of(node.value) for node in source.tree.body if isinstance(node, ast.Assign)] == ["'é'", "f(1)"]


def test_mutants_of_one_name_are_numbered() -> None:
    mutant = Mutant("a.py", "guard", "f: x", ())
    assert [each.what for each in told_apart([mutant, mutant, mutant])] == ["f: x", "f: x #2", "f: x #3"]


def test_the_first_tests_are_of_many_functions() -> None:
    tests = ["a[1]", "a[2]", "a[3]", "b[1]", "c"]
    assert spread(tests, 4) == ["a[1]", "b[1]", "c", "a[2]"]
    assert spread(tests, 9) == ["a[1]", "b[1]", "c", "a[2]", "a[3]"]


def test_a_guard_that_no_test_meets_is_not_tried() -> None:
    guard = next(mutant for mutant in mutants_of(Source("sandbox/guards.py")) if mutant.kind == "guard")
    assert stages(guard, {guard.name: []}) == []
    assert stages(guard, {})[-1] == ["tests/facades"]
    assert stages(guard, {guard.name: ["tests/x.py::test"]}) == [["tests/x.py::test"]]


@pytest.mark.parametrize("path", ["sandbox/guards.py", "sandbox/interpreter/calls.py", "sandbox/restricted/policy.py"])
def test_what_is_asked_of_an_engine_is_probed(path: str) -> None:
    unprobed = Mutant(path, "gate", "any", ())
    asked = {part for tests in stages(unprobed, {}) for part in tests if part.startswith("tests/")}
    assert len(asked) > 5
    assert asked - {part for tests in PROBED for part in tests} == set()


def test_a_survivor_is_tried_again_once_other_tests_are_asked(tmp_path: Path) -> None:
    book = campaign.Book(tmp_path / "book", "before")
    book.enter({"name": "a", "noticed": False})
    book.enter({"name": "b", "noticed": True})
    assert set(campaign.Book(tmp_path / "book", "before").results) == {"a", "b"}
    assert set(campaign.Book(tmp_path / "book", "after").results) == {"b"}


def test_every_argued_survivor_is_a_mutant_and_has_its_reason() -> None:
    rows = campaign.argued()
    known = {mutant.name for path in {name.partition(":")[0] for name in rows} for mutant in mutants_of(Source(path))}
    assert set(rows) - known == set()
    assert [name for name, reason in rows.items() if len(reason) < 20] == []


def test_complaints(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign, "argued", lambda: {"a": "why", "b": "why", "gone": "why"})
    monkeypatch.setattr(campaign, "catalogue", lambda: dict.fromkeys("abc"))
    survives, noticed = {"noticed": False}, {"noticed": True}
    assert campaign.complain([{"name": "a", **survives}, {"name": "b", **noticed}, {"name": "c", **survives}], []) == 1
    assert capsys.readouterr().out.splitlines() == [
        "survives, and nobody argues for it: c",
        "argued for, and noticed now: b",
        "argued for, and no mutant any more: gone",
    ]
    monkeypatch.setattr(campaign, "argued", lambda: {"a": "why"})
    assert campaign.complain([{"name": "a", **survives}, {"name": "b", **noticed}], []) == 0
    assert campaign.complain([{"name": "a", **survives}], ["frames/generator_frame: escaped file-read"]) == 1


def test_mutants_are_grouped_where_their_edits_stand_apart() -> None:
    one, two = Mutant("a.py", "guard", "one", (Edit(1, 3, ""),)), Mutant("a.py", "guard", "two", (Edit(5, 6, ""),))
    over, other = Mutant("a.py", "guard", "over", (Edit(2, 9, ""),)), Mutant("b.py", "name", "other", (Edit(1, 2, ""),))
    found = groups([one, over, two, other])
    assert [(group.title, group.mutants) for group in found] == [
        ("guard", (one, two)),
        ("guard", (over,)),
        ("name", (other,)),
    ]
    assert [half.mutants for half in found[0].halves()] == [(one,), (two,)]


@pytest.fixture(scope="module")
def job() -> Iterator[Job]:
    """A copy of the tree and its process."""
    if not sys.platform.startswith("linux"):
        pytest.skip("needs Linux: a mutant is tried in namespaces of its own")
    if reason := isolation.missing():
        pytest.skip(f"a mutant is tried in namespaces of its own: {reason}")
    made = Job(tree.Tree(), preload=False)
    yield made
    made.close()


def test_what_is_unchanged_passes(job: Job) -> None:
    found = job.run([LANDLOCK, f"{PRIVILEGES}::{DROPPED}"], 120)
    assert (found["status"], found["test"]) == ("passed", "")


@pytest.mark.parametrize(
    ("path", "what", "test"),
    [
        ("sandbox/jail/landlock.py", "right 1 of files not handled", f"{LANDLOCK}::test_what_is_handled[1-8191-0-0-8]"),
        ("sandbox/jail/privileges.py", "drop: kernel.prctl(kernel.PR_SET_DUMPABLE, 0)", f"{PRIVILEGES}::{DROPPED}"),
    ],
)
def test_a_mutant_is_noticed_and_leaves_the_copy_as_it_was(path: str, what: str, test: str, job: Job) -> None:
    mutant = next(mutant for mutant in mutants_of(Source(path)) if mutant.what == what)
    with job.tree.mutated(mutant):
        found = job.run([LANDLOCK, f"{PRIVILEGES}::{DROPPED}"], 120)
    assert (found["status"], found["test"]) == ("failed", test)
    assert (job.tree.root / path).read_bytes() == (ROOT / path).read_bytes()


def _of_one(job: Job, text: str, deadline_s: float = 60) -> dict[str, Any]:
    """The outcome of a test of this text."""
    path = job.tree.root / "tests" / "test_one.py"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o644)
    return job.run(["tests/test_one.py"], deadline_s)


def test_tests_that_never_end_are_late(job: Job) -> None:
    assert _of_one(job, "import signal\ndef test_endless():\n    signal.pause()\n", 2)["status"] == "late"


def test_the_machine_is_out_of_reach(job: Job) -> None:
    found = _of_one(
        job,
        "import os\n"
        "def test_reach():\n"
        "    assert os.getpid() == 2 and os.listdir('/tmp') == []\n"
        "    assert [name for name in os.listdir('/proc') if name.isdigit()] == ['1', '2']\n"
        f"    for place in ({str(job.tree.root)!r}, '/usr'):\n"
        "        assert os.statvfs(place).f_flag & os.ST_RDONLY\n",
    )
    assert (found["status"], found["why"]) == ("passed", "")


def test_who_loses_its_parent_is_not_the_tests_own(job: Job) -> None:
    found = _of_one(
        job,
        "import os\n"
        "def test_orphan():\n"
        "    read, write = os.pipe()\n"
        "    if (child := os.fork()) == 0:\n"
        "        os.fork()\n"
        "        os._exit(0)\n"
        "    os.close(write)\n"
        "    os.waitpid(child, 0)\n"
        "    assert os.read(read, 1) == b''  # both have ended\n"
        "    try:\n"
        "        os.waitpid(-1, 0)\n"
        "    except ChildProcessError:\n"
        "        return\n"
        "    assert False\n",
    )
    assert (found["status"], found["why"]) == ("passed", "")
