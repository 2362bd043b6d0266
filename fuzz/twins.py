"""Sessions and their twins: random acts on files in runs that are kept or fail, with branches, snapshots and rollback,
against directories in which plain CPython does what was kept and nothing else.

Invariants: a game is made by its number and seed alone; after every step each session is compared with its twin, in
what its runs answered, in its files with their modes and times, and in where its open files stand.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import tempfile
from pathlib import Path
from typing import Any

from executors import create_executor
from executors.base import Executor
from sandbox.errors import HardcellError
from sandbox.limits import Limits

GAMES, STEPS = 200, 100
ENGINES = ("interpreter", "restricted")
LIMITS = Limits(wall_s=20, ops=50_000)
BRANCHES = 2
BEGIN = """
import os, shutil
held = {}
def look():
    found = []
    for top, directories, files in os.walk('.'):
        for name in directories:
            path = os.path.join(top, name)
            found.append((path, 'a directory', os.stat(path).st_mode & 0o777))
        for name in files:
            path = os.path.join(top, name)
            status = os.stat(path)
            # Only times that were set can be the same in both.
            when = status.st_mtime if status.st_mtime < 1e6 else None
            with open(path) as file:
                found.append((path, file.read(), status.st_mode & 0o777, when))
    return sorted(found, key=repr), [(name, each.tell()) for name, each in sorted(held.items())]
"""
CLOSE = "for name in list(held): held.pop(name).close()\n"
NAMES = ("a", "b", "c", "d", "d/x", "d/y", "e", "e/z", "e/f", "e/f/w")
ACTS = (
    "open({one!r}, 'w').close()",
    "with open({one!r}, {way!r}) as file: file.write({text!r})",
    "if {one!r} not in held: held[{one!r}] = open({one!r}, 'a+')",
    "held[{one!r}].write({text!r})\n    held[{one!r}].flush()",
    "held[{one!r}].seek({small})",
    "held[{one!r}].truncate({small})",
    "held.pop({one!r}).close()",
    "os.remove({one!r})",
    "os.mkdir({one!r})",
    "os.makedirs({one!r})",
    "os.rmdir({one!r})",
    "shutil.rmtree({one!r})",
    "os.rename({one!r}, {other!r})",
    "os.replace({one!r}, {other!r})",
    "shutil.copy({one!r}, {other!r})",
    "os.utime({one!r}, ({small}, {small}))",
    "os.chmod({one!r}, {mode})",
)
OPEN, CLOSED = (0o700, 0o711, 0o755, 0o777), (0, 0o200, 0o300, 0o400, 0o500, 0o600, 0o700)
"""Modes for runs that are kept, as a twin may be root's, and for runs that are not."""
FAIL = "\nwhile True: pass"


class Twin:
    """A directory, and the variables of what ran there."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.variables: dict[str, Any] = {}
        self.run(BEGIN)

    def run(self, code: str) -> Any:
        """Run it here, as a cell would; the value of ``answer`` afterwards."""
        umask = os.umask(0o077)
        try:
            with contextlib.chdir(self.directory):
                exec(code, self.variables)
        finally:
            os.umask(umask)
        return self.variables.get("answer")


class Game:
    """Some sessions of one jail, each with its twin below ``base``. ``log``: what was done."""

    def __init__(self, name: str, engine: str, base: Path) -> None:
        self.log: list[str] = []
        self._chance = random.Random(name)
        self._engine = engine
        self._base = base
        self._pairs: list[tuple[Executor, Twin]] = []
        self._made = 0

    def play(self) -> str | None:
        """What came out different, or None."""
        with contextlib.ExitStack() as closing:
            first = create_executor("local", engine=self._engine, limits=LIMITS, branches=BRANCHES)
            self._begin(closing.enter_context(first), None)
            first.run(BEGIN).raise_for_error()
            for _ in range(STEPS):
                try:
                    problem = self._step(closing) or self._difference()
                except HardcellError as error:
                    problem = f"{type(error).__name__}: {error}"
                if problem:
                    return problem
        return None

    def _begin(self, executor: Executor, source: Path | None) -> None:
        self._pairs.append((executor, Twin(self._directory(source))))

    def _directory(self, source: Path | None) -> Path:
        self._made += 1
        directory = self._base / str(self._made)
        if source is None:
            directory.mkdir()
        else:
            shutil.copytree(source, directory)
        return directory

    def _step(self, closing: contextlib.ExitStack) -> str | None:
        chance = self._chance
        number = chance.randrange(len(self._pairs))
        executor, twin = self._pairs[number]
        way = chance.random()
        if way < 0.3:
            return self._fail(executor, number)
        if way < 0.42 and len(self._pairs) <= BRANCHES:
            self._close_files(executor, twin)
            self.log.append(f"{number}: fork")
            self._begin(closing.enter_context(executor.fork()), twin.directory)
        elif way < 0.5 and number:
            self.log.append(f"{number}: close")
            executor.close()
            self._pairs.pop(number)
        elif way < 0.58:
            self._save(number, chance.randrange(len(self._pairs)))
        else:
            code = self._code(OPEN)
            self.log.append(f"{number}: {code}")
            result = executor.run(f"{code}\nanswer")
            if result.error is not None or result.value != (answer := twin.run(code)):
                return f"answered {result.value!r}, {result.error}; its twin {answer!r}"
        return None

    def _fail(self, executor: Executor, number: int) -> str | None:
        code = self._code(CLOSED)
        self.log.append(f"{number}, fails: {code}")
        result = executor.run(code + FAIL)
        why = [event.data.get("reason") for event in result.events if "reason" in event.data]
        return None if result.state == "rolled_back" else f"a run that failed was {result.state}: {why}"

    def _close_files(self, executor: Executor, twin: Twin) -> None:
        """A twin cannot be copied with its open files, nor a session be saved with them."""
        executor.run(CLOSE).raise_for_error()
        twin.run(CLOSE)

    def _save(self, number: int, target: int) -> None:
        self.log.append(f"{number}: saved, restored into {target}")
        (executor, twin), (other, _) = self._pairs[number], self._pairs[target]
        self._close_files(executor, twin)
        other.restore(executor.snapshot(leave_out_unsavable=True))
        self._pairs[target] = other, Twin(self._directory(twin.directory))

    def _code(self, modes: tuple[int, ...]) -> str:
        chance, lines = self._chance, ["answer = []"]
        for _ in range(chance.randint(1, 4)):
            act = chance.choice(ACTS).format(
                one=chance.choice(NAMES),
                other=chance.choice(NAMES),
                way=chance.choice("wa"),
                text=str(chance.randrange(1000)) * chance.choice((1, 50, 3000)),
                small=chance.randrange(1000),
                mode=chance.choice(modes),
            )
            lines += ["try:", f"    {act}", "except (OSError, KeyError) as error: answer.append(type(error).__name__)"]
        return "\n".join(lines)

    def _difference(self) -> str | None:
        for number, (executor, twin) in enumerate(self._pairs):
            seen, held = executor.run("look()"), twin.run("answer = look()")
            if seen.error is not None or seen.value != held:
                return f"{number} holds {seen.value!r}, {seen.error}; its twin {held!r}"
        return None


def game(seed: int, number: int) -> tuple[str | None, list[str]]:
    """One game: what came out different, or None, and what was done."""
    with tempfile.TemporaryDirectory(prefix="hardcell-twins-") as base:
        one = Game(f"{seed} {number}", ENGINES[number % len(ENGINES)], Path(base))
        return one.play(), one.log


def main(seed: int, count: int) -> int:
    """Play so many games; 1 when a session and its twin came apart."""
    found = 0
    for number in range(count):
        problem, log = game(seed, number)
        if problem is not None:
            found += 1
            print(f"FOUND in game {number}: {problem[:2000]}", *log[-5:], sep="\n", flush=True)
    print(f"{count} games of {STEPS} steps, seed {seed}: {found} findings", flush=True)
    return 1 if found else 0
