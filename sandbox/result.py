"""What one run gives back.

Invariants: frozen; the host built every field itself, from checked frames and its own measurements; nothing in a
result runs guest code when it is read, printed or compared.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, Literal, NoReturn

from .errors import HardcellError, RunError
from .events import Event

State = Literal["kept", "rolled_back", "lost"]


@dataclasses.dataclass(frozen=True)
class Variable:
    """A name that is new or changed: its guest type and a short repr (≤ 200 characters)."""

    name: str
    type: str
    repr: str


@dataclasses.dataclass(frozen=True)
class Artifact:
    """A file new or changed in a run, or a figure or displayed value. ``size`` in bytes, ``digest`` is sha256 hex."""

    name: str
    media_type: str
    size: int
    digest: str
    _load: Callable[[], bytes] = dataclasses.field(repr=False, compare=False)

    def read(self) -> bytes:
        """The bytes, fetched from the session when first asked.

        Raises:
            SessionClosed: the session is gone.
            FileNotFoundError: a later run removed it.
        """
        return self._load()


@dataclasses.dataclass(frozen=True)
class Usage:
    """What the run used. ``wall_s``, ``cpu_s`` and ``tool_s`` in seconds, ``memory_mb`` is peak growth (0 unknown)."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    memory_mb: float = 0.0
    ops: int = 0
    output_bytes: int = 0
    tool_calls: int = 0
    tool_s: float = 0.0

    def to_dict(self) -> dict[str, float]:
        """Plain data."""
        return {k: round(v, 6) if type(v) is float else v for k, v in dataclasses.asdict(self).items()}


@dataclasses.dataclass(frozen=True)
class Isolation:
    """The wall that truly holds around a session.

    ``kind``: none, process, container, managed, microvm or wasm. ``level``: the jail's own scale (L3, L2, L1, none)
    or "" elsewhere. ``mechanisms``: each one with "on", or "off: why", as seen from inside the worker.
    """

    kind: str
    level: str = ""
    mechanisms: dict[str, str] = dataclasses.field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return dataclasses.asdict(self)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Result:
    """The outcome of ``Executor.run``. ``value`` is the last expression, or the argument of ``final_answer``."""

    value: Any = None
    value_repr: str = "None"
    stdout: str = ""
    stderr: str = ""
    error: RunError | None = None
    is_final_answer: bool = False
    variables: tuple[Variable, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    state: State = "kept"
    usage: Usage = Usage()
    isolation: Isolation = Isolation("none", "none")
    events: tuple[Event, ...] = ()

    @property
    def ok(self) -> bool:
        """True when the run ended without an error."""
        return self.error is None

    def raise_for_error(self) -> Result:
        """This result, or its error raised.

        Raises:
            RunError: the error of the run.
        """
        if self.error is not None:
            _raise(self.error)
        return self


def _raise(error: HardcellError) -> NoReturn:
    raise error
