"""Fuzz target: hostile bytes at either end of the worker protocol.

Holds: any bytes are frames or a ``RemoteProtocolError``, the same whether fed whole or in pieces; what is accepted
travels on unchanged; an error that a frame claims becomes one of the error classes, of bounded length.
"""

from __future__ import annotations

import json
import random

from sandbox.errors import RemoteProtocolError
from sandbox.protocol import SENDER, Budget, Connection, Frame, Role
from sandbox.protocol.failures import MAX_MESSAGE, from_plain
from sandbox.protocol.lines import LineReader
from sandbox.protocol.lines import encode as encode_line

BUDGET = Budget(line_bytes=1 << 16, joined_chars=1 << 17, frames=200, total_bytes=1 << 18)
ERROR = {
    "kind": "limit",
    "type": "LimitExceeded",
    "message": "m",
    "code": "HC601",
    "line": 1,
    "column": None,
    "recovery": "rewrite",
    "traceback": "",
    "limit": "wall_s",
    "allowed": 1.0,
    "used": None,
    "how": "",
}
START: Frame = {"t": "start", "engine": "cpython", "policy": {}, "limits": {}, "tools": ["f"]}
HELLO: Frame = {"t": "hello", "proto": 1, "python": "3", "digest": "", "engine": "cpython", "isolation": {}}
RUN: Frame = {"t": "run", "id": 1, "code": "f(1)"}
CALL: Frame = {"t": "call", "id": 1, "name": "f", "args": [1], "kwargs": {}}
DONE: Frame = {
    "t": "done",
    "id": 1,
    "value": {"$": "tuple", "v": [1]},
    "repr": "(1,)",
    "error": ERROR,
    "final": False,
    "variables": [["x", "int", "1"]],
    "artifacts": [["a", 1, "00"]],
    "ops": 3,
}
FRAMES: tuple[Frame, ...] = (
    START,
    HELLO,
    RUN,
    CALL,
    DONE,
    {"t": "answer", "id": 1, "stop": ERROR},
    {"t": "set", "id": 1, "values": {"x": 1}},
    {"t": "tools", "id": 1, "names": ["g"]},
    {"t": "file", "id": 1, "op": "write", "path": "a", "offset": 0, "data": "AAAA", "final": True},
    {"t": "ok", "id": 1, "data": {}},
    {"t": "fail", "id": 1, "type": "OSError", "message": "no"},
    {"t": "event", "type": "refused", "data": {"code": "HC101"}},
    {"t": "bye"},
)
WAYS: dict[str, tuple[Frame, ...]] = {
    "new": (),
    "starting": (START,),
    "idle": (START, HELLO),
    "running": (START, HELLO, RUN),
    "calling": (START, HELLO, RUN, CALL),
    "asked": (START, HELLO, FRAMES[6]),
}
SEEDS = tuple(json.dumps(frame).encode() + b"\n" for frame in FRAMES) + (
    b'{"t":"part","i":0,"n":2,"d":"{\\"t\\":"}\n{"t":"part","i":1,"n":2,"d":"\\"bye\\"}"}\n',
)


def connection(role: Role, way: tuple[Frame, ...]) -> Connection:
    """A connection that has sent and received the frames of ``way``."""
    made = Connection(role, BUDGET)
    for frame in way:
        if SENDER[frame["t"]] == role:
            made.send(frame)
        else:
            made.receive(json.dumps(frame).encode() + b"\n")
    return made


def outcome(end: Connection, pieces: list[bytes]) -> tuple[list[Frame], str]:
    """The frames accepted before the end or the first error, and the state then."""
    frames: list[Frame] = []
    for piece in pieces:
        try:
            frames += end.receive(piece)
        except RemoteProtocolError:
            return frames, "broken"
    return frames, end.state


def fuzz(data: bytes) -> None:
    """``data`` at one end, in a state and in pieces that it chooses itself."""
    source = random.Random(data)
    role: Role = source.choice(("host", "worker"))
    way = WAYS[source.choice(sorted(WAYS))]
    if source.random() < 0.5:
        data = json.dumps(source.choice(FRAMES)).encode() + b"\n" + data
    whole, state = outcome(connection(role, way), [data] if data else [])
    cuts = sorted(source.randrange(len(data) + 1) for _ in range(source.randrange(8)))
    pieces = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True) if a < b]
    in_pieces, state_in_pieces = outcome(connection(role, way), pieces)
    assert state == state_in_pieces
    # Fed whole, the frames before the broken one go down with it; in pieces those of earlier pieces came through.
    assert state == "broken" or whole == in_pieces
    for frame in in_pieces:
        assert list(LineReader(BUDGET).feed(encode_line(frame, BUDGET))) == [frame]
        for claimed in (frame.get("error"), frame.get("stop")):
            if claimed and "kind" in claimed:
                assert len(from_plain(claimed).message) <= MAX_MESSAGE
