"""Processes whose parent has ended before them: a process that asked to become their parent ends them.

Invariants: only children of this process are signalled; nothing raises.
"""

from __future__ import annotations

import contextlib
import os
import signal

from . import kernel


def adopt() -> None:
    """From now on whatever descends from this process becomes its child when its own parent ends."""
    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)


def end() -> None:
    """End every child, and what is adopted meanwhile, and wait for them. Without a pid namespace a child that was
    stopped at its birth, before it could tie its life to its parent's, outlives it, and so may one that still ends."""
    with contextlib.suppress(OSError):
        while True:
            with open(f"/proc/self/task/{os.getpid()}/children") as file:
                for child in file.read().split():
                    os.kill(int(child), signal.SIGKILL)
            os.waitpid(-1, 0)
