"""What one line of a hostile worker costs the host: a whole session, with a stream that answers a run with that line.

As a program it serves measurements: a length and a newline, then so many bytes; it answers with CPU seconds.
Invariants: nothing but CPU time counts; the worker is played, so no other process takes part.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from typing import BinaryIO

from executors.cell_executor import CellExecutor
from executors.stream import Output, Sink, Stream
from fuzz.megabyte import CPU_S
from sandbox.errors import RunError, WorkerCrashed
from sandbox.limits import Limits
from sandbox.policy import Policy
from sandbox.result import Isolation

_CHUNK = 64 << 10
_AGAIN = 5
_PAUSE_S = 0.2
HELLO = {"t": "hello", "proto": 1, "python": "3", "digest": "", "engine": "cpython", "isolation": {}}


class Player(Stream):
    """A worker that greets, answers the run with given bytes, and is gone."""

    isolation = Isolation("none", "none")

    def __init__(self, script: bytes) -> None:
        self._script = script
        self._ready = [json.dumps(HELLO).encode() + b"\n"]

    def send(self, data: bytes, sink: Sink, timeout_s: float) -> None:
        if self._script and b'"t":"run"' in data:
            self._ready = [self._script[at : at + _CHUNK] for at in range(0, len(self._script), _CHUNK)]
            self._script = b""

    def pump(self, sink: Sink, timeout_s: float) -> None:
        sink.frames(self._ready.pop(0) if self._ready else b"")

    def drain(self, sink: Sink) -> None:
        """It prints nothing."""

    def interrupt(self) -> None:
        """It cannot be interrupted."""

    def kill(self) -> None:
        self._ready = []

    def wake(self) -> None:
        """Nothing sleeps."""

    def explain_exit(self, limits: Limits) -> RunError:
        return WorkerCrashed("the script is over")

    def close(self) -> None:
        self._ready = []

    def output(self, name: Output) -> bytes:
        """It prints nothing."""
        return b""


class Stage:
    """An enclosure whose workers play one script."""

    name = "played"
    digest = ""

    def __init__(self, script: bytes) -> None:
        self._script = script

    def start(self, engine: str, policy: Policy, limits: Limits) -> Stream:
        """A fresh player."""
        return Player(self._script)


def cpu_s(line: bytes) -> float:
    """CPU seconds that a run costs whose worker sends ``line``. What the host cannot survive is raised."""
    executor = CellExecutor(Stage(line), "cpython", Policy.data_science(), Limits(), None)
    executor.send_tools({"f": lambda *args, **kwargs: None})
    gc.collect()
    start = time.process_time()
    executor.run("1")
    spent = time.process_time() - start
    executor.close()
    return spent


class Meter:
    """Measures again what seems dear: other load inflates single measurements, and all of a minute alike.

    A fixed piece of work, measured beside, tells by how much the machine is slower now than at its best.
    """

    def __init__(self) -> None:
        self._work = ("[" + '{"$":"a","v":[1]},' * 20_000 + "0]").encode()
        self._best = min(self._reference() for _ in range(20))

    def _reference(self) -> float:
        gc.collect()
        start = time.process_time()
        json.loads(self._work)
        return time.process_time() - start

    def cpu_s(self, line: bytes, most: float = CPU_S) -> float:
        """CPU seconds of a line on this machine at its best."""
        spent = cpu_s(line)
        for turn in range(_AGAIN):
            if spent <= most:
                break
            time.sleep(turn * _PAUSE_S)
            before, again, after = self._reference(), cpu_s(line), self._reference()
            self._best = min(self._best, before, after)
            spent = min(spent, again * self._best / min(before, after))
        return spent


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Measure until the input ends."""
    meter = Meter()
    while header := source.readline():
        line = source.read(int(header))
        sink.write(f"{meter.cpu_s(line)!r}\n".encode())
        sink.flush()


def load_packages() -> None:
    """Import what a host may import once, since that is nobody's frame."""
    cpu_s(b'{"t":"done"}\n')
    for name in ("pandas", "PIL.Image", "zoneinfo", "decimal", "fractions", "uuid", "pathlib"):
        try:
            __import__(name)
        except ImportError:
            continue
    # What a host has loaded is no part of a line's cost, nor worth a walk before each measurement.
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    load_packages()
    serve(sys.stdin.buffer, sys.stdout.buffer)
