"""The faults of ``fuzz.injection``: what is done to the processes and resources of sessions, and what is left of them.

Invariants: signals go through a pidfd; a resource that was taken is given back.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import resource
import signal
import threading
import time
from collections.abc import Iterator

from executors.process import Process

KINDS = tuple(
    "start hello run event call answer done set file ok fail checkpoint branch rollback snapshot restore".split()
)
ROLES = ("keeper", "zygote", "worker", "copy", "copy of a copy")


class Gaps:
    """How long this whole program did not run: other programs' doing, which no deadline can help."""

    def __init__(self) -> None:
        self.total = 0.0
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        last = time.monotonic()
        while True:
            time.sleep(0.02)
            now = time.monotonic()
            self.total += max(0.0, now - last - 0.1)
            last = now


def stretch() -> float:
    """How many seconds a second of computing takes here now: 1 on a quiet machine."""
    begun, used = time.monotonic(), time.thread_time()
    while time.thread_time() - used < 0.1:
        pass
    return max(1.0, (time.monotonic() - begun) / (time.thread_time() - used))


def children(pid: int) -> list[int]:
    """Its children, as the kernel lists them."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as file:
                found += map(int, file.read().split())
    return found


def family(pid: int) -> Iterator[tuple[int, int]]:
    """All that descend from a process, each with its depth."""
    level, depth = children(pid), 0
    while level:
        yield from ((depth, one) for one in level)
        level, depth = [child for one in level for child in children(one)], depth + 1


class Fault:
    """One signal. ``seen`` is told of every frame; ``happened``: the process that was struck, None before one was."""

    def __init__(self, chance: random.Random) -> None:
        self.kind = chance.choice(KINDS)
        self.sent = chance.random() < 0.5
        self.delay = chance.choice((0.0, 0.0, 0.0005, 0.002, 0.02))
        self.signal = chance.choice((signal.SIGKILL, signal.SIGSTOP))
        self.depth = chance.choice((0, 1, 1, 2, 2, 2, 3, 3, 3, 4))
        self.pick = chance.random()
        self.again = chance.choice((0.0, 0.05, 0.3))
        self.happened: str | None = None
        self.done = threading.Event()
        self._begun = threading.Lock()

    def __str__(self) -> str:
        again = f", SIGCONT after {self.again}" if self.again and self.signal == signal.SIGSTOP else ""
        return f"{self.signal.name} of a {ROLES[self.depth]}, {self.delay} s after {self.kind}{again}"

    def seen(self, kind: str) -> None:
        """A frame of this kind passes."""
        if kind == self.kind and self._begun.acquire(blocking=False):
            if self.delay:
                threading.Timer(self.delay, self._strike).start()
            else:
                self._strike()

    def finish(self) -> None:
        """Strike now, if it has not happened; wait until it is over."""
        if self._begun.acquire(blocking=False):
            self._strike()
        self.done.wait(10)

    def _strike(self) -> None:
        try:
            found = list(family(os.getpid()))
            # Where nobody is so deep, or all are zombies, one of those above.
            for depth in range(self.depth, -1, -1):
                targets = [pid for at, pid in found if at == depth]
                at = int(self.pick * len(targets))
                if any(self._send(pid, ROLES[depth]) for pid in targets[at:] + targets[:at]):
                    return
        finally:
            self.done.set()

    def _send(self, pid: int, role: str) -> bool:
        with contextlib.suppress(OSError):
            held = Process(os.pidfd_open(pid), pid)
            try:
                if held.state() == "ended":
                    return False
                signal.pidfd_send_signal(held.pidfd, self.signal)
                self.happened = f"{self.signal.name} of a {role}"
                if self.signal == signal.SIGSTOP and self.again:
                    time.sleep(self.again)
                    signal.pidfd_send_signal(held.pidfd, signal.SIGCONT)
            finally:
                held.close()
        return self.happened is not None


@contextlib.contextmanager
def few_descriptors(more: int) -> Iterator[None]:
    """The table of descriptors is full after ``more`` new ones."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    used = set(map(int, os.listdir("/proc/self/fd")))
    free = (number for number in range(soft) if number not in used)
    # The listing's own is free again.
    resource.setrlimit(resource.RLIMIT_NOFILE, (next(itertools.islice(free, max(0, more - 1), None)), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


_MEMORY = "/sys/fs/cgroup/memory"


class Kills:
    """``count``: processes that the kernel has ended for want of memory; -1 where no group can be had."""

    def __init__(self) -> None:
        self.count = -1


@contextlib.contextmanager
def memory_bound() -> Iterator[Kills]:
    """Workers are in a memory cgroup with little room, where this machine lets us make one."""
    kills = Kills()
    path = f"{_MEMORY}/hardcell-injection-{os.getpid()}-{time.monotonic_ns()}"
    try:
        os.mkdir(path)
    except OSError:
        yield kills
        return
    try:
        placed: set[int] = set()
        # Whoever forks meanwhile may have done so before it was placed.
        while left := {pid for depth, pid in family(os.getpid()) if depth >= 2} - placed:
            _place(path, left)
            placed |= left
        with contextlib.suppress(OSError):
            _write(f"{path}/memory.limit_in_bytes", str(16 << 20))
        yield kills
    finally:
        with open(f"{path}/memory.oom_control") as lines:
            kills.count = sum(int(line.split()[1]) for line in lines if line.startswith("oom_kill "))
        for _ in range(100):
            with open(f"{path}/cgroup.procs") as file:
                _place(_MEMORY, set(map(int, file.read().split())))
            try:
                os.rmdir(path)
                break
            except OSError:
                time.sleep(0.01)


def _place(path: str, pids: set[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            _write(f"{path}/cgroup.procs", str(pid))


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def left_behind(descriptors: set[str], directories: set[str]) -> list[str]:
    """What the sessions left, after a little patience: processes, descriptors other than these, and of their
    ``directories`` those that are still there."""
    ends = time.monotonic() + 5
    while True:
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        found = [f"process {pid}" for _, pid in family(os.getpid())]
        now = set(os.listdir("/proc/self/fd")) - descriptors
        found += [f"descriptor {fd}" for fd in now if os.path.exists(f"/proc/self/fd/{fd}")]
        found += sorted(filter(os.path.exists, directories))
        if not found or time.monotonic() > ends:
            return found
        time.sleep(0.05)
