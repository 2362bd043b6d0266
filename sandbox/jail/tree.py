"""Which host paths a worker may read: the standard library, time zones, our own package, allow-listed packages.

Invariants: absolute paths without symlinks in the last part; never a whole site-packages directory; computed in the
zygote, before anything is taken away.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterable

SITE_DIRECTORIES = ("site-packages", "dist-packages")
ZONEINFO = "/usr/share/zoneinfo"
_LINKER_PATHS = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache")


def library_directories() -> list[str]:
    """The directories of the standard library that ``sys.path`` of an isolated interpreter names."""
    named = [sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), *sys.path]
    found: list[str] = []
    for path in named:
        if path and os.path.isabs(path) and os.path.isdir(path) and not _inside(path, found):
            found.append(path)
    return found


def readable_paths(package_root: str, packages: Iterable[str]) -> list[str]:
    """All paths that a worker may read. ``package_root`` is the directory of the ``sandbox`` package itself.

    Raises:
        FileNotFoundError: an allow-listed package is not there.
    """
    paths = library_directories()
    if os.path.isdir(ZONEINFO):
        paths.append(ZONEINFO)
    for path in (package_root, *packages):
        if not os.path.exists(path):
            raise FileNotFoundError(2, "no such package directory", path)
        if path not in paths:
            paths.append(path)
    return paths


def shared_library_paths() -> list[str]:
    """Where the dynamic linker looks, for the time in which the zygote imports; workers never see them."""
    named = [*_LINKER_PATHS, sysconfig.get_config_var("LIBDIR")]
    return [path for path in dict.fromkeys(named) if path and os.path.exists(path)]


def masked_directories(paths: Iterable[str]) -> list[str]:
    """Directories below ``paths`` that hold other people's packages and must not show."""
    candidates = (os.path.join(path, name) for path in paths for name in SITE_DIRECTORIES)
    return [path for path in candidates if os.path.isdir(path)]


def entries_without_masks(paths: Iterable[str]) -> list[str]:
    """``paths``, those that hold a masked directory replaced by their other entries."""
    result: list[str] = []
    for path in paths:
        if masked_directories([path]):
            result += [entry.path for entry in os.scandir(path) if entry.name not in SITE_DIRECTORIES]
        else:
            result.append(path)
    return result


def _inside(path: str, roots: Iterable[str]) -> bool:
    return any(path == root or path.startswith(root + "/") for root in roots)
