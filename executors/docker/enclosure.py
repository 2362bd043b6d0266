"""Enclosure ``docker``: the worker in a container of its own, closed by the options of ``creation``.

Invariants: what the engine was asked for is believed only when the worker saw it from inside; below that nothing runs;
the image is the one that this version of hardcell was built into.
"""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Mapping

from sandbox.contained import Setup
from sandbox.engines import SCAN
from sandbox.errors import BackendUnavailable
from sandbox.limits import Limits
from sandbox.policy import Policy
from sandbox.result import Isolation
from sandbox.surroundings import CELL_MOUNT, ROOT, SECCOMP

from .. import archive, fresh_python, packages
from ..relayed import RelayedStream
from . import images, probe, reaper, seccomp
from .client import connect
from .container import ContainerChannel, command
from .options import DockerOptions, creation
from .verdicts import OWN_KERNEL

KEPT_S = 7 * 24 * 3600.0
"""How long a container may be there at the most, whatever becomes of its host."""
_UNSEEN = frozenset((SECCOMP, ROOT, CELL_MOUNT))
"""What a kernel of a container's own does not tell, and the probe has tried."""
_BESIDE = frozenset(("landlock",))
"""What not every kernel has: without it the guest may read the image's own files, which hold no secret."""


class Docker:
    """Starts workers in containers."""

    name = "docker"

    def __init__(self, options: DockerOptions, *, fixed_hashes: bool = False) -> None:
        """``fixed_hashes``: hashes of texts are the same in every session."""
        self._options = options
        self._fixed_hashes = fixed_hashes
        self.digest = archive.worker().digest

    def start(self, engine: str, policy: Policy, limits: Limits) -> RelayedStream:
        """A fresh worker.

        Raises:
            BackendUnavailable: no engine, no image, or a container that is less closed than it was asked to be.
        """
        client = connect(self._options.docker_host)
        image = images.require(client, self._options)
        isolation = probe.require(client, image, self._options)
        arguments = creation(self._options, limits, seccomp.profile(), fixed_hashes=self._fixed_hashes)
        arguments["command"] = command("sandbox.relay", fixed_hashes=self._fixed_hashes)
        labels = reaper.labels(uuid.uuid4().hex, seconds=KEPT_S)
        channel = ContainerChannel.start(client, image, arguments, labels, pause_after_s=self._options.pause_after_s)
        stream = RelayedStream(channel)
        try:
            report = stream.open(self._setup(engine, policy, limits))
            stream.isolation = _verified(isolation, report["mechanisms"])
        except BaseException:
            stream.close()
            raise
        return stream

    def _setup(self, engine: str, policy: Policy, limits: Limits) -> Setup:
        return Setup(
            engine=engine,
            memory_mb=limits.memory_mb,
            disk_mb=limits.disk_mb,
            open_files=limits.open_files,
            processes=limits.processes,
            preload=packages.named(engine.removeprefix(SCAN), policy.imports),
            mounts=tuple((mount.guest, mount.writable) for mount in self._options.mounts.values()),
            environment=fresh_python.environment(fixed_hashes=self._fixed_hashes),
        )


def _verified(probed: Isolation, seen: Mapping[str, str]) -> Isolation:
    """What the probe found, and what this very container has ``seen`` of itself; it may not be less.

    Raises:
        BackendUnavailable: names what is missing.
    """
    excused = _BESIDE | (_UNSEEN if probed.mechanisms.get(OWN_KERNEL) == "on" else frozenset())
    missing = [f"{name} is {state}" for name, state in seen.items() if state != "on" and name not in excused]
    if missing:
        raise BackendUnavailable(
            f"this container is less closed than those that were probed: {'; '.join(missing)}",
            repair="see whether the engine's configuration was changed meanwhile; `hardcell doctor` looks again",
        )
    return dataclasses.replace(probed, mechanisms={**seen, **probed.mechanisms})
