"""Runs test files in processes of their own, so that nothing a test does reaches the next file or this process."""

from __future__ import annotations

import concurrent.futures
import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from .guest import Verdict

ROOT = Path(__file__).parent.parent.parent


def verdicts(engine: str, names: Iterable[str], jobs: int = 2) -> dict[str, list[Verdict]]:
    """What became of each test of these files on this engine."""
    names = list(names)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        return dict(zip(names, pool.map(functools.partial(_verdicts_of, engine), names), strict=True))


def _verdicts_of(engine: str, name: str) -> list[Verdict]:
    found: list[Verdict] = []
    while True:
        tests, more, status = _from(engine, name, len(found))
        found += more
        if len(found) == len(tests):
            return found
        found.append(Verdict(tests[len(found)], "crashed", f"the process ended with status {status}"))
        if len(found) == len(tests):
            return found


def _from(engine: str, name: str, start: int) -> tuple[list[str], list[Verdict], int]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.cpython.worker", engine, name, str(start)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=False,
        text=True,
    )
    lines = done.stdout.splitlines()
    if not lines or done.returncode > 0:  # a signal is the test's doing, an error of the worker is ours
        raise RuntimeError(f"{name} could not be read: {done.stderr.strip()}")
    return json.loads(lines[0]), [Verdict(**json.loads(line)) for line in lines[1:]], done.returncode
