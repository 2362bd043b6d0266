"""The link to one live worker: its stream, and the state of the protocol that goes with it.

Invariants: a link is greeted before anybody gets it; every wait has a deadline; a link that failed once is never used
again, and its owner closes it.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from typing import Any, Protocol

from sandbox.errors import BackendUnavailable
from sandbox.limits import Limits
from sandbox.policy import Policy
from sandbox.protocol import PROTO, Connection, Frame
from sandbox.protocol.lines import budget_for

from .copying import Coming, NoCopy
from .ctrl_c import let_through
from .exchange import Reply
from .grace import INTERRUPT_GRACE_S
from .opening import start_frame
from .pulse import LOOK_S
from .stream import Stream

START_S = 20.0
REQUEST_S = 30.0
COPY_S = 0.5
"""How long a worker may take to say why it made no copy."""


class Enclosure(Protocol):
    """What a backend brings: a way to start a worker. ``name`` is for messages, ``digest`` the expected archive."""

    name: str
    digest: str

    def start(self, engine: str, policy: Policy, limits: Limits) -> Stream:
        """A fresh worker's stream.

        Raises:
            BackendUnavailable: it cannot be had, or not at the asked isolation.
        """
        ...


class LinkFailed(Exception):
    """The worker ended, stalled or broke the protocol; the text says which."""


class Link:
    """A stream and its connection. ``cpu_s``: the worker's CPU seconds when its last run ended."""

    def __init__(self, stream: Stream, connection: Connection) -> None:
        self.stream = stream
        self.connection = connection
        self.cpu_s = 0.0
        self._ends = 0.0

    @classmethod
    def start(
        cls,
        enclosure: Enclosure,
        engine: str,
        policy: Policy,
        limits: Limits,
        tools: Sequence[str],
        *,
        taped: bool = False,
    ) -> Link:
        """A fresh worker that has said hello.

        Raises:
            BackendUnavailable: it cannot be had, or is not the one that was expected.
        """
        try:
            stream = enclosure.start(engine, policy, limits)
        except OSError as error:
            raise BackendUnavailable(f"no worker can be started: {error}") from error
        link = cls(stream, Connection("host", budget_for(limits.value_bytes)))
        try:
            link._greet(enclosure, start_frame(engine, policy, limits, tools, taped=taped))
        except BaseException:
            stream.close()
            raise
        link.cpu_s = stream.cpu_s()
        return link

    def _greet(self, enclosure: Enclosure, start: Frame) -> None:
        engine = start["engine"]
        try:
            with let_through():
                hello = self.exchange(start, START_S)
        except LinkFailed as failure:
            raise BackendUnavailable(f"the worker failed at a start request: {failure}") from None
        if hello["t"] == "fail":
            raise BackendUnavailable(f"the engine {engine!r} did not start: {hello['message']}")
        if hello["proto"] != PROTO or hello["engine"] != engine:
            raise BackendUnavailable(f"the worker speaks protocol {hello['proto']} of engine {hello['engine']!r}")
        if hello["digest"] != enclosure.digest:
            raise BackendUnavailable("the worker was built from another version of hardcell; build its image anew")

    def request(self, kind: str, timeout_s: float | None = None, **fields: Any) -> Frame:
        """One small request of an idle worker, and its answer; ``timeout_s`` is 30 s when None.

        Raises:
            LocalProtocolError: it is too large to send; nothing was sent.
            LinkFailed: the worker failed.
        """
        return self.exchange(
            {"t": kind, "id": self.connection.request + 1, **fields}, REQUEST_S if timeout_s is None else timeout_s
        )

    def hurry(self) -> None:
        """Ctrl-C came: wait for an answer no longer than for a run that is to stop. For signal handlers."""
        self._ends = min(self._ends, time.monotonic() + INTERRUPT_GRACE_S)

    def exchange(self, frame: Frame, timeout_s: float) -> Frame:
        """Send a frame and await its one answer. Raises as ``request``."""
        reply = Reply(self.connection)
        self._ends = time.monotonic() + timeout_s
        with contextlib.suppress(TimeoutError):
            self.stream.send(self.connection.send(frame), reply, timeout_s)
        return self._await(reply)

    def ask_copy(self) -> ComingLink:
        """Ask for a copy of the worker's process, which goes on with the session while this one waits.

        Raises:
            NoCopy: there is none, and the worker is as it was.
            LinkFailed: there is none, and the worker has failed.
        """
        before = self.connection.request
        try:
            coming = self.stream.ask_copy(lambda: self.connection.send({"t": "checkpoint", "id": before + 1}))
        except NoCopy as failure:
            if self.connection.request == before:
                raise
            raise self.reason(failure) from None
        return ComingLink(self, coming)

    def reason(self, failure: NoCopy) -> NoCopy:
        """What the worker says of a copy that it did not make. Raises LinkFailed when it says nothing."""
        self._ends = time.monotonic() + COPY_S
        answer = self._await(Reply(self.connection))
        return NoCopy(str(answer.get("message", failure)))

    def fork(self) -> Link:
        """A link to a copy of the worker's process that is a session of its own; this one goes on, too.

        Raises:
            NoCopy: there is none, and the worker is as it was.
            LinkFailed: the worker has failed.
        """
        asked = False

        def request(place: int) -> bytes:
            nonlocal asked
            asked = True
            return self.connection.send({"t": "branch", "id": self.connection.request + 1, "place": place})

        stream, why = None, "the worker does not say why"
        try:
            stream = self.stream.fork(request)
        except NoCopy as failure:
            if not asked:
                raise
            why = str(failure)
        copied = self.connection.copy()
        self._ends = time.monotonic() + COPY_S
        try:
            answer = self._await(Reply(self.connection))
        except LinkFailed:
            if stream is not None:
                stream.close()
            raise
        if stream is None:
            raise NoCopy(str(answer.get("message", why)))
        return Link(stream, copied)

    def _await(self, reply: Reply) -> Frame:
        pulse = self.stream.pulse()
        while not reply.finished and (left := self._ends - (now := time.monotonic())) > 0:
            self.stream.pump(reply, min(left, LOOK_S))
            if time.monotonic() - now >= LOOK_S and not reply.finished and not pulse.beats():
                break
        if reply.frame is not None and reply.error is None:
            return reply.frame
        raise LinkFailed(str(reply.error) if reply.error else "it ended" if reply.ended else "it does not answer")


class ComingLink:
    """A link to a copy that was asked for."""

    def __init__(self, parent: Link, coming: Coming[Stream]) -> None:
        self._parent = parent
        self._coming = coming

    def arrive(self) -> Link:
        """The link, once the copy is there.

        Raises:
            NoCopy: there is none, and the worker is as it was.
            LinkFailed: there is none, and the worker has failed.
        """
        try:
            return Link(self._coming.arrive(), self._parent.connection.copy())
        except NoCopy as failure:
            if not failure.made:
                raise self._parent.reason(failure) from None
            # The worker waits for a copy that it has, and that nobody will use.
            self._parent.request("rollback", COPY_S, sweep=self._parent.stream.alone)
            raise

    def give_up(self) -> None:
        """Let go of it, where its parent is let go of, too. Idempotent."""
        self._coming.give_up()
