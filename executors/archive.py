"""The worker as one set of files: ``sandbox/``, and RestrictedPython where this environment has it.

Invariants: names are sorted, and only files that a wheel of hardcell would hold count, so a checkout, an installed
wheel and a copy give the same digest; times, modes and owners are no part of it; nothing is imported to be read.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import importlib.util
import re
from collections.abc import Mapping
from pathlib import Path

from sandbox.errors import BackendUnavailable

PACKAGES = ("sandbox", "RestrictedPython")
"""What a worker is made of; the second only where it is installed."""
SHIPPED = re.compile(r".+\.(py|json|toml|txt)|py\.typed")
"""File names that belong to a package; beside them lie byte code and what editors leave."""


@dataclasses.dataclass(frozen=True)
class Archive:
    """Relative names and contents of the files of a worker, sorted by name."""

    files: Mapping[str, bytes]

    @functools.cached_property
    def digest(self) -> str:
        """SHA-256 over names and contents, each with its length before it, in hexadecimal digits."""
        total = hashlib.sha256()
        for name, data in self.files.items():
            for part in (name.encode(), data):
                total.update(len(part).to_bytes(8, "big"))
                total.update(part)
        return total.hexdigest()


def collect(*directories: Path) -> Archive:
    """The files of these package directories.

    Raises:
        OSError: one of them cannot be read.
    """
    found = {
        f"{directory.name}/{path.relative_to(directory).as_posix()}": path
        for directory in directories
        for path in directory.rglob("*")
        if SHIPPED.fullmatch(path.name) and path.is_file()
    }
    return Archive({name: found[name].read_bytes() for name in sorted(found)})


@functools.cache
def worker() -> Archive:
    """The files of this installation's worker; read once.

    Raises:
        BackendUnavailable: the package is not installed as files, as in a zip archive.
    """
    places = [place for name in PACKAGES if (place := _directory(name)) is not None]
    archive = collect(*places)
    if "sandbox/worker.py" not in archive.files:
        raise BackendUnavailable(
            "the files of the package sandbox cannot be read, so there is no worker to send",
            repair="pip install --force-reinstall hardcell",
        )
    return archive


def _directory(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    return Path(places[0]).resolve() if places else None
