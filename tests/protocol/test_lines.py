"""Lines, parts and budgets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.errors import LocalProtocolError, RemoteProtocolError
from sandbox.protocol import Budget, Connection
from sandbox.protocol.lines import PART_CHARS, LineReader, Malformed, encode

from .pair import DONE, ConnectionPair

SMALL = Budget(line_bytes=4000, joined_chars=10_000, frames=5, total_bytes=20_000, depth=5)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def running(budget: Budget | None = None) -> Connection:
    pair = ConnectionPair(budget=budget)
    pair.greet()
    pair.send({"t": "run", "id": 1, "code": ""})
    return pair.host


@given(JSON, st.integers(1, 50))
@settings(max_examples=60, deadline=None)
def test_any_json_value_survives_in_pieces_of_any_size(value: Any, step: int) -> None:
    data = encode({"value": value}, Budget())
    assert data.isascii() and data.count(b"\n") == 1
    reader = LineReader(Budget())
    got = [frame for at in range(0, len(data), step) for frame in reader.feed(data[at : at + step])]
    assert got == [{"value": value}]


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_frames_or_a_remote_error(data: bytes) -> None:
    host = running()
    try:
        host.receive(data + b"\n")
    except RemoteProtocolError:
        assert host.state == "broken"


@given(st.integers(PART_CHARS - 100, 3 * PART_CHARS), st.sampled_from(["x", '"', "\\", "\u20ac", "\ud800"]))
@settings(max_examples=25, deadline=None)
def test_a_long_frame_travels_in_parts(size: int, letter: str) -> None:
    pair = ConnectionPair()
    pair.greet()
    frame = {"t": "run", "id": 1, "code": letter * (size // len(json.dumps(letter)[1:-1]))}
    assert pair.send(frame) == frame


def test_parts_are_lines_within_the_limit() -> None:
    data = encode({"value": '"' * PART_CHARS * 2}, Budget())
    lines = data.splitlines()
    assert len(lines) == 5
    assert max(map(len, lines)) < 1 << 20


def test_a_frame_above_the_joined_size_is_a_local_error() -> None:
    pair = ConnectionPair(budget=Budget(joined_chars=PART_CHARS * 2))
    pair.greet()
    with pytest.raises(LocalProtocolError, match="more than the"):
        pair.host.send({"t": "run", "id": 1, "code": "x" * PART_CHARS * 2})
    assert pair.host.state == "idle"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), b"x", {1, 2}, object()])
def test_what_is_not_json_is_a_local_error(value: Any) -> None:
    pair = ConnectionPair()
    pair.greet()
    with pytest.raises(LocalProtocolError, match="not JSON data"):
        pair.host.send({"t": "set", "id": 1, "values": {"x": value}})


def part(i: int, n: int, text: str) -> bytes:
    return json.dumps({"t": "part", "i": i, "n": n, "d": text}).encode() + b"\n"


DONE_TEXT = json.dumps(DONE)


def test_parts_of_any_size_join() -> None:
    host = running()
    assert host.receive(part(0, 2, DONE_TEXT[:10]) + part(1, 2, DONE_TEXT[10:])) == [DONE]


@pytest.mark.parametrize(
    "data",
    [
        part(1, 2, "x"),
        part(0, 1, DONE_TEXT),
        part(0, 0, "x"),
        part(0, -2, "x"),
        part(0, 1 << 60, "x"),
        part(0, 2, ""),
        part(0, 2, "x") + part(0, 2, "x"),
        part(0, 2, "x") + part(1, 3, "x"),
        part(0, 3, "x") + part(2, 3, "x"),
        part(0, 2, "x") + DONE_TEXT.encode() + b"\n",
        part(0, 2, "{") + part(1, 2, "x"),
        part(0, 2, "\u20ac") + part(1, 2, "x"),
        part(0, 2, '{"t": "part", "i": 0,') + part(1, 2, ' "n": 2, "d": "x"}'),
        b'{"t": "part", "i": true, "n": 2, "d": "x"}\n',
        b'{"t": "part", "i": 0, "n": 2, "d": "x", "e": 1}\n',
        b'{"t": "part", "i": 0, "n": 2}\n',
    ],
)
def test_parts_out_of_order_are_refused(data: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        running().receive(data)


def test_parts_that_join_to_a_part_are_no_frame() -> None:
    with pytest.raises(RemoteProtocolError, match="a part within parts"):
        running().receive(part(0, 2, '{"t": "part", "i": 0,') + part(1, 2, ' "n": 2, "d": "x"}'))


def test_the_stream_may_not_end_between_parts() -> None:
    host = running()
    host.receive(part(0, 2, "x"))
    with pytest.raises(RemoteProtocolError, match="inside a frame"):
        host.receive(b"")


def test_an_unfinished_line_is_bounded() -> None:
    host = running(SMALL)
    host.receive(b'"' + b"x" * 3999)
    with pytest.raises(RemoteProtocolError, match="line above 4000"):
        host.receive(b"x")


def test_a_finished_line_is_bounded() -> None:
    with pytest.raises(RemoteProtocolError, match="line above 4000"):
        running(SMALL).receive(b"x" * 4001 + b"\n")


def test_frames_are_counted_for_each_request() -> None:
    event = b'{"t":"event","type":"refused","data":{}}\n'
    host = running(SMALL)
    host.receive(event * 4)
    with pytest.raises(RemoteProtocolError, match="more than 5 frames"):
        host.receive(event * 2)
    host = running(SMALL)
    for number in range(1, 4):
        assert len(host.receive(event * 4)) == 4
        host.receive(json.dumps(DONE | {"id": number}).encode() + b"\n")
        host.send({"t": "run", "id": number + 1, "code": ""})


def test_bytes_are_counted_for_each_request() -> None:
    host = running(Budget(line_bytes=4000, total_bytes=5000))
    host.receive(b'{"t":"event","type":"refused","data":{"k":"' + b"x" * 3000 + b'"}}\n')
    with pytest.raises(RemoteProtocolError, match="more than 5000 bytes"):
        host.receive(b"x" * 3000)


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":', b"[[],"])
def test_deep_nesting_is_refused_before_it_is_parsed(opening: bytes) -> None:
    line = b'{"t":"done","value":' + opening * 5_000
    with pytest.raises(RemoteProtocolError, match="deeper than 400"):
        running().receive(line + b"\n")


def test_too_many_containers_are_refused_at_both_ends() -> None:
    value = [[]] * 100_001
    pair = ConnectionPair()
    pair.greet()
    with pytest.raises(LocalProtocolError, match="too many containers"):
        pair.host.send({"t": "set", "id": 1, "values": {"x": value}})
    assert pair.host.state == "idle"
    with pytest.raises(RemoteProtocolError, match="too many containers"):
        running().receive(json.dumps(DONE | {"value": value}, separators=(",", ":")).encode() + b"\n")


def test_depth_is_exact() -> None:
    reader = LineReader(SMALL)
    assert list(reader.feed(b'{"v":' + nested(4) + b"}\n")) == [{"v": [[[[]]]]}]
    with pytest.raises(Malformed, match="deeper than 5"):
        list(reader.feed(b'{"v":' + nested(5) + b"}\n"))


@pytest.mark.parametrize("text", ["[" * 50, '"' + "[" * 50, "\\" + "{" * 50, '\\"[' * 50, "\\\\" * 9 + "[" * 50])
def test_brackets_within_strings_do_not_nest(text: str) -> None:
    reader = LineReader(SMALL)
    assert list(reader.feed(json.dumps({"v": text}).encode() + b"\n")) == [{"v": text}]


def test_many_flat_containers_do_not_nest() -> None:
    reader = LineReader(SMALL)
    value = [[1], [2], {"a": 3}] * 20
    assert list(reader.feed(json.dumps({"v": value}).encode() + b"\n")) == [{"v": value}]


@pytest.mark.parametrize(
    "line",
    [b'{"v":NaN}', b'{"v":Infinity}', b'{"v":' + b"1" * 5000 + b"}", b'{"v":1}x', b"", b"\xff", b'{"v":"\xc3\xa9"}'],
)
def test_json_beyond_the_agreed_form_is_refused(line: bytes) -> None:
    reader = LineReader(Budget())
    with pytest.raises(Malformed):
        list(reader.feed(line + b"\n"))


def test_a_long_number_is_refused_without_the_interpreters_own_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.get_int_max_str_digits", lambda: 0)
    reader = LineReader(Budget())
    assert list(reader.feed(b'{"v":' + b"7" * 4000 + b"}\n")) == [{"v": int("7" * 4000)}]
    with pytest.raises(Malformed):
        list(reader.feed(b'{"v":' + b"7" * 5000 + b"}\n"))
