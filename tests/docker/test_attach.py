"""The engine's attach stream is taken apart right, however it is cut; what has another form is refused."""

from __future__ import annotations

import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from executors.docker.attach import Attachment, Demultiplexer, StreamBroken

_PARTS = st.lists(st.tuples(st.sampled_from([1, 2]), st.binary(max_size=30)), max_size=8)


def _stream(parts: list[tuple[int, bytes]]) -> bytes:
    return b"".join(struct.pack(">BxxxL", number, len(data)) + data for number, data in parts)


@given(_PARTS, st.integers(1, 11))
def test_streams_are_told_apart(parts: list[tuple[int, bytes]], size: int) -> None:
    data, demultiplexer = _stream(parts), Demultiplexer()
    out = b"".join(demultiplexer.feed(data[at : at + size]) for at in range(0, len(data), size))
    assert out == b"".join(piece for number, piece in parts if number == 1)
    assert bytes(demultiplexer.stray) == b"".join(piece for number, piece in parts if number == 2)


def test_only_the_beginning_of_standard_error_is_kept() -> None:
    demultiplexer = Demultiplexer()
    demultiplexer.feed(_stream([(2, b"x" * 9000), (2, b"y" * 9000)]))
    assert demultiplexer.stray == b"x" * 4096


@pytest.mark.parametrize("number", [0, 3, 255])
def test_another_stream_is_refused(number: int) -> None:
    with pytest.raises(StreamBroken):
        Demultiplexer().feed(_stream([(number, b"data")]))


def test_standard_error_alone_is_no_end() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        attachment = Attachment(ours)
        theirs.sendall(_stream([(2, b"warning\xff")]))
        with pytest.raises(BlockingIOError):
            attachment.receive()
        theirs.sendall(_stream([(1, b"data")]))
        assert attachment.receive() == b"data"
        assert attachment.said() == "warning\\xff"
        attachment.hang_up()
        assert theirs.recv(10) == b""
        attachment.close()
        attachment.close()
