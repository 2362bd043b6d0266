"""Executor ``docker`` on the engine of this machine: live calls, cold and warm starts, and many sessions that are ended
at random moments.

A cold start is divided by what the engine itself needs for a container that runs ``pass``, in interleaved pairs: made,
started, waited for and removed, with the image's own Python and without a network, through the same SDK.
"""

from __future__ import annotations

import dataclasses
import os
import random
import statistics
import threading
import time
from collections.abc import Callable

from executors import create_executor
from executors.base import Executor
from executors.docker import images
from executors.docker.client import connect
from executors.docker.options import DockerOptions
from executors.pool import ExecutorPool
from sandbox.errors import HardcellError
from sandbox.limits import Limits

CALLS, PAIRS, CHECKOUTS, SESSIONS = 300, 8, 6, 200


@dataclasses.dataclass(frozen=True)
class Calls:
    """Median milliseconds."""

    call_ms: float
    tool_ms: float
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
    with create_executor("docker") as executor:
        executor.send_tools({"add": lambda a, b: a + b})
        executor.run("1 + 1")
        call = _median(lambda: executor.run("1 + 1"), CALLS)
        tool = _median(lambda: executor.run("add(1, 2)"), CALLS)
    colds, bares = [], []
    for _ in range(PAIRS):
        colds.append(_median(_cold, 1))
        bares.append(_median(_bare, 1))
    return Calls(call, tool, statistics.median(colds), statistics.median(bares), _warm())


def _median(act: Callable[[], object], count: int) -> float:
    taken = []
    for _ in range(count):
        begun = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begun) * 1e3)
    return statistics.median(taken)


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
        for container in (
            connect().containers.list(filters={"label": "hardcell.project=hardcell"}) if how == "remove" else ()
        ):
            container.remove(force=True)
        executor.interrupt()

    return end


def _there() -> tuple[int, int, int, int, int]:
    client = connect()
    # The SDK keeps the connections of the 25 addresses that it asked last; each container has addresses of its own.
    client.api.get_adapter(client.api.base_url).pools.clear()
    return (
        len(client.containers.list(all=True, filters={"label": "hardcell.project=hardcell"})),
        len(client.volumes.list()),
        len(client.networks.list()),
        threading.active_count(),
        len(os.listdir("/proc/self/fd")),
    )
