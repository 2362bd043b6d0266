"""Script: a recording, read back and judged, as the steps that a replay takes.

Invariants: a file that is not whole and in order is refused as a whole, with the line and the reason, before anything
is run; what was recorded is data, checked before it is sent anywhere.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from sandbox.limits import Limits
from sandbox.policy import Policy
from sandbox.protocol.frames import OPTIONAL, REQUIRED, problem
from sandbox.tape import is_tape

from ..rollback import Rollback
from .recording import FORMAT
from .summary import is_summary

MAX_BYTES = 1 << 30
Kind = TypeVar("Kind")
_REQUESTS = ("set", "file")


class BrokenRecording(ValueError):
    """The file is no whole recording of this version; the message names the line and the reason."""


@dataclasses.dataclass(frozen=True)
class Call:
    """A tool call of a run: what was asked, and the fields of the answer."""

    number: int
    name: str
    args: list[Any]
    kwargs: dict[str, Any]
    answer: dict[str, Any]


@dataclasses.dataclass(frozen=True)
class RunStep:
    """A run, its calls, its result and its tape; ``place`` counts runs, ``wall_s`` is how long it took, tools too."""

    number: int
    place: int
    code: str
    calls: tuple[Call, ...]
    result: dict[str, Any]
    tape: dict[str, Any] | None
    wall_s: float = 0.0


@dataclasses.dataclass(frozen=True)
class ToolsStep:
    """The names of the tools from now on."""

    number: int
    names: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class RequestStep:
    """Variables or a piece of a file, as the worker was sent them."""

    number: int
    kind: str
    fields: dict[str, Any]


Step = RunStep | ToolsStep | RequestStep


@dataclasses.dataclass(frozen=True)
class Script:
    """What was recorded, in order. ``facts``: where and on what Python."""

    policy: Policy
    limits: Limits
    rollback: Rollback
    facts: Mapping[str, str]
    steps: tuple[Step, ...]

    @property
    def length(self) -> int:
        """How many steps there are, tool calls counted."""
        return len(self.steps) + sum(len(step.calls) for step in self.steps if isinstance(step, RunStep))


def read_script(path: str | os.PathLike[str]) -> Script:
    """The script of a recording.

    Raises:
        BrokenRecording: it is not whole, was changed, or is of another version.
        OSError: it cannot be read.
    """
    with open(path, "rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise BrokenRecording(f"it is larger than {MAX_BYTES >> 20} MiB")
    return _Reader(_whole(data)).script()


def _whole(data: bytes) -> list[dict[str, Any]]:
    """The documents of all lines but the last, which says that they are all and unchanged."""
    lines = data.splitlines(keepends=True)
    documents = [_document(number, line) for number, line in enumerate(lines, 1)]
    if not documents or documents[0].get("type") != "recording.started":
        raise BrokenRecording("line 1: this is no recording, which begins with recording.started")
    if documents[0].get("format") != FORMAT:
        raise BrokenRecording(
            f"line 1: the recording has format {documents[0].get('format')!r}; this hardcell reads format {FORMAT}"
        )
    last = documents[-1]
    if last.get("type") != "recording.ended":
        raise BrokenRecording(f"line {len(lines)}: the recording ends without its closing line; it was cut off")
    if last.get("lines") != len(lines) - 1:
        raise BrokenRecording(f"line {len(lines)}: there were {last.get('lines')!r} lines and are {len(lines) - 1}")
    if last.get("sha256") != hashlib.sha256(b"".join(lines[:-1])).hexdigest():
        raise BrokenRecording(f"line {len(lines)}: the digest differs; a line was changed")
    return documents[:-1]


def _document(number: int, line: bytes) -> dict[str, Any]:
    try:
        if not line.endswith(b"\n"):
            raise ValueError
        document = json.loads(line)
    except (ValueError, RecursionError):
        raise BrokenRecording(f"line {number}: no whole line of JSON; the recording was cut off or damaged") from None
    if type(document) is not dict or type(document.get("type")) is not str:
        raise BrokenRecording(f"line {number}: not an object with a type")
    return document


class _Reader:
    """Goes through the lines once."""

    def __init__(self, documents: list[dict[str, Any]]) -> None:
        self._documents = documents
        self._line = 0
        self._numbers = 0
        self._runs = 0

    def script(self) -> Script:
        lines = self._lines()
        started = next(lines)
        steps: list[Step] = []
        for document in lines:
            steps.append(self._step(document, lines))
        return Script(
            self._checked(Policy.from_dict, started.get("policy")),
            self._checked(Limits.from_dict, started.get("limits")),
            self._checked(lambda plain: Rollback(**plain), started.get("rollback")),
            {name: str(started.get(name)) for name in ("executor", "engine", "enclosure", "python")},
            tuple(steps),
        )

    def _lines(self) -> Iterator[dict[str, Any]]:
        """The lines of the recording itself; events between them are for people."""
        for number, document in enumerate(self._documents, 1):
            self._line = number
            if document["type"].startswith("recording."):
                yield document

    def _step(self, document: dict[str, Any], rest: Iterator[dict[str, Any]]) -> Step:
        self._numbers += 1
        number = self._numbers
        kind = document["type"].removeprefix("recording.")
        if kind == "tools":
            frame = {"t": "tools", "id": 0, "names": document.get("names")}
            return ToolsStep(number, tuple(self._sound(frame)["names"]))
        if kind == "request" and document.get("kind") in _REQUESTS and type(document.get("fields")) is dict:
            self._sound({"t": document["kind"], "id": 0, **document["fields"]})
            return RequestStep(number, document["kind"], document["fields"])
        if kind == "run":
            return self._run(number, document, rest)
        raise self._broken(f"{document['type'][:60]!r} is no step, or stands in the wrong place")

    def _run(self, number: int, document: dict[str, Any], rest: Iterator[dict[str, Any]]) -> RunStep:
        self._runs += 1
        place = self._runs
        code = self._sound({"t": "run", "id": 0, "code": document.get("code")})["code"]
        calls = []
        for line in rest:
            if line["type"] == "recording.call":
                calls.append(self._call(line))
            elif line["type"] == "recording.result":
                tape, wall_s = line.get("tape"), line.get("wall_s", 0.0)
                if not is_summary(line.get("result")) or not (tape is None or is_tape(tape)):
                    raise self._broken("a result of another form")
                if type(wall_s) is not float or not 0 <= wall_s < threading.TIMEOUT_MAX:
                    raise self._broken("a result with a time that is none")
                return RunStep(number, place, code, tuple(calls), line["result"], tape, wall_s)
            else:
                raise self._broken(f"{line['type'][:60]!r} in the middle of a run")
        raise self._broken("the recording ends in the middle of a run")

    def _call(self, line: dict[str, Any]) -> Call:
        self._numbers += 1
        asked = {name: line.get(name) for name in ("name", "args", "kwargs")}
        self._sound({"t": "call", "id": 0, **asked})
        answer = line.get("answer")
        if type(answer) is not dict or len(answer) != 1 or not answer.keys() <= OPTIONAL["answer"].keys():
            raise self._broken("an answer of another form")
        self._sound({"t": "answer", "id": 0, **answer})
        return Call(self._numbers, line["name"], line["args"], line["kwargs"], answer)

    def _sound(self, frame: dict[str, Any]) -> dict[str, Any]:
        assert frame["t"] in REQUIRED
        found = problem(frame)
        if found:
            raise self._broken(f"a step that {found}")
        return frame

    def _checked(self, make: Callable[[dict[str, Any]], Kind], plain: object) -> Kind:
        try:
            if type(plain) is not dict:
                raise TypeError("policy, limits and rollback must be objects")
            return make(plain)
        except (ValueError, TypeError) as error:
            raise BrokenRecording(f"line 1: {error}") from None

    def _broken(self, why: str) -> BrokenRecording:
        return BrokenRecording(f"line {self._line}: {why}")
