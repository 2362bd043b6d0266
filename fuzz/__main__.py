"""``python -m fuzz [NAME …] [--seconds 60] [--seed 0]``: each target in turn. Exit status 1: something found."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

from fuzz import campaign


def names() -> list[str]:
    """The targets of this folder."""
    return sorted(path.stem.removeprefix("target_") for path in Path(__file__).parent.glob("target_*.py"))


def main() -> int:
    """Run the asked targets, or all."""
    parser = argparse.ArgumentParser(prog="fuzz", description="feeds the fuzz targets")
    parser.add_argument("targets", nargs="*", metavar="NAME", help=f"of {', '.join(names())}; all when none is named")
    parser.add_argument("--seconds", type=float, default=60.0, help="for each target")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    unknown = sorted(set(options.targets) - set(names()))
    if unknown:
        parser.error(f"unknown target {unknown[0]!r}; there are {', '.join(names())}")
    found = False
    for name in options.targets or names():
        target = importlib.import_module(f"fuzz.target_{name}")
        outcome = campaign.run(target, name, seconds=options.seconds, seed=options.seed)
        print(f"{name}: {outcome.turns} inputs, {outcome.kept} kept, {outcome.lines} lines reached", flush=True)
        if outcome.finding:
            found = True
            print(f"{name}: FOUND, kept as {outcome.finding.path}\n{outcome.finding.report}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
