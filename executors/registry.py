"""Executors by name. Backends are imported when they are asked for, never before.

Invariants: an unknown name lists what exists; a known one that cannot be had says why and what to install; a
policy that an engine cannot keep is refused here, before anything starts.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sandbox.engines import SCAN
from sandbox.errors import BackendUnavailable
from sandbox.events import Event
from sandbox.limits import Limits
from sandbox.policy import STANDARD_IMPORTS, STRICT_IMPORTS, Policy

from . import restricted
from .base import Executor
from .witness import Witness

if TYPE_CHECKING:
    from .link import Enclosure
    from .rollback import Rollback

ENGINES = ("interpreter", "restricted", "cpython")
LEVELS = ("L3", "L2", "L1", "none")
ENCLOSURES = ("jail", "inprocess")


@dataclasses.dataclass(frozen=True)
class BackendStatus:
    """Whether an executor type can be had here; if not, ``reason``; ``install`` is the command that adds it."""

    name: str
    available: bool
    reason: str = ""
    install: str = ""


_LATER = "not yet available in this version of hardcell; executors 'local', 'restricted' and 'docker' are"
_COMING: dict[str, str] = {
    "e2b": "pip install 'hardcell[e2b]'",
    "modal": "pip install 'hardcell[modal]'",
    "wasm": "pip install 'hardcell[wasm]'",
}
DOCKER = "docker"
_USUAL_ENGINE = {"local": "interpreter", "restricted": restricted.ENGINE, DOCKER: "cpython"}
EXECUTOR_TYPES = (*_USUAL_ENGINE, *_COMING)


def available() -> list[BackendStatus]:
    """Every executor type and whether it can be had here, without starting anything."""
    problem = "" if sys.platform.startswith("linux") else f"the jail needs Linux; this is {sys.platform}"
    lacking = restricted.why_not()
    repair = restricted.INSTALL if lacking else ""
    here = [
        BackendStatus("local", not problem, problem),
        BackendStatus("restricted", not (problem or lacking), problem or lacking, repair),
        _docker_status(),
    ]
    return here + [BackendStatus(name, False, _LATER, install) for name, install in _COMING.items()]


def _docker_status() -> BackendStatus:
    """Whether its package is here; whether an engine answers is asked when an executor starts, or by the doctor."""
    if importlib.util.find_spec("docker") is not None:
        return BackendStatus(DOCKER, True)
    from .docker.client import INSTALL

    return BackendStatus(DOCKER, False, "the package docker is not installed", INSTALL)


def create_executor(
    executor_type: str = "local",
    *,
    policy: Policy | None = None,
    limits: Limits | None = None,
    engine: str | None = None,
    enclosure: str | None = None,
    min_isolation: str = "L2",
    on_event: Callable[[Event], None] | None = None,
    rollback: Rollback | bool | None = None,
    record: Witness | None = None,
    branches: int = 0,
    **options: Any,
) -> Executor:
    """An executor; its worker starts at first use.

    ``local`` is the interpreter in a jailed process, ``restricted`` the engine of that name in one.
    ``engine="cpython"`` takes the language wall away (the jail must hold alone, at L2 or better);
    ``enclosure="inprocess"`` takes the jail away (with ``min_isolation="none"``).
    ``engine="scan:interpreter"`` reads code as that engine does and runs nothing: what ``executors.scan`` is made of.
    ``on_event`` is called with every audit event. ``rollback`` says when a run that fails is undone.
    ``record`` is an ``executors.recording.Recording`` of this session.
    ``branches`` is how many sessions may be forked from this one and live at a time. ``options`` are those of the
    backend: for ``docker`` see ``executors.docker.options.DockerOptions``.

    Raises:
        ValueError: an unknown name or level, an engine that does not fit, or imports that the engine cannot keep.
        TypeError: a policy or limits of another type, or an option that the backend has not.
        BackendUnavailable: a known executor or engine that cannot be had; names the repair.
    """
    policy = Policy.standard() if policy is None else policy
    limits = Limits() if limits is None else limits
    if not isinstance(policy, Policy):
        raise TypeError(f"policy is a sandbox.policy.Policy, not {type(policy).__name__}")
    if not isinstance(limits, Limits):
        raise TypeError(f"limits is a sandbox.limits.Limits, not {type(limits).__name__}")
    if record is not None and not isinstance(record, Witness):
        raise TypeError(f"record is an executors.recording.Recording, not {type(record).__name__}")
    _check_names(executor_type, engine, enclosure, min_isolation)
    _check_options(executor_type, options)
    named = engine or _USUAL_ENGINE[executor_type]
    engine = named.removeprefix(SCAN)
    if engine == restricted.ENGINE:
        restricted.require()
    if engine != "cpython":
        _check_imports(policy)
    from .cell_executor import CellExecutor
    from .rollback import COPIES, Rollback

    wanted = Rollback.of(rollback)
    _check_branches(branches, DOCKER if executor_type == DOCKER else enclosure or "jail", engine, record)
    if enclosure == "inprocess":
        _check_inprocess(engine, min_isolation, policy, record)
        from .inprocess import InProcess

        return CellExecutor(InProcess(), named, policy, limits, on_event)
    if engine == "cpython" and min_isolation not in ("L3", "L2"):
        raise ValueError("engine 'cpython' has no wall of its own: it needs min_isolation 'L2' or 'L3'")
    fixed_hashes = policy.deterministic or record is not None
    enclosing: Enclosure
    if executor_type == DOCKER:
        from .docker.enclosure import Docker
        from .docker.options import DockerOptions

        enclosing = Docker(DockerOptions(**options), fixed_hashes=fixed_hashes)
    else:
        from .local import Jail

        copies = COPIES * (1 + branches) if branches or wanted.possible(engine) else 0
        enclosing = Jail(min_isolation, copies=copies, branches=branches, fixed_hashes=fixed_hashes)
    if record is not None:
        facts = {"executor": executor_type, "engine": named, "enclosure": enclosing.name}
        bounds = {"policy": policy.to_dict(), "limits": limits.to_dict(), "rollback": dataclasses.asdict(wanted)}
        record.opened({**facts, **bounds})
    return CellExecutor(enclosing, named, policy, limits, on_event, wanted, record)


def _check_names(executor_type: str, engine: str | None, enclosure: str | None, min_isolation: str) -> None:
    if executor_type in _COMING:
        install = _COMING[executor_type]
        raise BackendUnavailable(
            f"executor {executor_type!r} is {_LATER}", repair=f"later: {install}" if install else ""
        )
    if executor_type not in EXECUTOR_TYPES:
        raise ValueError(f"unknown executor {executor_type!r}. {_what_exists()}")
    evaluated = engine and engine.removeprefix(SCAN)
    if evaluated is not None and evaluated not in ENGINES:
        raise ValueError(f"unknown engine {evaluated!r}; the engines are {', '.join(ENGINES)}")
    if executor_type == "restricted" and evaluated not in (None, restricted.ENGINE):
        raise ValueError(f"executor 'restricted' has the engine of that name; for {engine!r} there is executor 'local'")
    if enclosure is not None and enclosure not in (enclosures := ENCLOSURES if executor_type != DOCKER else (DOCKER,)):
        here = f"the enclosures of {executor_type!r} are {', '.join(enclosures)}"
        raise ValueError(f"unknown enclosure {enclosure!r}; {here}")
    if min_isolation not in LEVELS:
        raise ValueError(f"unknown isolation level {min_isolation!r}; the levels are {', '.join(LEVELS)}")


def _check_options(executor_type: str, options: Mapping[str, Any]) -> None:
    """Only ``docker`` has options of its own."""
    known: tuple[str, ...] = ()
    if executor_type == DOCKER:
        from .docker.options import DockerOptions

        known = tuple(field.name for field in dataclasses.fields(DockerOptions))
    unknown = sorted(set(options) - set(known))
    if unknown:
        has = f"its options are {', '.join(known)}" if known else "it has none of its own"
        raise TypeError(f"executor {executor_type!r} has no option {unknown[0]!r}; {has}")


def _what_exists() -> str:
    lines = []
    for status in available():
        how = f" ({status.install})" if status.install else ""
        lines.append(f"{status.name}: {'available' if status.available else status.reason}{how}")
    return "There are " + "; ".join(lines)


def _check_branches(branches: int, enclosure: str, engine: str, record: Witness | None) -> None:
    from sandbox.jail.namespaces import MOST_BRANCHES

    from .forking import why_never

    if type(branches) is not int or not 0 <= branches <= MOST_BRANCHES:
        raise ValueError(f"branches is an integer from 0 to {MOST_BRANCHES}, not {branches!r}")
    why, instead = why_never(enclosure, engine, recorded=record is not None)
    if branches and why:
        raise ValueError(f"{why}; {instead}")


def _check_inprocess(engine: str, min_isolation: str, policy: Policy, record: Witness | None) -> None:
    if engine == "cpython":
        raise ValueError("engine 'cpython' never runs in this process: it has no wall of its own")
    if policy.deterministic:
        raise ValueError(
            "policy.deterministic needs a process of its own; enclosure 'inprocess' shares the clock, the random "
            "numbers and the hashes of this program"
        )
    if record is not None:
        raise ValueError(
            "record needs a process of its own; the clock and the random numbers of enclosure 'inprocess' are those of "
            "this program"
        )
    if min_isolation != "none":
        raise BackendUnavailable(
            f"enclosure 'inprocess' has no process wall, so its isolation is 'none', below {min_isolation!r}",
            repair='pass min_isolation="none" if the language wall alone is enough here, or leave the enclosure out',
        )


def _check_imports(policy: Policy) -> None:
    """A guarded engine takes a module only through a reviewed facade."""
    from sandbox.facades import KNOWN

    presets = {*STANDARD_IMPORTS, *STRICT_IMPORTS}
    for pattern in policy.imports:
        stem = pattern.removesuffix(".*")
        if pattern not in presets and stem not in KNOWN:
            raise ValueError(
                f"imports names {pattern!r}, for which the guarded engines have no reviewed facade; "
                f'use engine="cpython" behind a jail for it, or leave it out'
            )
