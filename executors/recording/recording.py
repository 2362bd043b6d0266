"""Recording: one session as a file of JSON lines, which ``hardcell replay`` runs again.

Among the session's events stand lines with a ``type`` that begins with ``recording.``: what it was asked, what tools
answered, the tape of clock and random numbers, what came of each run. The last line tells how many lines there are
and their digest. **A recording holds all that went in and out, secrets included**; the digest finds accidents and no
forger, who can write another.

Invariants: a line is written and flushed before the session goes on; a file is made new, never appended to.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.events import Event
from sandbox.protocol import Frame
from sandbox.result import Result

from ..witness import HeardCalls, Witness
from .summary import digest_of, summary_of

FORMAT = 1
_CHANGING = ("write", "remove")
"""What is asked of files of /cell and can make a difference to the guest."""


class Recording(Witness):
    """Records a session: ``create_executor("local", record=Recording("session.jsonl"))``. For one session only.

    Raises:
        FileExistsError: there is such a file; a recording replaces nothing.
        OSError: it cannot be made.
    """

    taped = True

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._file = open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii")
        self._lock = threading.Lock()
        self._digest = hashlib.sha256()
        self._lines = 0
        self._opened = False
        self._told: tuple[str, dict[str, Any] | None] = ("", None)

    def opened(self, facts: Mapping[str, Any]) -> None:
        if self._opened:
            raise ValueError("a Recording records one session; make another for this one")
        self._opened = True
        self._write("started", format=FORMAT, python=platform.python_version(), **facts)

    def tools(self, names: Sequence[str]) -> None:
        self._write("tools", names=list(names))

    def request(self, kind: str, fields: Mapping[str, Any]) -> None:
        if kind == "set" or fields.get("op") in _CHANGING:
            self._write("request", kind=kind, fields=dict(fields))

    def begin(self, code: str) -> None:
        self._write("run", code=code)

    def answer(self, frame: Frame, calls: HeardCalls) -> Frame:
        # Making the call decodes the arguments, which uses them up.
        asked = json.loads(json.dumps({name: frame[name] for name in ("name", "args", "kwargs")}))
        answer = calls.make(frame)
        told = {name: value for name, value in answer.items() if name not in ("t", "id")}
        self._write("call", **asked, answer=told)
        return answer

    def told(self, done: Frame | None) -> None:
        self._told = digest_of(done), (done or {}).get("tape")

    def end(self, result: Result) -> None:
        value_sha256, tape = self._told
        self._write("result", result=summary_of(result, value_sha256), tape=tape, wall_s=round(result.usage.wall_s, 6))

    def event(self, event: Event) -> None:
        self._line(event.to_dict())

    def closed(self) -> None:
        with self._lock:
            if not self._file.closed:
                last = {"type": "recording.ended", "lines": self._lines, "sha256": self._digest.hexdigest()}
                self._file.write(_text(last))
                self._file.close()

    def _write(self, kind: str, /, **fields: Any) -> None:
        self._line({"type": f"recording.{kind}", **fields})

    def _line(self, fields: Mapping[str, Any]) -> None:
        text = _text(fields)
        with self._lock:
            if self._file.closed:
                return
            self._digest.update(text.encode("ascii"))
            self._lines += 1
            self._file.write(text)
            self._file.flush()


def _text(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=True, separators=(",", ":")) + "\n"
