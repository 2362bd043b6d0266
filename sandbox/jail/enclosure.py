"""From a plain process to a jailed one: what is possible here, and the order in which a worker is closed in.

Invariants: what is possible is found in throw-away children that run the real steps; a worker then takes every
possible step or ends; the filter comes last, and each mechanism is verified after it was set up.
"""

from __future__ import annotations

import dataclasses
import errno
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from . import fdstat, kernel, landlock, namespaces, privileges, report, rlimits, seccomp, tree
from .bpf import Program

_WHY_BYTES = 4096


@dataclasses.dataclass(frozen=True)
class Wall:
    """What the zygote found possible. ``namespaces``, ``landlock`` and ``seccomp``: "on", or "off: why".

    ``readable``: paths with a worker's rights on them. ``zygote``: the identities of the zygote's own namespaces.
    """

    namespaces: str
    landlock: str
    seccomp: str
    landlock_abi: int = 0
    readable: tuple[tuple[str, int], ...] = ()
    zygote: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Bounds:
    """The limits that the jail itself enforces; units as in ``sandbox.limits``."""

    memory_mb: int
    disk_mb: int
    open_files: int
    processes: int
    copies: int = 0
    """Copies of itself that the worker may make, beside the guest's processes."""
    branches: int = 0
    """Sessions that may branch off from this one."""


def attempt(step: Callable[[], object]) -> str:
    """ "on" when the step works in a throw-away child, else "off: why"."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        why = "off: the attempt died"
        try:
            step()
            why = "on"
        except OSError as error:
            why = report.refusal(error)
        except Exception as error:
            why = f"off: {type(error).__name__}: {error}"
        finally:
            os.write(write, why.encode()[:_WHY_BYTES])
            os._exit(0)
    os.close(write)
    try:
        return os.read(read, _WHY_BYTES).decode() or "off: killed by the kernel"
    finally:
        os.close(read)
        os.waitpid(pid, 0)


def survey(proc: int, paths: Sequence[str], packages: Sequence[str]) -> Wall:
    """What this machine lets this user do."""

    def enter() -> None:
        enter_zygote(proc, paths, packages)
        why = attempt(enter_worker)
        if why != "on":
            raise OSError(errno.EPERM, f"a zygote may enter namespaces, its workers may not ({why})")

    def enter_worker() -> None:
        namespaces.build_root(paths, packages)
        nested = attempt(enter_nested)
        if nested != "on":
            raise OSError(errno.EPERM, nested)

    def enter_nested() -> None:
        namespaces.enter_session(proc)
        namespaces.mount_cells(1, 0)

    version = landlock.abi()
    return Wall(
        namespaces=attempt(enter),
        landlock=attempt(lambda: _try_landlock(version)),
        seccomp=attempt(_try_seccomp),
        landlock_abi=version,
    )


def _try_landlock(version: int) -> None:
    if not version:
        raise OSError(errno.ENOSYS, "this kernel has no Landlock, or a filter hides it")
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    landlock.restrict(version, ())
    report.verify_landlock()


def _try_seccomp() -> None:
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    seccomp.install(seccomp.program(own_root=False, fork=False), os.getpid())
    report.verify_seccomp()


def enter_zygote(proc: int, paths: Sequence[str], packages: Sequence[str]) -> None:
    """The zygote's namespaces, without a network, as an ordinary uid. As root, the tree is reduced first, with
    root's view of the host, to what importing needs; ``namespaces.build_root`` reduces it again afterwards."""
    if os.geteuid() == 0:
        kernel.unshare(kernel.CLONE_NEWNS)
        libraries = [path for path in tree.shared_library_paths() if path not in paths]
        namespaces.build_root([*libraries, *paths], packages)
        privileges.leave_root()
    namespaces.enter(proc)


def readable_rights(paths: Sequence[str], packages: Sequence[str], *, own_root: bool) -> tuple[tuple[str, int], ...]:
    """Landlock's grants for reading. In an own root site directories show as empty, elsewhere they are left out."""
    if own_root:
        parents = {os.path.dirname(path) for path in packages}
        return (*((path, landlock.READ) for path in paths), *((path, landlock.READ_DIR) for path in sorted(parents)))
    listed = [(path, landlock.READ_DIR) for path in paths if os.path.isdir(path)]
    return (*((path, landlock.READ) for path in tree.entries_without_masks(paths)), *listed)


def prepare(wall: Wall) -> None:
    """In the zygote: build what every worker needs, once."""
    for processes in (0, 1):
        _filter_for(wall, processes)


def _filter_for(wall: Wall, processes: int) -> Program:
    own_root = wall.namespaces == "on"
    return seccomp.program(own_root=own_root, fork=own_root and processes > 0)


def detach(wall: Wall, proc: int) -> dict[str, str]:
    """The first half, which no limit changes: a freshly forked child leaves the zygote's namespaces for its own.

    ``proc`` is a descriptor of a /proc, closed here. Gives the mechanisms verified so far.

    Raises:
        OSError: a step was refused that the zygote found possible.
        WallBroken: a step was taken and does not hold.
    """
    mechanisms = {"namespaces": wall.namespaces}
    if wall.namespaces == "on":
        namespaces.enter_session(proc)
        mechanisms |= report.verify_namespaces(proc, wall.zygote)
    os.close(proc)
    privileges.close_ways_back()
    return mechanisms


def make_stores(wall: Wall, bounds: Bounds) -> list[int]:
    """Places for copies of the files of /cell and of that of each branch, as descriptors of directories that are
    mounted nowhere; none where the worker cannot copy itself, or has no files.

    Raises:
        OSError: the kernel refused.
    """
    if wall.namespaces != "on" or not bounds.copies or not bounds.disk_mb:
        return []
    return [namespaces.detached_store(bounds.disk_mb) for _ in range(1 + bounds.branches)]


def enclose(
    wall: Wall, bounds: Bounds, idle: rlimits.Mapped, cell: str, detached: Mapping[str, str], stores: Sequence[int] = ()
) -> dict[str, Any]:
    """The second half: /cell, limits, privileges, files and calls. Says what holds, in the form of ``Isolation``.

    ``idle`` is what was mapped before any guest; ``cell`` the directory behind /cell, which exists;
    ``stores`` is from ``make_stores``.

    Raises:
        OSError: a step was refused that the zygote found possible.
        WallBroken: a step was taken and does not hold.
    """
    own_root = wall.namespaces == "on"
    mechanisms = dict(detached)
    cells = [cell]
    if own_root:
        cells = namespaces.mount_cells(bounds.disk_mb, bounds.branches)
        mechanisms |= report.verify_root()
    else:
        os.chdir(cell)
    limits = rlimits.wanted(
        idle=idle,
        memory_mb=bounds.memory_mb,
        open_files=bounds.open_files,
        disk_mb=bounds.disk_mb,
        processes=bounds.processes + bounds.copies if own_root else None,
    )
    rlimits.apply(limits)
    privileges.drop()
    mechanisms |= report.verify_limits(limits) | report.verify_privileges()
    mechanisms |= _close_files(wall, [*cells, *stores])
    mechanisms |= _close_calls(wall, bounds, own_root)
    return {"kind": "process", "level": report.level(mechanisms), "mechanisms": mechanisms}


def _close_files(wall: Wall, places: Sequence[str | int]) -> dict[str, str]:
    if wall.landlock != "on":
        return {"landlock": wall.landlock}
    landlock.restrict(wall.landlock_abi, (*wall.readable, *((place, landlock.CELL_RIGHTS) for place in places)))
    return report.verify_landlock()


def _close_calls(wall: Wall, bounds: Bounds, own_root: bool) -> dict[str, str]:
    if wall.seccomp != "on":
        return {"seccomp": wall.seccomp}
    if not own_root:
        fdstat.install()
    seccomp.install(_filter_for(wall, bounds.processes + bounds.copies), os.getpid())
    mechanisms = report.verify_seccomp()
    if bounds.processes and not own_root:
        mechanisms["processes"] = "off: they cannot be counted without a user namespace, so fork is refused"
    return mechanisms
