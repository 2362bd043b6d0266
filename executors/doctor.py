"""What hardcell can do on this machine: backends, the isolation that truly holds, and clashes of import names.

Invariants: changes nothing; isolation is what a jailed worker itself verified, not what the system claims to offer.
"""

from __future__ import annotations

import dataclasses
import importlib.metadata
import importlib.util
import os
import platform
from pathlib import Path
from typing import Any

from sandbox.errors import BackendUnavailable
from sandbox.result import Isolation

from .registry import BackendStatus, available, create_executor

OWNERS = {"sandbox": "hardcell", "executors": "hardcell", "agents": "hardcell-agents"}
"""Our import names and the distributions that own them."""


@dataclasses.dataclass(frozen=True)
class Clash:
    """An import name of ours that something else provides too. ``repair`` is what to do."""

    name: str
    problem: str
    repair: str


@dataclasses.dataclass(frozen=True)
class Report:
    """The findings. ``isolation`` is None when no worker can be had; ``problem`` and ``repair`` then say why.
    ``containers``: the same of containers, None when none can be had; the status of ``docker`` then says why."""

    python: str
    system: str
    user: str
    backends: tuple[BackendStatus, ...]
    isolation: Isolation | None
    problem: str = ""
    repair: str = ""
    clashes: tuple[Clash, ...] = ()
    containers: Isolation | None = None

    @property
    def usable(self) -> bool:
        """Whether at least one backend can be had."""
        return any(backend.available for backend in self.backends)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {**dataclasses.asdict(self), "usable": self.usable}


def examine() -> Report:
    """Look at this machine. Starts one worker for a moment, and a container where its walls were not measured yet."""
    isolation, problem, repair = _isolation()
    backends = tuple(_tried(backend, problem, repair) for backend in available())
    containers, backends = _containers(backends)
    return Report(
        python=platform.python_version(),
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        user="root" if hasattr(os, "geteuid") and os.geteuid() == 0 else "an ordinary user",
        backends=backends,
        isolation=isolation,
        problem=problem,
        repair=repair,
        clashes=clashes(),
        containers=containers,
    )


def _isolation() -> tuple[Isolation | None, str, str]:
    """The jail as seen from inside a worker that ran a cell, and why the default level cannot be had, if so."""
    found: Isolation | None = None
    try:
        with create_executor("local", min_isolation="none") as executor:
            found = executor.isolation
            value = executor.run("1 + 1").value
        if value != 2:
            return found, "a worker starts, but 1 + 1 does not come back as 2", ""
        with create_executor("local") as executor:
            found = executor.isolation
    except BackendUnavailable as error:
        return found, error.message, error.repair
    return found, "", ""


def _tried(backend: BackendStatus, problem: str, repair: str) -> BackendStatus:
    """What needs the jail counts as available only when a worker at the default level really ran."""
    if backend.name not in ("local", "restricted") or not backend.available or not problem:
        return backend
    return dataclasses.replace(backend, available=False, reason=problem, install=repair)


def _containers(backends: tuple[BackendStatus, ...]) -> tuple[Isolation | None, tuple[BackendStatus, ...]]:
    """The walls of a container, and the status of ``docker`` as it is when its engine was really asked."""
    asked = [backend for backend in backends if backend.name == "docker" and backend.available]
    if not asked:
        return None, backends
    from .docker.diagnosis import isolation

    try:
        return isolation(), backends
    except BackendUnavailable as error:
        found = dataclasses.replace(asked[0], available=False, reason=error.message, install=error.repair)
        return None, tuple(found if backend is asked[0] else backend for backend in backends)


def clashes() -> tuple[Clash, ...]:
    """Import names of ours that another distribution or a stray file provides as well."""
    provided = importlib.metadata.packages_distributions()
    found = [clash for name, owner in OWNERS.items() if (clash := _clash(name, owner, provided.get(name, [])))]
    return tuple(found)


def _clash(name: str, owner: str, distributions: list[str]) -> Clash | None:
    others = sorted({other for other in distributions if other.lower().replace("_", "-") != owner})
    if others:
        return Clash(
            name,
            f"the import name {name!r} is also provided by {', '.join(others)}; the one installed last wins",
            f"install {owner} and {others[0]} in separate environments",
        )
    place = _place(name)
    if place is None or place.parent == Path(__file__).resolve().parents[1] or distributions:
        return None
    return Clash(
        name,
        f"import {name} finds {place}, which is not hardcell's",
        f"rename it, or run from another directory: it hides {owner}",
    )


def _place(name: str) -> Path | None:
    """Where an import of the top-level name would lead; nothing is imported."""
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None
    if spec is None or not spec.origin:
        return None
    origin = Path(spec.origin).resolve()
    return origin.parent if origin.name == "__init__.py" else origin
