"""``python -m tests.cpython [--engine NAME] [--rules] [--failing] [--json FILE] [test_file ...]``: CPython's tests as
guests of a guarded engine."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from pathlib import Path

from . import report
from .harness import verdicts
from .inventory import FILES, missing


def main() -> None:
    """Run, and print the tables that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.cpython", description=__doc__)
    parser.add_argument("files", nargs="*", metavar="test_file")
    parser.add_argument("--engine", choices=("interpreter", "restricted"), default="interpreter")
    parser.add_argument("--rules", action="store_true", help="how many tests each rule excludes")
    parser.add_argument("--failing", action="store_true", help="what did not pass, with what the guest was told")
    parser.add_argument("--json", type=Path, help="write every verdict to this file")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    why = missing()
    if why:
        sys.exit(why)
    found = verdicts(options.engine, options.files or FILES, options.jobs)
    if options.json:
        rows = {name: [dataclasses.asdict(each) for each in of] for name, of in found.items()}
        options.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    print(report.table(found))
    if options.rules:
        print(f"\n{report.rules_table(found)}\n\n{report.doctest_table(found)}")
    if options.failing:
        for test, verdict in report.failing(found).items():
            print(f"{test} | {verdict.status}: {' '.join(verdict.detail.split())[:200]}")


if __name__ == "__main__":
    main()
