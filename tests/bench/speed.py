"""Speed of the interpreter against CPython on small programs: paired CPU time, compilation included on both sides.

CPU time, because on a busy machine a short baseline fits in one time slice while a long run is preempted, which
inflates the ratio. A CPython sample is repeated until it takes at least 0.1 s. Results must be equal.
"""

from __future__ import annotations

import dataclasses
import math
import statistics
import time
from pathlib import Path

from executors import create_executor
from sandbox.limits import Limits

PROGRAMS = Path(__file__).parent / "programs"
# Shown, but left out of the mean: it is the only one about attributes.
OUTSIDE_THE_MEAN = {"objects"}
BATCH_S = 0.1


@dataclasses.dataclass(frozen=True)
class Speed:
    """Median CPU milliseconds of one run on CPython and how many times longer the interpreter took."""

    program: str
    cpython_ms: float
    ratio: float


def measure(repeat: int = 3) -> list[Speed]:
    """One row a program."""
    return [measure_program(path, repeat) for path in sorted(PROGRAMS.glob("*.py"))]


def geometric_mean(rows: list[Speed]) -> float:
    """Of the ratios of the programs that count."""
    counted = [row.ratio for row in rows if row.program not in OUTSIDE_THE_MEAN]
    return math.exp(statistics.fmean(map(math.log, counted)))


def measure_program(path: Path, repeat: int) -> Speed:
    """The row of one program.

    Raises:
        RuntimeError: the interpreter gave another result than CPython.
    """
    code = path.read_text(encoding="utf-8")
    baseline, expected = _cpython(code)
    baselines, ratios = [baseline], []
    for _ in range(repeat):
        ours = _interpreter(code, expected)
        baseline, _ = _cpython(code)
        baselines.append(baseline)
        ratios.append(ours / statistics.fmean(baselines[-2:]))
    return Speed(path.stem, statistics.median(baselines) * 1e3, statistics.median(ratios))


def _cpython(code: str) -> tuple[float, object]:
    runs, start = 0, time.process_time()
    while (elapsed := time.process_time() - start) < BATCH_S:
        names: dict[str, object] = {"__name__": "__main__"}
        exec(compile(code, "<program>", "exec"), names)
        runs += 1
    return elapsed / runs, names["result"]


def _interpreter(code: str, expected: object) -> float:
    limits = Limits(wall_s=600, cpu_s=600, total_wall_s=600, ops=1 << 40)
    with create_executor("local", enclosure="inprocess", min_isolation="none", limits=limits) as executor:
        executor.run("0")
        start = time.process_time()
        result = executor.run(f"{code}\nresult")
        elapsed = time.process_time() - start
    if result.value != expected:
        raise RuntimeError(f"{result.value!r} instead of {expected!r}: {result.error}")
    return elapsed
