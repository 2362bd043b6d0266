"""A host process of the corpus: plays cases on backends, in sessions of its own, and says what it saw.

``python -m executors.testing.escapes.host FD`` is started by the runner, which may lose it: a guest in process can end
or hang it. One JSON object a line in both directions over the descriptor.

Invariants: a case gets a session of its own; evidence on files, listeners and processes is the runner's to look for,
since a guest that escaped may share this process.
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import json
import os
import socket
import sys
import time
from pathlib import Path
from typing import Any

from sandbox.errors import BackendUnavailable, HardcellError
from sandbox.events import Event
from sandbox.policy import STANDARD_IMPORTS
from sandbox.result import Result

from ...base import Executor
from . import secret, unguarded
from .backends import WALLS_OFF, open_session
from .case import EscapeCase, load_case
from .fingerprint import Fingerprint
from .handling import Handled, false_account, handle, overrun
from .unwalled import MEMORY_ERROR
from .verdict import Verdict, of_error

MOST_TOLD = 4 << 20
"""Characters of what came out that travel to the runner."""
RECORDED = ("refused", "limit")


class BrokenCase(Exception):
    """The neighbour of a case is not as its file says even before the case."""


class Stage:
    """One case on one backend."""

    def __init__(self, backend: str, case: EscapeCase, bait: dict[str, Any], treasure: str) -> None:
        self._backend, self._case, self._bait, self._treasure = backend, case, bait, treasure
        self._handled = Handled()
        self._recorded = self._calls = 0
        self._events: list[Event] = []

    def play(self) -> dict[str, Any]:
        """What was seen: a verdict as far as it can be told from here, evidence, and all text that came out.

        Raises:
            BackendUnavailable: the backend cannot be had.
            BrokenCase: its file is wrong.
        """
        before = Fingerprint()
        verdict = self._with_neighbour() if self._case.neighbour else self._in_session()
        if changed := before.changed():
            self._handled.problems["host-changed"] = ", ".join(changed)
        told = "\n".join(self._handled.told)[:MOST_TOLD]
        return {"verdict": dataclasses.asdict(verdict), "evidence": self._handled.problems, "told": told}

    def _with_neighbour(self) -> Verdict:
        assert self._case.neighbour is not None
        code, wanted = self._case.neighbour.code, self._case.neighbour.value
        with open_session(self._backend, self._case, lambda event: None) as beside:
            beside.send_variables({"treasure": self._treasure})
            if (first := beside.run(code)).value_repr != wanted:
                raise BrokenCase(f"before the case the neighbour has {first.error or first.value_repr}, not {wanted}")
            verdict = self._in_session()
            with open_session(self._backend, self._case, lambda event: None) as later:
                for which, session in (("beside", beside), ("begun later", later)):
                    result = session.run(code)
                    if result.value_repr != wanted:
                        seen = f"the session {which} has {result.error or result.value_repr}"
                        self._handled.problems["session-changed"] = seen[:500]
        return verdict

    def _in_session(self) -> Verdict:
        with open_session(self._backend, self._case, self._heard) as executor:
            executor.send_tools({"report": self._report, "withheld": self._withheld})
            executor.send_variables({"bait": self._bait})
            verdict = Verdict("contained")
            for code in self._case.cells:
                found = self._run(executor, code)
                verdict = found if verdict.word == "contained" else verdict
                if found.failed:
                    break
        return verdict

    def _run(self, executor: Executor, code: str) -> Verdict:
        isolation, self._recorded = executor.isolation, 0
        began = time.monotonic()
        try:
            result = executor.run(code)
        except HardcellError as error:
            return Verdict("unreported", f"{type(error).__name__}: {error}"[:500])
        took = time.monotonic() - began
        handle(executor, result, self._handled)
        self._judge(executor, result, took, false_account(result, isolation, took))
        return of_error(result.error)

    def _judge(self, executor: Executor, result: Result, took: float, untrue: str) -> None:
        problems = self._handled.problems
        if untrue:
            problems["forged"] = untrue
        if self._backend == WALLS_OFF and result.error is not None and result.error.message == MEMORY_ERROR:
            problems["corrupted"] = MEMORY_ERROR
        limits = self._case.limits
        if past := overrun(executor, result, limits.memory_mb, limits.output_bytes):
            problems["overran"] = past
        hidden = [one for one in result.events if one.type in RECORDED]
        if hidden and result.error is None:
            problems["went-on"] = f"a run with a recorded {hidden[0].type} is told to have ended well"

    def _heard(self, event: Event) -> None:
        self._events.append(event)
        self._recorded += event.type in RECORDED

    def _report(self, text: str) -> str:
        """Tell the host something."""
        self._handled.told.append(text)
        if self._recorded:
            self._handled.problems["went-on"] = "a tool was called after a recorded refusal or limit"
        return "reported"

    def _withheld(self, text: str) -> str:
        """Denied to every guest."""
        self._handled.told.append(text)
        self._handled.problems["tool-called"] = "a tool that the decision hook denies has run"
        return "withheld"


def _play_unguarded(case: EscapeCase, bait: dict[str, Any], treasure: str) -> dict[str, Any]:
    played = unguarded.play(case, bait, treasure)
    return {
        "verdict": dataclasses.asdict(Verdict("contained")),
        "evidence": dict.fromkeys(played.evidence, "on plain CPython"),
        "told": played.told[:MOST_TOLD],
    }


_warm: set[str] = set()


def _warm_up(backend: str, case: EscapeCase) -> None:
    """The first session of a kind leaves handlers and caches of ours behind, which are no trace of a guest; nor is what
    the library registers when a module of it is imported for the first time in this process."""
    if backend not in _warm:
        for name in (pattern.removesuffix(".*") for pattern in STANDARD_IMPORTS):
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
        with open_session(backend, case, lambda event: None) as executor:
            handle(executor, executor.run("1"), Handled())
        _warm.add(backend)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """What came of one request of the runner; a failure of ours is told as one."""
    secret.SECRET = request["secret"]
    case = load_case(Path(request["path"]))
    try:
        if request["backend"] == "cpython":
            return _play_unguarded(case, request["bait"], request["treasure"])
        _warm_up(request["backend"], case)
        return Stage(request["backend"], case, request["bait"], request["treasure"]).play()
    except BackendUnavailable as error:
        return {"unavailable": error.message}
    except BrokenCase as error:
        return {"unavailable": f"broken case: {error}"[:2000]}
    except Exception as error:
        return {"broken": f"{type(error).__name__}: {error}"[:2000]}


def main(descriptor: int) -> None:
    """Serve until the runner is gone."""
    with socket.socket(fileno=descriptor) as runner, runner.makefile("rw", encoding="ascii", newline="\n") as lines:
        for line in lines:
            found = answer(json.loads(line)) | {"pid": os.getpid()}
            lines.write(json.dumps(found, ensure_ascii=True) + "\n")
            lines.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
