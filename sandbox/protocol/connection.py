"""One end of the protocol: frames to bytes, bytes to checked frames, and the state between them.

Invariants: both ends keep the same state by the same table; request numbers and call numbers only grow; an answer
carries the number of what it answers. Local errors are our bugs, remote errors are a hostile or broken peer.
"""

from __future__ import annotations

from sandbox.errors import LocalProtocolError, RemoteProtocolError

from .frames import SENDER, Frame, Role, problem
from .lines import Budget, LineReader, Malformed, encode
from .states import TRANSITIONS, State

_REQUESTS = frozenset({"run", "tools", "set", "file", "checkpoint", "rollback", "branch", "snapshot", "restore"})
_ANSWERS = frozenset({"done", "ok", "fail"})


class Connection:
    """``Connection("host")`` or ``Connection("worker")``. Not safe for threads; its owner serialises."""

    def __init__(self, role: Role, budget: Budget | None = None) -> None:
        self.role: Role = role
        self._peer: Role = "worker" if role == "host" else "host"
        self.state: State = "new"
        self._budget = budget or Budget()
        self._lines = LineReader(self._budget)
        self._request = 0
        self._call = 0

    def copy(self) -> Connection:
        """The connection of a copy of the worker's process, at the end that this one is: idle, and of the same
        numbers."""
        copied = Connection(self.role, self._budget)
        copied.state, copied._request, copied._call = "idle", self._request, self._call
        return copied

    @property
    def request(self) -> int:
        """The number of the latest request; the next one is this plus one."""
        return self._request

    @property
    def next_call(self) -> int:
        """The number that the next tool call must carry."""
        return self._call + 1

    def resize(self, budget: Budget) -> None:
        """Use another budget from now on, as both ends do once the limits are known."""
        self._budget = self._lines.budget = budget

    def send(self, frame: Frame) -> bytes:
        """The bytes of ``frame``; the state advances.

        Raises:
            LocalProtocolError: the frame is malformed, too large, or not legal now. The state is as before.
        """
        wrong = self._judge(frame, self.role)
        if wrong:
            raise LocalProtocolError(f"cannot send this frame: {wrong}")
        try:
            data = encode(frame, self._budget)
        except Malformed as error:
            refusal = LocalProtocolError(f"cannot send a {frame['t']} frame: {error}")
            refusal.size = error.size
            raise refusal from None
        self._advance(frame)
        return data

    def receive(self, data: bytes) -> list[Frame]:
        """The frames completed by ``data``, checked, in order. Empty ``data`` is the end of the stream.

        Raises:
            RemoteProtocolError: anything the peer must not send; the connection is broken from then on.
        """
        if self.state == "broken":
            raise RemoteProtocolError("the peer broke the protocol before")
        if not data:
            return self._end()
        frames = []
        try:
            for frame in self._lines.feed(data):
                wrong = self._judge(frame, self._peer)
                if wrong:
                    raise self._broken(wrong)
                self._advance(frame)
                frames.append(frame)
        except Malformed as error:
            raise self._broken(str(error)) from None
        return frames

    def _end(self) -> list[Frame]:
        torn, self.state = self._lines.torn, "closed"
        if torn:
            raise self._broken("the stream ended inside a frame")
        return []

    def _broken(self, why: str) -> RemoteProtocolError:
        self.state = "broken"
        return RemoteProtocolError(f"the {self._peer} broke the protocol: {why}")

    def _judge(self, frame: Frame, sender: Role) -> str | None:
        """Why this frame is not legal from ``sender`` now, or None."""
        kind = frame.get("t")
        if type(kind) is not str or kind not in SENDER:
            return "a frame of unknown kind"
        if SENDER[kind] != sender:
            return f"a {kind} frame from the wrong side"
        if (self.state, kind) not in TRANSITIONS:
            return f"a {kind} frame in state {self.state}"
        wrong = problem(frame)
        if wrong:
            return f"a {kind} frame that {wrong}"
        if kind in _REQUESTS:
            return None if frame["id"] == self._request + 1 else f"a {kind} frame out of sequence"
        if kind in _ANSWERS:
            return None if frame["id"] == self._request else f"a {kind} frame that answers another request"
        if kind == "call" and frame["id"] != self._call + 1:
            return "a call frame out of sequence"
        if kind == "answer" and (frame["id"] != self._call or len(frame) != 3):
            return "an answer frame that answers nothing, or says more than one thing"
        return None

    def _advance(self, frame: Frame) -> None:
        kind = frame["t"]
        self.state = TRANSITIONS[self.state, kind]
        if kind in _REQUESTS:
            self._request = frame["id"]
            self._lines.renew()
        elif kind == "call":
            self._call = frame["id"]
