"""The chain of digests: each line ends with one over the line before and its own bytes.

A segment is what one opening of a log wrote: a record ``audit.opened``, the records, a record ``audit.closed``. The
first record holds the digest that ended the segment before, so segments are chained too.

Invariants: pure, no input or output; a line is ASCII JSON without control characters; what is digested is the very
bytes of the line, so no two texts of one record pass for each other.
"""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import json
import re
import secrets
import time
from collections.abc import Mapping
from typing import Any

VERSION = 1
OPENED, CLOSED, LOST = "audit.opened", "audit.closed", "audit.lost"
KEYED, PLAIN = "hmac-sha256", "sha256"
LEAST_KEY = 16
_DIGEST = re.compile(rb',"digest":"([0-9a-f]{64})"\}\Z')


def check_key(key: bytes | None) -> None:
    """Raises TypeError or ValueError unless ``key`` is None or at least 16 bytes."""
    if key is None:
        return
    if not isinstance(key, bytes):
        raise TypeError(f"the key of an audit log is bytes, not {type(key).__name__}")
    if len(key) < LEAST_KEY:
        raise ValueError(f"the key of an audit log has at least {LEAST_KEY} bytes, this one has {len(key)}")


def digest(key: bytes | None, before: str, body: bytes) -> str:
    """The digest of a record whose line without digest is ``body``, after a line that ended with ``before``."""
    data = before.encode("ascii") + body
    return hashlib.sha256(data).hexdigest() if key is None else hmac.new(key, data, hashlib.sha256).hexdigest()


def split(line: bytes) -> tuple[bytes, str] | None:
    """A line, without its end, as body and digest; None when it has no form of a record."""
    found = _DIGEST.search(line)
    return (line[: found.start()] + b"}", found[1].decode("ascii")) if found else None


@dataclasses.dataclass(frozen=True)
class Record:
    """One linked record: its number in the segment, its plain data, its digest, and its whole line without the end."""

    number: int
    fields: Mapping[str, Any]
    digest: str
    line: str


def link(key: bytes | None, number: int, before: str, fields: Mapping[str, Any]) -> Record:
    """Record ``number`` of a segment, of plain JSON data with a ``type``, after a line that ended with ``before``.

    Raises:
        ValueError, TypeError: the data is no plain JSON.
    """
    stamp = {} if "time" in fields else {"time": round(time.time(), 6)}
    whole = {"n": number, **fields, **stamp}
    body = json.dumps(whole, ensure_ascii=True, allow_nan=False, separators=(",", ":")).replace("\x7f", "\\u007f")
    made = digest(key, before, body.encode("ascii"))
    return Record(number, whole, made, f'{body[:-1]},"digest":"{made}"}}')


def opening(key: bytes | None, after: str, torn: str) -> Record:
    """The first record of a segment. ``after``: the digest that the log ended with before, or ""; ``torn``: that of an
    incomplete line at its end, or ""."""
    data = {"version": VERSION, "chain": PLAIN if key is None else KEYED, "log": secrets.token_hex(16)}
    return link(key, 0, after, {"type": OPENED, "data": {**data, "after": after, "torn": torn}})
