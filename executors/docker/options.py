"""What a user may choose of a container, and what every container is made with.

Invariants: a container is closed by default and nothing here opens it but a mount that was asked for; what the engine
is told follows from options, policy and limits alone.
"""

from __future__ import annotations

import dataclasses
import os
import re
import threading
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from sandbox.limits import Limits

if TYPE_CHECKING:
    from docker.types import Mount as EngineMount

UID = 65532
CELL = "/cell"
_OWN_MB = 128
"""For the relay, the idle worker, and the memory of pages and sockets that the kernel counts to a container."""
_OWN_TASKS, _SANDBOX_TASKS = 16, 96
"""The relay, the worker, and the threads that a runtime needs inside for a moment while it starts a container; and
those of a runtime with a kernel of its own, which is a process of the container (gVisor's starts with 64, not 32)."""
_FILES, _FILES_EACH_MB = 1024, 64
"""As many files as the jail's /cell has room for."""
_TAKEN = ("/cell", "/opt", "/proc", "/sys", "/dev", "/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc")
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.+-]{0,63}")


@dataclasses.dataclass(frozen=True)
class Mount:
    """A directory of the host for the guest, at the absolute path ``guest``; read-only unless ``writable``."""

    guest: str
    writable: bool = False

    def __post_init__(self) -> None:
        if type(self.guest) is not str or type(self.writable) is not bool:
            raise TypeError("a mount is Mount(guest: str, writable: bool)")
        path = PurePosixPath(self.guest)
        if not path.is_absolute() or path != PurePosixPath(os.path.normpath(self.guest)) or len(path.parts) < 2:
            raise ValueError(f"a mount's guest path is absolute and without '..', not {self.guest!r}")
        if any(path.is_relative_to(taken) for taken in _TAKEN):
            raise ValueError(f"nothing can be mounted at {self.guest!r}: it is, or is in, one of {', '.join(_TAKEN)}")


@dataclasses.dataclass(frozen=True, kw_only=True)
class DockerOptions:
    """Options of executor ``docker``.

    ``image``: name or id of a local image with Python 3.11 or newer; empty: the one of `hardcell image build`.
    ``runtime``: the container runtime, such as ``runsc`` (gVisor); empty: the engine's default. ``packages``: exact
    pins (``"numpy==2.1.0"``) for a derived image that is built once. ``mounts``: directories of the engine's host.
    ``pause_after_s``: pause the container when nobody has waited for it so long; None: never.
    ``docker_host``: where the engine listens; None: DOCKER_HOST or the docker command's current context.

    Raises:
        TypeError, ValueError: an option that is none.
    """

    image: str = ""
    runtime: str = ""
    packages: tuple[str, ...] = ()
    mounts: Mapping[str, Mount] = dataclasses.field(default_factory=dict)
    pause_after_s: float | None = None
    docker_host: str | None = None

    def __post_init__(self) -> None:
        for name in ("image", "runtime"):
            if type(getattr(self, name)) is not str:
                raise TypeError(f"{name} is a str, not {type(getattr(self, name)).__name__}")
        if self.runtime and not _NAME.fullmatch(self.runtime):
            raise ValueError(f"{self.runtime!r} is no name of a runtime")
        if self.docker_host is not None and type(self.docker_host) is not str:
            raise TypeError(f"docker_host is a str or None, not {type(self.docker_host).__name__}")
        if self.pause_after_s is not None:
            if isinstance(self.pause_after_s, bool) or not isinstance(self.pause_after_s, (int, float)):
                raise TypeError(f"pause_after_s is a number of seconds, not {type(self.pause_after_s).__name__}")
            if not 0 < self.pause_after_s <= threading.TIMEOUT_MAX:
                raise ValueError(f"pause_after_s is more than 0 seconds, not {self.pause_after_s!r}")
        if isinstance(self.packages, str) or not all(type(pin) is str for pin in self.packages):
            raise TypeError("packages is a sequence of str")
        object.__setattr__(self, "packages", tuple(self.packages))
        for source, mount in self.mounts.items():
            if type(source) is not str or not isinstance(mount, Mount):
                raise TypeError("mounts maps directories of the host to Mount(guest, writable)")
            if not os.path.isabs(source):
                raise ValueError(f"a mount's directory is absolute, not {source!r}")


def creation(options: DockerOptions, limits: Limits, profile: str, *, fixed_hashes: bool = False) -> dict[str, Any]:
    """The arguments of ``containers.create`` but for image, command and labels. ``profile``: JSON of the filter of
    system calls. Which option stands against what: docs/docker.md."""
    from docker.types import LogConfig, Ulimit

    memory = f"{_OWN_MB + limits.memory_mb + limits.disk_mb}m"
    return {
        "network_mode": "none",
        "read_only": True,
        # gVisor puts a file system of its own over an empty /tmp that is no mount.
        "tmpfs": {CELL: _cell(limits.disk_mb), "/tmp": "size=4k,nr_inodes=1,mode=0555,noexec,nosuid,nodev"},
        "user": f"{UID}:{UID}",
        "hostname": "cell",
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true", f"seccomp={profile}"],
        "mem_limit": memory,
        "memswap_limit": memory,
        "nano_cpus": 1_000_000_000,
        "pids_limit": (_SANDBOX_TASKS if options.runtime else _OWN_TASKS) + limits.processes,
        "ipc_mode": "none",
        "ulimits": [Ulimit(name="core", soft=0, hard=0)],
        "log_config": LogConfig(type="none"),
        "mounts": _mounts(options),
        "environment": {"PYTHONHASHSEED": "0"} if fixed_hashes else {},
        # With stdin_open and without detach the SDK sets StdinOnce: the container's input ends with our connection.
        "stdin_open": True,
        "working_dir": CELL,
        "entrypoint": [],
        **({"runtime": options.runtime} if options.runtime else {}),
    }


def _cell(disk_mb: int) -> str:
    """Options of the file system of /cell; a size of 0 would mean one without bounds."""
    size, files = (f"{disk_mb}m", _FILES + _FILES_EACH_MB * disk_mb) if disk_mb else ("4k", 1)
    return f"size={size},nr_inodes={files},mode=0700,uid={UID},gid={UID},noexec,nosuid,nodev"


def _mounts(options: DockerOptions) -> list[EngineMount]:
    from docker.types import Mount as EngineMount

    return [
        EngineMount(mount.guest, source, type="bind", read_only=not mount.writable, propagation="rprivate")
        for source, mount in options.mounts.items()
    ]
