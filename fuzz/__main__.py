"""``python -m fuzz [NAME …] [--seconds 60] [--seed 0]``: each target in turn. Exit status 1: something found.

``python -m fuzz programs --count 200000 --seed 1 --jobs 2`` compares that many grown programs on each guarded engine
with CPython instead, with ``--engine NAME`` on one;
``python -m fuzz faults`` plants faults in the interpreter and tells after how many programs each is found;
``python -m fuzz injection --count 1000`` kills and stops the processes of sessions at random moments;
``python -m fuzz twins --count 200`` plays sessions with branches, snapshots and failing runs against plain CPython;
``python -m fuzz mutants`` takes the walls away piece by piece and tells which pieces no test misses.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

from fuzz import campaign, differential, fault_hunt, injection, sides, twins
from fuzz.mutation import campaign as mutation

CAMPAIGNS = ("faults", "injection", "mutants", "twins")
"""What is asked for by name only."""


def names() -> list[str]:
    """The targets of this folder."""
    return sorted(path.stem.removeprefix("target_") for path in Path(__file__).parent.glob("target_*.py"))


def main() -> int:
    """Run the asked targets, or all."""
    parser = argparse.ArgumentParser(prog="fuzz", description="feeds the fuzz targets")
    known = [*names(), *CAMPAIGNS]
    parser.add_argument(
        "targets", nargs="*", metavar="NAME", help=f"of {', '.join(known)}; without any: all but the last four"
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="for each target")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=0, help="compare this many grown programs, whatever it takes")
    parser.add_argument("--engine", choices=sides.ENGINES, action="append", help="for programs; without any: all")
    parser.add_argument("--jobs", type=int, default=2, help="processes for --count, faults and mutants")
    options = parser.parse_args()
    if options.targets == ["faults"]:
        return fault_hunt.main(options.seed, options.count or fault_hunt.MOST_PROGRAMS, options.jobs)
    if options.targets == ["injection"]:
        return injection.main(options.seed, options.count or injection.FAULTS)
    if options.targets == ["twins"]:
        return twins.main(options.seed, options.count or twins.GAMES)
    if options.targets == ["mutants"]:
        return mutation.main(options.count, options.seed, options.jobs)
    if options.count:
        if options.targets != ["programs"]:
            parser.error("--count is for the target programs, or for faults, injection, mutants and twins")
        return differential.main(options.seed, options.count, options.jobs, options.engine or sides.ENGINES)
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
