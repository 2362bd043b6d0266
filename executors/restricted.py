"""Executor ``restricted``: the worker of ``local`` with the engine that compiles guest code through RestrictedPython.

Invariants: that package is looked for here and never imported; a worker sees its directory, read-only, and no more of
where it is installed; a major version that the engine was not reviewed with is refused before anything starts.
"""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
import os
import re

from sandbox.errors import BackendUnavailable

ENGINE = "restricted"
PACKAGE = "RestrictedPython"
REVIEWED = 9
"""The major version that the engine was reviewed with."""
INSTALL = f"pip install '{PACKAGE}>={REVIEWED}.0,<{REVIEWED + 1}'"
"""Repairs what ``why_not`` finds."""


def why_not() -> str:
    """Why the engine cannot be had in this environment, or an empty string."""
    directory = _directory()
    if not directory:
        return f"engine {ENGINE!r} is built on the package {PACKAGE}, which is not installed"
    version = _version_at(directory)
    if not version:
        return f"engine {ENGINE!r} needs a release of {PACKAGE}; the one found says no version"
    if not re.match(rf"{REVIEWED}(?![\d!])", version):
        return f"engine {ENGINE!r} was reviewed with {PACKAGE} {REVIEWED}; here is {version}"
    return ""


def require() -> None:
    """Nothing, where the engine can be had.

    Raises:
        BackendUnavailable: it cannot; names the command that repairs it.
    """
    if problem := why_not():
        raise BackendUnavailable(problem, repair=INSTALL)


def paths() -> tuple[str, ...]:
    """What a worker must see to import the package."""
    return (_directory(),)


@functools.cache
def _version_at(directory: str) -> str:
    """The version of the package that was found there, or an empty string."""
    try:
        return importlib.metadata.version(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _directory() -> str:
    """Where the package is, or an empty string."""
    spec = importlib.util.find_spec(PACKAGE)
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    return os.path.abspath(places[0]) if places else ""
