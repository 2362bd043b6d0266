"""Control groups of workers: memory and processes of a whole session, its CPU time, and why it was killed.

Groups are made only below one that was handed to this process: the one that HARDCELL_CGROUP names (as /proc/self/cgroup
writes it), or its own or the one around it, if systemd marks that as delegated. Any other belongs to whoever made it.
Without one the resource limits of the jail hold alone.

Invariants: a worker is placed before it can be given guest code; nothing here is reachable from a guest; a group is
removed when its worker has ended, and those that a killed host left behind when the next one needs a group.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import os
import secrets
from collections.abc import Mapping
from typing import Self

VARIABLE = "HARDCELL_CGROUP"
PREFIX = "hardcell-"
MB = 1 << 20
_OWN_MB = 4
_OWN_PROCESSES = 16
"""Room for the worker's own; the exact count is kept by the jail's resource limits."""
_WANTED = ("memory", "pids", "cpuacct")
_MARKS = ("user.delegate", "trusted.delegate")
_HOW = (
    "start this process with systemd-run --user -p Delegate=yes -p DelegateSubgroup=host, "
    f"or name a group that is its to use in {VARIABLE}"
)


class NoGroup(Exception):
    """No control group can be had; the text says why."""


@dataclasses.dataclass(frozen=True)
class Files:
    """The names of one version's files. ``oom`` and ``cpu``: file and key, the key empty where the file is one number;
    ``second`` is the seconds of one unit of ``cpu``."""

    memory: str
    with_swap: str
    swap: str | None
    peak: str
    oom: tuple[str, str]
    cpu: tuple[str, str]
    second: float


V1 = Files(
    "memory.limit_in_bytes",
    "memory.memsw.limit_in_bytes",
    None,
    "memory.max_usage_in_bytes",
    ("memory.oom_control", "oom_kill"),
    ("cpuacct.usage", ""),
    1e-9,
)
V2 = Files(
    "memory.max", "memory.swap.max", "0", "memory.peak", ("memory.events", "oom_kill"), ("cpu.stat", "usage_usec"), 1e-6
)


class Group:
    """One worker's group. ``directories``: by controller; in version 2 they are one."""

    def __init__(self, files: Files, directories: Mapping[str, str]) -> None:
        self._files = files
        self._directories = directories

    @classmethod
    def make(cls, files: Files, parents: Mapping[str, str], memory_bytes: int, processes: int) -> Self:
        """A fresh group that holds at most this much memory, and this many processes beside the worker's own.

        Raises:
            OSError: it cannot be made; nothing is left of it.
        """
        name = f"{PREFIX}{os.getpid()}-{secrets.token_hex(4)}"
        group = cls(files, {controller: f"{parent}/{name}" for controller, parent in parents.items()})
        try:
            for directory in dict.fromkeys(group._directories.values()):
                os.mkdir(directory)
            group._limit(memory_bytes, processes)
        except BaseException:
            group.remove()
            raise
        return group

    def _limit(self, memory_bytes: int, processes: int) -> None:
        memory = self._directories["memory"]
        _write(memory, self._files.memory, str(memory_bytes))
        # Absent where the kernel does not account for swap.
        with contextlib.suppress(FileNotFoundError):
            _write(memory, self._files.with_swap, self._files.swap or str(memory_bytes))
        if "pids" in self._directories:
            _write(self._directories["pids"], "pids.max", str(processes + _OWN_PROCESSES))

    def place(self, pid: int) -> None:
        """Put a process into it.

        Raises:
            OSError: the kernel refused.
        """
        for directory in dict.fromkeys(self._directories.values()):
            _write(directory, "cgroup.procs", str(pid))

    def oom_kills(self) -> int:
        """How many processes of it the kernel has killed for want of memory."""
        return _number(self._directories["memory"], *self._files.oom)

    def peak_mb(self) -> float:
        """The most memory that was in use; 0 when the kernel does not tell."""
        return _number(self._directories["memory"], self._files.peak, "") / MB

    def cpu_s(self) -> float | None:
        """CPU seconds of all processes that are or were in it; None when nobody counts them."""
        directory = self._directories.get("cpuacct")
        return _number(directory, *self._files.cpu) * self._files.second if directory else None

    def remove(self) -> bool:
        """Remove it; False when a process is still in it. Idempotent."""
        gone = True
        for directory in dict.fromkeys(self._directories.values()):
            try:
                os.rmdir(directory)
            except FileNotFoundError:
                continue
            except OSError:
                gone = False
        return gone


class Home:
    """The group below which the groups of this process's workers are made."""

    def __init__(self, files: Files, parents: Mapping[str, str]) -> None:
        self._files = files
        self._parents = parents
        self._left: list[Group] = []

    @classmethod
    def find(cls) -> Self:
        """The home of this process.

        Raises:
            NoGroup: no group was handed to it, or the one that was has no memory controller to give.
        """
        hierarchies = _hierarchies()
        named = os.environ.get(VARIABLE, "")
        if named and not named.startswith("/"):
            raise NoGroup(f"{VARIABLE} must be a path as in /proc/self/cgroup, not {named!r}")
        why = f"no control group was handed to this process; {_HOW}"
        if unified := hierarchies.get(""):
            group = f"{unified.mount}{named.rstrip('/')}" if named else _delegated(unified)
            if group and os.path.isdir(group):
                why = _without_memory(group)
                if not why:
                    return cls(V2, dict.fromkeys((*_enabled(group), "cpuacct"), group))
        if named and "memory" in hierarchies:
            paths = {name: f"{hierarchies[name].mount}{named.rstrip('/')}" for name in _WANTED if name in hierarchies}
            parents = {name: path for name, path in paths.items() if os.access(path, os.W_OK)}
            if "memory" in parents:
                return cls(V1, parents)
            why = f"there is no group {named!r} with a memory controller that this process may use"
        raise NoGroup(why)

    def group(self, memory_bytes: int, processes: int) -> Group:
        """A fresh group.

        Raises:
            NoGroup: it cannot be made.
        """
        self._left = [group for group in self._left if not group.remove()]
        try:
            return Group.make(self._files, self._parents, memory_bytes, processes)
        except OSError as error:
            raise NoGroup(f"{errno.errorcode.get(error.errno or 0, 'error')}: {error.strerror or error}") from error

    def retire(self, group: Group) -> None:
        """Remove a group whose worker has ended, or try again later if the kernel is not done with it yet."""
        if not group.remove():
            self._left.append(group)

    def sweep(self) -> None:
        """Remove the groups of hosts that are gone."""
        for parent in dict.fromkeys(self._parents.values()):
            with contextlib.suppress(OSError), os.scandir(parent) as entries:
                for entry in entries:
                    owner = entry.name.removeprefix(PREFIX).partition("-")[0]
                    if entry.name.startswith(PREFIX) and owner.isdecimal() and not os.path.exists(f"/proc/{owner}"):
                        with contextlib.suppress(OSError):
                            os.rmdir(entry.path)


def bytes_for(memory_mb: int, disk_mb: int, idle_kb: int, copies: int) -> int:
    """What a group may hold: growth, the files of a /cell in memory, and every page that the worker shares with its
    zygote, since writing to one makes it the worker's own; and as much for each copy of itself that it may have."""
    return (1 + copies) * ((memory_mb + disk_mb + _OWN_MB) * MB + idle_kb * 1024)


@dataclasses.dataclass(frozen=True)
class _Hierarchy:
    """``mount``: where its files are; ``own``: the directory of this process's own group."""

    mount: str
    own: str


def _hierarchies() -> dict[str, _Hierarchy]:
    """The mounted hierarchies by controller; version 2 under the empty name."""
    own: dict[str, str] = {}
    with open("/proc/self/cgroup") as lines:
        for line in lines:
            _, controllers, path = line.rstrip("\n").split(":", 2)
            own |= dict.fromkeys(controllers.split(","), path)
    found: dict[str, _Hierarchy] = {}
    with open("/proc/self/mountinfo") as lines:
        for line in lines:
            before, _, after = line.partition(" - ")
            root, mount = before.split()[3:5]
            kind, _, options = after.split()[:3]
            names = [""] if kind == "cgroup2" else options.split(",") if kind == "cgroup" else []
            for name in names:
                if name in own and root == "/":
                    found.setdefault(name, _Hierarchy(mount, mount + own[name].rstrip("/")))
    return found


def _delegated(hierarchy: _Hierarchy) -> str:
    """This process's own group, or the one around it, whichever is marked as delegated; empty when none is."""
    for directory in (hierarchy.own, os.path.dirname(hierarchy.own)):
        if len(directory) > len(hierarchy.mount):
            for mark in _MARKS:
                with contextlib.suppress(OSError):
                    if os.getxattr(directory, mark) == b"1":
                        return directory
    return ""


def _without_memory(group: str) -> str:
    """Why groups below this one of version 2 cannot have the memory controller; empty when they can."""
    if "memory" in _enabled(group):
        return ""
    try:
        if "memory" not in _read(group, "cgroup.controllers").split():
            return f"the group {group} was given no memory controller"
        _write(group, "cgroup.subtree_control", "+memory")
        with contextlib.suppress(OSError):
            _write(group, "cgroup.subtree_control", "+pids")
    except OSError as error:
        if error.errno == errno.EBUSY:
            return f"the group {group} holds processes itself; {_HOW}"
        return f"{errno.errorcode.get(error.errno or 0, 'error')}: the memory controller cannot be enabled in {group}"
    return "" if "memory" in _enabled(group) else f"the memory controller cannot be enabled in {group}"


def _enabled(group: str) -> list[str]:
    try:
        return [name for name in _read(group, "cgroup.subtree_control").split() if name in _WANTED]
    except OSError:
        return []


def _read(directory: str, name: str) -> str:
    with open(f"{directory}/{name}") as file:
        return file.read()


def _write(directory: str, name: str, text: str) -> None:
    descriptor = os.open(f"{directory}/{name}", os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def _number(directory: str, file: str, key: str) -> int:
    """One number of a file: all of it, or what stands behind ``key``; 0 when it is not there."""
    with contextlib.suppress(OSError, ValueError):
        for line in _read(directory, file).splitlines():
            name, _, value = line.rpartition(" ")
            if name == key:
                return int(value)
    return 0
