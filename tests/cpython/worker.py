"""Runs the tests of one file, from one of them on, and writes a verdict a line: JSON on stdout."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import sys

from . import guest
from .inventory import tests_of
from .source import TestFile

SECONDS_EACH = 60
"""CPU seconds that a test may take; past them the process ends."""


def main(engine: str, name: str, start: int) -> None:
    """Verdicts of the tests of file ``name`` from number ``start`` on; the first line tells all their names."""
    channel = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what an imported test file prints is not a verdict
    tests = tests_of(name)
    file = TestFile(name, tests)
    channel.write(json.dumps([test.name for test in tests]) + "\n")
    for test in tests[start:]:
        signal.setitimer(signal.ITIMER_PROF, SECONDS_EACH)
        channel.write(json.dumps(dataclasses.asdict(guest.verdict_of(file, test, engine))) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
