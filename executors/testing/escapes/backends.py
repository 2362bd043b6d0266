"""What a case is played on: each wall alone, both together, and none.

Invariants: a wall alone is played only by cases that attack it; executors with both walls play every case; without
walls only controls are played, in throw-away processes.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import sys
from collections.abc import Callable
from typing import Any

from sandbox.errors import BackendUnavailable
from sandbox.events import Event
from sandbox.policy import Allow, Decision, Deny, Policy, Request

from ...base import Executor
from ...cell_executor import CellExecutor
from ...registry import create_executor
from .case import EscapeCase
from .unwalled import Unwalled

WALLS_OFF = "walls-off"
_ALONE: dict[str, Any] = {"enclosure": "inprocess", "min_isolation": "none"}
_EVERYTHING = tuple(f"{name}.*" for name in sorted(sys.stdlib_module_names) if name.isidentifier())
"""The jail alone is tried with all of the standard library, whatever a policy says of it."""


@dataclasses.dataclass(frozen=True)
class Backend:
    """``walls``: those that stand here. ``in_process``: guest and host share a process."""

    name: str
    title: str
    walls: tuple[str, ...]
    engine: str
    executor_type: str = "local"
    options: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def column(self) -> str:
        """Whose verdicts of a case are this backend's."""
        return "container" if self.executor_type == "docker" else self.engine

    @property
    def in_process(self) -> bool:
        """Whether the guest runs in the host's own process."""
        return self.options.get("enclosure") == "inprocess"

    def plays(self, case: EscapeCase) -> bool:
        """Whether the case is for this backend."""
        return len(self.walls) == 2 or set(self.walls) <= set(case.walls)


BACKENDS = {
    backend.name: backend
    for backend in (
        Backend("local", "interpreter in the jail", ("language", "jail"), "interpreter"),
        Backend("restricted", "RestrictedPython in the jail", ("language", "jail"), "restricted", "restricted"),
        Backend("interpreter-only", "interpreter, no jail", ("language",), "interpreter", options=_ALONE),
        Backend(
            "restricted-only",
            "RestrictedPython, no jail",
            ("language",),
            "restricted",
            options={**_ALONE, "engine": "restricted"},
        ),
        Backend("jail-only", "plain Python in the jail", ("jail",), "cpython", options={"engine": "cpython"}),
        Backend("docker", "plain Python in a container", ("jail",), "cpython", "docker"),
    )
}


def missing(case: EscapeCase) -> str:
    """Why the case cannot be played on this Python, or an empty string."""
    if sys.version_info < case.python:
        return f"needs Python {case.python[0]}.{case.python[1]}"
    for pattern in case.imports:
        top = pattern.partition(".")[0]
        if importlib.util.find_spec(top) is None:
            return f"needs {top}"
    return ""


def why_not(backend: Backend) -> str:
    """Why the backend cannot be had on this machine, or an empty string. Starts a session for a moment."""
    try:
        with create_executor(backend.executor_type, **backend.options) as executor:
            result = executor.run("6 * 7")
    except BackendUnavailable as error:
        return error.message
    return "" if result.value == 42 else f"it does not work: {result.error}"


def open_session(name: str, case: EscapeCase, on_event: Callable[[Event], None]) -> Executor:
    """A fresh executor of a backend, or of ``walls-off``, under the policy and limits of the case.

    Raises:
        BackendUnavailable: it cannot be had here.
    """
    if name == WALLS_OFF:
        policy = Policy(imports=(*_EVERYTHING, *case.imports), decide=_decide)
        return CellExecutor(Unwalled(), "cpython", policy, case.limits, on_event)
    backend = BACKENDS[name]
    own = _EVERYTHING if backend.engine == "cpython" else Policy.standard().imports
    policy = Policy(imports=(*own, *case.imports), decide=_decide)
    return create_executor(
        backend.executor_type, policy=policy, limits=case.limits, on_event=on_event, **backend.options
    )


def _decide(request: Request) -> Decision:
    return Deny("withheld") if request.kind == "tool" and request.name == "withheld" else Allow()
