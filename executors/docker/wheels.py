"""Third-party packages for images: exact pins, fetched on the host as wheels for the Python of the image.

Invariants: wheels only, so nothing of a package runs before a guest imports it; what is not an exact pin is refused,
since two builds of one name would differ; pip's own configuration says which index is asked.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from sandbox.errors import BackendUnavailable

from . import inside
from .roots import Root

HOME = "opt/packages"
"""Where they lie in an image."""
MOST = 200
"""Pins in one image."""
_PIN = re.compile(r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)==(?P<version>[0-9][A-Za-z0-9.!+_-]*)")
_INFO = re.compile(r"(?P<name>[^/]+)-(?P<version>[^/-]+)\.dist-info")
_PATIENCE = 900.0
"""Seconds for pip."""
_OLDEST_GLIBC = 5
"""manylinux1 is glibc 2.5: PEP 600 numbers the tags by the C library's version."""
_OLD_NAMES = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}


def pins(packages: Iterable[str]) -> tuple[str, ...]:
    """The pins, each ``name==version`` with its name as PEP 503 spells it, sorted.

    Raises:
        ValueError: one is not an exact pin, a package is pinned twice, or there are too many.
    """
    found: dict[str, str] = {}
    for package in packages:
        match = _PIN.fullmatch(package.strip())
        if match is None:
            raise ValueError(f'packages takes exact pins such as "numpy==1.26.4", not {package!r}')
        name = re.sub(r"[-_.]+", "-", match["name"]).lower()
        if found.setdefault(name, match["version"]) != match["version"]:
            raise ValueError(f"packages pins {name} twice: {found[name]} and {match['version']}")
    if len(found) > MOST:
        raise ValueError(f"packages names {len(found)} packages; an image takes {MOST}")
    return tuple(f"{name}=={version}" for name, version in sorted(found.items()))


def fetch(pinned: tuple[str, ...], facts: Mapping[str, str], directory: Path) -> tuple[str, ...]:
    """Unpack the wheels of these pins, and of what they require, into a directory; the pins of all that is there.

    ``facts`` are those of the image (``inside.facts``). Requirements that hold for some Pythons only are judged by the
    Python that runs this.

    Raises:
        BackendUnavailable: pip is missing, or cannot find wheels; says what pip said.
    """
    options = ["--no-compile", "--no-input", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"]
    target = ["--target", str(directory), "--python-version", facts["python"], "--implementation", "cp"]
    fitting = [f"--platform={tag}" for tag in platforms(facts)]
    command = [sys.executable, "-I", "-m", "pip", "install", *options, *target, *fitting, "--", *pinned]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        raise _not_fetched(pinned, f"pip did not end within {_PATIENCE:.0f} s", "try again") from None
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        if "No module named pip" in done.stderr:
            raise _not_fetched(pinned, "this Python has no pip", f"{sys.executable} -m ensurepip")
        wrong = [line for line in said if line.startswith("ERROR")] or said
        fit = f"name versions that have wheels for Python {facts['python']} on {facts['libc']} {facts['machine']}"
        raise _not_fetched(pinned, " ".join(wrong)[:600], fit)
    found = (_INFO.fullmatch(path.name) for path in directory.iterdir())
    return pins(f"{match['name']}=={match['version']}" for match in found if match is not None)


def platforms(facts: Mapping[str, str]) -> list[str]:
    """The platform tags of wheels that run in an image, newest first (PEP 600, PEP 656)."""
    machine, library = facts["machine"], facts["libc"]
    if library != "glibc":
        return [f"musllinux_1_{minor}_{machine}" for minor in (2, 1)]
    newest = int(facts["libc_version"].split(".")[1])
    tags = []
    for minor in range(newest, _OLDEST_GLIBC - 1, -1):
        tags.append(f"manylinux_2_{minor}_{machine}")
        if minor in _OLD_NAMES:
            tags.append(f"{_OLD_NAMES[minor]}_{machine}")
    return [*tags, f"linux_{machine}"]


def root(directory: Path) -> Root:
    """The unpacked packages at their place in an image; their commands are left out: nothing starts them."""
    made = Root()
    made.directory(HOME)
    for path in sorted(directory.rglob("*")):
        name = path.relative_to(directory).as_posix()
        if path.is_file() and not path.is_symlink() and not name.startswith("bin/"):
            made.file(f"{HOME}/{name}", path, inside.mode_of(name))
    return made


def _not_fetched(pinned: tuple[str, ...], problem: str, repair: str) -> BackendUnavailable:
    return BackendUnavailable(f"{', '.join(pinned)} cannot be fetched: {problem}", repair=repair)
