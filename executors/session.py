"""One guest session, whatever its enclosure: start, runs, tools, variables, files, the end.

Invariants: one caller at a time; a worker is started at first use, and again after one was lost (told by a
``session.started`` event with ``replaces``); every wait has a deadline; a worker that misbehaved is killed before
anything else happens; a forked child of the host never touches its parent's worker.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import threading
import weakref
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.errors import (
    BackendUnavailable,
    EncodeError,
    LocalProtocolError,
    SessionBusy,
    SessionClosed,
)
from sandbox.events import host_event
from sandbox.limits import Limits
from sandbox.policy import Policy, Request
from sandbox.protocol import Frame
from sandbox.result import Isolation, Result
from sandbox.values import BOUNDS, encode
from sandbox.values.packages import on_host

from . import reached
from .alone import Alone
from .arguments import check_code, check_variable
from .ctrl_c import HeldBack
from .decisions import denied
from .exchange import Reply, Run, carry
from .files import Files
from .forking import fork
from .in_flight import InFlight
from .lineage import Lineage, release
from .link import Enclosure, Link, LinkFailed
from .listener import Listener
from .printed import OnOutput
from .results import fields_of, usage_of
from .rollback import Checkpoint, Rollback
from .snapshots import Snapshots
from .steps import Steps
from .toolbox import Tool, make_toolbox
from .toolcalls import Caller, ToolCalls, call_here
from .trail import Trail
from .witness import HeardCalls, Witness


class Session:
    """The session behind an executor. ``listener`` takes the events as they happen; ``record`` is their trail.
    ``interrupted_result``: that of the latest run, if ``run`` raised something instead of returning it."""

    def __init__(
        self,
        enclosure: Enclosure,
        engine: str,
        policy: Policy,
        limits: Limits,
        listener: Listener,
        rollback: Rollback,
        witness: Witness,
    ) -> None:
        self.policy = policy
        self.limits = limits
        self.engine = engine
        self._bounds = dataclasses.replace(BOUNDS, bytes=limits.value_bytes)
        self._enclosure = enclosure
        self._listener = listener
        self._witness = witness
        self._held: HeldBack | None = None
        self.interrupted_result: Result | None = None
        self._tools: dict[str, Tool] = {}
        self.record = Trail(listener, witness, Steps() if policy.deterministic else None)
        self._lock = threading.Lock()
        self._holder: int | None = None
        self._process = os.getpid()
        self._closed = False
        self._rollback = rollback
        # A guest of plain CPython may leave threads behind that go on between its runs.
        ahead = rollback.ahead and engine != "cpython"
        self.lineage = Lineage(rollback, ahead, limits.disk_mb, self.record)
        self._live = self.lineage.live
        self._in_flight = InFlight()
        self._runs = 0
        self.snapshots = Snapshots()
        self._finalizer = weakref.finalize(self, release, self._live, self._process)

    def alone(self) -> Alone:
        """Hold the session: ``with session.alone(): …``."""
        return Alone(self)

    def take(self) -> None:
        """Become the one caller, until ``give_back``.

        Raises:
            SessionBusy, SessionClosed.
        """
        self._check_open()
        if not self._lock.acquire(blocking=False):
            raise SessionBusy("the session is in use; a session serves one caller at a time, tools of its run included")
        self._holder = threading.get_ident()
        self._in_flight.hold()

    def give_back(self) -> None:
        """Let others use the session; one that was closed meanwhile is released now."""
        self._holder = None
        self._in_flight.let_go()
        if self._closed:
            self.lineage.drop("closed")
            self._witness.closed()
        self._lock.release()

    def _check_open(self) -> None:
        if self._closed:
            raise SessionClosed("the session was closed; make a new executor")
        if os.getpid() != self._process:
            raise SessionClosed("the session belongs to the process that made it; make a new executor after fork()")

    @property
    def isolation(self) -> Isolation:
        """The wall that truly holds. Starts the worker if there is none."""
        if self._live:
            return self._live[0].stream.isolation
        with self.alone():
            return self.live_link().stream.isolation

    @property
    def alive(self) -> bool:
        """Whether there is a worker that can serve."""
        return not self._closed and any(link.stream.alive() for link in self._live)

    def live_link(self) -> Link:
        """The link to the live worker, which is started if need be, for anything but a run."""
        if self._live:
            return self.lineage.idle()
        lost = {"replaces": self.lineage.lost} if self.lineage.lost else {}
        revived = self.snapshots.revive(self) if lost else None
        if revived is None:
            return self.adopt(self.fresh_link(), lost)
        return self.adopt(revived, lost | {"restored": self.snapshots.digest})

    def fresh_link(self) -> Link:
        """A link to a new worker, which is not the session's yet."""
        tools, taped = list(self._tools), self._witness.taped
        return Link.start(self._enclosure, self.engine, self.policy, self.limits, tools, taped=taped)

    def adopt(self, link: Link, told: Mapping[str, Any]) -> Link:
        """Make a fresh link the session's own; the event says what is ``told``."""
        self.lineage.drop("replaced")
        self.lineage.begin(link)
        self.lineage.touched = "restored" in told or "branch" in told
        isolation = link.stream.isolation
        self.record(
            host_event(
                "session.started",
                engine=self.engine,
                enclosure=self._enclosure.name,
                kind=isolation.kind,
                level=isolation.level,
                **told,
            )
        )
        return link

    def request(self, kind: str, **fields: Any) -> Frame:
        """One small request of an idle session: tools, set or file. The caller holds the session.

        Raises:
            LocalProtocolError: it is too large to send; nothing was sent.
            BackendUnavailable: the worker failed; it is killed.
        """
        if self._held is not None:
            self._held.check()
        link = self.live_link()
        self.lineage.touched |= kind != "tools"
        if kind == "set" or fields.get("op") in ("write", "remove"):
            self.snapshots.is_current = False
        try:
            answer = link.request(kind, **fields)
        except LinkFailed as failure:
            self.lineage.drop(str(failure))
            raise BackendUnavailable(f"the worker failed at a {kind} request: {failure}") from None
        except LocalProtocolError:
            raise
        except BaseException:
            self.lineage.drop(f"the host was interrupted during a {kind} request")
            raise
        if answer["t"] == "ok":
            self._witness.request(kind, fields)
        return answer

    def run(self, code: str, caller: Caller = call_here, on_output: OnOutput | None = None) -> Result:
        """Run one cell. See ``Executor.run``."""
        check_code(code)
        with self.alone():
            return self.run_held(code, caller, on_output)

    def run_held(self, code: str, caller: Caller, on_output: OnOutput | None) -> Result:
        """``run`` for a caller that already holds the session."""
        self._listener.renew()
        self.interrupted_result = None
        link = self._live[0] if self._live else self.live_link()
        if self.policy.decide is not None:
            request = Request(kind="run", code=code)
            violation = denied(self.policy, request, self.record, self.limits.tool_wall_s)
            if violation:
                return Result(error=violation, isolation=link.stream.isolation, events=self.record.take())
        if self._held is not None:
            self._held.check()
        if stopped := self._in_flight.stopped(self.record):
            return Result(error=stopped, isolation=link.stream.isolation, events=self.record.take())
        self._runs += 1
        self.record(host_event("run.started", number=self._runs, characters=len(code)))
        self._listener.check()
        checkpoint = self._checkpoint()
        link = checkpoint.copy if checkpoint else link
        frame = {"t": "run", "id": link.connection.request + 1, "code": code, **self._witness.run_fields()}
        try:
            data = link.connection.send(frame)
        except LocalProtocolError:
            if checkpoint is not None:
                self.lineage.undo(checkpoint, "")
            self.record(host_event("run.ended", outcome="usage", state="kept", wall_s=0.0))
            raise ValueError(f"the code is larger than limits.value_bytes ({self.limits.value_bytes})") from None
        was_current, self.snapshots.is_current = self.snapshots.is_current, False
        try:
            self._witness.begin(code)
            link.stream.drain(Reply(link.connection))
            # First of all: the worker is at work while the rest of the run is made ready.
            sent = link.stream.offer(data)
            parts = (self._tools, self.policy, self.limits, self._bounds, self.record, caller, self._listener.refusal)
            calls = HeardCalls(self._witness, *parts)
            run = Run(link.stream, link.connection, self.limits, calls, self.record, link.cpu_s, on_output)
            self._in_flight.begin(run)
            carry(link.stream, run, data[sent:], self._listener.refusal)
            self._witness.told(run.done)
            fields = fields_of(run, lambda path: Files(self).read(path), on_host(self.policy.allows_import))
        except OSError as error:
            self.lineage.abandon(checkpoint)
            raise BackendUnavailable(f"the host has no room for this run: {error}") from error
        except BaseException:
            self.lineage.abandon(checkpoint)
            raise
        finally:
            self._in_flight.end()
        return self._conclude(link, checkpoint, run, calls, fields, was_current)

    def check_unrecorded(self, act: str) -> None:
        """Raises ValueError for an act that a replay, which begins at the beginning, could not repeat."""
        if self._witness.taped:
            raise ValueError(f"a recorded session cannot {act}: its replay begins with an empty session")

    def _checkpoint(self) -> Checkpoint | None:
        try:
            return self.lineage.checkpoint()
        except LinkFailed as failure:
            self.lineage.drop(str(failure))
            raise BackendUnavailable(f"the worker failed at a checkpoint: {failure}") from None

    def _conclude(
        self,
        link: Link,
        checkpoint: Checkpoint | None,
        run: Run,
        calls: ToolCalls,
        fields: dict[str, Any],
        was_current: bool,
    ) -> Result:
        usage = usage_of(run, calls, link)
        reached.tell(fields["error"], run.verdict, link.stream.peak_memory_mb, self.record)
        isolation, error = link.stream.isolation, fields["error"]
        state = self.lineage.settle(checkpoint, lost=run.lost, error=error, done=run.done)
        if was_current and (state == "rolled_back" or (state == "lost" and self._comes_back())):
            state, self.snapshots.is_current = "rolled_back", True
        if state == "rolled_back":
            fields |= {"variables": (), "artifacts": ()}
        outcome = error.kind if error else "final answer" if fields["is_final_answer"] else "ok"
        self.record(host_event("run.ended", outcome=outcome, state=state, wall_s=round(usage.wall_s, 6)))
        if error is None and (refusal := self._listener.refusal()):
            fields |= {"error": refusal, "value": None, "value_repr": "None", "is_final_answer": False}
        result = Result(**fields, state=state, usage=usage, isolation=isolation, events=self.record.take())
        self._witness.end(result)
        self.lineage.prepare()
        escaped = calls.escaped or run.printed.escaped
        if escaped is not None or (self._held is not None and self._held.count):
            self.interrupted_result = result
        if escaped is not None:
            raise escaped
        return result

    def _comes_back(self) -> bool:
        """Whether the session that was lost is there again, as its last snapshot says."""
        with contextlib.suppress(BackendUnavailable):
            self.live_link()
        return self.snapshots.is_current

    def tool_names(self) -> list[str]:
        """The tools of the guest, by name."""
        return list(self._tools)

    def set_tools(self, tools: Mapping[str, Callable[..., Any]]) -> None:
        """Replace the callable host functions. See ``Executor.send_tools``."""
        toolbox = make_toolbox(tools)
        with self.alone():
            if self._live:
                answer = self.request("tools", names=list(toolbox))
                if answer["t"] == "fail":
                    raise ValueError(answer["message"])
            self._tools = toolbox
            self._witness.tools(list(toolbox))

    def set_variables(self, variables: Mapping[str, Any]) -> None:
        """Bind names in the guest's namespace. See ``Executor.send_variables``."""
        values = {
            check_variable(name, self._tools): encode(value, strict=True, name=name, bounds=self._bounds)
            for name, value in variables.items()
        }
        if not values:
            self._check_open()
            return
        with self.alone():
            try:
                answer = self.request("set", values=values)
            except LocalProtocolError:
                raise EncodeError(
                    f"the variables are larger than limits.value_bytes ({self.limits.value_bytes}); "
                    "write a file instead",
                    path=next(iter(values)),
                ) from None
        if answer["t"] == "fail":
            raise EncodeError(f"the worker cannot take the variables: {answer['message']}")

    def fork(self, listener: Listener) -> Session:
        """An independent session that begins where this one is. See ``Executor.fork``."""
        with self.alone():
            self.live_link()
            branch = fork(self.lineage, self.record, self._enclosure.name, self.engine, recorded=self._witness.taped)
            made = Session(self._enclosure, self.engine, self.policy, self.limits, listener, self._rollback, Witness())
            made._tools = dict(self._tools)
            made.adopt(branch, {"branch": True})
            return made

    def interrupt(self) -> None:
        """Stop the run in flight, or the one that is being made ready; kill its worker if it does not stop."""
        self._in_flight.stop()

    def struck(self, count: int) -> None:
        """Ctrl-C number ``count`` while the session is held: stop the guest softly, hard, at any cost. For handlers."""
        if count > 2:
            raise KeyboardInterrupt
        self.interrupt()
        for link in self._live[-1:]:
            if count == 2:  # not the process that waits behind it: the session goes back to that one
                link.stream.kill()
            link.hurry()
            link.stream.strike()

    def hold_back(self, held: HeldBack | None) -> None:
        """For whoever holds the session on the main thread: how it is told of Ctrl-C."""
        self._held = held

    def close(self) -> None:
        """End the session. A run in flight in another thread ends as crashed."""
        if os.getpid() != self._process:
            self._closed = True
            return
        if self._closed and not self._live:
            return
        held = HeldBack(lambda count: None)
        held.hold()
        try:
            self._close()
        finally:
            held.let_go()

    def _close(self) -> None:
        self._closed = True
        mine = self._holder == threading.get_ident()
        if mine or not self._lock.acquire(timeout=0):
            self._in_flight.closing()
            for link in list(self._live):
                link.stream.kill()
                link.stream.wake()
            return
        try:
            self.lineage.drop("closed")
            self._witness.closed()
            self._finalizer.detach()
        finally:
            self._lock.release()
