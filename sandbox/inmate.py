"""The worker's side of the fork: from a bare child of the zygote to a closed-in process that runs its entry.

A child is forked ahead of need and does at once what no request changes: its namespaces. It then waits on fd 3 for the
one message that makes it a session's worker, closes the remaining walls, reports to the host, and runs the entry.

Invariants: nothing of a session reaches a child before it is that session's; the entry runs only when every wall that
the machine allows was closed and verified; the zygote's stack is never returned to.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import struct
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, Protocol

from .copies import outlive_copies
from .jail import enclosure, kernel, privileges, rlimits

STREAM_FD, PROC_FD, FIRST_FREE_FD = 3, 4, 5
MAX_PACKET = 128 << 10
FDS = 3
_FAILURE = 4


class Server(Protocol):
    """A program that was started before its session, in place of the entry."""

    def play(self) -> None:
        """What a session would do; for a process that ends thereafter."""
        ...

    def serve(self, *, isolation: Mapping[str, Any], setup: Mapping[str, Any]) -> None:
        """Serve the session until the host is gone."""
        ...


def become_worker(
    request_fd: int,
    wall: enclosure.Wall,
    idle: rlimits.Mapped,
    entry: Callable[..., object],
    play: Callable[[], object] | None,
    prepared: Server | None,
) -> NoReturn:
    """In the forked child. ``request_fd``: where the request will come; ``idle``: what is mapped now; ``play``: what
    to rehearse while it has not; ``prepared``: what runs in place of ``entry`` where the request says so."""
    code = _FAILURE
    try:
        os.dup2(request_fd, STREAM_FD)
        kernel.close_from(FIRST_FREE_FD)
        privileges.die_with_parent()
        os.setsid()
        os.umask(0o077)
        failure = ""
        detached: dict[str, str] = {}
        try:
            detached = enclosure.detach(wall, PROC_FD)
        except Exception as error:
            failure = f"{type(error).__name__}: {error}"
        _draw_anew()
        if play is not None:
            play()
        request = _await_request()
        bounds = enclosure.Bounds(**request["limits"])
        stores: list[int] = []
        try:
            stores = [] if failure else enclosure.make_stores(wall, bounds)
        except OSError as error:
            failure = f"{type(error).__name__}: {error}"
        _hand_over(stores)
        try:
            if failure:
                raise OSError(failure)
            isolation = enclosure.enclose(wall, bounds, idle, request["cell"], detached, stores)
        except BaseException as error:
            _report({"failed": f"{type(error).__name__}: {error}"})
            raise
        for store in stores:
            os.close(store)
        idle_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        _report({"isolation": isolation, "cell": request["cell"], "idle_kb": idle_kb})
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if wall.namespaces != "on":
            # A copy needs a pid namespace around it, and the filter lets nobody ask for one without.
            request["setup"].pop("copies", None)
        if prepared is not None and request["prepared"]:
            prepared.serve(isolation=isolation, setup=request["setup"])
        else:
            entry(
                frames_fd=STREAM_FD,
                stdout_fd=1,
                stderr_fd=2,
                cell=request["cell"],
                isolation=isolation,
                setup=request["setup"],
            )
        code = outlive_copies() if bounds.copies else 0
    finally:
        os._exit(code)


def _draw_anew() -> None:
    """Children of one zygote share no random numbers: what the library seeds at a fork, and numpy never, is seeded."""
    for name in ("random", "numpy.random"):
        if module := sys.modules.get(name):
            module.seed()


def _await_request() -> dict[str, Any]:
    """The request; its descriptors take the places of the stream, stdout and stderr, and nothing else stays open."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, STREAM_FD) as requests:
        data, fds, _, _ = socket.recv_fds(requests, MAX_PACKET, FDS)
        requests.detach()
    if not data:
        os._exit(0)
    for fd, place in zip(fds, (STREAM_FD, 1, 2), strict=True):
        os.dup2(fd, place)
    kernel.close_from(STREAM_FD + 1)
    request: dict[str, Any] = json.loads(data)
    return request


def _hand_over(stores: Sequence[int]) -> None:
    """One byte goes before the report, with the descriptors of the stores: they belong to the host, which lends them
    to the worker for each checkpoint."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, STREAM_FD) as stream:
        socket.send_fds(stream, [b"\n"], stores)
        stream.detach()


def _report(message: Mapping[str, Any]) -> None:
    """The first bytes on a worker's stream, written before its entry runs: a length, then JSON."""
    data = json.dumps(message).encode()
    view = memoryview(struct.pack(">I", len(data)) + data)
    while view:
        view = view[os.write(STREAM_FD, view) :]


def idle(*, frames_fd: int, **_: object) -> None:
    """A worker's entry that only waits for the host to hang up: what ``hardcell doctor`` looks at."""
    while os.read(frames_fd, 4096):
        pass
