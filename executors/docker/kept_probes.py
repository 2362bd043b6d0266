"""What was measured before, by process and on disk, so that an engine is probed once and not by each program.

Invariants: an entry counts only for the very engine, kernel, runtime, image, options and version of hardcell that it
was made with, and for a day; a file that somebody else could have written does not count; failing to keep is no
failure.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.metadata
import json
import os
import stat
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_DAY_S = 24 * 3600.0
_MOST_BYTES = 16 << 10
_here: dict[str, Mapping[str, str]] = {}


def key(*parts: Any) -> str:
    """The name of what was measured with these parts, which JSON can write, by this version of hardcell."""
    text = json.dumps([_version(), *parts], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


@functools.cache
def _version() -> str:
    """The version, and a digest of this package, since it may be changed where it lies."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    try:
        version = importlib.metadata.version("hardcell")
    except importlib.metadata.PackageNotFoundError:
        version = ""
    return f"{version} {digest.hexdigest()}"


def folder() -> Path:
    """Where entries are kept: below XDG_CACHE_HOME, else ~/.cache."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(given) if os.path.isabs(given) else Path.home() / ".cache"
    return base / "hardcell" / "docker"


def load(name: str) -> Mapping[str, str] | None:
    """What was kept under this name, or None."""
    if name not in _here:
        found = None
        # RuntimeError: there is no home directory.
        with contextlib.suppress(OSError, ValueError, RecursionError, RuntimeError):
            found = _read(folder() / f"{name}.json", name)
        if found is None:
            return None
        _here[name] = found
    return _here[name]


def _read(path: Path, name: str) -> dict[str, str] | None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        foreign = status.st_uid != os.geteuid() or status.st_mode & 0o022 or not stat.S_ISREG(status.st_mode)
        if foreign or not 0 <= time.time() - status.st_mtime <= _DAY_S:
            return None
        entry = json.loads(file.read(_MOST_BYTES))
    if type(entry) is not dict or entry.keys() != {"key", "mechanisms"} or entry["key"] != name:
        return None
    mechanisms = entry["mechanisms"]
    if type(mechanisms) is not dict or not all(type(state) is str for state in mechanisms.values()):
        return None
    return mechanisms


def save(name: str, mechanisms: Mapping[str, str]) -> None:
    """Keep it."""
    _here[name] = dict(mechanisms)
    with contextlib.suppress(OSError, RuntimeError):
        place = folder()
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, made = tempfile.mkstemp(dir=place, prefix=".", suffix=".json")
        try:
            with open(descriptor, "w", encoding="ascii") as file:
                json.dump({"key": name, "mechanisms": dict(mechanisms)}, file)
            os.replace(made, place / f"{name}.json")
        except BaseException:
            os.unlink(made)
            raise


def forget() -> None:
    """What this process knows; what is on disk stays."""
    _here.clear()
