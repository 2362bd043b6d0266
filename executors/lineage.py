"""The processes of one session over time: its worker, and while a run is made on a copy of it, that copy.

Invariants: between runs there is one process at most; what is told of the session's state is what was seen to become of
its processes; whoever ends a process says why, and it is an event.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from sandbox.errors import RunError
from sandbox.events import Event, host_event
from sandbox.protocol import Frame
from sandbox.result import State

from .copying import NoCopy
from .link import Link, LinkFailed
from .rollback import Checkpoint, Rollback


class Lineage:
    """``live``: the link to the session's process, and behind it the link to a copy that is at work. ``lost``: why
    the last process was ended, until there is another. ``touched``: there is something in the session to lose."""

    def __init__(self, rollback: Rollback, disk_mb: int, record: Callable[[Event], None]) -> None:
        self._rollback = rollback
        self._disk_mb = disk_mb
        self._record = record
        self._process = os.getpid()
        self.live: list[Link] = []
        self.lost: str | None = None
        self.touched = False

    def begin(self, link: Link) -> str | None:
        """A fresh worker is the session; why the one before was ended."""
        self.live.append(link)
        self.touched = False
        lost, self.lost = self.lost, None
        return lost

    def drop(self, why: str) -> None:
        """End what there is, for certain."""
        if self.live:
            release(self.live, self._process)
            self.lost = why
            self._record(host_event("session.ended", reason=why))

    @property
    def rolls_back(self) -> bool:
        """Whether a run that fails is undone, as far as is known of the worker that was started last."""
        return bool(self.live) and self.live[0].stream.can_copy

    @property
    def forks(self) -> bool:
        """Whether the session can be forked, as far as is known of the worker that was started last."""
        return bool(self.live) and self.live[0].stream.can_fork

    def checkpoint(self) -> Checkpoint | None:
        """A copy of the session to run on, if there is anything to lose and the worker can copy itself.

        Raises:
            LinkFailed: the worker failed.
        """
        link = self.live[0]
        if not self.touched or not link.stream.can_copy:
            return None
        # To end a run in the jail's first process is to end its branches, so they are never at risk in one.
        if link.stream.alone and not self._rollback.needs_copy(link.stream.resident_mb()):
            return None
        try:
            copy = link.copy()
        except NoCopy as failure:
            self._record(host_event("checkpoint.failed", reason=str(failure)[:500]))
            return None
        self.live.append(copy)
        return Checkpoint(link, copy, self._disk_mb)

    def settle(self, checkpoint: Checkpoint | None, *, lost: bool, error: RunError | None, done: Frame | None) -> State:
        """Keep the run or undo it: what the session's state is then. ``lost``: its process has ended or is not to be
        trusted; ``done``: what the worker said at its end, if it did."""
        undo = lost or self._rollback.undoes(error, done)
        why = f"lost in a run: {error.type if error else 'ended'}"
        if checkpoint is not None:
            if undo:
                return self.undo(checkpoint, why)
            self.live[:] = [checkpoint.keep()]
        elif undo and not self.touched and self.rolls_back:
            # Nothing had been there before: a fresh worker is the state that the run began with.
            self.drop(why)
            return "rolled_back"
        elif lost:
            self.drop(why)
            return "lost"
        self.touched = True
        return "kept"

    def undo(self, checkpoint: Checkpoint, why: str) -> State:
        """Go back to where the run began."""
        try:
            self.live[:] = [checkpoint.roll_back()]
        except LinkFailed as failure:
            self.drop(f"{why}; no rollback: {failure}")
            return "lost"
        return "rolled_back"

    def abandon(self, checkpoint: Checkpoint | None) -> None:
        """The host itself failed in the middle of a run."""
        why = "the host was interrupted during a run"
        try:
            if checkpoint is None:
                self.drop(why)
            else:
                self.undo(checkpoint, why)
        except BaseException:
            self.drop(f"{why} and again while it was undone")
            raise


def release(live: list[Link], process: int) -> None:
    """End a session's worker and what copy of it is at work, but only in the process that made them."""
    if os.getpid() != process:
        return
    while live:
        stream = live.pop().stream
        if live:
            stream.kill()
            stream.retire()
        else:
            stream.close()
