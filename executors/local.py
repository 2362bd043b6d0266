"""Enclosure ``jail``: the worker is a jailed process of this machine, forked from a zygote.

Invariants: below the asked isolation nothing runs; engine ``cpython`` is never run below L2; the limits that the
kernel holds (memory, processes, disk, files) are set by the jail before any guest code.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable

from sandbox.errors import RunError, WorkerCrashed
from sandbox.limits import Limits
from sandbox.policy import Policy
from sandbox.result import Isolation

from . import packages
from .disk_gauge import DiskGauge
from .exits import explain_exit
from .opening import start_line
from .stream import ProcessStream, Stream
from .zygotes import JailedWorker, Profile, start_worker

_PRELOAD = {"interpreter": "sandbox.interpreter", "cpython": "sandbox.cpython"}
_USUAL_PARTS = {"matplotlib": ("matplotlib.backends.backend_agg", "matplotlib.dates", "matplotlib.pyplot")}
"""Modules of a package that nearly every use of it needs: importing them once, in the zygote, saves a second."""


class Jail:
    """Starts jailed workers."""

    name = "jail"
    digest = ""

    def __init__(self, min_isolation: str, *, fixed_hashes: bool = False) -> None:
        """``fixed_hashes``: hashes of texts are the same in every session, not a secret of this host's."""
        self._min_isolation = min_isolation
        self._fixed_hashes = fixed_hashes

    def start(self, engine: str, policy: Policy, limits: Limits) -> Stream:
        """A fresh worker.

        Raises:
            BackendUnavailable: no jail can be had here, or not at the asked level; names the repair.
        """
        imports: Iterable[str] = policy.imports
        if engine != "cpython":
            from sandbox.facades import THIRD_PARTY

            imports = (pattern for pattern in imports if pattern.split(".")[0] in THIRD_PARTY)
        modules = packages.third_party(imports)
        parts = (part for module in modules for part in _USUAL_PARTS.get(module, ()))
        profile = Profile(
            preload=(_PRELOAD[engine], *modules, *parts),
            packages=packages.paths(modules),
            rehearsal=f"sandbox.rehearsal:{engine}",
            # Time and chance are put in place in the worker itself, before its engine.
            prepared="" if self._fixed_hashes else "sandbox.prepared:Prepared",
            fixed_hashes=self._fixed_hashes,
        )
        setup = {"start": start_line(engine, policy, limits)}
        worker = start_worker(profile, limits, min_isolation=self._min_isolation, setup=setup)
        bounded = worker.isolation.mechanisms.get("own root") == "on"
        return ProcessStream(_Handle(worker), None if bounded else DiskGauge(limits.disk_mb, worker.cell))


class _Handle:
    """A jailed worker as a stream handle: adds the explanation of its end."""

    def __init__(self, worker: JailedWorker) -> None:
        self._worker = worker
        self.frames: socket.socket = worker.frames
        self.stdout = worker.stdout
        self.stderr = worker.stderr
        self.pidfd = worker.pidfd
        self.isolation: Isolation = worker.isolation
        self.kill = worker.kill
        self.interrupt = worker.interrupt
        self.can_serve = worker.can_serve
        self.cpu_s = worker.cpu_s
        self.peak_memory_mb = worker.peak_memory_mb
        self.close = worker.close

    def explain_exit(self, limits: Limits, timeout_s: float) -> RunError:
        """Why it ended. One that closed its stream and lives on is killed."""
        exit = self._worker.wait_exit(timeout_s)
        if exit is None:
            self._worker.kill()
            return WorkerCrashed("the guest closed the worker's stream to the host; its worker was ended")
        return explain_exit(exit, killed_for=None, limits=limits, grown_mb=self._worker.peak_memory_mb())
