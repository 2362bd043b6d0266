"""Bytes to JSON objects and back: lines, parts and their budgets.

Invariants: a line is pure ASCII and at most ``line_bytes``, counted on the unfinished line too; nesting is
measured before the JSON is parsed; parts come in order, one transfer at a time, nothing between them.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Any, NoReturn

MAX_LINE = 1 << 20
PART_CHARS = 256 << 10
MAX_DEPTH = 400
MAX_CONTAINERS = 80_000
_STEP = bytes(1 if byte in b"[{" else 255 if byte in b"]}" else 0 for byte in range(256))
_ROUND = bytes({ord("{"): ord("["), ord("}"): ord("]")}.get(byte, byte) for byte in range(256))
_PEELED = 8
_OTHER = bytes(byte for byte in range(256) if byte not in b'[]{}"')


@dataclasses.dataclass(frozen=True)
class Budget:
    """What one request of the host may cost: bytes and frames until its answer, and the size of one joined frame."""

    line_bytes: int = MAX_LINE
    joined_chars: int = 64 << 20
    frames: int = 200_000
    total_bytes: int = 512 << 20
    depth: int = MAX_DEPTH


def budget_for(value_bytes: int) -> Budget:
    """The budget under which values of ``value_bytes`` (encoded) can travel."""
    return Budget(joined_chars=value_bytes + MAX_LINE, total_bytes=max(512 << 20, 4 * value_bytes))


class Malformed(Exception):
    """The bytes are not lines of the protocol; the text says why. ``size``: characters of what is too large to send."""

    def __init__(self, why: str, size: int | None = None) -> None:
        super().__init__(why)
        self.size = size


def encode(frame: dict[str, Any], budget: Budget) -> bytes:
    """A frame as one line, or as the lines of its parts.

    Raises:
        Malformed: the frame is not JSON data, or too large, too deep, or of too many containers.
    """
    try:
        text = _to_json(frame)
    except (TypeError, ValueError, RecursionError) as error:
        raise Malformed(f"not JSON data: {error}") from None
    line = text.encode("ascii")
    _check_containers(line, budget.depth)
    if len(line) <= PART_CHARS:
        return line + b"\n"
    if len(text) > budget.joined_chars:
        raise Malformed(f"{len(text)} characters, more than the {budget.joined_chars} allowed", len(text))
    count = -(-len(text) // PART_CHARS)
    lines = (
        _to_json({"t": "part", "i": i, "n": count, "d": text[i * PART_CHARS : (i + 1) * PART_CHARS]})
        for i in range(count)
    )
    return "".join(f"{line}\n" for line in lines).encode("ascii")


class LineReader:
    """Collects bytes and gives the JSON objects in them."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self._buffer = bytearray()
        self._scanned = 0
        self._frames = 0
        self._bytes = 0
        self._parts: list[str] = []
        self._expected = 0
        self._joined = 0

    def renew(self) -> None:
        """A new request begins: the count of frames and bytes begins anew."""
        self._frames = self._bytes = 0

    @property
    def torn(self) -> bool:
        """Whether the bytes so far end inside a line or inside a run of parts."""
        return bool(self._buffer or self._parts)

    def feed(self, data: bytes) -> Iterator[dict[str, Any]]:
        """The objects completed by ``data``.

        Raises:
            Malformed: too long, too many, too deep, not ASCII, not a JSON object, or parts out of order.
        """
        self._bytes += len(data)
        if self._bytes > self.budget.total_bytes:
            raise Malformed(f"more than {self.budget.total_bytes} bytes for one request")
        if not self._buffer and data.find(b"\n") == len(data) - 1 <= self.budget.line_bytes:
            # One whole line, as nearly always: no need of the buffer.
            frame = self._line(data[:-1])
            if frame is not None:
                yield frame
            return
        self._buffer += data
        while (end := self._buffer.find(b"\n", self._scanned)) >= 0:
            if end > self.budget.line_bytes:
                raise Malformed(f"a line above {self.budget.line_bytes} bytes")
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            self._scanned = 0
            frame = self._line(line)
            if frame is not None:
                yield frame
        self._scanned = len(self._buffer)
        if self._scanned > self.budget.line_bytes:
            raise Malformed(f"a line above {self.budget.line_bytes} bytes")

    def _line(self, line: bytes) -> dict[str, Any] | None:
        self._frames += 1
        if self._frames > self.budget.frames:
            raise Malformed(f"more than {self.budget.frames} frames for one request")
        frame = _parse(line, self.budget.depth)
        if frame.get("t") == "part":
            return self._part(frame)
        if self._parts:
            raise Malformed("a frame between parts")
        return frame

    def _part(self, frame: dict[str, Any]) -> dict[str, Any] | None:
        index, count, text = frame.get("i"), frame.get("n"), frame.get("d")
        if len(frame) != 4 or type(index) is not int or type(count) is not int or type(text) is not str:
            raise Malformed("a malformed part")
        if not self._parts:
            if not 2 <= count <= -(-self.budget.joined_chars // PART_CHARS):
                raise Malformed("a joined frame above the size allowed")
            self._expected, self._joined = count, 0
        if index != len(self._parts) or count != self._expected or not 0 < len(text) <= PART_CHARS:
            raise Malformed("parts out of order")
        self._parts.append(text)
        self._joined += len(text)
        if self._joined > self.budget.joined_chars:
            raise Malformed("a joined frame above the size allowed")
        if index + 1 < count:
            return None
        joined = "".join(self._parts)
        self._parts = []
        if not joined.isascii():
            raise Malformed("a joined frame that is not ASCII")
        whole = _parse(joined.encode("ascii"), self.budget.depth)
        if whole.get("t") == "part":
            raise Malformed("a part within parts")
        return whole


def _parse(line: bytes, depth: int) -> dict[str, Any]:
    if not line.isascii():
        raise Malformed("a line that is not ASCII")
    _check_containers(line, depth)
    # With the interpreter's own bound on digits lifted, one long number could cost seconds.
    decoder = _DECODER if 0 < sys.get_int_max_str_digits() <= 10_000 else _CAREFUL_DECODER
    try:
        frame, end = decoder.raw_decode(line.decode("ascii"))
    except (ValueError, RecursionError, Malformed):
        raise Malformed("a line that is not JSON") from None
    if end != len(line):
        raise Malformed("a line with something after its JSON")
    if type(frame) is not dict:
        raise Malformed("a line that is not a JSON object")
    return frame


def _check_containers(line: bytes, depth: int) -> None:
    """Refuse what is dear to parse: both ends keep to it, so an honest frame never meets it at the other end."""
    if len(line) <= depth or line.count(b"[") + line.count(b"{") <= depth:
        return
    brackets = _brackets(line)
    # A megabyte of empty lists costs the parser ten times what a megabyte of text does.
    if brackets.count(b"[") > max(MAX_CONTAINERS, len(line) // 12):
        raise Malformed("a frame of too many containers")
    if _nesting(brackets) > depth:
        raise Malformed(f"a frame nested deeper than {depth}")


def _brackets(line: bytes) -> bytes:
    """The brackets of a line, all of one kind, without those that stand in strings."""
    if b"\\" in line:
        line = line.replace(b"\\\\", b"").replace(b'\\"', b"")
    # Two quotes side by side hold no bracket between them, whichever of them opens: what is within stays within.
    marks = line.translate(_ROUND, _OTHER).replace(b'""', b"")
    return b"".join(marks.split(b'"')[::2])


def _nesting(brackets: bytes) -> int:
    """How deep brackets nest."""
    # Most of a long line is flat: innermost pairs go level by level, and what is left is counted one by one.
    for level in range(_PEELED):
        if not brackets:
            return level
        brackets = brackets.replace(b"[]", b"")
    steps = brackets.translate(_STEP)
    return _PEELED + max(accumulate(1 if step == 1 else -1 for step in steps), default=0)


def _refuse_constant(text: str) -> NoReturn:
    raise Malformed(text)


def _small_int(text: str) -> int:
    if len(text) > 4300:
        raise Malformed("a number that is too long")
    return int(text)


_ENCODER = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), allow_nan=False, check_circular=False)


def _json_writer() -> Callable[[Any], str]:
    """``_ENCODER.encode``, without making its C half anew for every frame."""
    make: Any = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return _ENCODER.encode
    write = make(None, _ENCODER.default, json.encoder.encode_basestring_ascii, None, ":", ",", False, False, False)
    return lambda frame: "".join(write(frame, 0))


_to_json = _json_writer()
_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)
_CAREFUL_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_int=_small_int)
