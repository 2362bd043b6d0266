"""From a forked child of the relay to a worker: what the first process of a container does for its child.

Invariants: the environment is made from nothing; the guest's process holds no descriptor but its stream and its
outputs; limits that the container cannot set for one process are set here, before any guest code, or nothing runs.
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import json
import os
import resource
import signal
import sys
from collections.abc import Mapping
from typing import Any, NoReturn

from .engines import ENGINES, SCAN
from .jail import forkless, landlock, report, rlimits, tree
from .jail.namespaces import CELL

PACKAGES = "/opt/packages"
"""Where an image has third-party packages."""
STREAM_FD = 3
_PROGRAMS = ("/usr/bin", "/usr/local/bin", "/bin")
_FAILURE = 4


@dataclasses.dataclass(frozen=True, kw_only=True)
class Setup:
    """What a worker is set up with; units as in ``sandbox.limits``. ``preload``: modules that the policy allows, to be
    imported before the guest's growth is measured, where the image has them. ``mounts``: paths of mounts, and whether
    they may be written to."""

    engine: str
    memory_mb: int
    disk_mb: int
    open_files: int
    processes: int
    preload: tuple[str, ...] = ()
    mounts: tuple[tuple[str, bool], ...] = ()
    environment: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Setup:
        """The inverse of ``to_dict``, for the worker's side, which believes its host."""
        mounts = tuple((str(path), bool(writable)) for path, writable in data["mounts"])
        return cls(**{**data, "preload": tuple(data["preload"]), "mounts": mounts})


def prepare(setup: Setup) -> None:
    """In the parent, before the fork: the environment, and everything that the child would import first of all."""
    os.environ.clear()
    os.environ.update(setup.environment)
    if os.path.isdir(PACKAGES):
        sys.path.append(PACKAGES)
    importlib.import_module("sandbox.worker")
    importlib.import_module(ENGINES[setup.engine.removeprefix(SCAN)][0])
    for module in setup.preload:
        # The guest gets the error, with its reason, when it imports what cannot be had.
        with contextlib.suppress(Exception):
            importlib.import_module(module)


def become_worker(frames: int, stdout: int, stderr: int, setup: Setup, digest: str) -> NoReturn:
    """In the child: serve one session over these descriptors, and end."""
    code = _FAILURE
    try:
        os.setsid()
        os.umask(0o077)
        null = os.open(os.devnull, os.O_RDONLY)
        for descriptor, place in ((frames, STREAM_FD), (null, 0), (stdout, 1), (stderr, 2)):
            os.dup2(descriptor, place)
        _close_from(STREAM_FD + 1)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.chdir(CELL)
        mechanisms = _close(setup)
        os.write(STREAM_FD, json.dumps(mechanisms).encode("ascii") + b"\n")
        from .worker import main

        main(STREAM_FD, 1, 2, cell=CELL, setup={"digest": digest, "relayed": True})
        code = 0
    except Exception as error:
        os.write(2, f"{type(error).__name__}: {error}".encode())
    finally:
        os._exit(code)


def _close_from(first: int) -> None:
    """Every descriptor from this number up; one by one, since not every kernel of a container knows close_range."""
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            if int(name) >= first:
                os.close(int(name))


def _close(setup: Setup) -> dict[str, str]:
    """Limits, processes and files of this process alone; what holds, verified.

    Raises:
        OSError: a step was refused.
        WallBroken: a step was taken and does not hold.
    """
    proc = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        idle = rlimits.mapped(proc)
    finally:
        os.close(proc)
    limits = rlimits.wanted(
        idle=idle,
        memory_mb=setup.memory_mb,
        open_files=setup.open_files,
        disk_mb=setup.disk_mb,
        processes=None,  # counted by user, and other containers may have the same
    )
    # A container has no message queues, and gVisor no such limit.
    del limits[resource.RLIMIT_MSGQUEUE]
    rlimits.apply(limits)
    found = report.verify_limits(limits)
    if not setup.processes:
        forkless.install()
        found |= forkless.verify()
    return found | _close_files(setup)


def _close_files(setup: Setup) -> dict[str, str]:
    """Only what importing needs, mounts and /cell can be opened; where the kernel has no Landlock, all of the image."""
    version = landlock.abi()
    if not version:
        return {"landlock": "off: this kernel has none, or its filter hides it"}
    reading = landlock.READ | (landlock.EXECUTE if setup.processes else 0)
    named = [*tree.library_directories(), *tree.shared_library_paths(), tree.ZONEINFO, PACKAGES, *_PROGRAMS]
    grants = [(path, reading) for path in named if os.path.exists(path)]
    grants += [(path, landlock.CELL_RIGHTS if writable else reading) for path, writable in setup.mounts]
    landlock.restrict(version, (*grants, (CELL, landlock.CELL_RIGHTS)))
    return report.verify_landlock()
