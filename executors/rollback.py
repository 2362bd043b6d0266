"""Rollback: when a run is made on a copy of the session, and what becomes of the copy.

The worker forks before the run; the run happens in the copy. If it ends well the copy is the session from then on; if
it fails the copy is ended, files and all, and the session is what it was before.

Invariants: what the host tells of the session's state is what it has seen: a copy that it adopted, an answer of the
original to ``rollback``, or neither, which is ``lost``.
"""

from __future__ import annotations

import dataclasses
from typing import Literal

from sandbox.errors import LimitExceeded, RunError
from sandbox.protocol import Frame

from .exits import Exit
from .link import Link, LinkFailed

ROLLBACK_S, USUAL_DISK_MB = 1.5, 64
"""How long a rollback may take where /cell is of the usual size or smaller; in proportion longer where it is larger."""
COPIES = 4
"""Processes of a session beside the one at work: its jail's first, the one that waits, and two that waited before and
are about to be gone."""
_MOST = {"signal": 64, "code": 255, "cpu_ms": 1 << 40, "peak_kb": 1 << 40}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rollback:
    """``when``: ``auto`` (guarded engines in the full jail, up to ``up_to_mb`` of memory that the guest holds),
    ``always`` (also above that, and with engine cpython) or ``never``. ``on_exceptions``: undo a run that ends in an
    exception of the guest's own, too; by default it keeps what it had done, as a notebook does. ``ahead``: make the
    copy for the next run as soon as one has ended, where that can be done (not with engine cpython), so that the next
    need not wait for it; a session that idles is then two processes.

    Raises:
        ValueError, TypeError: a field is none of these.
    """

    when: Literal["auto", "always", "never"] = "auto"
    on_exceptions: bool = False
    up_to_mb: int = 100
    ahead: bool = True

    def __post_init__(self) -> None:
        if self.when not in ("auto", "always", "never"):
            raise ValueError(f"rollback.when is 'auto', 'always' or 'never', not {self.when!r}")
        for name in ("on_exceptions", "ahead"):
            if type(getattr(self, name)) is not bool:
                raise TypeError(f"rollback.{name} must be true or false")
        if type(self.up_to_mb) is not int:
            raise TypeError("rollback.up_to_mb must be an integer")
        if self.up_to_mb < 0:
            raise ValueError(f"rollback.up_to_mb must be 0 or more, not {self.up_to_mb}")

    @classmethod
    def of(cls, wanted: Rollback | bool | None) -> Rollback:
        """``True`` is always, ``False`` is never, None is the default.

        Raises:
            TypeError: it is something else.
        """
        if wanted is None:
            return cls()
        if isinstance(wanted, bool):
            return cls(when="always" if wanted else "never")
        if not isinstance(wanted, cls):
            raise TypeError(f"rollback is an executors.Rollback, True, False or None, not {type(wanted).__name__}")
        return wanted

    def possible(self, engine: str) -> bool:
        """Whether sessions of this engine may need copies of their process."""
        return self.when == "always" or self.when == "auto" and engine != "cpython"

    def needs_copy(self, resident_mb: float) -> bool:
        """Whether a run of a session that holds so much memory is made on a copy."""
        return self.when == "always" or self.when == "auto" and resident_mb <= self.up_to_mb

    def undoes(self, error: RunError | None, done: Frame | None) -> bool:
        """Whether a run that ended so is undone. ``done`` is what the worker said at its end, if it did."""
        if error is None:
            return False
        if isinstance(error, LimitExceeded) and error.limit == "interrupt":
            return done is None
        return self.on_exceptions if error.kind == "guest" else True


NEVER = Rollback(when="never")


class Checkpoint:
    """``parent`` waits while ``copy`` is the session. ``disk_mb``: the size of /cell."""

    def __init__(self, parent: Link, copy: Link, disk_mb: int) -> None:
        self.copy = copy
        self._patience_s = ROLLBACK_S * max(1.0, disk_mb / USUAL_DISK_MB)
        self._parent = parent
        self._answer: Exit | LinkFailed | None = None
        copy.stream.on_end(self._end)

    def keep(self) -> Link:
        """The copy is the session."""
        self.copy.stream.on_end(None)
        self._parent.stream.retire()
        return self.copy

    def roll_back(self) -> Link:
        """The parent is the session again, its files as they were.

        Raises:
            LinkFailed: it does not answer, or could not restore them.
        """
        self._undo()
        self.copy.stream.retire()
        if isinstance(self._answer, LinkFailed):
            raise self._answer
        return self._parent

    def _end(self) -> Exit | None:
        """How the copy ended, as its parent saw it."""
        self._undo()
        return self._answer if isinstance(self._answer, Exit) else None

    def _undo(self) -> None:
        if self._answer is not None:
            return
        try:
            answer = self._parent.request("rollback", self._patience_s, sweep=self._parent.stream.alone)
            self._answer = _exit_of(answer)
            if self.copy.stream.alive():
                raise LinkFailed("the worker says that the copy has ended, which goes on")
        except LinkFailed as failure:
            self._answer = failure


def _exit_of(answer: Frame) -> Exit:
    """The end of a copy, as a worker claims it.

    Raises:
        LinkFailed: the worker could not roll back, or says nothing that makes sense.
    """
    if answer["t"] == "fail":
        raise LinkFailed(f"the files could not be restored: {answer['message']}")
    data = answer["data"]
    if not all(type(data.get(name)) is int and 0 <= data[name] <= most for name, most in _MOST.items()):
        raise LinkFailed("the worker's answer to a rollback makes no sense")
    return Exit(data["signal"], data["code"], data["cpu_ms"] / 1000, data["peak_kb"])
