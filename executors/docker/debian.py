"""A root file system from the packages of this distribution (Debian and those made from it).

What is taken: the interpreter, its standard library, the shared libraries they depend on and the time zones; no shell,
no package manager, nothing that needs a terminal. Packages are fetched and checked by apt and unpacked here: nothing of
them runs, nothing is installed, and an ordinary user can do it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sandbox.errors import BackendUnavailable

from . import inside
from .roots import Root

# Libraries of modules that an image leaves out: dbm, curses, readline, nis.
_NOT_NEEDED = re.compile(r"lib(?:db5|gdbm|ncurses|tinfo|readline|nsl|tirpc)[^ ]*")
_KEPT = re.compile(r"usr/(?:lib(?:64)?/.+|bin/python3\.\d+|share/zoneinfo/.+)")
_INTERPRETER = re.compile(r"python(3\.\d+)-minimal")
_URI = re.compile(r"'[^']+' (?P<file>[A-Za-z0-9.+~%_-]+\.deb) \d+ SHA256:(?P<sha256>[0-9a-f]{64})")
_BESIDE = ("libstdc++6", "tzdata")
"""Nothing in Python needs the C++ library; most wheels with compiled code do, and do not bring it."""
_ROOTS = ("python3-minimal", "libpython3-stdlib", *_BESIDE)
_PATIENCE = 300.0
"""Seconds for one command of apt."""


@dataclasses.dataclass(frozen=True)
class Plan:
    """Python's version as ``"3.11"``, the packages, and their files with SHA-256 digests, as apt's lists have them."""

    version: str
    packages: tuple[str, ...]
    files: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        """Another key, another root: SHA-256 of the packages' digests."""
        return hashlib.sha256("".join(digest for _, digest in sorted(self.files)).encode()).hexdigest()


def plan(workspace: Path) -> Plan:
    """What would be fetched; asks apt's lists, no network. ``workspace`` is a directory for files in between.

    Raises:
        BackendUnavailable: no apt here, or its lists do not know the packages.
    """
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise BackendUnavailable(
            "an image from the distribution's packages needs apt-get and dpkg-deb, which this machine has not",
            repair="hardcell image build --from with the prefix of a CPython of this machine, or with a local image",
        )
    packages = _closure(_needs(_ROOTS, workspace))
    version = next((match[1] for name in packages if (match := _INTERPRETER.fullmatch(name))), "")
    if not version:
        raise _lists_are_old("apt does not know a package python3.N-minimal")
    listed = _apt(workspace, "apt-get", "-qq", "download", "--print-uris", *packages)
    files = tuple((match["file"], match["sha256"]) for match in _URI.finditer(listed))
    if len(files) != len(packages):
        raise _lists_are_old(f"apt knows {len(files)} of the {len(packages)} packages: {', '.join(packages)}")
    return Plan(version, packages, files)


def root(planned: Plan, workspace: Path) -> Root:
    """Fetch the packages and unpack them.

    Raises:
        BackendUnavailable: they cannot be fetched or unpacked.
    """
    _apt(workspace, "apt-get", "-qq", "download", *planned.packages)
    made = Root.bare()
    for package in sorted(workspace.glob("*.deb")):
        _unpack(package, made)
    if made.content(f"usr/bin/python{planned.version}") is None:
        raise BackendUnavailable(
            f"the packages hold no /usr/bin/python{planned.version}",
            repair="hardcell image build --from PREFIX with a CPython of this machine",
        )
    made.link("usr/bin/python3", f"python{planned.version}")
    return made


def python_home(version: str) -> str:
    """Where the standard library lies in the image, relative to its root."""
    return f"usr/lib/python{version}"


def _needs(wanted: tuple[str, ...], workspace: Path) -> dict[str, list[str]]:
    """What each package depends on, for these packages and all that they lead to."""
    options = [f"--no-{kind}" for kind in ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")]
    needs: dict[str, list[str]] = {}
    package = ""
    for line in _apt(workspace, "apt-cache", "depends", "--recurse", *options, *wanted).splitlines():
        relation, _, name = line.strip().partition("epends: ")
        if name:
            needs[package].append(name)
        elif line[:1].strip():
            package = relation
            needs.setdefault(package, [])
    return needs


def _closure(needs: dict[str, list[str]]) -> tuple[str, ...]:
    """The interpreter, the libraries it leads to, what is wanted beside; what else is named, as debconf, is for
    installing."""
    found = {name for name in _BESIDE if name in needs}
    waiting = list(_ROOTS)
    while waiting:
        for name in needs.get(waiting.pop(), ()):
            if name in found or name not in needs or _NOT_NEEDED.fullmatch(name):
                continue
            if _INTERPRETER.fullmatch(name) or re.match(r"lib|zlib1g", name):
                found.add(name)
                waiting.append(name)
    return tuple(sorted(found))


def _unpack(package: Path, made: Root) -> None:
    with tempfile.TemporaryFile() as stream:
        done = subprocess.run(["dpkg-deb", "--fsys-tarfile", package], stdout=stream, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise BackendUnavailable(
                f"{package.name} cannot be unpacked: {done.stderr.strip()}", repair="hardcell image build, once more"
            )
        stream.seek(0)
        with tarfile.open(fileobj=stream) as archive:
            for name, member in _members(archive):
                if member.issym():
                    made.link(name, member.linkname)
                elif (file := archive.extractfile(member)) is not None:
                    made.file(name, file.read(), member.mode)


def _members(archive: tarfile.TarFile) -> Iterator[tuple[str, tarfile.TarInfo]]:
    """Files and links that an image keeps, by their names in it."""
    for member in archive:
        name = inside.in_root(member.name)
        if not _KEPT.fullmatch(name) or inside.LEFT_OUT.search(f"/{name}"):
            continue
        if member.isfile() or member.islnk() or (member.issym() and not member.linkname.startswith("/etc/")):
            yield name, member


def _apt(workspace: Path, program: str, *arguments: str) -> str:
    """What a command of apt prints. It reads the lists into the workspace once: they take it a second of CPU time."""
    options = [f"Dir::Cache::pkgcache={workspace}/packages.bin", "Dir::Cache::srcpkgcache="]
    if os.geteuid() == 0:
        options.append("APT::Sandbox::User=root")  # or it fetches as another user, who cannot write here
    command = [program, *(part for option in options for part in ("-o", option)), *arguments]
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        done = subprocess.run(
            command, cwd=workspace, env=environment, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise _lists_are_old(f"{program} {arguments[0]} did not end within {_PATIENCE:.0f} s") from None
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise _lists_are_old(f"{program} failed: {said[0] if said else f'exit status {done.returncode}'}")
    return done.stdout


def _lists_are_old(problem: str) -> BackendUnavailable:
    return BackendUnavailable(
        problem, repair="apt-get update (as root), then hardcell image build; or hardcell image build --from PREFIX"
    )
