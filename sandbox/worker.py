"""The worker: the one program that runs inside every enclosure and hosts an engine.

It reads a frame, does what it asks, answers, and reads the next. Single-threaded: during a run it reads only while it
waits for a tool's answer. Descriptors 1 and 2 are pipes that the enclosure drains; output is flushed before ``done``.

Invariants: one answer for every request, whatever the guest did; guest code runs only between ``begin`` and the end
of ``_run``; nothing of the guest is trusted here, nor needs to be: the host checks every frame.
"""

from __future__ import annotations

import dataclasses
import functools
import os
import platform
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from . import hearers, means
from .cell import Cell
from .copies import Copies
from .engine import Engine, EngineHost, Outcome, Place, Stop, ToolError
from .engines import load_engine
from .errors import DecodeError, EncodeError, LimitExceeded, LocalProtocolError, WorkerCrashed
from .event_budget import EventBudget
from .interrupts import Interrupts
from .limits import Limits
from .policy import Policy
from .port import Port, SocketPort, open_port, text_stream
from .protocol import PROTO, Connection, Frame
from .protocol.failures import clip, from_plain
from .protocol.lines import Budget, budget_for
from .protocol.lines import encode as encode_frame
from .reserve import Reserve
from .snapshot.transfer import Transfer
from .telling import NO_OUTCOME, NOTHING_TOLD, done_frame, is_plain, limited, tell
from .values import BOUNDS, decode, encode, encode_each
from .values.instances import module_of
from .values.packages import in_guest

if TYPE_CHECKING:
    from .tape.setting import Setting

GUEST_MODULE = "__main__"
_SHORT_FRAME = 4096


class Worker:
    """One session's worker. ``serve`` reads until the host ends; ``feed`` is the same for one piece of bytes."""

    def __init__(
        self,
        port: Port,
        stdout: TextIO,
        stderr: TextIO,
        cell: str,
        *,
        isolation: Mapping[str, Any] | None = None,
        digest: str = "",
        in_process: bool = False,
    ) -> None:
        self._stdout = stdout
        self._stderr = stderr
        self.cell = Cell(cell)
        self._place = Place(cell)
        self._isolation = dict(isolation or {})
        self._digest = digest
        self._in_process = in_process
        self._copies: Copies | None = None
        self._use(port)
        self._thread = threading.get_ident()
        self._connection = Connection("worker")
        self._engine: Engine | None = None
        self._policy = Policy()
        self._limits = Limits()
        self._bounds = BOUNDS
        self._told = EventBudget()
        self._reserve = Reserve()
        self._setting: Setting | None = None
        self._snapshots = Transfer(self.cell, 0)
        self.interrupts = Interrupts()

    def _use(self, port: Port) -> None:
        self._port = port
        self._copies = Copies(port, self._place, self.cell) if isinstance(port, SocketPort) else None

    def serve(self) -> None:
        """Answer requests until the host says bye or its stream ends."""
        while self._connection.state != "closed":
            self._reserve.hold_ahead()
            data = self._port.read()
            if len(data) > _SHORT_FRAME:
                self._reserve.release()
            self.feed(data)

    def feed(self, data: bytes) -> None:
        """Take bytes from the host and answer the requests they complete.

        Raises:
            RemoteProtocolError: the host broke the protocol.
        """
        self._thread = threading.get_ident()
        for frame in self._connection.receive(data):
            if frame["t"] == "start":
                self._start(frame)
            elif frame["t"] == "run":
                self._run(frame)
            elif frame["t"] in ("checkpoint", "branch"):
                self._copy(frame)
            elif frame["t"] != "bye":
                self._reserve.release()
                self._serve_request(frame)

    def _send(self, frame: Frame) -> None:
        with self.interrupts:
            self._port.write(self._framed(frame))

    def _framed(self, frame: Frame) -> bytes:
        return self._connection.send(frame if self._setting is None else self._setting.outgoing(frame))

    def _start(self, frame: Frame) -> None:
        try:
            policy = Policy.from_dict(frame["policy"])
            limits = Limits.from_dict(frame["limits"])
            if setting := self._setting_for(policy, frame):
                self._stdout, self._stderr = setting.stream(self._stdout), setting.stream(self._stderr)
                sys.stdout, sys.stderr = self._stdout, self._stderr
            host = EngineHost(
                policy=policy,
                limits=limits,
                stdout=self._stdout,
                stderr=self._stderr,
                cell=self._place,
                call_tool=self._call_tool,
                emit=self._emit,
                in_process=self._in_process,
                relieve=self._reserve.release,
                identity=setting.identity if setting else id,
            )
            self._policy, self._limits = policy, limits
            self._bounds = dataclasses.replace(BOUNDS, bytes=limits.value_bytes)
            self._snapshots = Transfer(self.cell, limits.snapshot_mb << 20)
            self._engine = load_engine(frame["engine"], host)
            self._engine.set_tools(frame["tools"])
        except Exception as error:
            self._fail(0, error)
            return
        self._connection.resize(budget_for(limits.value_bytes))
        self._send(self._hello())

    def _hello(self) -> Frame:
        return {
            "t": "hello",
            "proto": PROTO,
            "python": platform.python_version(),
            "digest": self._digest,
            "engine": self._running_engine().name,
            "isolation": self._isolation,
        }

    @property
    def started(self) -> bool:
        """Whether an engine was started and no run is in flight."""
        return self._connection.state == "idle"

    def adopt(self, port: Port, isolation: Mapping[str, Any]) -> None:
        """Say hello to the host behind ``port``, for a worker that was started before it had one."""
        self._use(port)
        self._isolation = dict(isolation)
        self._port.write(encode_frame(self._hello(), Budget()))

    def _setting_for(self, policy: Policy, frame: Frame) -> Setting | None:
        """Time and chance that are not the machine's; None for most sessions, which need not even import it."""
        taped = frame.get("taped", False)
        if policy.deterministic or taped:
            from .tape.setting import Setting

            if self._in_process:
                raise ValueError("time and chance can be fixed or taped only in a process that serves one guest")
            self._setting = Setting(policy.deterministic, taped)
        return self._setting

    def _serve_request(self, frame: Frame) -> None:
        try:
            data = self._answer(frame)
        except Exception as error:
            self._reserve.release()
            self._fail(frame["id"], error)
        else:
            self._send({"t": "ok", "id": frame["id"], "data": data})

    def _copy(self, frame: Frame) -> None:
        """Afterwards this is the copy, or what it was; a parent that waits for its copy says nothing if all is well."""
        try:
            if self._copies is None:
                raise LocalProtocolError("this worker makes no copies of itself")
            path = self._copies.branch(frame["place"]) if frame["t"] == "branch" else self._copies.checkpoint()
        except Exception as error:
            self._fail(frame["id"], error)
            return
        if path is not None:
            if path != self._place.path:
                self._place.path = path
                self.cell.move(path)
                self._use(self._port)
            self._connection = self._connection.copy()
        elif frame["t"] == "branch":
            self._send({"t": "ok", "id": frame["id"], "data": {}})

    def _answer(self, frame: Frame) -> dict[str, Any]:
        engine = self._running_engine()
        if frame["t"] == "rollback" and self._copies is not None:
            return self._copies.roll_back(frame["sweep"])
        if frame["t"] == "tools":
            engine.set_tools(frame["names"])
            return {}
        if frame["t"] == "set":
            decoded = self._decoder()
            engine.set_variables({name: decoded(value) for name, value in frame["values"].items()})
            return {}
        if frame["t"] in ("snapshot", "restore"):
            self._hold()
            if self._setting is not None:
                self._setting.begun()
            return self._snapshots.serve(frame, engine)
        return self.cell.serve(frame)

    def _fail(self, number: int, error: Exception) -> None:
        message = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
        self._send({"t": "fail", "id": number, "type": type(error).__name__, "message": clip(message, 4096)})

    def _running_engine(self) -> Engine:
        if self._engine is None:
            raise LocalProtocolError("no engine was started")
        return self._engine

    # ---- a run

    def outside(self, function: Callable[..., None], *args: Any) -> None:
        """Call host code that shares this thread; what is the guest's is put away meanwhile."""
        if self.interrupts.guest and self._engine is not None:
            self._engine.outside(function, *args)
        else:
            function(*args)

    def _run(self, frame: Frame) -> None:
        engine = self._running_engine()
        self._told.begin()
        outcome, told, own = NO_OUTCOME, NOTHING_TOLD, os.getpid()
        self._hold()
        try:
            self.interrupts.begin()
            if self._setting is not None:
                self._setting.begin(frame)
            outcome = engine.run(frame["code"])
            parts = engine, outcome, self._encode, self._place.path
            told = tell(*parts) if is_plain(outcome) else engine.inside(tell, *parts)
            self._guest_is_over()
        except Stop as stop:
            # Raised once a run at most, so nothing can interrupt this handler.
            self._guest_is_over()
            outcome = Outcome(error=outcome.error or stop.error, changed=outcome.changed, ops=outcome.ops)
        except MemoryError:
            self._guest_is_over()
            outcome = Outcome(error=self._out_of_memory())
        except BaseException as error:
            self._guest_is_over()
            outcome = Outcome(error=WorkerCrashed(f"the engine failed: {type(error).__name__}: {error}"))
        if os.getpid() != own:
            os._exit(0)  # a child that the guest forked and that fell out of its run: it never speaks to the host
        self._reserve.spent(isinstance(outcome.error, LimitExceeded) and outcome.error.limit == "memory_mb")
        self._flush()
        self._finish(frame["id"], outcome, told)

    def _guest_is_over(self) -> None:
        """First of all after guest code: until the reserve is free there may be no room for anything else."""
        self.interrupts.guest = False
        self._reserve.release()

    def _hold(self) -> None:
        """In process memory is not limited, so nothing needs setting aside."""
        if not self._in_process:
            self._reserve.hold()

    def _finish(self, number: int, outcome: Outcome, told: Mapping[str, Any]) -> None:
        changes = self.cell.changes()
        for kind, data in self._told.end():
            self._send({"t": "event", "type": kind, "data": dict(data)})
        try:
            self._send(done_frame(number, outcome, told, changes))
        except (LocalProtocolError, MemoryError) as error:
            size = error.size if isinstance(error, LocalProtocolError) else None
            if self._setting is not None:
                self._setting.no_room()
            too_large = limited("value_bytes", self._limits.value_bytes, "the value of the cell", means.WORKER, size)
            self._send(done_frame(number, Outcome(error=too_large, ops=outcome.ops), told, changes))

    def _out_of_memory(self) -> LimitExceeded:
        how = means.ENGINE if self._in_process else means.RLIMIT
        self._emit("limit", {"limit": "memory_mb", "allowed": self._limits.memory_mb, "how": how})
        return limited("memory_mb", self._limits.memory_mb, "memory ran out", how)

    def _flush(self) -> None:
        for stream in (self._stdout, self._stderr):
            try:
                stream.flush()
            except (OSError, ValueError):
                # The guest closed it; what it printed before is already out.
                continue

    # ---- what the engine is offered

    def _emit(self, kind: str, data: Mapping[str, Any]) -> None:
        if self._connection.state == "running" and self._told.admits(kind, data):
            self._send({"t": "event", "type": kind, "data": dict(data)})

    def _call_tool(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        if threading.get_ident() != self._thread or self._connection.state != "running":
            raise ToolError("RuntimeError", "tools are called from the main thread, one at a time, during a run")
        try:
            named = [(f"args[{place}]", value) for place, value in enumerate(args)] + list(kwargs.items())
            encoded = encode_each(named, guest_module=GUEST_MODULE, bounds=self._bounds)
            frame = {
                "t": "call",
                "id": self._connection.next_call,
                "name": name,
                "args": encoded[: len(args)],
                "kwargs": dict(zip(kwargs, encoded[len(args) :], strict=True)),
            }
            with self.interrupts:
                answer = self._exchange(frame)
        except (EncodeError, LocalProtocolError) as error:
            raise ToolError("TypeError", f"an argument of {name} cannot leave the cell: {error}") from None
        if "stop" in answer:
            raise Stop(from_plain(answer["stop"]))
        if "error" in answer:
            raise ToolError(answer["error"]["type"], answer["error"]["message"])
        try:
            return self._decoder()(answer["value"])
        except DecodeError as error:
            raise ToolError("TypeError", f"what {name} returned cannot enter the cell: {error}") from None

    def _exchange(self, frame: Frame) -> Frame:
        """Send a call and await its answer; memory that runs out half way would tear the protocol."""
        self._reserve.release()
        try:
            self._port.write(self._framed(frame))
            return self._await_answer()
        finally:
            self._hold()

    def _encode(self, value: object, name: str, *, strict: bool = True) -> Any:
        return encode(value, strict=strict, name=name, guest_module=GUEST_MODULE, bounds=self._bounds)

    def _decoder(self) -> Callable[[Any], Any]:
        """Decodes values for the guest; kinds of numpy, pandas and PIL only where the policy has them."""
        packages = in_guest(self._policy.allows_import, self._running_engine().meet)
        return functools.partial(decode, classes=self._guest_classes(), packages=packages)

    def _guest_classes(self) -> dict[str, type]:
        """Classes of the guest by name: a record that comes back becomes an instance again."""
        found = self._running_engine().variables().items()
        return {name: value for name, value in found if isinstance(value, type) and module_of(value) == GUEST_MODULE}

    def _await_answer(self) -> Frame:
        while True:
            data = self._port.read()
            for frame in self._connection.receive(data):
                return frame
            if not data:
                raise SystemExit


def main(
    frames_fd: int = 3,
    stdout_fd: int = 1,
    stderr_fd: int = 2,
    *,
    cell: str = "/cell",
    isolation: Mapping[str, Any] | None = None,
    setup: Mapping[str, Any] | None = None,
    received: bytes = b"",
) -> None:
    """Serve one session over open descriptors, in a process whose current directory is the cell.

    ``isolation`` is what the enclosure verified. ``setup["digest"]`` names the archive this code came from; the rest of
    it is for ``open_port``. ``received`` is what was read from the host already. Returns when the host is gone.
    """
    sys.stdout, sys.stderr = text_stream(stdout_fd), text_stream(stderr_fd)
    setup = setup or {}
    port = open_port(frames_fd, setup)
    worker = Worker(port, sys.stdout, sys.stderr, cell, isolation=isolation, digest=str(setup.get("digest", "")))
    signal.signal(signal.SIGINT, worker.interrupts.stop)
    hearers.stay()
    if received:
        worker.feed(received)
    worker.serve()
