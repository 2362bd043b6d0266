"""User, mount, network, IPC, UTS, cgroup and pid namespaces, and the root that a worker sees in them.

The zygote enters its own set once and builds the root: a read-only tmpfs with read-only binds. Each worker enters a
nested set and mounts only its own /cell. /proc is reached through a descriptor opened before and never shown.

Invariants: nothing of the host's tree is reachable after ``enter``; every mount is nosuid and nodev, only read-only
binds may be mapped executable; a failure half-way raises, so callers probe in a throw-away child first.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from . import kernel
from .tree import masked_directories

CELL = "/cell"
_BRANCHES = "/branches"
MOST_BRANCHES = 64
"""Branches that one session may have at a time."""
GUEST_ID = 1000
"""The uid and gid that a guest sees as its own."""
NAMES = ("user", "mnt", "net", "ipc", "uts", "cgroup", "pid")

_SESSION = (
    kernel.CLONE_NEWUSER
    | kernel.CLONE_NEWNS
    | kernel.CLONE_NEWNET
    | kernel.CLONE_NEWIPC
    | kernel.CLONE_NEWUTS
    | kernel.CLONE_NEWCGROUP
)
_LOCKED = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
_BIND = kernel.MOUNT_ATTR_RDONLY | kernel.MOUNT_ATTR_NOSUID | kernel.MOUNT_ATTR_NODEV
_STORE = kernel.MOUNT_ATTR_NOSUID | kernel.MOUNT_ATTR_NODEV | kernel.MOUNT_ATTR_NOEXEC
_SCRATCH = ("/tmp", "/usr", "/lib", "/etc", "/proc")
_WRITABLE = (CELL, "/mnt", "/media", "/srv", "/dev/shm", "/run", "/tmp")


def map_ids(proc: int, outer_uid: int, outer_gid: int) -> None:
    """Map one uid and one gid into the user namespace just entered. ``proc`` is a descriptor of a /proc."""
    for name, text in (
        ("self/setgroups", "deny"),
        ("self/uid_map", f"{GUEST_ID} {outer_uid} 1"),
        ("self/gid_map", f"{GUEST_ID} {outer_gid} 1"),
    ):
        fd = os.open(name, os.O_WRONLY | os.O_CLOEXEC, dir_fd=proc)
        try:
            os.write(fd, text.encode())
        finally:
            os.close(fd)


def build_root(paths: Sequence[str], packages: Iterable[str]) -> None:
    """Replace the root by a read-only tmpfs that holds ``paths`` at their own places. Needs a mount namespace.

    Site directories below ``paths`` show as empty, but for ``packages``.
    """
    packages = list(packages)
    kernel.mount(None, "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    trees = [(path, kernel.clone_tree(path), os.path.isdir(path)) for path in paths]
    masks = masked_directories(paths)
    scratch = next(path for path in _SCRATCH if os.path.isdir(path))
    kernel.mount("tmpfs", scratch, "tmpfs", _LOCKED, "size=1m,mode=755")
    os.chdir(scratch)
    os.mkdir("." + CELL, 0o755)
    os.mkdir("." + _BRANCHES, 0o755)
    for number in range(MOST_BRANCHES):
        os.mkdir("." + branch_cell(number), 0o755)
    late = [tree for tree in trees if any(tree[0].startswith(mask + "/") for mask in masks)]
    for path, fd, is_directory in trees:
        if (path, fd, is_directory) not in late:
            _attach("." + path, fd, is_directory)
    for mask in masks:
        kernel.mount("tmpfs", "." + mask, "tmpfs", _LOCKED, "size=64k,mode=755")
    for path, fd, is_directory in late:
        _attach("." + path, fd, is_directory)
    for mask in masks:
        kernel.mount(None, "." + mask, None, kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY | _LOCKED)
    kernel.pivot_root_here()
    kernel.mount(None, "/", None, kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY | _LOCKED)


def mount_writable(paths: Iterable[str]) -> str:
    """A small private directory over one that holds none of ``paths``; ``build_root`` leaves it behind.

    Raises:
        OSError: no directory is free for it.
    """
    used = tuple(f"{path}/" for path in paths)
    for place in _WRITABLE:
        if os.path.isdir(place) and not any(path.startswith(f"{place}/") for path in used):
            kernel.mount("tmpfs", place, "tmpfs", _LOCKED, "size=4m,mode=700")
            return place
    raise FileNotFoundError(2, f"none of {', '.join(_WRITABLE)} is free")


def _attach(target: str, fd: int, is_directory: bool) -> None:
    if is_directory:
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o444))
    kernel.restrict_tree(fd, _BIND)
    kernel.attach_tree(fd, target)
    os.close(fd)


def enter(proc: int) -> None:
    """The zygote's own namespaces. Its next child is pid 1 of the new pid namespace."""
    uid, gid = os.geteuid(), os.getegid()
    kernel.unshare(_SESSION | kernel.CLONE_NEWPID)
    map_ids(proc, uid, gid)
    kernel.sethostname("cell")


def enter_session(proc: int) -> None:
    """A worker's own namespaces, nested in the zygote's; it must have been forked into a new pid namespace."""
    kernel.unshare(_SESSION)
    map_ids(proc, GUEST_ID, GUEST_ID)


def branch_cell(number: int) -> str:
    """Where the /cell of a session's branch really is."""
    return f"{_BRANCHES}/{number}"


def mount_cells(disk_mb: int, branches: int) -> list[str]:
    """A private tmpfs of this size at /cell, and one for each branch, owned by the guest, without executables, set-id
    bits or devices. Gives their paths."""
    paths = [CELL, *map(branch_cell, range(branches))]
    options = f"size={max(disk_mb, 1)}m,nr_inodes={1024 + 64 * disk_mb},mode=700,uid={GUEST_ID},gid={GUEST_ID}"
    for path in paths:
        kernel.mount("tmpfs", path, "tmpfs", _LOCKED | (0 if disk_mb else kernel.MS_RDONLY), options)
    os.chdir(CELL)
    return paths


def detached_store(disk_mb: int) -> int:
    """A tmpfs of this size that is mounted nowhere, as the descriptor of its root."""
    options = {"size": f"{disk_mb}m", "nr_inodes": str(1024 + 64 * disk_mb), "mode": "700"}
    return kernel.detached_tmpfs(options, _STORE)


def identities(proc: int) -> dict[str, str]:
    """The identity of each namespace of this process."""
    directory = os.open("self/ns", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=proc)
    try:
        return {name: os.readlink(name, dir_fd=directory) for name in NAMES}
    finally:
        os.close(directory)
