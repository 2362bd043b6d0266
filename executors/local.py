"""Enclosure ``jail``: the worker is a jailed process of this machine, forked from a zygote.

Invariants: below the asked isolation nothing runs; engine ``cpython`` is never run below L2; the limits that the
kernel holds (memory, processes, disk, files) are set by the jail before any guest code.
"""

from __future__ import annotations

import socket
from collections.abc import Callable

from sandbox.engines import ENGINES, SCAN
from sandbox.errors import RunError, WorkerCrashed
from sandbox.limits import Limits
from sandbox.policy import Policy
from sandbox.result import Isolation

from . import packages, restricted
from .copied_worker import ComingWorker, CopiedWorker
from .copying import NoCopy
from .disk_gauge import DiskGauge
from .exits import Exit, explain_exit
from .family import Family
from .opening import start_line
from .stream import ProcessStream, Stream
from .zygotes import JailedWorker, Profile, start_worker

_USUAL_PARTS = {
    "PIL": ("PIL.Image", "PIL.ImageDraw", "PIL.ImageFont", "PIL.JpegImagePlugin", "PIL.PngImagePlugin"),
    "matplotlib": ("matplotlib.backends.backend_agg", "matplotlib.dates", "matplotlib.pyplot"),
}
"""Modules of a package that nearly every use of it needs: importing them once, in the zygote, saves a second."""


class Jail:
    """Starts jailed workers. ``copies``: how many copies of itself a worker may have beside it."""

    name = "jail"
    digest = ""

    def __init__(self, min_isolation: str, *, copies: int = 0, branches: int = 0, fixed_hashes: bool = False) -> None:
        """``copies``: how many copies of itself a worker may have beside it; ``branches``: how many of them may be
        sessions of their own. ``fixed_hashes``: hashes of texts are the
        same in every session, not a secret of this host's."""
        self._min_isolation = min_isolation
        self._copies = copies
        self._branches = branches
        self._fixed_hashes = fixed_hashes

    def start(self, engine: str, policy: Policy, limits: Limits) -> Stream:
        """A fresh worker.

        Raises:
            BackendUnavailable: no jail can be had here, or not at the asked level; names the repair.
        """
        evaluated = engine.removeprefix(SCAN)
        modules = packages.third_party(evaluated, policy.imports)
        parts = (part for module in modules for part in _USUAL_PARTS.get(module, ()))
        own = restricted.paths() if evaluated == restricted.ENGINE else ()
        profile = Profile(
            preload=(ENGINES[evaluated][0], *modules, *parts),
            packages=(*packages.paths(modules), *own),
            rehearsal=f"sandbox.rehearsal:{evaluated}",
            # Time and chance are put in place in the worker itself, before its engine.
            prepared="" if self._fixed_hashes else "sandbox.prepared:Prepared",
            fixed_hashes=self._fixed_hashes,
        )
        setup = {"start": start_line(engine, policy, limits)}
        worker = start_worker(
            profile,
            limits,
            min_isolation=self._min_isolation,
            setup=setup,
            copies=self._copies,
            branches=self._branches,
        )
        bounded = worker.isolation.mechanisms.get("own root") == "on"
        gauge = None if bounded else DiskGauge(limits.disk_mb, worker.cell)
        try:
            return ProcessStream(_Handle(worker, self._copies, self._branches), gauge)
        except BaseException:
            worker.close()
            raise


class _Handle:
    """A jailed worker as a stream handle: adds the explanation of its end, and copies of its process."""

    def __init__(self, worker: JailedWorker, copies: int, branches: int) -> None:
        self._worker = worker
        self._family = Family(worker, branches)
        self._left = False
        # Below L3 a copy could not be told apart from other processes, nor ended for certain.
        self.can_copy = copies > 0 and worker.isolation.level == "L3"
        self.can_fork = self.can_copy and branches > 0
        self.frames: socket.socket = worker.frames
        self.stdout = worker.stdout
        self.stderr = worker.stderr
        self.pidfd = worker.pidfd
        self.pulse = worker.pulse
        self.isolation: Isolation = worker.isolation
        self.kill = worker.kill
        self.interrupt = worker.interrupt
        self.can_serve = worker.can_serve
        self.cpu_s = worker.cpu_s
        self.peak_memory_mb = worker.peak_memory_mb

    def ask_copy(self, request: Callable[[], bytes]) -> ComingWorker:
        """Ask for a copy of the worker's process. Raises NoCopy."""
        process = self._worker.process
        if process is None:
            raise NoCopy("the worker has ended")
        return CopiedWorker.checkpoint(self._family, self._family.main, process, self.frames, request)

    def fork(self, request: Callable[[int], bytes]) -> CopiedWorker:
        """A copy of the worker's process that is a session of its own. Raises NoCopy."""
        process = self._worker.process
        if process is None:
            raise NoCopy("the worker has ended")
        return CopiedWorker.branch(self._family, process, self.frames, request)

    @property
    def alone(self) -> bool:
        """Whether the session has the jail to itself."""
        return self._family.alone

    def on_end(self, ask: Callable[[], Exit | None] | None) -> None:
        """The zygote tells how a jail's first process ended."""

    def resident_mb(self) -> float:
        """Resident memory above the idle worker now, in MB."""
        process = self._worker.process
        return self._worker.grown_mb(process.resident_kb()) if process else 0.0

    def retire(self) -> None:
        """A copy is the session now; the jail's first process stays until the session ends."""
        self.frames.close()

    def close(self) -> None:
        """End the session's place in the jail. Idempotent."""
        if not self._left:
            self._left = True
            self.frames.close()
            self._family.leave(self._family.main)

    def explain_exit(self, limits: Limits, timeout_s: float) -> RunError:
        """Why it ended. One that closed its stream and lives on is killed."""
        exit = self._worker.wait_exit(timeout_s)
        if exit is None:
            self._worker.kill()
            return WorkerCrashed("the guest closed the worker's stream to the host; its worker was ended")
        worker = self._worker
        return explain_exit(
            exit, killed_for=None, limits=limits, grown_mb=worker.peak_memory_mb(), oom_mb=worker.oom_mb()
        )
