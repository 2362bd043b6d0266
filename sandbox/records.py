"""What a relay and its host say to each other: one ASCII line a record, a letter for its kind first.

::

    F, f   both ways   bytes of frames; F ends a line of them
    o, e   to host     what the guest printed, base64
    u      to host     the worker's CPU microseconds and peak resident KiB so far
    x      to host     how the worker ended, JSON
    h      to host     the relay's report, JSON; before all others
    s      to relay    what the worker is set up with, JSON; before all others
    i, k   to relay    interrupt the worker; end everything

Invariants: a record is at most ``MOST`` bytes long, counted on the unfinished one too; nothing is decoded that was not
asked for by its kind. Lines, since some transports deliver text by the line and others in pieces of any size.
"""

from __future__ import annotations

from collections.abc import Iterator

PIECE = 48 << 10
"""Bytes that one record carries at most."""
MOST = 1 + (64 << 10)
"""A letter, and PIECE in base64."""
FRAME_END, FRAME_PIECE = b"F", b"f"
STDOUT, STDERR = b"o", b"e"
USAGE, EXIT, REPORT = b"u", b"x", b"h"
SETUP, INTERRUPT, KILL = b"s", b"i", b"k"
TO_HOST = frozenset((FRAME_END, FRAME_PIECE, STDOUT, STDERR, USAGE, EXIT, REPORT))
TO_RELAY = frozenset((FRAME_END, FRAME_PIECE, SETUP, INTERRUPT, KILL))


class RecordBroken(Exception):
    """The bytes are no records; the text says why."""


def record(kind: bytes, payload: bytes = b"") -> bytes:
    """One record. ``payload`` holds no line end."""
    return kind + payload + b"\n"


def frame_records(data: bytes) -> Iterator[bytes]:
    """Bytes of frames as records."""
    *lines, rest = data.split(b"\n")
    for line in lines:
        while len(line) > PIECE:
            yield record(FRAME_PIECE, line[:PIECE])
            line = line[PIECE:]
        yield record(FRAME_END, line)
    while rest:
        yield record(FRAME_PIECE, rest[:PIECE])
        rest = rest[PIECE:]


class RecordReader:
    """Collects bytes and gives the records in them. ``kinds``: those that may come."""

    def __init__(self, kinds: frozenset[bytes]) -> None:
        self._kinds = kinds
        self._rest = b""

    def feed(self, data: bytes) -> list[tuple[bytes, bytes]]:
        """The records that these bytes complete: kind and payload.

        Raises:
            RecordBroken: an unknown kind, or a record that is too long.
        """
        *lines, rest = (self._rest + data).split(b"\n")
        self._rest = rest
        if len(rest) > MOST:
            raise RecordBroken(f"a record of more than {MOST} bytes")
        found = []
        for line in lines:
            kind = line[:1]
            if kind not in self._kinds or len(line) > MOST:
                raise RecordBroken(f"a record of kind {kind!r} and {len(line)} bytes")
            found.append((kind, line[1:]))
        return found


def frame_bytes(kind: bytes, payload: bytes) -> bytes:
    """The bytes of frames that a record of these kinds carries."""
    return payload + b"\n" if kind == FRAME_END else payload
