"""A host that is killed: nothing that it has started outlives it.

``python -m fuzz.injected_host`` is the host: a pool, a session and its branch, always at work.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from executors import ExecutorPool, create_executor
from executors.process import Process
from fuzz.injected import family
from sandbox.limits import Limits

ROOT = Path(__file__).resolve().parents[1]
LIMITS = Limits(wall_s=5, disk_mb=1)


def host() -> None:
    """Work until somebody ends this."""
    with create_executor("local", min_isolation="none", limits=LIMITS, branches=1) as executor:
        each = [executor, executor.fork()] if executor.capabilities.fork else [executor]
        executor.run("n = 0")
        with ExecutorPool("local", size=2, min_isolation="none", limits=LIMITS) as pool:
            print("at work", flush=True)
            while True:
                for session in each:
                    session.run("n = 1\nwith open('f', 'w') as file: file.write('x')")
                pool.run("1 + 1")


def kill_a_host(chance: random.Random, within_s: float) -> tuple[int, list[str]]:
    """Start a host and kill it, stopped or not, at some moment: how many processes it had, and those that are still
    there after ``within_s``."""
    command = [sys.executable, "-m", "fuzz.injected_host"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.random() * 0.05)
        if chance.random() < 0.3:
            process.send_signal(signal.SIGSTOP)
        held = []
        for _, pid in family(process.pid):
            try:
                held.append(Process(os.pidfd_open(pid), pid))
            except OSError:
                continue
        process.kill()
        process.wait()
    ends = time.monotonic() + within_s
    left = []
    for one in held:
        if not one.ended(max(0.0, ends - time.monotonic())):
            left.append(f"process {one.pid}, which is {one.state()}")
        one.close()
    return len(held), left


if __name__ == "__main__":
    host()
