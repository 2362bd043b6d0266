"""One campaign: mutate inputs of a target, keep those that reach new lines, stop at the first finding.

Invariants: the same seed, target and number of turns give the same inputs; a finding is written before it is reported.
"""

from __future__ import annotations

import dataclasses
import hashlib
import random
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

FOUND = Path(__file__).parent / "found"
LONGEST = 1 << 16
# Bytes that mean something to a parser of JSON lines or of Python.
TOKENS = (b"{", b"}", b"[", b"]", b'"', b"\\u", b"\n", b"null", b"-1", b"1e999", b"0" * 64, b"[" * 64, b"\xff", b"\0")
Line = tuple[str, int]


@dataclasses.dataclass(frozen=True)
class Finding:
    """An input on which the target raised. ``path`` is where the input is kept."""

    path: Path
    report: str


@dataclasses.dataclass(frozen=True)
class Outcome:
    """``turns`` inputs were tried, ``kept`` of them reached something new."""

    turns: int
    kept: int
    lines: int
    finding: Finding | None = None


def run(target: ModuleType, name: str, *, seconds: float, seed: int) -> Outcome:
    """Feed ``target`` for this long, or to its first finding."""
    chance = random.Random(seed)
    fuzz: Callable[[bytes], None] = target.fuzz
    watched: tuple[str, ...] = getattr(target, "WATCHED", ("sandbox", "executors"))
    corpus: list[bytes] = []
    reached: set[Line] = set()
    deadline = time.monotonic() + seconds
    turns = 0
    for data in _inputs([*_kept_cases(name), *getattr(target, "SEEDS", ()), b""], corpus, chance):
        turns += 1
        lines, error = _traced(fuzz, data, watched)
        if error is not None:
            return Outcome(turns, len(corpus), len(reached), _keep(name, data, error))
        if not lines <= reached:
            reached |= lines
            corpus.append(data)
        if time.monotonic() > deadline:
            break
    return Outcome(turns, len(corpus), len(reached))


def _inputs(first: Sequence[bytes], corpus: Sequence[bytes], chance: random.Random) -> Iterator[bytes]:
    yield from first
    while True:
        data = chance.choice(corpus) if corpus else b""
        for _ in range(chance.randint(1, 4)):
            data = _mutated(data, corpus, chance)
        yield data[:LONGEST]


def _mutated(data: bytes, corpus: Sequence[bytes], chance: random.Random) -> bytes:
    at, end = sorted((chance.randint(0, len(data)), chance.randint(0, len(data))))
    way = chance.randrange(6)
    if way == 0:
        return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
    if way == 1:
        return data[:at] + data[end:]
    if way == 2:
        return data[:end] + data[at:end] * chance.choice((1, 2, 30)) + data[end:]
    if way == 3 and corpus:
        other = chance.choice(corpus)
        return data[:at] + other[chance.randint(0, len(other)) :]
    if way == 4:
        return data[:at] + str(chance.choice((0, -1, 1 << 31, 1 << 63, 10**40))).encode() + data[end:]
    return data[:at] + chance.choice(TOKENS) + data[at:]


def _traced(fuzz: Callable[[bytes], None], data: bytes, watched: tuple[str, ...]) -> tuple[set[Line], str | None]:
    """The watched lines that ran, and the traceback when the target raised."""
    lines: set[Line] = set()

    def each_line(frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            lines.add((frame.f_code.co_filename, frame.f_lineno))
        return each_line

    def each_call(frame: FrameType, event: str, argument: Any) -> Any:
        module = frame.f_globals.get("__name__", "")
        return each_line if module.partition(".")[0] in watched else None

    before = sys.gettrace()
    sys.settrace(each_call)
    try:
        fuzz(data)
    except Exception:
        return lines, traceback.format_exc()
    finally:
        sys.settrace(before)
    return lines, None


def _kept_cases(name: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted((FOUND / name).glob("*"))]


def _keep(name: str, data: bytes, report: str) -> Finding:
    path = FOUND / name / hashlib.sha256(data).hexdigest()[:16]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return Finding(path, report)
