"""One request in flight: what the worker's bytes mean for it.

Invariants: an exchange is a sink and never raises; the first verdict of the host is the outcome, whatever the
worker claims later; a worker that broke the protocol is never listened to again.
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox.errors import DecodeError, LimitExceeded, LocalProtocolError, RemoteProtocolError, RunError
from sandbox.events import Event, host_event, worker_event
from sandbox.limits import Limits
from sandbox.protocol import Connection, Frame

from .aside import Aside
from .deadline import Deadline
from .grace import INTERRUPT_GRACE_S, Grace
from .printed import OnOutput, Printed
from .reached import exceeded
from .stream import Output, Stream
from .toolcalls import ToolCalls

SEND_S = 10.0
AGAIN_S = 0.02
"""After this time an interrupt is sent again: a worker hears one a run, and none before the run has begun."""
MAX_EVENTS = 2000
MAX_EVENT_BYTES = 4 << 20


def carry(stream: Stream, run: Run, data: bytes, refusal: Callable[[], RunError | None]) -> None:
    """Send what is left of the run's frame and pump until it is finished. ``refusal``: why it may not go on."""
    try:
        if data:
            run.send(data)
        while not run.finished:
            stream.pump(run, run.timeout_s())
            run.tick()
            if refused := refusal():
                run.stop(refused)
        stream.drain(run)
        run.look_back()
    finally:
        run.end()


def interrupted() -> LimitExceeded:
    """The outcome of a run that the host stopped."""
    return LimitExceeded("the run was interrupted", limit="interrupt", how="host")


class Reply:
    """A small request: one ``hello``, ``ok`` or ``fail`` is awaited; output is nobody's and dropped."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.frame: Frame | None = None
        self.error: RemoteProtocolError | None = None
        self.ended = False

    @property
    def finished(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self.frame is not None or self.ended

    def frames(self, data: bytes) -> None:
        """Take the worker's bytes."""
        self.ended = self.ended or not data
        try:
            for frame in self._connection.receive(data):
                self.frame = frame
        except RemoteProtocolError as error:
            self.error, self.ended = error, True

    def output(self, name: Output, data: bytes) -> None:
        """Printed while no run was in flight."""


class Run:
    """A run in flight. ``finished`` when there is nothing more to wait for; ``lost`` when its worker is."""

    def __init__(
        self,
        stream: Stream,
        connection: Connection,
        limits: Limits,
        calls: ToolCalls,
        record: Callable[[Event], None],
        cpu_before_s: float,
        on_output: OnOutput | None = None,
    ) -> None:
        self._stream = stream
        self._connection = connection
        self._limits = limits
        self._calls = calls
        self._record = record
        self._events = 0
        self._event_bytes = 0
        self._grace: Grace | None = None
        self._wanted: RunError | None = None
        self._interrupted = False
        self.ending: RunError | None = None
        """Why its worker ends, if it is known before."""
        self.deadline = Deadline(limits, stream.cpu_s, cpu_before_s, stream.disk)
        self.printed = Printed(limits.output_bytes, on_output)
        self._aside = Aside(self) if on_output is not None else None
        self.done: Frame | None = None
        self.verdict: RunError | None = None
        self.lost = False

    @property
    def finished(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self.done is not None or self.lost

    def end(self) -> None:
        """Nothing more comes from the worker for this run."""
        if self._aside is not None:
            self.printed.end(self._aside)
            self._aside.close()
            self._aside = None

    # ---- time

    def timeout_s(self) -> float:
        """How long a pump may wait now."""
        if self._grace is None:
            return self.deadline.remaining_s()
        left = self._grace.remaining_s()
        return min(left, AGAIN_S) if self._interrupted else left

    def tick(self) -> None:
        """Look at the clocks; go on to the next stage of stopping when its time has come."""
        if self.finished:
            return
        if self._grace is None and self._wanted is not None:
            self.stop(self._wanted, Grace(INTERRUPT_GRACE_S))
        elif self._grace is None:
            passed = self.deadline.passed()
            if passed:
                self.stop(passed)
        elif not self._grace.remaining_s():
            self._stream.kill()
            self.lost = True
        elif self._interrupted:
            self._stream.interrupt()

    def look_back(self) -> None:
        """At the end: condemn a run that left more behind than it may."""
        left = None if self.lost else self.deadline.left_behind()
        if left:
            self._condemn(left)

    def stop(self, error: RunError, grace: Grace | None = None) -> None:
        """Record why, ask the guest to stop, and set when it is killed. The first reason stands."""
        if self._grace is not None or self.finished:
            return
        self._condemn(error)
        self._begin_grace(grace)
        self._interrupted = True
        self._stream.interrupt()

    def _begin_grace(self, grace: Grace | None = None) -> None:
        self._grace = grace or Grace(read_cpu=self._stream.cpu_s)

    def ask_stop(self, error: RunError) -> None:
        """``stop`` from another thread: the thread that pumps does it."""
        self._wanted = error
        self._stream.wake()

    def _condemn(self, error: RunError) -> None:
        if self.verdict is not None:
            return
        self.verdict = error
        if isinstance(error, LimitExceeded):
            self._record(host_event("limit", limit=error.limit, allowed=error.allowed, used=error.used, how=error.how))

    def distrust(self, error: RemoteProtocolError) -> None:
        """The worker broke the protocol: kill it and end."""
        self._condemn(error)
        self._record(host_event("crash", reason=error.message[:500]))
        self._stream.kill()
        self.lost = True

    # ---- what the worker is told

    def send(self, data: bytes) -> None:
        """Send a frame. A worker that does not take it in time is lost with it, since half a frame was sent."""
        left = self.deadline.wall_left_s() if self._grace is None else self._grace.wall_left_s()
        try:
            self._stream.send(data, self, min(SEND_S, left))
        except TimeoutError:
            passed = self.deadline.passed()
            if passed:
                self._condemn(passed)
            self.distrust(RemoteProtocolError("the worker does not read what is sent to it"))

    # ---- what the worker says

    def output(self, name: Output, data: bytes) -> None:
        """Keep what fits; the byte above the limit stops the run."""
        kept = self.printed.take(name, data)
        if len(kept) < len(data):
            used = self.printed.size
            self.stop(exceeded("output_bytes", self._limits.output_bytes, used, "host count"))
        if self._aside is not None and self.printed.told:
            self._stream.outside(self.printed.tell, name, kept, self._aside)
        if self.printed.escaped is not None:
            self.stop(interrupted(), Grace(INTERRUPT_GRACE_S))

    def frames(self, data: bytes) -> None:
        """Take the worker's bytes."""
        if self.finished:
            return
        if not data:
            self._gone()
            return
        try:
            for frame in self._connection.receive(data):
                if frame["t"] == "done":
                    self.done = frame
                elif frame["t"] == "call":
                    self._call(frame)
                else:
                    self._event(frame)
        except RemoteProtocolError as error:
            self.distrust(error)
        except DecodeError as error:
            self.distrust(RemoteProtocolError(f"the worker sent arguments that are no values: {error}"))

    def _event(self, frame: Frame) -> None:
        try:
            event = worker_event(frame)
        except ValueError as error:
            raise RemoteProtocolError(f"the worker sent an event that is none: {error}") from None
        self._events += 1
        self._event_bytes += sum(map(_weight, event.data.values()))
        if self._events > MAX_EVENTS or self._event_bytes > MAX_EVENT_BYTES:
            raise RemoteProtocolError("the worker sent more events than a worker sends in a run")
        self._record(event)

    def _call(self, frame: Frame) -> None:
        if self._wanted is not None and self._grace is None:
            self._condemn(self._wanted)
        answer = self._calls.refuse(frame, self.verdict) if self.verdict else self._calls.answer(frame)
        self.deadline.tool_s = self._calls.tool_s
        passed = self.deadline.passed()
        if self._calls.refusal:
            self._condemn(self._calls.refusal)
        elif self._calls.escaped:
            self._condemn(interrupted())
        elif passed:
            self._condemn(passed)
            answer = self._calls.refuse(frame, passed)
        if self.verdict and self._grace is None:
            self._begin_grace()
        self._send(answer)

    def _send(self, answer: Frame) -> None:
        try:
            data = self._connection.send(answer)
        except LocalProtocolError:
            text = f"what the tool returned is larger than {self._limits.value_bytes} bytes (value_bytes)"
            error = {"type": "EncodeError", "message": text}
            data = self._connection.send({"t": "answer", "id": answer["id"], "error": error})
        self.send(data)

    def _gone(self) -> None:
        """The worker ended during the run."""
        self.lost = True
        if self.verdict is None:
            error = self.ending or self._stream.explain_exit(self._limits)
            self._condemn(error)
            self._record(host_event("crash", reason=error.message[:500]))


def _weight(value: object) -> int:
    """Roughly the bytes that a field of an event keeps."""
    return len(value) if isinstance(value, str) else value.bit_length() >> 3 if isinstance(value, int) else 8
