"""A worker without a jail, for tests of the session alone: a plain subprocess behind the same stream.

``Plain()`` runs the real worker; ``Plain(script)`` runs a script that has the socket as ``sock`` and may do anything,
after ``greet()`` has answered ``start`` as a real worker does.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile

from executors.cell_executor import CellExecutor
from executors.pulse import Pulse
from executors.stream import Handle, ProcessStream
from sandbox.errors import RunError, WorkerCrashed
from sandbox.limits import Limits
from sandbox.policy import Policy
from sandbox.result import Isolation

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
REAL = """
import os, sys
sys.path.insert(0, {root!r})
from sandbox.worker import main
os.chdir({cell!r})
main({fd}, cell={cell!r}, isolation={{}})
"""
SCRIPTED = """
import json, os, signal, socket, sys, time
sock = socket.socket(fileno={fd})
def take():
    data = b""
    while not data.endswith(b"\\n"):
        piece = sock.recv(65536)
        if not piece:
            os._exit(0)
        data += piece
    return json.loads(data)
def send(**frame):
    sock.sendall(json.dumps(frame).encode() + b"\\n")
def greet():
    start = take()
    send(t="hello", proto=1, python="3", digest="", engine=start["engine"], isolation={{}})
def done(number, **fields):
    frame = dict(t="done", id=number, value=None, repr="None", error=None, final=False)
    send(**(frame | dict(variables=[], artifacts=[], ops=0) | fields))
greet()
"""


class PlainWorker(Handle):
    """A subprocess as a stream handle."""

    isolation = Isolation("process", "none", {"jail": "off: a test double"})

    def __init__(self, script: str | None) -> None:
        self.frames, theirs = socket.socketpair()
        self.stdout, out = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self.stderr, err = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        os.set_blocking(out, True)
        os.set_blocking(err, True)
        self.cell = tempfile.TemporaryDirectory(prefix="hardcell-test-")
        head = REAL if script is None else SCRIPTED
        source = head.format(root=ROOT, cell=self.cell.name, fd=theirs.fileno()) + (script or "")
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-c", source],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()
        os.close(out)
        os.close(err)
        self._pidfd = os.pidfd_open(self.process.pid)
        self._closed = False

    @property
    def pidfd(self) -> int:
        return self._pidfd

    def kill(self) -> None:
        self.process.kill()

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    def can_serve(self) -> bool:
        return self.process.poll() is None

    def pulse(self) -> Pulse:
        return Pulse(None)

    def cpu_s(self) -> float:
        return 0.0

    def peak_memory_mb(self) -> float:
        return 0.0

    def explain_exit(self, limits: Limits, timeout_s: float) -> RunError:
        self.process.kill()
        return WorkerCrashed(f"ended with {self.process.wait(timeout_s + 5)}")

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self.process.kill()
        self.process.wait(10)
        self.frames.close()
        for descriptor in (self.stdout, self.stderr, self.pidfd):
            os.close(descriptor)
        self.cell.cleanup()


class Plain:
    """The enclosure of plain workers; remembers those it started."""

    name = "plain"
    digest = ""

    def __init__(self, script: str | None = None) -> None:
        self.script = script
        self.workers: list[PlainWorker] = []

    def start(self, engine: str, policy: Policy, limits: Limits) -> ProcessStream:
        worker = PlainWorker(self.script)
        self.workers.append(worker)
        return ProcessStream(worker)


def plain_executor(
    script: str | None = None,
    *,
    policy: Policy | None = None,
    limits: Limits | None = None,
    on_event: object = None,
) -> CellExecutor:
    """An executor over a plain worker with engine cpython."""
    return CellExecutor(
        Plain(script),
        "cpython",
        policy or Policy.standard(),
        limits or Limits(),
        on_event,  # type: ignore[arg-type]
    )
