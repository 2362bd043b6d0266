"""``python -m fuzz mutants [--count N] [--seed S] [--jobs J]``: each mutant, the tests that must notice it, the table.

Without a count all mutants. Results are kept below .cache/mutants while the code is the same, so that a campaign that
was stopped goes on where it was; what survived is tried again when a test has changed.

Exit status 1: a mutant survives that survivors.txt does not argue for, a row there that is noticed now or is no mutant
any more, or an escape; 2: mutants cannot be tried here.
"""

from __future__ import annotations

import collections
import hashlib
import json
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from executors.testing import escapes as escape_corpus

from . import isolation
from .catalogue import catalogue
from .escapes import Group, groups
from .jobs import Job, spread_over, trees
from .mutant import Mutant
from .probes import plant, planted
from .source import ROOT
from .suites import PROBED, stages

CACHE = ROOT / ".cache" / "mutants"
CODE = ("sandbox", "executors")
CHOICE = ("fuzz/mutation/suites.py", "fuzz/mutation/probes.py")
"""What says which tests are asked."""
DEAR = ("name", "flag", "gate", "step")
"""Kinds whose survivors have been through whole suites; they come last, the dearest at the end."""
SURVIVORS = Path(__file__).parent / "survivors.txt"
_PROBE_DEADLINE_S = 3000.0
_DEADLINE_S = 600.0


def digest(*tops: str) -> str:
    """Of all Python and text in these files and below these folders, but for our kit for tests."""
    found = hashlib.sha256()
    for top in tops:
        for path in sorted((ROOT / top).rglob("*.*")) if (ROOT / top).is_dir() else [ROOT / top]:
            if path.suffix in (".py", ".txt") and "testing" not in path.parts:
                found.update(path.read_bytes())
    return found.hexdigest()[:16]


def _key(tests: Sequence[str]) -> str:
    """Under which name it is kept what these tests told: it holds while the files around them are the same."""
    folders = {path.rpartition("/")[0] if path.endswith(".py") else path for path in tests if path.startswith("tests/")}
    beside = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").glob("*.py")}
    return f"{' '.join(tests)} {digest(*sorted((folders | beside) - {'tests'}))}"


def probed(jobs: Sequence[Job], mutants: Iterable[Mutant], path: Path) -> dict[str, list[str]]:
    """In which tests each mutant's probe told something. What each run told is kept in the file."""
    mutants = list(mutants)
    known: dict[str, dict[str, list[str]]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    keys = {_key(tests): tests for tests in PROBED}
    waiting = [key for key in keys if key not in known]
    lock = threading.Lock()
    for job in jobs if waiting else ():
        plant(job.tree.root, mutants)

    def look(job: Job, key: str) -> None:
        tests = keys[key]
        answer = job.run(list(tests), _PROBE_DEADLINE_S)
        if "probes" not in answer:
            raise RuntimeError(f"the tests {tests[0]} … tell nothing: {answer['why']}")
        print(f"probed {' '.join(tests)}: {answer['status']} {answer['test']}, {answer['cpu_s']:.0f} s", flush=True)
        with lock:
            known[key] = answer["probes"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(known), encoding="utf-8")

    spread_over(jobs, waiting, look)
    told: dict[str, list[str]] = {name: [] for name in planted(mutants)}
    for key in keys:
        for name, tests in known[key].items():
            told.setdefault(name, []).extend(test for test in tests if test)
    return told


def _holds(result: Mapping[str, Any], tests: str) -> bool:
    """Whether a result is believed while the tests are these."""
    return bool(result.get("noticed")) or "corpus" in result or result["tests"] == tests


class Book:
    """The results so far, in a file of one line each."""

    def __init__(self, path: Path, tests: str) -> None:
        self._path = path
        self._tests = tests
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        known: dict[str, dict[str, Any]] = {each["name"]: each for each in map(json.loads, lines)}
        self.results = {name: each for name, each in known.items() if _holds(each, tests)}

    def enter(self, result: dict[str, Any]) -> None:
        """One more."""
        result["tests"] = self._tests
        with self._lock:
            self.results[result["name"]] = result
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(result) + "\n")

    def forget(self, name: str) -> None:
        """One less."""
        with self._lock:
            del self.results[name]
            lines = [json.dumps(result) + "\n" for result in self.results.values()]
            self._path.write_text("".join(lines), encoding="utf-8")


def judge(job: Job, mutant: Mutant, told: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Whether the tests notice a mutant, and which."""
    result: dict[str, Any] = {"name": mutant.name, "kind": mutant.kind, "noticed": False, "by": "", "why": ""}
    spent = 0.0
    with job.tree.mutated(mutant):
        for tests in stages(mutant, told):
            answer = job.run(tests, _DEADLINE_S)
            spent += answer["cpu_s"]
            if answer["status"] != "passed":
                by = answer["test"] or answer["status"]
                result |= {"noticed": True, "by": by, "why": answer["why"]}
                break
    return result | {"cpu_s": round(spent, 2)}


def chosen(count: int, seed: int) -> list[Mutant]:
    """So many mutants, of all kinds alike; all without a count."""
    every = list(catalogue().values())
    if not count or count >= len(every):
        return every
    by_kind: dict[str, list[Mutant]] = {}
    # By digest, so that a mutant more or less in the tree changes the choice by one.
    for mutant in sorted(every, key=lambda each: hashlib.sha256(f"{seed} {each.name}".encode()).digest()):
        by_kind.setdefault(mutant.kind, []).append(mutant)
    found: list[Mutant] = []
    while len(found) < count:
        for kind in sorted(by_kind):
            if by_kind[kind] and len(found) < count:
                found.append(by_kind[kind].pop())
    return found


def argued() -> dict[str, str]:
    """The survivors that are argued for: name and reason.

    Raises:
        ValueError: a row without a reason.
    """
    rows = {}
    lines = SURVIVORS.read_text(encoding="utf-8").splitlines() if SURVIVORS.exists() else []
    for line in lines:
        if line and not line.startswith("#"):
            name, sign, reason = line.partition(" => ")
            if not sign or not reason.strip():
                raise ValueError(f"survivors.txt: no reason in {line!r}")
            rows[name] = reason.strip()
    return rows


def main(count: int, seed: int, jobs: int) -> int:
    """Run the campaign and print its table."""
    mutants = chosen(count, seed)
    book = Book(CACHE / f"{digest(*CODE)}.jsonl", digest("tests", *CHOICE))
    corpus = escape_corpus.digest()
    untried = [mutant for mutant in mutants if mutant.name not in book.results]
    untried.sort(key=lambda mutant: DEAR.index(mutant.kind) if mutant.kind in DEAR else -1)
    played = [each for each in book.results.values() if each.get("corpus") == corpus]
    covered = {name for each in played for name in each["mutants"]}
    unplayed = groups(mutant for mutant in mutants if mutant.name not in covered)
    begun = time.monotonic()
    if untried or unplayed:
        if why := isolation.missing():
            print(f"mutants are tried in namespaces of their own: {why}")
            return 2
        made = [Job(tree) for tree in trees(jobs)]
        try:
            _try(made, untried, book)
            _confirm(made[0], [mutant.name for mutant in mutants], book)
            _play(made, unplayed, book, corpus)
        finally:
            for job in made:
                job.close()
    results = [book.results[mutant.name] for mutant in mutants]
    played = [each for each in book.results.values() if each.get("corpus") == corpus]
    print(table(results))
    print(escapes_table(played))
    print(f"{len(results)} mutants, {time.monotonic() - begun:.0f} s, {sum(r['cpu_s'] for r in results):.0f} s of CPU")
    return complain(results, [case for each in played for case in each["escapes"]])


def _try(made: Sequence[Job], waiting: Sequence[Mutant], book: Book) -> None:
    """Ask the tests about each mutant."""
    if waiting:
        told = _told(made)

        def work(job: Job, mutant: Mutant) -> None:
            result = judge(job, mutant, told)
            book.enter(result)
            verdict = f"noticed by {result['by']}" if result["noticed"] else "SURVIVES"
            print(f"{mutant.name}: {verdict} ({result['cpu_s']:.1f} s)", flush=True)

        spread_over(made, waiting, work)


def _confirm(job: Job, names: Sequence[str], book: Book) -> None:
    """Every test that noticed a mutant passes without it; what others noticed is forgotten.

    Raises:
        RuntimeError: some do not.
    """
    by: dict[str, list[str]] = {}
    for name in names:
        by.setdefault(book.results[name]["by"], []).append(name)
    tests = sorted(test for test in by if "::" in test)
    failing: list[str] = []
    while tests:
        answer = job.run(tests, _PROBE_DEADLINE_S)
        if answer["status"] == "passed":
            break
        wrong = [test for test in tests if test.partition("[")[0] == answer["test"].partition("[")[0]]
        wrong = [answer["test"]] if answer["test"] in tests else wrong
        if not wrong:
            raise RuntimeError(f"the tests cannot be run without a mutant: {answer['test']} {answer['why']}")
        failing += wrong
        tests = [test for test in tests if test not in wrong]
    for test in failing:
        for name in by[test]:
            book.forget(name)
    if failing:
        raise RuntimeError(f"these fail without a mutant too; mend them and begin again: {', '.join(failing)}")
    print(f"the {len(tests)} tests that noticed pass without a mutant", flush=True)


def _play(made: Sequence[Job], waiting: Sequence[Group], book: Book, corpus: str) -> None:
    """Play the escape corpus on both walls without all of a group."""

    def work(job: Job, group: Group) -> None:
        with job.tree.mutated(*group.mutants):
            answer = job.run(["escapes"], _DEADLINE_S)
        if answer["status"] == "played" and len(answer["failed"]) == answer["cases"]:
            answer["status"] = "closed"  # sessions begin and none of them answers
        if answer["status"] != "played" and len(group.mutants) > 1:
            for half in group.halves():
                work(job, half)
            return
        told = {"corpus": corpus, "mutants": [mutant.name for mutant in group.mutants], "kind": group.title}
        told |= {name: answer.get(name, default) for name, default in (("cases", 0), ("escapes", []), ("failed", []))}
        book.enter({"name": group_name(group), "status": answer["status"], **told, "cpu_s": answer["cpu_s"]})
        outcome = f"ESCAPES: {told['escapes']}" if told["escapes"] else f"{answer['status']}, {told['cases']} cases"
        print(f"{len(group.mutants)} of {group.title}: {outcome}, {len(told['failed'])} failed", flush=True)

    spread_over(made, waiting, work)


def group_name(group: Group) -> str:
    """The name under which a group is in the book."""
    names = hashlib.sha256("".join(mutant.name for mutant in group.mutants).encode()).hexdigest()[:16]
    return f"group {group.title} {names}"


def _told(made: Sequence[Job]) -> dict[str, list[str]]:
    copies = [Job(made[0].tree.copy()) for _ in made]
    try:
        return probed(copies, catalogue().values(), CACHE / f"{digest(*CODE)}.probes.json")
    finally:
        for job in copies:
            job.close()


def table(results: Sequence[Mapping[str, Any]]) -> str:
    """Mutants by kind: how many, how many noticed."""
    kinds: collections.Counter[str] = collections.Counter(each["kind"] for each in results)
    noticed: collections.Counter[str] = collections.Counter(each["kind"] for each in results if each["noticed"])
    lines = ["| what is taken away | mutants | noticed |", "|---|---|---|"]
    lines += [f"| {kind} | {kinds[kind]} | {noticed[kind]} |" for kind in sorted(kinds)]
    whole, share = sum(kinds.values()), 100 * sum(noticed.values()) / max(1, sum(kinds.values()))
    return "\n".join([*lines, f"| all | {whole} | {sum(noticed.values())} ({share:.1f} %) |"])


def escapes_table(played: Sequence[Mapping[str, Any]]) -> str:
    """Groups by kind: how many mutants, and what the corpus got out of both walls without them."""
    lines = ["| without all of | mutants | no worker starts | cases | escapes |", "|---|---|---|---|---|"]
    for kind in sorted({each["kind"] for each in played}):
        rows = [each for each in played if each["kind"] == kind]
        whole = sum(len(each["mutants"]) for each in rows)
        closed = sum(len(each["mutants"]) for each in rows if each["status"] != "played")
        cases, escapes = sum(each["cases"] for each in rows), sum(len(each["escapes"]) for each in rows)
        lines.append(f"| {kind} | {whole} | {closed} | {cases} | {escapes} |")
    return "\n".join(lines)


def complain(results: Sequence[Mapping[str, Any]], escapes: Sequence[str]) -> int:
    """Tell what got out, and what is not as survivors.txt says; 1 when there is something."""
    rows = argued()
    survive = {each["name"] for each in results if not each["noticed"]}
    noticed = {each["name"] for each in results if each["noticed"]}
    wrong = [f"ESCAPES: {case}" for case in escapes]
    wrong += [f"survives, and nobody argues for it: {name}" for name in sorted(survive - set(rows))]
    wrong += [f"argued for, and noticed now: {name}" for name in sorted(noticed & set(rows))]
    wrong += [f"argued for, and no mutant any more: {name}" for name in sorted(set(rows) - set(catalogue()))]
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
