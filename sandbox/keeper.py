"""The keeper: the fresh Python process that a host starts and that becomes the parent of a zygote.

It finds out what is possible on this machine, gives up root, enters the zygote's namespaces, forks the zygote proper
(pid 1 of its own pid namespace) and waits for it. When the host's end of the control socket closes, or the keeper
ends, the zygote ends, and the kernel ends every worker with it.

Invariants: started with an environment built from nothing and no descriptor but 0-3; allow-listed packages are
imported after the uid was given up and without a network, where namespaces can be had.
"""

from __future__ import annotations

import contextlib
import ctypes
import dataclasses
import errno
import importlib
import json
import os
import pkgutil
import resource
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

import sandbox

from .inmate import MAX_PACKET, PROC_FD, idle
from .jail import enclosure, kernel, namespaces, orphans, privileges, scratch, tree
from .jail.profile import Profile
from .jail.removal import remove_tree
from .policy import STANDARD_IMPORTS
from .zygote import CONTROL_FD, FAILURE, Program, Zygote


def main() -> NoReturn:
    """What the host starts. Never returns."""
    kernel.close_from(CONTROL_FD + 1)
    os.umask(0o022)  # the host's may hide from the workers, who are other users, the directories of their own root
    control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, CONTROL_FD)
    try:
        asked = json.loads(control.recv(MAX_PACKET))
        _keep(control, Profile.from_dict(asked["profile"]), asked["start"], asked["scratch"])
    except BaseException as error:
        _tell(control, {"failed": f"{type(error).__name__}: {error}"})
    os._exit(FAILURE)


def _tell(control: socket.socket, message: Mapping[str, Any]) -> None:
    with contextlib.suppress(OSError):
        control.send(json.dumps(message).encode())


def _keep(control: socket.socket, profile: Profile, start: str, name: str) -> None:
    """The keeper: everything up to the fork of the zygote, then wait for it and clean up. ``name``: of the directories
    that are made on the machine."""
    proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY)
    if proc != PROC_FD:
        raise OSError(errno.EBADF, f"descriptor {PROC_FD} is taken")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    package_root = os.path.dirname(os.path.abspath(__file__))
    paths = tree.readable_paths(package_root, profile.packages)
    sys.path += [path for path in dict.fromkeys(map(os.path.dirname, profile.packages)) if path not in sys.path]
    wall = enclosure.survey(proc, paths, profile.packages)
    own_root = wall.namespaces == "on"
    readable = enclosure.readable_rights(paths, profile.packages, own_root=own_root)
    load = _Loader(profile, paths, None if own_root else name)
    if own_root:
        enclosure.enter_zygote(proc, paths, profile.packages)
        cells = ""
    else:
        if os.geteuid() == 0:
            if not _reachable_without_root(paths):
                load.all_that_may_be_needed()
            privileges.leave_root()
            readable = tuple((path, rights) for path, rights in readable if os.access(path, os.R_OK))
        cells = scratch.make(name, scratch.CELLS)
    wall = dataclasses.replace(wall, readable=readable)
    life, keeper_alive = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(keeper_alive)
        try:
            load()
            if own_root:
                privileges.die_with_parent()
                namespaces.build_root(paths, profile.packages)
            Zygote(control, wall, profile, life, cells, load.program).serve(start)
        except BaseException as error:
            _tell(control, {"failed": f"{type(error).__name__}: {error}"})
        os._exit(FAILURE)
    control.close()
    os.close(life)
    if cells:
        orphans.adopt()
    os.waitpid(pid, 0)
    if cells:
        orphans.end()
        remove_tree(cells)
    os._exit(0)


def _reachable_without_root(paths: list[str]) -> bool:
    def read() -> None:
        privileges.leave_root()
        for path in paths:
            if os.path.isdir(path):
                os.listdir(path)
            else:
                os.close(os.open(path, os.O_RDONLY))

    return enclosure.attempt(read) == "on"


def _find(entry: str) -> Callable[..., Any]:
    """The function or class that ``module:name`` names."""
    module, _, function = entry.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


class _Loader:
    """Imports what the profile names, once, and opens the shared libraries that later imports may need."""

    def __init__(self, profile: Profile, paths: Sequence[str], scratch_name: str | None) -> None:
        self._profile = profile
        self._paths = paths
        self._scratch_name = scratch_name
        """None for a zygote with a root of its own, which needs nothing on the machine."""
        self._done = False
        self.program = Program(idle)

    def __call__(self) -> None:
        """Import the profile's modules and find its entry; a second call does nothing."""
        if self._done:
            return
        self._done = True
        if self._profile.packages:
            with self._writable() as directory:
                self._import(MPLCONFIGDIR=directory)
        else:
            self._import()
        entry, rehearsal, prepared = (self._profile.entry, self._profile.rehearsal, self._profile.prepared)
        self.program = Program(
            _find(entry), _find(rehearsal) if rehearsal else None, _find(prepared) if prepared else None
        )
        _open_libraries(every=self._scratch_name is not None)
        if self._scratch_name is not None:
            _open_all_below(self._profile.packages)

    def _import(self, **environment: str) -> None:
        os.environ |= environment
        try:
            for name in self._profile.preload:
                importlib.import_module(name)
        finally:
            for name in environment:
                del os.environ[name]

    @contextlib.contextmanager
    def _writable(self) -> Iterator[str]:
        """A directory for what packages write when they are imported (matplotlib insists on one), empty before."""
        if self._scratch_name is None:
            yield namespaces.mount_writable(self._paths)
            return
        directory = scratch.make(self._scratch_name, scratch.PACKAGES)
        try:
            yield directory
        finally:
            remove_tree(directory)

    def all_that_may_be_needed(self) -> None:
        """For workers that will not be able to read the library, as it lies in root's private directory."""
        self()
        ours = [module.name for module in pkgutil.walk_packages(sandbox.__path__, "sandbox.")]
        for name in (*STANDARD_IMPORTS, *_LATE, *ours):
            with contextlib.suppress(ImportError):
                importlib.import_module(name)


_CODECS = ("ascii", "latin_1", "cp1252", "cp437", "idna", "utf_8_sig", "utf_16", "utf_32")
_LATE = ("fcntl", "mmap", *(f"encodings.{name}" for name in _CODECS))
_NEEDS_LIBRARIES = ("_sqlite3", "_hashlib", "_bz2", "_lzma", "_decimal", "_uuid", "zlib", "pyexpat")


def _open_libraries(*, every: bool) -> None:
    """Map extension modules whose libraries lie outside the worker's root; a later import then finds them loaded.

    ``every``: all of them, for workers that may map nothing executable.
    """
    directory = next((path for path in sys.path if path.endswith("lib-dynload")), "")
    if not directory:
        return
    for name in sorted(os.listdir(directory)):
        if name.endswith(".so") and (every or name.partition(".")[0] in _NEEDS_LIBRARIES):
            with contextlib.suppress(OSError):
                ctypes.CDLL(os.path.join(directory, name))


def _open_all_below(packages: Sequence[str]) -> None:
    """The extension modules of allow-listed packages, for workers that may map nothing executable."""
    for package in packages:
        for directory, _, names in os.walk(package):
            for name in sorted(names):
                if name.endswith(".so"):
                    with contextlib.suppress(OSError):
                        ctypes.CDLL(os.path.join(directory, name))
