"""Executor ``docker`` on the engine of this machine: live calls, cold and warm starts, and many sessions that are ended
at random moments.

A cold start is divided by what the engine itself needs for a container that runs ``pass``, in interleaved pairs: made,
started, waited for and removed, with the image's own Python and without a network, through the same SDK. Live calls
stand beside the same calls of the least worker that a container can hold, in turns.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import random
import statistics
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from executors import create_executor
from executors.base import Executor
from executors.docker import images, reaper
from executors.docker.client import connect, failures
from executors.docker.options import DockerOptions
from executors.pool import ExecutorPool
from sandbox.errors import HardcellError
from sandbox.limits import Limits
from tests.bench import least

TURNS, CALLS, PAIRS, CHECKOUTS, SESSIONS = 4, 100, 8, 6, 200


@dataclasses.dataclass(frozen=True)
class Calls:
    """Median milliseconds."""

    call_ms: float
    least_call_ms: float
    tool_ms: float
    least_tool_ms: float
    cold_ms: float
    bare_ms: float
    warm_ms: float


@dataclasses.dataclass(frozen=True)
class Left:
    """What is there more than before: containers, volumes, networks, threads and descriptors."""

    sessions: int
    seconds: float
    containers: int
    volumes: int
    networks: int
    threads: int
    descriptors: int


def measure() -> Calls:
    """Calls and starts.

    Raises:
        BackendUnavailable: no engine, or no image.
    """
    lives = _live()
    colds: list[float] = []
    bares: list[float] = []
    for _ in range(PAIRS):
        colds += _times(_cold, 1)
        bares += _times(_bare, 1)
    return Calls(*lives, statistics.median(colds), statistics.median(bares), _warm())


def _live() -> list[float]:
    """A call of the executor and of the least worker, and the same two with a tool."""
    with create_executor("docker") as executor, least.opened() as call:
        executor.send_tools({"add": lambda a, b: a + b})
        acts = [partial(run, code) for code in ("1 + 1", "add(1, 2)") for run in (executor.run, call)]
        taken: list[list[float]] = [[] for _ in acts]
        for _ in range(TURNS):
            for act, found in zip(acts, taken, strict=True):
                act()
                found += _times(act, CALLS)
    return [statistics.median(found) for found in taken]


def _times(act: Callable[[], object], count: int) -> list[float]:
    taken = []
    for _ in range(count):
        begun = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begun) * 1e3)
    return taken


def _cold() -> None:
    """To the first result, and the end."""
    with create_executor("docker") as executor:
        assert executor.run("1 + 1").value == 2


def _bare() -> None:
    client = connect()
    image = images.require(client, DockerOptions())
    made = client.containers.create(image, ["python3", "-c", "pass"], network_mode="none", entrypoint=[])
    made.start()
    made.wait()
    made.remove(force=True)


def _warm() -> float:
    with ExecutorPool("docker", size=2) as pool:
        taken = []
        for _ in range(CHECKOUTS):
            pool.wait_ready(120)
            begun = time.perf_counter()
            with pool.checkout() as executor:
                executor.run("1 + 1")
                taken.append((time.perf_counter() - begun) * 1e3)
    return statistics.median(taken)


def end_at_random(sessions: int = SESSIONS, seed: int = 1) -> Left:
    """Open and end sessions, each at a random moment of its life and in a random way."""
    _cold()
    draw, before, begun = random.Random(seed), _there(), time.monotonic()
    for _ in range(sessions):
        executor = create_executor("docker", limits=Limits(wall_s=1))
        timer = threading.Timer(draw.uniform(0, 0.8), _end(executor, draw.choice(("close", "interrupt", "remove"))))
        timer.start()
        try:
            executor.run(
                "import time\nprint('x')\nwhile True:\n    time.sleep(0.01)" if draw.random() < 0.7 else "1 + 1"
            )
        except HardcellError:
            pass  # ended while it began
        timer.join()
        executor.close()
    now = _there()
    grown = [max(0, after - earlier) for earlier, after in zip(before, now, strict=True)]
    return Left(sessions, time.monotonic() - begun, *grown)


def _end(executor: Executor, how: str) -> Callable[[], None]:
    def end() -> None:
        if how == "close":
            executor.close()
            return
        for container in own() if how == "remove" else ():
            # Somebody else may be removing it, the executor for one.
            with contextlib.suppress(*failures()):
                container.remove(force=True)
        executor.interrupt()

    return end


def own() -> list[Any]:
    """The containers of this process, in any state; others may use the same engine."""
    mine = {"label": f"{reaper.OWNER}={reaper.owner(os.getpid())}"}
    return list(connect().containers.list(all=True, filters=mine, ignore_removed=True))


def let_go() -> None:
    """Close the connections that the SDK keeps: one for each of the 25 addresses that it asked last, and each container
    has addresses of its own."""
    client = connect()
    client.api.get_adapter(client.api.base_url).pools.clear()


def _there() -> tuple[int, int, int, int, int]:
    client = connect()
    let_go()
    return (
        len(own()),
        len(client.volumes.list()),
        len(client.networks.list()),
        threading.active_count(),
        len(os.listdir("/proc/self/fd")),
    )
