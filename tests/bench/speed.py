"""Speed against CPython on small programs, of the guarded engines and of their peers: CPU time, compilation included.

CPU time, because on a busy machine a short baseline fits in one time slice while a long run is preempted, which
inflates the ratio. Ours run as users run them, in a jailed worker, whose CPU clock the host reads; requests and answers
are part of it. Every sample is repeated until it takes at least 0.1 s, and ours are divided by the mean of CPython's
before and after. Results must be equal.
"""

from __future__ import annotations

import dataclasses
import math
import statistics
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from executors import create_executor
from sandbox.limits import Limits
from tests.bench.peers import Peer

PROGRAMS = Path(__file__).parent / "programs"
# Shown, but left out of the mean: it is the only one about attributes.
OUTSIDE_THE_MEAN = {"objects"}
BATCH_S = 0.1
ENGINES = ("interpreter", "restricted")


@dataclasses.dataclass(frozen=True)
class Speed:
    """Median CPU milliseconds of one run on CPython and how many times longer the others took.

    ``ratio`` is the interpreter's, ``restricted`` that of the engine of this name; ``peers`` has the ratio of each
    peer, or None where it cannot run the program or gives another result.
    """

    program: str
    cpython_ms: float
    ratio: float
    restricted: float
    peers: Mapping[str, float | None] = dataclasses.field(default_factory=dict)


def measure(repeat: int = 3, peers: Sequence[Peer] = ()) -> list[Speed]:
    """One row a program."""
    return [measure_program(path, repeat, peers) for path in sorted(PROGRAMS.glob("*.py"))]


def counted(rows: Sequence[Speed]) -> list[Speed]:
    """The rows that count for a mean."""
    return [row for row in rows if row.program not in OUTSIDE_THE_MEAN]


def geometric_mean(ratios: Iterable[float]) -> float:
    """What n programs of these ratios come to."""
    return math.exp(statistics.fmean(map(math.log, ratios)))


def measure_program(path: Path, repeat: int, peers: Sequence[Peer] = ()) -> Speed:
    """The row of one program.

    Raises:
        RuntimeError: an engine gave another result than CPython.
    """
    code = path.read_text(encoding="utf-8")
    baseline, expected = _cpython(code)
    baselines = [baseline]
    ratios: dict[str, list[float]] = {engine: [] for engine in ENGINES}
    for _ in range(repeat):
        for engine in ENGINES:
            ours = _on(engine, code, expected)
            baseline, _ = _cpython(code)
            baselines.append(baseline)
            ratios[engine].append(ours / statistics.fmean(baselines[-2:]))
    slower: dict[str, float | None] = {}
    for peer in peers:
        reply = peer.run([f"{code}\nresult"])[0]
        again, _ = _cpython(code)
        same = reply.value_repr == repr(expected)
        slower[peer.name] = reply.cpu_ms / 1e3 / statistics.fmean([baselines[-1], again]) if same else None
        baselines.append(again)
    medians = [statistics.median(ratios[engine]) for engine in ENGINES]
    return Speed(path.stem, statistics.median(baselines) * 1e3, *medians, slower)


def _cpython(code: str) -> tuple[float, object]:
    runs, start = 0, time.process_time()
    while (elapsed := time.process_time() - start) < BATCH_S:
        names: dict[str, object] = {"__name__": "__main__"}
        exec(compile(code, "<program>", "exec"), names)
        runs += 1
    return elapsed / runs, names["result"]


def _on(engine: str, code: str, expected: object) -> float:
    limits = Limits(wall_s=600, cpu_s=600, total_wall_s=600, ops=1 << 40)
    used: list[float] = []
    with create_executor("local", engine=engine, limits=limits, rollback=False) as executor:
        # The first run takes its pages from the zygote, one by one.
        executor.run(code)
        while sum(used) < BATCH_S:
            result = executor.run(f"{code}\nresult")
            if result.value != expected:
                raise RuntimeError(f"{result.value!r} instead of {expected!r}: {result.error}")
            used.append(result.usage.cpu_s)
    return statistics.fmean(used)
