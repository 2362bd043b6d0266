"""Scenes of test_warmth.py, each in a process of its own: ``python -m tests.jail.warmth_host SCENE``.

They fork, and a fork of a process with threads, as one that runs tests has, may wait for a lock that nobody holds.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import resource
import signal
import sys
from collections.abc import Callable

from sandbox import warmth
from sandbox.jail import kernel

PAGE = resource.getpagesize()
WRITTEN, UNTOUCHED = 3, 9


class Memory:
    """Twelve pages of private memory, all written to."""

    def __init__(self) -> None:
        self.pages = mmap.mmap(-1, 12 * PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        self.pages[:] = b"x" * len(self.pages)
        self.proc = os.open("/proc", os.O_RDONLY)

    def address(self, page: int) -> int:
        """Of a page."""
        return ctypes.addressof(ctypes.c_char.from_buffer(self.pages)) + page * PAGE

    def write(self) -> None:
        """To one page."""
        self.pages[WRITTEN * PAGE] = 1

    def own(self) -> list[int]:
        """The pages that this process shares with no other."""
        return warmth._exclusive(self.proc, self.address(0), self.address(12))


def _known(place: int) -> bool:
    return any(start <= place < start + size for start, size in warmth._ranges)


def _holds_in_a_child(function: Callable[[], bool]) -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(17 if function() else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 17


def found() -> None:
    """What a play writes to is found and nothing else."""
    memory = Memory()
    warmth.learn(memory.write, memory.proc)
    assert _known(memory.address(WRITTEN)) and not _known(memory.address(UNTOUCHED))
    assert memory.pages[WRITTEN * PAGE] == ord("x")


def copied() -> None:
    """A copy has these pages for its own."""
    memory = Memory()
    warmth.learn(memory.write, memory.proc)

    def own() -> bool:
        before = memory.own()
        warmth.have(lambda: False)
        return (before, memory.own()) == ([], [memory.address(WRITTEN)]) and memory.pages[WRITTEN * PAGE] == ord("x")

    _holds_in_a_child(own)


def asked_for() -> None:
    """Nothing is copied once a run is asked for."""
    memory = Memory()
    warmth.learn(memory.write, memory.proc)

    def none() -> bool:
        warmth.have(lambda: True)
        return memory.own() == []

    _holds_in_a_child(none)


def untaught() -> None:
    """A play that fails and a proc that does not tell teach nothing."""
    memory = Memory()
    warmth.learn(lambda: 1 / 0, memory.proc)
    assert warmth._ranges == []
    warmth.learn(lambda: None, os.open("/", os.O_RDONLY))
    assert warmth._ranges == []
    _holds_in_a_child(lambda: warmth.have(lambda: False) is None)


def stopped() -> None:
    """A play that stops its process, as somebody from outside might, at each of its two turns."""
    memory = Memory()

    def write() -> None:
        memory.write()
        os.kill(os.getpid(), signal.SIGSTOP)

    warmth.learn(write, memory.proc)
    assert _known(memory.address(WRITTEN))


def killed() -> None:
    """The child is killed while its copy is stopped: nothing is learnt, and nothing is left."""
    memory = Memory()
    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
    host = os.getpid()

    def kill() -> None:
        if os.getppid() != host:
            os.kill(os.getppid(), signal.SIGKILL)
            os.kill(os.getpid(), signal.SIGSTOP)

    warmth.learn(kill, memory.proc)
    assert warmth._ranges == []
    assert os.WTERMSIG(os.waitpid(-1, 0)[1]) == signal.SIGKILL


SCENES = {scene.__name__: scene for scene in (found, copied, asked_for, untaught, stopped, killed)}

if __name__ == "__main__":
    SCENES[sys.argv[1]]()
