"""The connection: states, sequence, schema."""

from __future__ import annotations

import itertools
import json

import pytest

from sandbox.errors import LocalProtocolError, RemoteProtocolError
from sandbox.protocol import SENDER, TRANSITIONS, Connection, Frame
from sandbox.protocol.frames import REQUIRED

from .pair import DONE, HELLO, START, ConnectionPair

SAMPLES: dict[str, Frame] = {
    "start": START,
    "hello": HELLO,
    "run": {"t": "run", "id": 1, "code": "1 + 1"},
    "tools": {"t": "tools", "id": 1, "names": ["search"]},
    "set": {"t": "set", "id": 1, "values": {"x": 1}},
    "file": {"t": "file", "id": 1, "op": "read", "path": "a.csv", "offset": 0, "size": 10},
    "snapshot": {"t": "snapshot", "id": 1, "op": "make", "leave_out": ["x"], "lenient": False},
    "restore": {"t": "restore", "id": 1, "op": "write", "data": "AAAA"},
    "answer": {"t": "answer", "id": 1, "value": 3},
    "checkpoint": {"t": "checkpoint", "id": 1},
    "rollback": {"t": "rollback", "id": 1, "sweep": True},
    "branch": {"t": "branch", "id": 1, "place": 0},
    "bye": {"t": "bye"},
    "event": {"t": "event", "type": "refused", "data": {"code": "HC101"}},
    "call": {"t": "call", "id": 1, "name": "search", "args": [1], "kwargs": {"k": None}},
    "done": DONE,
    "ok": {"t": "ok", "id": 1, "data": {}},
    "fail": {"t": "fail", "id": 1, "type": "OSError", "message": "no"},
}
WAY = {
    "new": [],
    "starting": ["start"],
    "idle": ["start", "hello"],
    "running": ["start", "hello", "run"],
    "calling": ["start", "hello", "run", "call"],
    "asked": ["start", "hello", "set"],
    "waiting": ["start", "hello", "checkpoint"],
    "closed": ["start", "hello", "bye"],
}


def pair_in(state: str, step: int = 0) -> ConnectionPair:
    pair = ConnectionPair(step)
    for kind in WAY[state]:
        pair.send(SAMPLES[kind])
    assert pair.host.state == state
    return pair


def sample(kind: str, state: str) -> Frame:
    """A frame of this kind whose number fits the state."""
    frame = dict(SAMPLES[kind])
    if kind == "fail" and state == "starting":
        frame["id"] = 0
    if kind == "rollback":
        frame["id"] = 2
    return frame


def as_bytes(frame: Frame) -> bytes:
    return json.dumps(frame).encode() + b"\n"


def test_every_kind_has_a_sample_and_a_schema() -> None:
    assert set(SAMPLES) == set(SENDER) == set(REQUIRED)


@pytest.mark.parametrize("step", [0, 1, 7])
@pytest.mark.parametrize(("state", "kind"), sorted(TRANSITIONS))
def test_legal_frames_arrive_whole_or_byte_by_byte(state: str, kind: str, step: int) -> None:
    pair = pair_in(state, step)
    frame = sample(kind, state)
    assert pair.send(frame) == frame
    assert pair.host.state == TRANSITIONS[state, kind]  # type: ignore[index]


@pytest.mark.parametrize(
    ("state", "kind"), sorted(set(itertools.product(WAY, SAMPLES)) - {(s, k) for s, k in TRANSITIONS})
)
def test_frames_that_are_not_legal_now_are_refused_at_both_ends(state: str, kind: str) -> None:
    pair = pair_in(state)
    sender = pair.host if SENDER[kind] == "host" else pair.worker
    receiver = pair.worker if sender is pair.host else pair.host
    with pytest.raises(LocalProtocolError):
        sender.send(SAMPLES[kind])
    assert sender.state == state
    with pytest.raises(RemoteProtocolError):
        receiver.receive(as_bytes(SAMPLES[kind]))
    assert receiver.state == "broken"


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_a_frame_from_the_wrong_side_is_refused(kind: str) -> None:
    pair = pair_in("running")
    wrong = pair.worker if SENDER[kind] == "host" else pair.host
    with pytest.raises(LocalProtocolError, match="wrong side"):
        wrong.send(SAMPLES[kind])


def test_broken_stays_broken() -> None:
    pair = pair_in("running")
    with pytest.raises(RemoteProtocolError):
        pair.host.receive(b"?\n")
    with pytest.raises(RemoteProtocolError):
        pair.host.receive(as_bytes(DONE))


@pytest.mark.parametrize("kind", ["run", "tools", "set", "file", "checkpoint", "branch"])
@pytest.mark.parametrize("number", [0, 2, 7])
def test_requests_are_numbered_without_gaps(kind: str, number: int) -> None:
    pair = pair_in("idle")
    with pytest.raises(RemoteProtocolError, match="out of sequence"):
        pair.worker.receive(as_bytes(SAMPLES[kind] | {"id": number}))


@pytest.mark.parametrize("number", [0, 2])
def test_an_answer_to_another_request_is_refused(number: int) -> None:
    pair = pair_in("running")
    with pytest.raises(RemoteProtocolError, match="another request"):
        pair.host.receive(as_bytes(DONE | {"id": number}))


def test_call_numbers_go_on_across_runs() -> None:
    pair = pair_in("calling")
    pair.send(SAMPLES["answer"])
    pair.send(DONE)
    pair.send(SAMPLES["run"] | {"id": 2})
    with pytest.raises(RemoteProtocolError, match="out of sequence"):
        pair.host.receive(as_bytes(SAMPLES["call"]))


def test_an_answer_says_one_thing() -> None:
    for fields in ({}, {"value": 1, "error": {"type": "E", "message": "m"}}):
        pair = pair_in("calling")
        with pytest.raises(RemoteProtocolError, match="more than one thing"):
            pair.worker.receive(as_bytes({"t": "answer", "id": 1, **fields}))


def malformed() -> list[Frame]:
    frames = []
    for kind, frame in SAMPLES.items():
        for field in frame:
            if field == "t":
                continue
            if field in REQUIRED[kind]:
                frames.append({name: value for name, value in frame.items() if name != field})
            if kind == "done" and field == "value":
                continue
            if kind == "answer" and field == "value":
                continue
            wrong_value = {"names": "no list"} if field == "error" else ["wrong", 1.5]
            frames.append(frame | {field: wrong_value} if field not in ("args", "names") else frame | {field: {"0": 1}})
            frames.append(frame | {field: True} if field not in ("final", "lenient") else frame | {field: 1})
        frames.append(frame | {"extra": 1})
    return frames


@pytest.mark.parametrize("frame", malformed(), ids=lambda frame: json.dumps(frame)[:60])
def test_malformed_fields_are_refused(frame: Frame) -> None:
    kind = frame["t"]
    state = next(state for state, one in TRANSITIONS if one == kind)
    pair = pair_in(state)
    receiver = pair.worker if SENDER[kind] == "host" else pair.host
    with pytest.raises(RemoteProtocolError):
        receiver.receive(as_bytes(frame))


@pytest.mark.parametrize(
    "fields",
    [
        {"error": {"kind": "guest"}},
        {"error": {"kind": "none", "type": "E", "message": "", "code": "", "line": None, "column": None}},
        {"variables": [["x", "int"]]},
        {"variables": [["x", "int", 1]]},
        {"artifacts": [["a", -1, "00"]]},
        {"artifacts": [["a", 1.0, "00"]]},
        {"ops": -1},
        {"ops": 1 << 60},
        {"ops": True},
        {"repr": "x" * 70_000},
        {"variables": [["x", "int", "1"]] * 10_001},
    ],
    ids=lambda fields: json.dumps(fields)[:50],
)
def test_malformed_rows_of_done_are_refused(fields: Frame) -> None:
    pair = pair_in("running")
    with pytest.raises(RemoteProtocolError, match="malformed"):
        pair.host.receive(as_bytes(DONE | fields))


@pytest.mark.parametrize("line", [b"[]", b"1", b"null", b'"t"', b"{}", b'{"t":1}', b'{"t":"exec"}', b'{"t":"part"}'])
def test_what_is_no_frame_is_refused(line: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        pair_in("running").host.receive(line + b"\n")


def test_the_end_of_the_stream_between_frames_is_no_error() -> None:
    host = pair_in("idle").host
    assert host.receive(b"") == []
    assert host.state == "closed"


def test_the_end_of_the_stream_inside_a_frame_is_one() -> None:
    host = pair_in("running").host
    assert host.receive(b'{"t":"do') == []
    with pytest.raises(RemoteProtocolError, match="inside a frame"):
        host.receive(b"")


def test_two_frames_in_one_piece() -> None:
    pair = pair_in("running")
    data = as_bytes(SAMPLES["event"]) + as_bytes(DONE)
    assert [frame["t"] for frame in pair.host.receive(data)] == ["event", "done"]


def test_a_worker_does_not_see_frames_of_its_own_role() -> None:
    worker = Connection("worker")
    with pytest.raises(RemoteProtocolError, match="wrong side"):
        worker.receive(as_bytes(HELLO))
