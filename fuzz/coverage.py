"""``python -m fuzz.coverage [--seconds 1800]``: is there a line of a megabyte that costs the host over 100 ms of CPU?

Guided by coverage of codec and protocol (atheris, ``pip install 'hardcell[fuzz]'``), and by cost: dear ones breed
Without atheris Hypothesis chooses, unguided. Costs are measured in a process of its own without instrumentation.
Exit status 1: something was found, and kept in ``fuzz/found/costs``.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any, cast

from fuzz.megabyte import CPU_S

FOUND = Path(__file__).parent / "found" / "costs"
_DEAREST = 48
_INSTRUMENTED = ["sandbox.values", "sandbox.protocol", "executors.exchange", "executors.results", "executors.toolcalls"]


class Scales:
    """The process that measures."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "fuzz.host_cost"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[1],
        )

    def cpu_s(self, line: bytes) -> float:
        """CPU seconds of a line.

        Raises:
            AssertionError: the host did not survive it.
        """
        sink, source = cast(IO[bytes], self._process.stdin), cast(IO[bytes], self._process.stdout)
        sink.write(b"%d\n" % len(line) + line)
        sink.flush()
        answer = source.readline()
        assert answer, "the host itself failed; its traceback stands above"
        return float(answer)

    def close(self) -> None:
        """End it."""
        cast(IO[bytes], self._process.stdin).close()
        self._process.wait()


class Hunt:
    """One search: the dearest trees so far, and what is done with each input."""

    def __init__(self, scales: Scales, seconds: float) -> None:
        self._scales = scales
        self._ends = time.monotonic() + seconds
        self._told = time.monotonic()
        self.turns = 0
        self.found: Path | None = None
        self.dearest: list[tuple[float, bytes]] = []

    @property
    def over(self) -> bool:
        """Whether the time is up or something was found."""
        return self.found is not None or time.monotonic() > self._ends

    def weigh(self, data: bytes) -> None:
        """Measure one input; a tree that is too dear is kept."""
        from fuzz import shapes

        tree = shapes.tree_of(data)
        try:
            line = shapes.blown_up(tree) if tree is not None else data.replace(b"\n", b"")[: shapes.ROOM] + b"\n"
        except ValueError:
            return
        self.turns += 1
        cost = self._scales.cpu_s(line)
        if len(self.dearest) < _DEAREST or cost > self.dearest[-1][0]:
            self.dearest = sorted({*self.dearest, (cost, data)}, reverse=True)[:_DEAREST]
        if cost > CPU_S:
            FOUND.mkdir(parents=True, exist_ok=True)
            self.found = FOUND / hashlib.sha256(data).hexdigest()[:16]
            self.found.write_bytes(data)
            print(f"FOUND: {cost * 1000:.0f} ms of CPU for {len(line)} bytes, kept as {self.found}\n{line[:300]!r}")
        if time.monotonic() > self._told + 60:
            self._told = time.monotonic()
            print(
                f"{self.turns} lines, the dearest {self.dearest[0][0] * 1000:.0f} ms: {self.dearest[0][1][:200]!r}",
                flush=True,
            )

    def conclude(self) -> int:
        """Tell what came out of it; gives the exit status."""
        self._scales.close()
        dearest = self.dearest[0][0] * 1000 if self.dearest else 0.0
        print(f"{self.turns} lines, the dearest {dearest:.0f} ms of CPU (the limit is {CPU_S * 1000:.0f})", flush=True)
        return 1 if self.found else 0

    def mutate(self, data: bytes, seed: int) -> bytes:
        """Another input, made of this one or of a dear one."""
        from fuzz import shapes

        chance = random.Random(seed)
        if self.dearest and chance.random() < 0.5:
            data = chance.choice(self.dearest)[1]
        tree = shapes.tree_of(data)
        others = [shapes.tree_of(each) for _, each in self.dearest[:8]]
        for _ in range(chance.randint(1, 4)):
            tree = shapes.mutated(tree, others, chance)
        return shapes.text_of(tree) or data


def _with_atheris(atheris: Any, hunt: Hunt) -> None:
    with atheris.instrument_imports(include=_INSTRUMENTED):
        from fuzz import host_cost, shapes

    starts = [shapes.text_of(tree) for tree in shapes.seeds()]

    def one(data: bytes) -> None:
        if not hunt.turns:
            for start in starts:
                hunt.weigh(start)
        hunt.weigh(data)
        tree = shapes.tree_of(data)
        if type(tree) is dict:
            # Small, for the coverage alone: what is instrumented is slow.
            host_cost.cpu_s(shapes.blown_up({**tree, "most": 2}) if "as" in tree else data + b"\n")
        if hunt.over:
            # The fuzzer's loop has no other end that is no crash.
            os._exit(hunt.conclude())

    def change(data: bytes, most: int, seed: int) -> bytes:
        return hunt.mutate(data, seed)[:most]

    options = [f"-max_len={shapes.LONGEST}", "-timeout=3600", "-report_slow_units=3600", "-rss_limit_mb=0"]
    atheris.Setup([sys.argv[0], *options], one, custom_mutator=change)
    atheris.Fuzz()


def _with_hypothesis(hunt: Hunt) -> None:
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st

    from fuzz import shapes

    starts = [shapes.text_of(tree) for tree in shapes.seeds()]
    for start in starts:
        hunt.weigh(start)

    @settings(max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(starts), st.integers(0, 2**32))
    def turn(data: bytes, seed: int) -> None:
        if not hunt.over:
            hunt.weigh(hunt.mutate(data, seed))

    while not hunt.over:
        turn()


def main() -> int:
    """The program."""
    parser = argparse.ArgumentParser(prog="fuzz.coverage", description="looks for lines that cost the host too much")
    parser.add_argument("--seconds", type=float, default=1800.0)
    hunt = Hunt(Scales(), parser.parse_args().seconds)
    try:
        import atheris
    except ImportError:
        print("atheris is not installed (pip install 'hardcell[fuzz]'): Hypothesis chooses, not guided by coverage")
        _with_hypothesis(hunt)
        return hunt.conclude()
    _with_atheris(atheris, hunt)
    return 0


if __name__ == "__main__":
    sys.exit(main())
