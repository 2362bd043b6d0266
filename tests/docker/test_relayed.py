"""The host's end of a relay: what a hostile container sends is refused, whole and in time, and nothing is mixed up."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from executors.relayed import RelayedStream
from executors.stream import Output
from sandbox import records
from sandbox.contained import Setup
from sandbox.errors import BackendUnavailable, RunError, WorkerCrashed
from sandbox.limits import Limits
from sandbox.records import record
from sandbox.relay import PROTO
from sandbox.surroundings import LOOKED_AT

SETUP = Setup(engine="cpython", memory_mb=1, disk_mb=1, open_files=8, processes=0)
REPORT: dict[str, Any] = {
    "proto": PROTO,
    "python": "3.11.2",
    "digest": "d",
    "idle_kb": 1024,
    "mechanisms": dict.fromkeys(LOOKED_AT, "on"),
}
EXIT = {"signal": 0, "code": 3, "hung_up": False, "cpu_us": 5, "peak_kb": 2048, "oom_kills": 0}


class Wire:
    """A channel whose other end a test holds."""

    def __init__(self) -> None:
        self._ours, self.theirs = socket.socketpair()
        self._ours.setblocking(False)
        self.killed = self.closed = 0
        self.fileno = self._ours.fileno

    def send(self, data: bytes) -> int:
        return self._ours.send(data)

    def receive(self) -> bytes:
        return self._ours.recv(1 << 16)

    def awake(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()

    def kill(self) -> None:
        self.killed += 1

    def explain(self, limits: Limits) -> RunError:
        return WorkerCrashed("nobody knows")

    def said(self) -> str:
        return "the last words"

    def close(self) -> None:
        self.closed += 1
        self._ours.close()
        self.theirs.close()


class Heard:
    """A sink that keeps what came, in order."""

    def __init__(self) -> None:
        self.all: list[tuple[str, bytes]] = []

    def frames(self, data: bytes) -> None:
        self.all.append(("frames", data))

    def output(self, name: Output, data: bytes) -> None:
        self.all.append((name, data))


@pytest.fixture
def wire() -> Iterator[Wire]:
    made = Wire()
    yield made
    made.close()


def _report(**changes: Any) -> bytes:
    return record(records.REPORT, json.dumps({**REPORT, **changes}).encode())


def _opened(wire: Wire) -> RelayedStream:
    stream = RelayedStream(wire)
    wire.theirs.sendall(_report())
    assert stream.open(SETUP) == REPORT
    assert json.loads(wire.theirs.recv(1 << 16)[1:]) == json.loads(json.dumps(SETUP.to_dict()))
    return stream


def _output(kind: bytes, data: bytes) -> bytes:
    return record(kind, base64.b64encode(data))


def test_output_comes_before_the_frames_behind_it(wire: Wire) -> None:
    stream, heard = _opened(wire), Heard()
    wire.theirs.sendall(
        _output(b"o", b"one") + b"F{1}\n" + b"f{2" + b"\n" + b"F}\n" + _output(b"e", b"two") + b"F{3}\n"
    )
    for _ in range(2):
        stream.pump(heard, 1)
    assert heard.all == [("stdout", b"one"), ("frames", b"{1}\n{2}\n"), ("stderr", b"two"), ("frames", b"{3}\n")]
    stream.close()


def test_frames_wait_for_a_pump(wire: Wire) -> None:
    stream, heard = _opened(wire), Heard()
    wire.theirs.sendall(b"F{1}\n" + _output(b"o", b"late"))
    stream.drain(heard)
    assert heard.all == [("stdout", b"late")]
    stream.pump(heard, 1)
    assert heard.all[1:] == [("frames", b"{1}\n")]
    stream.close()


def test_usage_only_grows(wire: Wire) -> None:
    stream, heard = _opened(wire), Heard()
    wire.theirs.sendall(b"u2500000 3072\n" + b"u1 1\n" + b"F\n")
    stream.pump(heard, 1)
    assert (stream.cpu_s(), stream.peak_memory_mb()) == (2.5, 2.0)
    stream.close()


def test_the_end_is_told_after_all_that_came_before_it(wire: Wire) -> None:
    stream, heard = _opened(wire), Heard()
    wire.theirs.sendall(_output(b"o", b"last") + record(records.EXIT, json.dumps(EXIT).encode()))
    stream.pump(heard, 1)
    assert heard.all == [("stdout", b"last"), ("frames", b"")]
    assert stream.explain_exit(Limits()).message == "the guest left the interpreter with exit status 3"
    assert not stream.alive()
    stream.close()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"signal": 9, "code": 0, "oom_kills": 1}, "memory"),
        ({"signal": 9, "code": 0}, "killed from outside"),
        ({"signal": 11, "code": 0}, "SIGSEGV"),
        ({"hung_up": True, "signal": 9}, "closed the worker's stream"),
    ],
)
def test_the_causes_of_an_end_are_told_apart(wire: Wire, change: dict[str, Any], message: str) -> None:
    stream = _opened(wire)
    wire.theirs.sendall(record(records.EXIT, json.dumps(EXIT | change).encode()))
    stream.pump(Heard(), 1)
    assert message in stream.explain_exit(Limits()).message
    stream.close()


def test_an_end_without_a_word_is_the_channels_to_explain(wire: Wire) -> None:
    stream, heard = _opened(wire), Heard()
    wire.theirs.shutdown(socket.SHUT_WR)
    stream.pump(heard, 1)
    assert (heard.all, stream.explain_exit(Limits()).message) == ([("frames", b"")], "nobody knows")
    stream.close()


@pytest.mark.parametrize(
    "data",
    [
        b"s{}\n",
        b"o!\n",
        b"u1\n",
        b"u-1 2\n",
        b"u1 99999999999999999999\n",
        b"x{}\n",
        b"x[" + b"[" * 60000 + b"\n",
        b"x" + json.dumps(EXIT | {"code": True}).encode() + b"\n",
        b"x" + json.dumps(EXIT | {"more": 1}).encode() + b"\n",
        _report(),
        b"f" * (records.MOST + 1),
    ],
)
def test_what_no_relay_says_ends_the_container(wire: Wire, data: bytes) -> None:
    stream, heard = _opened(wire), Heard()
    wire.theirs.sendall(data)
    while not heard.all:
        stream.pump(heard, 1)
    assert (heard.all, wire.killed) == ([("frames", b"")], 1)
    assert stream.explain_exit(Limits()).message.startswith("the container was ended: what came out of it is none of")
    stream.close()


@pytest.mark.parametrize(
    "change",
    [
        {"proto": PROTO + 1},
        {"mechanisms": {}},
        {"mechanisms": REPORT["mechanisms"] | {"more": "on"}},
        {"mechanisms": REPORT["mechanisms"] | {"network": 1}},
        {"idle_kb": "1"},
        {"digest": "d" * 1000},
        {"more": 1},
    ],
)
def test_a_report_of_another_form_opens_nothing(wire: Wire, change: dict[str, Any]) -> None:
    stream = RelayedStream(wire)
    wire.theirs.sendall(_report(**change))
    with pytest.raises(BackendUnavailable, match="before it reported"):
        stream.open(SETUP)
    stream.close()


def test_a_container_that_ends_at_once_is_told_with_its_last_words(wire: Wire) -> None:
    stream = RelayedStream(wire)
    wire.theirs.shutdown(socket.SHUT_RDWR)
    with pytest.raises(BackendUnavailable, match="the last words"):
        stream.open(SETUP)
    stream.close()


def test_an_interrupt_goes_between_two_records(wire: Wire) -> None:
    stream = _opened(wire)
    wire.theirs.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    with pytest.raises(TimeoutError):
        stream.send(b"x" * (4 << 20) + b"\n", Heard(), 0)
    stream.interrupt()
    reader, kinds = records.RecordReader(records.TO_RELAY), []
    wire.theirs.settimeout(10)
    while b"i" not in kinds:
        kinds += [kind for kind, _ in reader.feed(wire.theirs.recv(1 << 20))]
        stream.pump(Heard(), 0)
    assert set(kinds) == {b"f", b"i"}
    stream.close()


@pytest.mark.usefixtures("collected")
def test_nothing_is_left_of_a_stream(wire: Wire) -> None:
    before = len(os.listdir("/proc/self/fd"))
    stream = _opened(wire)
    stream.close()
    stream.close()
    assert (wire.closed, len(os.listdir("/proc/self/fd"))) == (1, before - 2)
    stream.wake()
    stream.kill()
