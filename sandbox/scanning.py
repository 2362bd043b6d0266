"""Engines named ``scan:…``: what the engine of that name would refuse of a source, as the value of a run that runs
nothing of it.

The parser reads hostile text in C: it may crash, or take all memory and time. So it reads in a worker, under the same
walls and limits as a run.

Invariants: the source is never evaluated; no event is told, since nothing was asked for; no tool can be called.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from .engine import Engine, EngineHost, Outcome
from .engines import SCAN
from .findings import Reader
from .snapshot import World

MOST_FINDINGS = 1000
"""More are counted, not told."""


class Scanning:
    """An engine that reads with another and runs nothing. Implements ``sandbox.engine.Engine``.

    The value of a run is ``[rows, more]``: ``Finding.to_row`` of each, and how many were left out.
    """

    def __init__(self, name: str, load: Callable[[str, EngineHost], Engine], host: EngineHost) -> None:
        self.name = name
        self._engine = load(name.removeprefix(SCAN), dataclasses.replace(host, emit=_untold))
        if not hasattr(self._engine, "read"):
            raise ValueError(f"engine {self._engine.name!r} cannot read without running")

    def run(self, code: str) -> Outcome:
        """Read one source."""
        found, more = cast(Reader, self._engine).read(code, MOST_FINDINGS)
        return Outcome(value=[[finding.to_row() for finding in found], more])

    def inside(self, function: Callable[..., Any], *args: Any) -> Any:
        return function(*args)

    def outside(self, function: Callable[..., Any], *args: Any) -> Any:
        return function(*args)

    def set_tools(self, names: Sequence[str]) -> None:
        self._engine.set_tools(names)

    def set_variables(self, values: Mapping[str, Any]) -> None:
        self._engine.set_variables(values)

    def meet(self, package: str) -> None:
        self._engine.meet(package)

    def variables(self) -> Mapping[str, object]:
        return {}

    def world(self) -> World:
        return self._engine.world()


def _untold(kind: str, data: Mapping[str, Any]) -> None:
    """No event."""
