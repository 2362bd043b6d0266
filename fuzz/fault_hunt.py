"""Plants the faults of ``faults`` one after the other and counts the programs until the campaign finds each: in its
output, value, error or variables, not only in its traceback.

``python -m fuzz faults [--seed 1] [--count 20000] [--jobs 2]``. A program counts as a finding only when it does not
differ without the fault.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from fuzz.differential import ROOT, environment, program
from fuzz.sides import CPython, Ours, differs

MOST_PROGRAMS = 20_000


def found_after(name: str, seed: int, most: int) -> int:
    """Plant the fault in this process; the number of programs until one differs because of it, 0 for never."""
    from fuzz.differential import share
    from fuzz.faults import plant

    plant(name)
    first = 0
    while first < most:
        different = share(seed, range(first, most), ["interpreter"], to_the_first=True).different
        if not different or different[-1][2] in ("line", "trace"):
            return 0
        number = different[-1][0]
        if not _differs_anyway(seed, number):
            return number + 1
        first = number + 1
    return 0


def _differs_anyway(seed: int, number: int) -> bool:
    """Whether the program differs without any fault; asked in a process of its own."""
    command = [sys.executable, "-m", "fuzz.fault_hunt", "", str(seed), str(number)]
    done = subprocess.run(command, env=environment(), cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip() != ""


def hunts(names: list[str], seed: int, most: int, jobs: int) -> Iterator[tuple[str, int]]:
    """Each fault, and after how many programs it is found; ``jobs`` processes at a time."""
    waiting, running = list(names), []
    while waiting or running:
        while waiting and len(running) < jobs:
            name = waiting.pop(0)
            command = [sys.executable, "-m", "fuzz.fault_hunt", name, str(seed), str(most)]
            output = subprocess.PIPE
            process = subprocess.Popen(command, stdout=output, stderr=output, text=True, env=environment(), cwd=ROOT)
            running.append((name, process))
        name, process = running.pop(0)
        text, errors = process.communicate()
        if process.returncode:
            raise RuntimeError(f"the hunt for {name!r} failed: {errors[-2000:]}")
        yield name, int(text)


def main(seed: int, most: int, jobs: int) -> int:
    """Print the table; 1 when a fault is not found."""
    from fuzz.faults import FAULTS

    missed = 0
    for name, count in hunts(list(FAULTS), seed, most, jobs):
        missed += not count
        print(f"{name:<58} {f'found after {count:>6}' if count else f'NOT FOUND in {most}'}", flush=True)
    print(f"{len(FAULTS) - missed} of {len(FAULTS)} found")
    return 1 if missed else 0


if __name__ == "__main__":
    fault_name, seed_text, number_text = sys.argv[1:]
    if fault_name:
        print(found_after(fault_name, int(seed_text), int(number_text)))
    else:
        text = program(int(seed_text), int(number_text))
        print(differs(Ours().run(text), CPython().run(text)))
