"""A root file system from an installation of CPython on this host.

Invariants: the files come from the prefix, and the shared libraries they need from this host, so image and host have
one C library; site-packages are left out.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

from sandbox.errors import BackendUnavailable

from . import inside
from .roots import Root

OLDEST = (3, 11)
_PATIENCE = 60.0
"""Seconds in which an interpreter must have started."""


def version_at(prefix: Path) -> str:
    """The version of the interpreter there, as ``"3.12"``; it is started for that.

    Raises:
        BackendUnavailable: there is none that starts, or it is too old.
    """
    program = prefix / "bin" / "python3"
    try:
        done = subprocess.run(
            [program, "-I", "-B", inside.__file__, "facts"], capture_output=True, timeout=_PATIENCE, check=True
        )
        found = json.loads(done.stdout)
        version, implementation = str(found["python"]), found["implementation"]
    except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
        raise BackendUnavailable(
            f"{program} cannot be started: {error}",
            repair="give the directory above bin/python3 of a CPython installation, as python3 -c "
            "'import sys; print(sys.base_prefix)' prints it",
        ) from None
    if implementation != "cpython" or tuple(map(int, version.split("."))) < OLDEST:
        raise BackendUnavailable(
            f"{program} is {implementation} {version}; images need CPython 3.11 or newer",
            repair="name the prefix of a newer CPython with --from",
        )
    return version


def root(prefix: Path, version: str) -> Root:
    """The root file system.

    Raises:
        BackendUnavailable: files or libraries of the interpreter are missing.
    """
    try:
        files = inside.interpreter_files(prefix, version)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise BackendUnavailable(
            f"no image can be made from {prefix}: {error}",
            repair="hardcell image build --from with the prefix of another CPython",
        ) from None
    made = Root.bare()
    for name, path in files.items():
        made.file(name, path, inside.mode_of(name))
    made.link(f"{inside.HOME.lstrip('/')}/bin/python3", f"python{version}")
    return made


SETTINGS: Mapping[str, str] = {"PATH": f"{inside.HOME}/bin"}
"""Environment of the image."""


def python_home(version: str) -> str:
    """Where the standard library lies in the image, relative to its root."""
    return f"{inside.HOME}/lib/python{version}".lstrip("/")
