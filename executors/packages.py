"""Where the allow-listed third-party packages of a policy are, for workers to see read-only.

Invariants: nothing is imported here; a package that is not installed is left out, and the guest gets the
ModuleNotFoundError it would get anywhere; the standard library is never listed.
"""

from __future__ import annotations

import functools
import importlib.machinery
import importlib.metadata
import importlib.util
import os
import re
import sys
from collections.abc import Iterable, Mapping

_NAME = re.compile(r"[A-Za-z0-9._-]+")


def named(engine: str, imports: Iterable[str]) -> tuple[str, ...]:
    """The top-level modules of ``imports`` that are not the standard library's; for the guarded engines those with a
    facade only."""
    tops = dict.fromkeys(pattern.split(".")[0] for pattern in imports)
    found = tuple(top for top in tops if top not in sys.stdlib_module_names)
    if engine == "cpython":
        return found
    from sandbox.facades import THIRD_PARTY

    return tuple(top for top in found if top in THIRD_PARTY)


def third_party(engine: str, imports: Iterable[str]) -> tuple[str, ...]:
    """Those of ``named`` that are installed."""
    return tuple(top for top in named(engine, imports) if _spec(top) is not None)


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
        names = dict.fromkeys((module, *_distributions().get(module, ())))
        libraries = [os.path.join(os.path.dirname(place), f"{name}.libs") for place in places for name in names]
        return places + [place for place in libraries if os.path.isdir(place)]
    return [os.path.abspath(spec.origin)] if spec.origin and os.path.isfile(spec.origin) else []


def _required(module: str) -> list[str]:
    """Top-level modules of the distributions that those of this module require, extras left out."""
    modules = []
    for name in _distributions().get(module, (module,)):
        for requirement in _requirements(name):
            needed = _NAME.match(requirement)
            if needed is not None and "extra ==" not in requirement:
                modules += _top_level(needed.group())
    return [one for one in modules if one not in sys.stdlib_module_names]


@functools.cache
def _distributions() -> Mapping[str, list[str]]:
    """The distributions that each installed top-level module comes from: python-dateutil for dateutil."""
    return importlib.metadata.packages_distributions()


def _requirements(distribution: str) -> list[str]:
    try:
        return importlib.metadata.requires(distribution) or []
    except importlib.metadata.PackageNotFoundError:
        return []


def _top_level(distribution: str) -> list[str]:
    wanted = _plain(distribution)
    return [module for module, names in _distributions().items() if wanted in map(_plain, names)]


def _plain(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()
