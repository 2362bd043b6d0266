"""The differential campaign: grown programs on our guarded engines and on CPython, in several processes.

``python -m fuzz programs --count 200000 --seed 1 --jobs 2 [--engine NAME]``. Program ``n`` of seed ``s`` is the
same on every machine with the same Python. Each process is a fresh Python with a fixed hash seed and its share of the
numbers.

Invariants: a difference is never dropped: each is counted, the first ones are made small and printed.
"""

from __future__ import annotations

import ast
import collections
import dataclasses
import gc
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from executors.testing.programs import complete, grow
from fuzz.minimise import minimise
from fuzz.sides import ENGINES, Answer, CPython, Ours, TooLong, differs

SECONDS_EACH = 20
PROGRAMS_A_COLLECTION = 50
MOST_SHOWN = 20
ROOT = Path(__file__).parents[1]


def program(seed: int, number: int) -> str:
    """The body of a program."""
    return grow(random.Random((seed << 40) + number))


@dataclasses.dataclass
class Tally:
    """What a share of the campaign came to; ``nodes`` counts the programs in which a type of node occurs.

    ``refused`` and ``different`` name the engine; ``different`` also the number of the program and the field.
    """

    programs: int = 0
    cpu_s: float = 0.0
    statements: list[int] = dataclasses.field(default_factory=list)
    nodes: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    ends: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    refused: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    different: list[tuple[int, str, str]] = dataclasses.field(default_factory=list)
    slow: list[int] = dataclasses.field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Take the counts of another share."""
        for field in dataclasses.fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))

    @classmethod
    def from_json(cls, text: str) -> Tally:
        """The tally that a process printed."""
        fields = json.loads(text)
        for name in ("nodes", "ends", "refused"):
            fields[name] = collections.Counter(fields[name])
        fields["different"] = [(number, engine, field) for number, engine, field in fields["different"]]
        return cls(**fields)


def _ring(*_: Any) -> None:
    raise TooLong


def share(seed: int, numbers: range, engines: Sequence[str] = ENGINES, *, to_the_first: bool = False) -> Tally:
    """Run these programs in this process; with ``to_the_first``, until one differs in more than its traceback."""
    signal.signal(signal.SIGALRM, _ring)
    sys.unraisablehook = lambda _: None
    tally, ours, theirs = Tally(), [Ours(engine) for engine in engines], CPython()
    start = time.process_time()
    gc.disable()  # what a program left behind must not be closed, and print, while another one runs
    waiting, late = collections.deque(numbers), set[int]()
    while waiting:
        number = waiting.popleft()
        if number % PROGRAMS_A_COLLECTION == 0:
            gc.collect()
            gc.freeze()
        body = program(seed, number)
        answers: list[Answer] = []
        signal.alarm(SECONDS_EACH)
        try:
            for side in ours:
                answers.append(side.run(body))
            other = theirs.run(body)
        except TooLong:
            if len(answers) == len(ours) and all(answer.refused for answer in answers):
                tally.programs += 1
                _count_refused(tally, engines, answers, "CPython finds no end")
                continue
            ours = [Ours(engine) for engine in engines]
            if number in late:
                tally.slow.append(number)
            else:  # what was late may be the machine
                late.add(number)
                waiting.append(number)
            continue
        finally:
            signal.alarm(0)
        tally.programs += 1
        _look(tally, theirs.tree)
        tally.ends[other.error or "(no error)"] += 1
        _count_refused(tally, engines, answers)
        found = [(number, engine, differs(one, other)) for engine, one in zip(engines, answers, strict=True)]
        tally.different += [each for each in found if each[2]]
        if to_the_first and any(field not in ("", "line", "trace") for _, _, field in found):
            break
    gc.enable()
    tally.cpu_s = time.process_time() - start
    return tally


def _count_refused(tally: Tally, engines: Sequence[str], answers: Sequence[Answer], why: str = "") -> None:
    for engine, answer in zip(engines, answers, strict=True):
        if answer.refused:
            tally.refused[f"{engine} {answer.refused}: {why or answer.message[:80]}"] += 1


def _look(tally: Tally, tree: ast.Module | None) -> None:
    """Count statements, and each type of node once."""
    if tree is None:
        return
    seen: set[type[ast.AST]] = set()
    statements = 0
    waiting: list[Any] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, ast.AST):
            kind = type(node)
            seen.add(kind)
            statements += isinstance(node, ast.stmt)
            waiting.extend([value for value in vars(node).values() if isinstance(value, (ast.AST, list))])
    tally.statements.append(statements)
    tally.nodes.update(kind.__name__ for kind in seen)


def accepted_nodes() -> list[str]:
    """The concrete types of nodes that this Python's parser makes of a module."""
    kinds: list[type[ast.AST]] = [ast.AST]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    made = {kind.__name__ for kind in kinds if not kind.__subclasses__() and kind.__module__ == "ast"}
    return sorted(made - _NEVER_PARSED)


_NEVER_PARSED = {
    "Expression", "FunctionType", "Interactive", "TypeIgnore", "Suite", "AugLoad", "AugStore", "Param", "ExtSlice",
    "Index", "Num", "Str", "Bytes", "NameConstant", "Ellipsis",
}  # fmt: skip
"""Roots of other modes, type comments, and names that are kept for old programs only."""


def environment() -> dict[str, str]:
    """What the processes of a campaign are started with."""
    return {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": str(ROOT)}


def in_processes(
    seed: int, count: int, jobs: int, engines: Sequence[str], progress: Callable[[Tally], None] = lambda _: None
) -> Tally:
    """The whole campaign, in pieces, ``jobs`` at a time."""
    piece = min(5000, max(1, count // jobs))
    waiting = [range(first, min(first + piece, count)) for first in range(0, count, piece)]
    whole = Tally()
    for text in _run_pieces(seed, waiting, jobs, engines):
        whole.add(Tally.from_json(text))
        progress(whole)
    return whole


def _run_pieces(seed: int, waiting: list[range], jobs: int, engines: Sequence[str]) -> Iterator[str]:
    running: list[subprocess.Popen[str]] = []
    while waiting or running:
        while waiting and len(running) < jobs:
            numbers = waiting.pop(0)
            command = [sys.executable, "-m", "fuzz.differential", str(seed), str(numbers.start), str(numbers.stop)]
            command += engines
            running.append(
                subprocess.Popen(
                    command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment(), cwd=ROOT
                )
            )
        first = running.pop(0)
        text = first.communicate()[0]
        if first.returncode:
            raise RuntimeError(f"{' '.join(map(str, first.args))} ended with status {first.returncode}")
        yield text


def smaller(body: str, engine: str, field: str, trials: int = 3000) -> str:
    """The program made small: it still differs in the same way. Pieces of it may run for ever, so each has a second."""
    ours, theirs = Ours(engine), CPython()

    def shows(text: str) -> bool:
        nonlocal ours
        signal.alarm(1)
        try:
            return differs(ours.run(text), theirs.run(text)) == field
        except TooLong:
            ours = Ours(engine)
            return False
        finally:
            signal.alarm(0)

    former = signal.signal(signal.SIGALRM, _ring)
    try:
        return minimise(body, shows, trials)
    finally:
        signal.signal(signal.SIGALRM, former)


def report(whole: Tally, seed: int, engines: Sequence[str]) -> Iterator[str]:
    """The lines that the command prints."""
    sizes = sorted(whole.statements)
    sides = f"{' and '.join(engines)} against Python {sys.version.split()[0]}"
    yield f"seed {seed}, {sides}: {whole.programs} programs, {len(whole.different)} different"
    yield f"median {sizes[len(sizes) // 2] if sizes else 0} statements; {whole.cpu_s:.0f} s of CPU"
    refused = sum(whole.refused.values())
    yield f"refused: {refused} ({100 * refused / max(1, whole.programs):.2f} %)"
    yield from (f"  {count} {what}" for what, count in whole.refused.most_common(20))
    yield f"too long: {len(whole.slow)} {whole.slow[:10]}"
    yield "how they end: " + ", ".join(f"{name} {count}" for name, count in whole.ends.most_common(12))
    rows = sorted((whole.nodes[name], name) for name in accepted_nodes())
    yield f"node types: {len(rows)}; programs in which each occurs, the rarest first:"
    yield "  " + ", ".join(f"{name} {count}" for count, name in rows)
    for number, engine, field in whole.different[:MOST_SHOWN]:
        small = smaller(program(seed, number), engine, field)
        ours, theirs = Ours(engine).run(small), CPython().run(small)
        yield f"program {number} differs in {field} on {engine}:\n{complete(small)}"
        yield f"  ours:    {str(getattr(ours, field))[-400:]!r}\n  CPython: {str(getattr(theirs, field))[-400:]!r}"


def main(seed: int, count: int, jobs: int, engines: Sequence[str] = ENGINES) -> int:
    """Run the campaign and print its report; 1 when something differs."""

    def progress(so_far: Tally) -> None:
        print(f"{so_far.programs} programs, {len(so_far.different)} different …", file=sys.stderr, flush=True)

    whole = in_processes(seed, count, jobs, engines, progress)
    for line in report(whole, seed, engines):
        print(line, flush=True)
    return 1 if whole.different or whole.slow else 0


if __name__ == "__main__":
    made = share(int(sys.argv[1]), range(int(sys.argv[2]), int(sys.argv[3])), sys.argv[4:])
    print(json.dumps(vars(made)))
