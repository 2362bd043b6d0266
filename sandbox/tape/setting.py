"""Setting: what a worker does around its runs when time and chance are not simply the machine's.

Invariants: made before the engine, in a process that serves one guest; a worker without one does nothing of this.
"""

from __future__ import annotations

import io
from typing import Any, TextIO

from .addresses import Addresses, AddressFree
from .fixed import Fixed
from .process import Process
from .tape import Tape


class Setting:
    """Sources, patches and addresses of one worker."""

    def __init__(self, fixed: bool, taped: bool) -> None:
        """``fixed``: the same in every session; ``taped``: as it comes, noted or played. Fixed needs no tape."""
        self._tape = Tape() if taped and not fixed else None
        self._process = Process(self._tape or Fixed())
        self._addresses = Addresses()
        self.identity = self._addresses.id

    def stream(self, stream: TextIO) -> TextIO:
        """The guest's output without addresses, in the place of ``stream``."""
        return AddressFree.over(stream, self._addresses) if isinstance(stream, io.TextIOWrapper) else stream

    def begin(self, frame: dict[str, Any]) -> None:
        """The run of this frame begins; guest code may run already."""
        if self._tape is not None:
            self._tape.begin(frame.get("tape"))
        self._process.seed()

    def begun(self) -> None:
        """The state of generators is saved or restored now, and a run that comes later must not begin them anew."""
        if self._tape is None:
            self._process.seed()

    def no_room(self) -> None:
        """The end of a run was too large to tell: leave its tape out."""
        if self._tape is not None:
            self._tape.drop()

    def outgoing(self, frame: dict[str, Any]) -> dict[str, Any]:
        """A frame to the host without addresses, and with the tape when it tells the end of a run."""
        told: dict[str, Any] = self._addresses.plain(frame)
        if self._tape is not None and frame["t"] == "done":
            told["tape"] = self._tape.end()
        return told
