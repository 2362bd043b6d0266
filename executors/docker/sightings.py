"""What the probe's program may say, and nothing else: the lines that come out of a container, read and checked.

Invariants: bytes, lines and depths are bounded before anything is parsed; a line has exactly the fields and types of
its check, each check at most once and in order; whatever else comes is a ``BadSighting``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

LINE_BYTES = 16 << 10
LINES = 32
END = "end"
_MOST_ITEMS = 64
_MOST_TEXT = 64
_MOST_NUMBER = 1 << 62

Shape = Callable[[Any], bool]


class BadSighting(ValueError):
    """What came out of the container is not what the probe's program says."""


def _number(value: Any) -> bool:
    return type(value) is int and -1 <= value <= _MOST_NUMBER


def _text(value: Any) -> bool:
    return type(value) is str and len(value) <= _MOST_TEXT and value.isascii()


def _list(of: Shape) -> Shape:
    return lambda value: type(value) is list and len(value) <= _MOST_ITEMS and all(of(item) for item in value)


def _named(of: Shape) -> Shape:
    return lambda value: (
        type(value) is dict and len(value) <= _MOST_ITEMS and all(_text(k) and of(v) for k, v in value.items())
    )


def _node(value: Any) -> bool:
    return type(value) is list and len(value) == 4 and all(map(_text, value[:2])) and all(map(_number, value[2:]))


SHAPES: dict[str, dict[str, Shape]] = {
    "user": {"uids": _list(_number), "gids": _list(_number), "groups": _list(_number)},
    "rights": {"sets": _named(_text), "no_new_privs": _number},
    "calls": {"mode": _number, "marked": _number, "refused": _named(_number), "release": _text},
    "network": {"interfaces": _list(_text), "connect": _list(_number)},
    "root": {"options": _list(_text), "written": _list(_text)},
    "cell": {"options": _list(_text), "bytes": _number, "execute": _number},
    "cores": {"limit": _list(_number)},
    "devices": {"nodes": _list(_node)},
    "disk": {"written": _number, "errno": _number},
    "processes": {"made": _number, "errno": _number},
    "memory": {"touched": _number, "signal": _number, "status": _number, "oom_kills": _number},
}
"""The fields of what each check saw."""


class Sightings:
    """Takes the bytes of one container in; holds what was seen.

    ``seen``: by check. ``begun``: the dangerous checks that were begun. ``ended``: whether the program came to its end.
    """

    def __init__(self) -> None:
        self.seen: dict[str, Mapping[str, Any]] = {}
        self.begun: list[str] = []
        self.ended = False
        self._rest = b""
        self._lines = 0

    def feed(self, data: bytes) -> None:
        """Raises BadSighting."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if max(map(len, (*lines, self._rest))) > LINE_BYTES:
            raise BadSighting("a line is too long")
        for line in lines:
            self._lines += 1
            if self._lines > LINES or self.ended:
                raise BadSighting("there are too many lines")
            self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            said = json.loads(line.decode("ascii"))
        except (ValueError, RecursionError):
            raise BadSighting("a line is not JSON") from None
        if type(said) is not dict or type(said.get("check")) is not str:
            raise BadSighting("a line names no check")
        name = said["check"]
        if said == {"check": END, "begun": True}:
            self.ended = True
        elif name not in SHAPES or name in self.seen:
            raise BadSighting("a check is unknown, or comes twice")
        elif said == {"check": name, "begun": True} and name not in self.begun:
            self.begun.append(name)
        elif said.keys() == {"check", "seen"} and _fits(said["seen"], SHAPES[name]):
            self.seen[name] = said["seen"]
        else:
            raise BadSighting(f"what check {name} saw has another form")


def _fits(seen: Any, shape: Mapping[str, Shape]) -> bool:
    return type(seen) is dict and seen.keys() == shape.keys() and all(of(seen[field]) for field, of in shape.items())
