"""Records between a relay and its host: what is sent arrives, in pieces of any size; anything else is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import records
from sandbox.records import RecordBroken, RecordReader, frame_bytes, frame_records, record


def _cut(data: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({place % (len(data) + 1) for place in places} | {len(data)})
    return [data[start:end] for start, end in zip([0, *ends], ends, strict=False)]


@given(st.binary(max_size=200).map(lambda data: data.replace(b"\r", b"\n")), st.lists(st.integers(0, 400)))
def test_frames_arrive_whatever_the_pieces(data: bytes, places: list[int]) -> None:
    reader = RecordReader(records.TO_HOST)
    sent = b"".join(frame_records(data))
    arrived = [frame_bytes(*found) for piece in _cut(sent, places) for found in reader.feed(piece)]
    assert b"".join(arrived) == data


def test_a_long_line_of_frames_travels_in_pieces() -> None:
    data = b"a" * (2 * records.PIECE + 1) + b"\n"
    made = list(frame_records(data))
    assert [(one[:1], len(one)) for one in made] == [
        (b"f", records.PIECE + 2),
        (b"f", records.PIECE + 2),
        (b"F", 3),
    ]


def test_the_largest_output_fits() -> None:
    reader = RecordReader(records.TO_HOST)
    payload = b"=" * (4 * records.PIECE // 3)
    assert reader.feed(record(records.STDOUT, payload)) == [(records.STDOUT, payload)]


@pytest.mark.parametrize(
    "data", [b"?\n", b"\n", b"s{}\n", b"o" * (records.MOST + 1), b"o" * (records.MOST + 1) + b"\n"]
)
def test_what_is_no_record_is_refused(data: bytes) -> None:
    with pytest.raises(RecordBroken):
        RecordReader(records.TO_HOST).feed(data)


@given(st.lists(st.binary(max_size=50)))
def test_any_bytes_are_records_or_refused(pieces: list[bytes]) -> None:
    reader = RecordReader(records.TO_HOST)
    for piece in pieces:
        try:
            found = reader.feed(piece)
        except RecordBroken:
            return
        assert all(kind in records.TO_HOST for kind, _ in found)
