"""The pool: from checkout to answer, fresh sessions a second, and what an idle session holds.

Throughput is a whole life each: checkout, ``1+1``, the end. Memory is private memory as the kernel counts it. CPU time
is told beside wall time, since on a busy machine the first says more.
"""

from __future__ import annotations

import dataclasses
import os
import resource
import statistics
import sys
import threading
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from executors import ExecutorPool
from executors.base import Executor
from sandbox.policy import Policy

CHECKOUTS = 200
SIZE = 8
SECONDS = 60.0
THREADS = 3
_QUIET_S = 0.02


@dataclasses.dataclass(frozen=True)
class Checkout:
    """Medians in milliseconds. ``private_mb``: of a session that is ready, MiB."""

    checkout_ms: float
    run_ms: float
    together_ms: float
    private_mb: float


@dataclasses.dataclass(frozen=True)
class Throughput:
    """``cpu_ms``: processor time a session of host, zygote and worker together. Before and after: processes of ours,
    and private memory of the host in MiB."""

    sessions: int
    seconds: float
    cpu_ms: float
    processes: tuple[int, int]
    host_mb: tuple[float, float]


def measure_checkout(policy: Policy, checkouts: int = CHECKOUTS) -> Checkout:
    """Checkouts from a full pool, each with ``1+1`` as its first run; the pool fills up between them."""
    waits, runs, sums = [], [], []
    with ExecutorPool("local", SIZE, policy=policy) as pool:
        pool.wait_ready()
        for _ in range(checkouts):
            pool.wait_ready()
            time.sleep(_QUIET_S)
            begin = time.perf_counter()
            with pool.checkout() as executor:
                had = time.perf_counter()
                _one(executor)
                end = time.perf_counter()
            waits.append(had - begin)
            runs.append(end - had)
            sums.append(end - begin)
        pool.wait_ready()
        idle = [_private_mb(pid) for pid in _workers()]
    waited, ran, both = (statistics.median(times) * 1e3 for times in (waits, runs, sums))
    return Checkout(waited, ran, both, statistics.median(idle))


def measure_throughput(seconds: float = SECONDS, threads: int = THREADS) -> Throughput:
    """Sessions one after another in each of some threads, for so long."""
    with ExecutorPool("local", 0, max_sessions=threads) as pool:
        for _ in range(20):
            _life(pool)
        processes, host_mb, cpu = _processes(), _private_mb(os.getpid()), _cpu_s()
        begin = time.perf_counter()
        counts: list[int] = []
        workers = [
            threading.Thread(target=lambda: counts.append(_lives(pool, begin + seconds))) for _ in range(threads)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        took, done = time.perf_counter() - begin, sum(counts)
        spent = _cpu_s() - cpu
        return Throughput(
            done, took, spent / done * 1e3, (processes, _processes()), (host_mb, _private_mb(os.getpid()))
        )


def _one(executor: Executor) -> None:
    result = executor.run("1+1")
    if result.value != 2:
        raise RuntimeError(f"1+1 gave {result.value!r}, error {result.error}")


def _life(pool: ExecutorPool) -> None:
    with pool.checkout() as executor:
        _one(executor)


def _lives(pool: ExecutorPool, until: float) -> int:
    count = 0
    while time.perf_counter() < until:
        _life(pool)
        count += 1
    return count


def _private_mb(pid: int) -> float:
    sizes = dict(line.split(":") for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    return sum(int(sizes[name].split()[0]) for name in ("Private_Clean", "Private_Dirty")) / 1024


def _descendants() -> dict[int, list[int]]:
    """Processes below this one by generation: keepers, zygotes, workers."""
    found: dict[int, list[int]] = {}
    level, parents = 0, [psutil.Process()]
    while parents:
        level += 1
        parents = [child for parent in parents for child in _children(parent)]
        found[level] = [process.pid for process in parents]
    return found


def _children(parent: psutil.Process) -> list[psutil.Process]:
    try:
        return list(parent.children())
    except psutil.NoSuchProcess:
        return []


def _processes() -> int:
    """Keepers and zygotes, and what of their children has not been collected."""
    return sum(len(pids) for pids in _descendants().values())


def _workers() -> list[int]:
    return _descendants().get(3, [])


def _cpu_s() -> float:
    """Processor time so far of this process, of zygotes, and of the workers that they collected."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    total: float = own.ru_utime + own.ru_stime
    for pid in _descendants().get(2, []):
        times = psutil.Process(pid).cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return total


def main(seconds: float = SECONDS) -> int:
    """Throughput alone, as one line, for soak runs: ``python -m tests.bench.pool SECONDS``."""
    print(measure_throughput(seconds))
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:])))
