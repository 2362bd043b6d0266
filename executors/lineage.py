"""The processes of one session over time: its worker, and while a run is made on a copy of it, that copy.

Invariants: between runs one process at most is the session, and one copy of it may wait for the next run; what is told
of the session's state is what was seen to become of its processes; whoever ends a process says why, and it is an event.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable

from sandbox.errors import BackendUnavailable, RunError
from sandbox.events import Event, host_event
from sandbox.protocol import Frame
from sandbox.result import State

from .ahead import Ahead
from .copying import NoCopy
from .link import Link, LinkFailed
from .rollback import Checkpoint, Rollback


class Lineage:
    """``live``: the link to the session's process, and behind it the link to a copy that is at work. ``lost``: why
    the last process was ended, until there is another. ``touched``: there is something in the session to lose.
    ``ahead``: whether copies are asked for as soon as a run has ended, for the next one."""

    def __init__(self, rollback: Rollback, ahead: bool, disk_mb: int, record: Callable[[Event], None]) -> None:
        self._rollback = rollback
        self._ahead = Ahead(ahead)
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
        if coming := self._ahead.take():
            coming.give_up()
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

    def idle(self) -> Link:
        """The session's process, for anything but a run; a copy that was made for the next run is given up.

        Raises:
            BackendUnavailable: it failed; it was ended.
        """
        link = self.live[0]
        coming = self._ahead.waste()
        if coming is None:
            return link
        try:
            with contextlib.suppress(NoCopy):
                Checkpoint(link, coming.arrive(), self._disk_mb).roll_back()
        except BaseException as failure:
            self.drop(f"a copy made ahead could not be given up: {failure}")
            if isinstance(failure, LinkFailed):
                raise BackendUnavailable(f"the worker failed between two runs: {failure}") from None
            raise
        return link

    def prepare(self) -> None:
        """Ask for the copy of the next run while nobody waits for it. Whatever fails is told by that run."""
        if self._ahead.wanted and self._needs_copy():
            with contextlib.suppress(NoCopy, LinkFailed):
                self._ahead.put(self.live[0].ask_copy())

    def _needs_copy(self) -> bool:
        if not self.live or not self.touched or not self.live[0].stream.can_copy:
            return False
        stream = self.live[0].stream
        # To end a run in the jail's first process is to end its branches, so they are never at risk in one.
        return not stream.alone or self._rollback.needs_copy(stream.resident_mb())

    def checkpoint(self) -> Checkpoint | None:
        """A copy of the session to run on, if there is anything to lose and the worker can copy itself.

        Raises:
            LinkFailed: the worker failed.
        """
        coming = self._ahead.take()
        if coming is None and not self._needs_copy():
            return None
        link = self.live[0]
        try:
            checkpoint = Checkpoint(link, (coming or link.ask_copy()).arrive(), self._disk_mb)
            if coming is not None and not checkpoint.copy.stream.alive():
                checkpoint = Checkpoint(checkpoint.roll_back(), link.ask_copy().arrive(), self._disk_mb)
        except NoCopy as failure:
            self._record(host_event("checkpoint.failed", reason=str(failure)[:500]))
            return None
        self.live.append(checkpoint.copy)
        return checkpoint

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
