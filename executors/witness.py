"""Witness: who is told of everything that goes into a session and comes out, and may answer in the place of tools.

Invariants: called by the one caller that holds the session; what a witness raises ends the session's worker.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.events import Event
from sandbox.protocol import Frame
from sandbox.result import Result

from .toolcalls import ToolCalls


class Witness:
    """Hears one session; this one keeps nothing. ``taped``: clock and chance of the worker are noted or played."""

    taped = False

    def opened(self, facts: Mapping[str, Any]) -> None:
        """The session exists: executor, engine, enclosure, policy and limits as plain data.

        Raises:
            ValueError: this witness hears another session already.
        """

    def tools(self, names: Sequence[str]) -> None:
        """These are the tools from now on."""

    def request(self, kind: str, fields: Mapping[str, Any]) -> None:
        """A small request was granted: variables, a file."""

    def run_fields(self) -> Mapping[str, Any]:
        """More fields for the next ``run`` frame."""
        return {}

    def begin(self, code: str) -> None:
        """A run is sent."""

    def answer(self, frame: Frame, calls: HeardCalls) -> Frame:
        """The answer to a guest's call of a tool.

        Raises:
            DecodeError: the arguments are not values; the worker is hostile.
        """
        return calls.make(frame)

    def told(self, done: Frame | None) -> None:
        """The run is over; ``done`` is what the worker told of it, not decoded yet, if it lived to tell."""

    def end(self, result: Result) -> None:
        """What came of the run."""

    def event(self, event: Event) -> None:
        """Something went into the trail."""

    def closed(self) -> None:
        """The session is over. Idempotent."""


class HeardCalls(ToolCalls):
    """The tool calls of a run, with its witness."""

    def __init__(self, witness: Witness, *parts: Any) -> None:
        super().__init__(*parts)
        self._witness = witness

    def answer(self, frame: Frame) -> Frame:
        return self._witness.answer(frame, self)

    def make(self, frame: Frame) -> Frame:
        """Call the tool. Raises as ``ToolCalls.answer``."""
        return super().answer(frame)
