"""Checking a log line by line: what was changed, where, or whether it merely was not closed.

Invariants: a hostile file costs bounded memory and no more than one pass; nothing of a line is believed before its
digest fits; the first line that does not fit is the one reported.
"""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Literal

from .chain import CLOSED, KEYED, LOST, OPENED, PLAIN, VERSION, check_key, digest, split

MAX_LINE = 64 << 20
_PIECE = 1 << 20


@dataclasses.dataclass(frozen=True)
class Verdict:
    """``intact``: every record is there, unchanged, and the end is closed. ``not closed``: nothing was changed, but a
    segment has no closing record: its program ended without one, or the end was cut off. ``tampered``: see ``line``
    (1-based) and ``reason``. ``head`` is the digest of the last record that fits; ``lost`` counts events that the log
    itself says it could not write.
    """

    state: Literal["intact", "not closed", "tampered"]
    line: int = 0
    reason: str = ""
    records: int = 0
    segments: int = 0
    lost: int = 0
    head: str = ""


class _Bad(Exception):
    """A line does not fit."""


def verify(file: BinaryIO, key: bytes | None = None, head: str | None = None) -> Verdict:
    """Check a log opened in binary mode. ``head``: the digest that the log must end with, as noted elsewhere; only
    that finds whole segments cut off the end.

    Raises:
        ValueError: the key is too short; or the log is keyed and no key was given.
    """
    check_key(key)
    reader = _Reader(key)
    lines = _numbered(file)
    try:
        here = next(lines, None)
        while here is not None:
            following = next(lines, None)
            reader.take(*here, following[1] if following else b"")
            here = following
        reader.end(head)
    except _Bad as error:
        return reader.verdict("tampered", str(error))
    return reader.verdict("not closed" if reader.unclosed else "intact", reader.unclosed)


def _numbered(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    yield from enumerate(_lines(file), 1)


def _lines(file: BinaryIO) -> Iterable[bytes]:
    """Lines with their ends; one that is too long is cut, and fits nothing then."""
    while line := file.readline(MAX_LINE):
        if len(line) == MAX_LINE:
            while (rest := file.readline(_PIECE)) and not rest.endswith(b"\n"):
                pass
        yield line


class _Reader:
    def __init__(self, key: bytes | None) -> None:
        self._key = key
        self._line = 0
        self._expected = 0
        self._open = False
        self.records = self.segments = self.lost = 0
        self.head = ""
        self.unclosed = ""
        self._unclosed_at = 0

    def verdict(self, state: Literal["intact", "not closed", "tampered"], reason: str) -> Verdict:
        line = {"intact": 0, "not closed": self._unclosed_at, "tampered": self._line}[state]
        return Verdict(state, line, reason, self.records, self.segments, self.lost, self.head)

    def take(self, number: int, raw: bytes, following: bytes) -> None:
        self._line = number
        if not raw.endswith(b"\n"):
            self._not_closed(number, "the last line is torn")
            return
        line = raw[:-1]
        if _torn_by(following) == hashlib.sha256(line).hexdigest():
            # Vouched for by the next record, whose own digest is checked in its turn.
            self._not_closed(number, f"line {number} is torn")
            return
        parts = split(line)
        if parts is None:
            raise _Bad("this line is no record of an audit log")
        body, claimed = parts
        fields = _parsed(body)
        opens = fields.get("type") == OPENED
        if opens:
            self._opening(fields, number)
        elif not self._open:
            raise _Bad("a record outside a segment: the record that opens it was removed, or this one was added")
        if not hmac.compare_digest(digest(self._key, self.head, body), claimed):
            raise _Bad(self._why(fields, opens))
        self._accept(fields, claimed)

    def _opening(self, fields: dict[str, Any], number: int) -> None:
        data = fields.get("data")
        if type(data) is not dict or data.get("version") != VERSION or data.get("chain") not in (KEYED, PLAIN):
            raise _Bad("a segment opens in a form that this version does not know")
        keyed = data["chain"] == KEYED
        if keyed and self._key is None:
            raise ValueError("the log is keyed: give its key")
        if self._key is not None and not keyed:
            raise _Bad("this segment is not keyed, so anybody could have written it")
        if data.get("after") != self.head:
            raise _Bad("what stood before this segment was removed, cut off or replaced")
        if self._open:
            self._not_closed(number - 1, f"the segment that ends at line {number - 1} was not closed")
        self._expected = 0

    def _why(self, fields: dict[str, Any], opens: bool) -> str:
        found = fields.get("n")
        if not opens and type(found) is int and found > self._expected:
            return f"record {found} stands where record {self._expected} belongs: records were removed or moved"
        if not opens and type(found) is int and found < self._expected:
            return f"record {found} stands where record {self._expected} belongs: it was moved or repeated"
        if self.records == 0:
            return "the first record does not fit its digest: it was changed, or the key is another"
        return "this record does not fit its digest: it was changed, or added"

    def _accept(self, fields: dict[str, Any], claimed: str) -> None:
        if fields.get("n") != self._expected:
            raise _Bad("a record has a number out of order")
        kind = fields["type"]
        self.head = claimed
        self.records += 1
        self._expected += 1
        self._open = kind != CLOSED
        if kind == OPENED:
            self.segments += 1
        elif kind == LOST and type(fields.get("data", {}).get("events")) is int:
            self.lost += fields["data"]["events"]

    def _not_closed(self, number: int, reason: str) -> None:
        if not self.unclosed:
            self.unclosed, self._unclosed_at = reason, number

    def end(self, head: str | None) -> None:
        """Raises _Bad when the log may not end here."""
        if head is not None and not hmac.compare_digest(head.encode(), self.head.encode()):
            raise _Bad("the log does not end with the given digest: its end was cut off, or it is another log")
        if self._open:
            self._not_closed(self._line, "the log has no closing record")
        elif self.segments == 0 and not self.unclosed:
            self._not_closed(0, "the log is empty")


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        raise _Bad("this line is no record of an audit log") from None
    if type(fields) is not dict or type(fields.get("type")) is not str or type(fields.get("data", {})) is not dict:
        raise _Bad("this line is no record of an audit log")
    return fields


def _torn_by(following: bytes) -> str | None:
    """The digest of an incomplete line that the next line says it found before itself."""
    if b'"type":"audit.opened"' not in following[:200]:
        return None
    parts = split(following.removesuffix(b"\n"))
    try:
        return str(_parsed(parts[0]).get("data", {}).get("torn")) or None if parts else None
    except _Bad:
        return None
