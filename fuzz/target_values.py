"""Fuzz target: hostile documents of the values codec, at most one frame of 1 MiB each.

Holds: any document is a value or a ``DecodeError``; reading and decoding it costs at most ``CPU_S`` of CPU; a value
that was decoded encodes again, or is refused by ``EncodeError``, and then decodes to a document of the same form.
"""

from __future__ import annotations

import gc
import json
import random
import sys
import time
from typing import Any

from sandbox.errors import DecodeError, EncodeError
from sandbox.protocol.lines import Budget, LineReader, Malformed
from sandbox.values import decode, encode
from sandbox.values.decode import _TAGS

SEEDS = tuple(
    json.dumps(encode(value, strict=True)).encode()
    for value in ([1, "a", None], {1: (2,)}, {"a": {1.5, b"x"}}, [2**90, 1j, ..., range(3), slice(1)], [[]])
)
CPU_S = 0.1
FRAME_BYTES = 1 << 20
MODULUS = 2**61 - 1
_FIELDS = ("v", "t", "f", "n", "b", "d", "s", "z", "k", "m", "p", "r", "w")
_WORDS = (
    "",
    "a",
    "A",
    "$",
    "UTC",
    "Europe/Paris",
    "posix",
    "int",
    "<f8",
    "|u1",
    "1e9",
    "ff",
    "AAAA",
    "7ff0000000000000",
)


def atom(source: random.Random) -> Any:
    """A scalar of JSON, often one that shares its hash with others."""
    choice = source.randrange(8)
    if choice == 0:
        return source.choice([None, True, False])
    if choice == 1:
        return source.randrange(-3, 4)
    if choice == 2:
        return {"$": "int", "v": f"{source.randrange(1 << 12) * MODULUS:x}"}
    if choice == 3:
        return source.random() * 10.0 ** source.randrange(-300, 300)
    if choice == 4:
        return {"$": "ref", "v": source.randrange(8)}
    if choice == 5:
        return {"$": "decimal", "v": f"{source.randrange(99)}e{source.randrange(1 << 20)}"}
    if choice == 6:
        return {"$": "fraction", "v": [f"{source.getrandbits(200):x}", f"{source.getrandbits(200) | 1:x}"]}
    return source.choice(_WORDS)


def fragment(source: random.Random, depth: int = 0) -> Any:
    """A small document, mostly of the codec's own tags, right or wrong in their fields."""
    choice = source.randrange(10)
    if depth > 5 or choice < 3:
        return atom(source)
    members = [fragment(source, depth + 1) for _ in range(source.randrange(4))]
    if choice == 3:
        return members
    if choice == 4:
        return {source.choice(_WORDS): member for member in members}
    doc: dict[str, Any] = {"$": source.choice(sorted(_TAGS)), "v": members}
    for _ in range(source.randrange(3)):
        doc[source.choice(_FIELDS)] = fragment(source, depth + 1)
    return doc


def document(source: random.Random, room: int) -> str:
    """A document of about ``room`` bytes: fragments repeated, as members of one container."""
    kinds = [json.dumps(fragment(source)) for _ in range(source.randrange(1, 4))]
    count = max(1, room // (sum(map(len, kinds)) + 2 * len(kinds)))
    body = ", ".join(", ".join(kinds) for _ in range(count))
    shape = source.choice(["[%s]", '{"$": "set", "v": [%s]}', '{"$": "dict", "v": [%s]}', '{"$": "tuple", "v": [%s]}'])
    return shape % body


def read(line: bytes) -> Any:
    """The value of a frame.

    Raises:
        DecodeError, Malformed: it is refused.
    """
    (frame,) = LineReader(Budget()).feed(line)
    return decode(frame["value"])


def framed(text: str) -> bytes:
    """The document as the one line of a frame."""
    return f'{{"t": "done", "value": {text}}}\n'.encode("ascii")


def cpu(line: bytes) -> float:
    """CPU seconds to read a frame, refused or not."""
    gc.collect()
    start = time.process_time()
    try:
        read(line)
    except (DecodeError, Malformed):
        pass
    return time.process_time() - start


def check_form(text: str) -> None:
    """A document is a value that travels on, or it is refused; nothing else."""
    try:
        value = read(framed(text))
    except (DecodeError, Malformed):
        return
    try:
        doc = encode(value, strict=True)
    except EncodeError:
        return
    decode(json.loads(json.dumps(doc, allow_nan=False)))


def check_cost(text: str) -> None:
    """Reading the document costs little. Tracing would count as cost, so it pauses."""
    line, trace = framed(text), sys.gettrace()
    sys.settrace(None)
    try:
        # A busy machine inflates single measurements; a real cost shows in every one.
        cost = next((found for found in (cpu(line) for _ in range(6)) if found <= CPU_S), None)
    finally:
        sys.settrace(trace)
    assert cost is not None, f"more than {CPU_S} s of CPU for {len(line)} bytes: {text[:300]}"


def fuzz(data: bytes) -> None:
    """``data`` as a document, as a fragment that fills a frame, and as the seed of generated ones."""
    source = random.Random(data)
    text = document(source, 200)
    check_form(text)
    if source.random() < 0.05:
        check_cost(document(source, FRAME_BYTES - 100))
    try:
        plain = data.decode("ascii")
        json.loads(plain)
    except (ValueError, RecursionError):
        return
    if "\n" not in plain:
        check_form(plain)
        if source.random() < 0.05:
            check_cost("[" + ",".join([plain] * ((FRAME_BYTES - 100) // (len(plain) + 1))) + "]")
