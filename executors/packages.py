"""Where the allow-listed third-party packages of a policy are, for workers to see read-only.

Invariants: nothing is imported here; a package that is not installed is left out, and the guest gets the
ModuleNotFoundError it would get anywhere; the standard library is never listed.
"""

from __future__ import annotations

import importlib.machinery
import importlib.metadata
import importlib.util
import os
import re
import sys
from collections.abc import Iterable

_NAME = re.compile(r"[A-Za-z0-9._-]+")


def third_party(imports: Iterable[str]) -> tuple[str, ...]:
    """The top-level modules of ``imports`` that are not the standard library's, and are installed."""
    tops = dict.fromkeys(pattern.split(".")[0] for pattern in imports)
    return tuple(top for top in tops if top not in sys.stdlib_module_names and _spec(top) is not None)


def paths(modules: Iterable[str]) -> tuple[str, ...]:
    """Directories and files of the modules, of the shared libraries beside them, and of what they require."""
    found: dict[str, None] = {}
    waiting, seen = list(modules), set()
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        spec = _spec(module)
        if spec is not None:
            found |= dict.fromkeys(_places(module, spec))
            waiting += _required(module)
    return tuple(sorted(found))


def _spec(module: str) -> importlib.machinery.ModuleSpec | None:
    try:
        return importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return None


def _places(module: str, spec: importlib.machinery.ModuleSpec) -> list[str]:
    if spec.submodule_search_locations:
        places = [os.path.abspath(place) for place in spec.submodule_search_locations]
        libraries = [os.path.join(os.path.dirname(place), f"{module}.libs") for place in places]
        return places + [place for place in libraries if os.path.isdir(place)]
    return [os.path.abspath(spec.origin)] if spec.origin and os.path.isfile(spec.origin) else []


def _required(module: str) -> list[str]:
    """Top-level modules of the distributions that the one of this name requires, extras left out."""
    try:
        requirements = importlib.metadata.requires(module) or []
    except importlib.metadata.PackageNotFoundError:
        return []
    modules = []
    for requirement in requirements:
        name = _NAME.match(requirement)
        if name is None or "extra ==" in requirement:
            continue
        try:
            distribution = importlib.metadata.distribution(name.group())
        except importlib.metadata.PackageNotFoundError:
            continue
        listed = (distribution.read_text("top_level.txt") or name.group().replace("-", "_")).split()
        modules += [one for one in listed if one not in sys.stdlib_module_names]
    return modules
