"""What the machine takes for the bare life of a process like a worker: the least that a session could cost here.

A process of a zygote's size forks; the child takes namespaces of its own, writes to a thousand pages, as a worker does
before its first answer, and ends. Nothing of hardcell's own work is in it: no root, no filter, no engine, no protocol.
"""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

PAGES, ZYGOTE_MB = 1000, 20
_LIVES = f"""
import json, os, sys, time
sys.path.insert(0, sys.argv[1])
from sandbox.jail import kernel
held = bytearray(os.urandom({ZYGOTE_MB} << 20))
kernel.unshare(kernel.CLONE_NEWUSER)
kinds = kernel.CLONE_NEWNS | kernel.CLONE_NEWNET | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS | kernel.CLONE_NEWCGROUP
ends, lives = time.perf_counter() + float(sys.argv[2]), 0
while time.perf_counter() < ends:
    pid = kernel.fork()
    if not pid:
        kernel.unshare(kinds)
        for at in range(0, {PAGES} << 12, 4096):
            held[at] = 1
        os._exit(0)
    lives += os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
spent = os.times()
print(json.dumps([lives, sum(spent[:4])]))
"""


@dataclasses.dataclass(frozen=True)
class Lives:
    """``a_second``: on all processors together. ``cpu_ms``: processor time of one."""

    a_second: float
    cpu_ms: float


def measure(seconds: float = 10.0) -> Lives:
    """Lives one after another in as many processes as there are processors."""
    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-I", "-S", "-c", _LIVES, root, str(seconds)]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(len(os.sched_getaffinity(0)))
    ]
    found = [json.loads(process.communicate()[0]) for process in running]
    lives, cpu_s = (sum(column) for column in zip(*found, strict=True))
    return Lives(lives / seconds, cpu_s / lives * 1e3)
