"""Faults injected into sessions: a small campaign finds nothing, and one against planted faults does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


END_ALL = """
for process in psutil.Process().children(recursive=True):
    with contextlib.suppress(psutil.NoSuchProcess):
        process.kill()
"""


def campaign(seed: int, count: int, plant: str = "") -> subprocess.CompletedProcess[str]:
    """A campaign in a process of its own, as it adopts orphans; what a planted fault leaves behind ends with it."""
    script = (
        f"import contextlib, sys, psutil\nfrom fuzz import injection\n{plant}\n"
        f"status = injection.main({seed}, {count})\n{END_ALL}\nsys.exit(status)"
    )
    return subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=600,
    )


@pytest.mark.slow
def test_a_small_campaign_finds_nothing() -> None:
    done = campaign(11, 20)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_faults_are_seen_to_happen() -> None:
    script = (
        "from executors import create_executor\n"
        "from fuzz.injected import memory_bound\nfrom fuzz.injection import GROW\n"
        "with create_executor('local', min_isolation='none') as executor:\n"
        "    executor.run('n = 1')\n"
        "    with memory_bound() as kills:\n        state = executor.run(GROW).state\n"
        "    print(kills.count, state)"
    )
    command = [sys.executable, "-c", script]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    told = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=True).stdout.split()
    if told[0] == "-1":
        pytest.skip("needs a memory control group of version 1 that this user may write to")
    assert int(told[0]) >= 1
    assert told[1] in ("rolled_back", "lost")


PLANTED = {
    "a rollback that keeps the copy": (
        "from executors.lineage import Lineage\nold = Lineage.settle\n"
        "def settle(self, checkpoint, *, lost, error, done):\n"
        "    if not (checkpoint and done and error):\n"
        "        return old(self, checkpoint, lost=lost, error=error, done=done)\n"
        "    self.live[:] = [checkpoint.keep()]\n    return 'rolled_back'\nLineage.settle = settle",
        "the session holds",
    ),
    "a result that says kept": (
        "from executors.lineage import Lineage\nold = Lineage.settle\n"
        "def settle(self, *a, **k):\n    old(self, *a, **k)\n    return 'kept'\nLineage.settle = settle",
        "is kept",
    ),
    "a branch that is not what it came from": (
        "from executors.cell_executor import CellExecutor\nold = CellExecutor.fork\n"
        "def fork(self):\n    branch = old(self)\n    branch.run('n = -7')\n    return branch\n"
        "CellExecutor.fork = fork\n"
        "injection.options_here = lambda: [{'min_isolation': 'none', 'branches': 2}]",
        "the session holds",
    ),
    "a stopped zygote that nobody wakes": (
        "from executors.zygote_process import Zygote\nZygote._wake = lambda self: None",
        "took",
    ),
    "an error that is none of ours": (
        "from executors import local\n"
        "def start(self, *args):\n    raise RuntimeError('planted')\nlocal.Jail.start = start\n"
        "injection.level_here = lambda: 'L2'\ninjection.options_here = lambda: [{'min_isolation': 'none'}]",
        "start raised RuntimeError: planted",
    ),
    "a descriptor that is not closed": (
        "import os\nfrom executors.stream import ProcessStream\nold = ProcessStream.close\n"
        "def close(self):\n    os.dup(0)\n    old(self)\nProcessStream.close = close",
        "left behind: descriptor",
    ),
    "a zygote that is not ended": (
        "from executors import zygotes\nzygotes.shut_down = lambda: zygotes._pool.zygotes.clear()\n"
        "from executors.zygote_process import Zygote\nZygote.__del__ = lambda self: None\n"
        "keep = []\nold = Zygote.__init__\n"
        "def init(self, *a, **k):\n    old(self, *a, **k)\n    keep.append(self)\nZygote.__init__ = init",
        "left behind: process",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found(name: str) -> None:
    plant, message = PLANTED[name]
    done = campaign(12, 30, plant)
    if message not in done.stdout:
        # Thirty faults need not have met a rare fault: another thirty will.
        done = campaign(5, 30, plant)
    assert (done.returncode, done.stderr) == (1, "")
    assert message in done.stdout
