"""Replay: a script once more, in a fresh session, with tools, clock and random numbers answered from the recording.

Invariants: no tool runs and nothing is asked of anybody; the first step that differs ends the replay, and everything
before it agreed. What the host did to end a run, the replay does: an interrupt comes when as much time has passed as in
the recording, and an end that the time of tools brought about comes with the last call.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.errors import LimitExceeded
from sandbox.means import HOST_DEADLINE
from sandbox.protocol import Frame
from sandbox.protocol.failures import from_plain
from sandbox.result import Result

from ..base import Executor
from ..cell_executor import CellExecutor
from ..witness import HeardCalls, Witness
from .script import RequestStep, RunStep, Script, ToolsStep
from .summary import digest_of, first_difference, is_timed, limit_of, summary_of

_NO_TAPE = {"readings": [], "cut": True, "problem": ""}
_MOST_SHOWN = 2000
_LATER_S = 0.1


@dataclasses.dataclass(frozen=True)
class Difference:
    """Where a replay left the recording: the step, what differs there, how it was, how it is (None: ``what`` says)."""

    step: int
    what: str
    recorded: Any
    now: Any

    def __str__(self) -> str:
        if self.recorded is None is self.now:
            return f"step {self.step} differs, {self.what}"
        was, is_ = (repr(value)[:_MOST_SHOWN] for value in (self.recorded, self.now))
        return f"step {self.step} differs, {self.what}\n  recorded: {was}\n  now:      {is_}"


Opener = Callable[[Witness], Executor]
"""Makes the executor of a replay, with this witness."""


def replay(script: Script, open_executor: Opener) -> Difference | None:
    """Run the script again; the first difference, or None when everything agrees.

    Raises:
        BackendUnavailable, ValueError: the executor cannot be had, or cannot be replayed on.
    """
    player = _Player(script.facts["engine"])
    with open_executor(player) as executor:
        # Before a limit of its own can end the run.
        interruption = player.interruption = _Interruption(executor, script.limits.wall_s / 2)
        if not isinstance(executor, CellExecutor):
            raise TypeError(f"a recording cannot be replayed on a {type(executor).__name__}")
        for step in script.steps:
            if isinstance(step, ToolsStep):
                executor.send_tools(dict.fromkeys(step.names, _never))
            elif isinstance(step, RequestStep):
                difference = _request(executor, step)
                if difference:
                    return difference
            else:
                player.play(step)
                try:
                    executor.run(step.code)
                finally:
                    interruption.end()
                if player.difference:
                    return player.difference
    return None


def _request(executor: CellExecutor, step: RequestStep) -> Difference | None:
    answer = executor.request_again(step.kind, step.fields)
    if answer["t"] == "ok":
        return None
    return Difference(step.number, f"{step.kind} request", "granted", answer["message"])


class _Interruption:
    """Interrupts a run that was interrupted in the recording, when its last call was answered and as much time has
    passed as the run took then, and a little more, so that what came before is done again."""

    def __init__(self, executor: Executor, longest_s: float) -> None:
        self._interrupt = executor.interrupt
        self._longest_s = longest_s
        self._timer: threading.Timer | None = None

    def begin(self, step: RunStep) -> None:
        """The run has made all its calls."""
        if limit_of(step.result) == "interrupt" and self._timer is None:
            self._timer = threading.Timer(min(step.wall_s + _LATER_S, self._longest_s), self._interrupt)
            self._timer.start()

    def end(self) -> None:
        """The run is over."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _never(*args: Any, **kwargs: Any) -> None:
    """In the place of every tool; the player answers."""


class _Player(Witness):
    """Answers from the step that is played, and compares; all else comes from the script itself."""

    taped = True

    def __init__(self, engine: str) -> None:
        """``engine``: the one of the recording."""
        self._engine = engine
        self._same_engine = True
        self._told = ("", "")
        self.difference: Difference | None = None
        self._step: RunStep | None = None
        self._called = 0
        self.interruption: _Interruption | None = None

    def play(self, step: RunStep) -> None:
        """The next run is this one."""
        self._step, self._called = step, 0

    def run_fields(self) -> Mapping[str, Any]:
        return {"tape": self._playing().tape or _NO_TAPE}

    def begin(self, code: str) -> None:
        if self.interruption and not self._playing().calls:
            self.interruption.begin(self._playing())

    def answer(self, frame: Frame, calls: HeardCalls) -> Frame:
        calls.count += 1
        step = self._playing()
        asked = {name: frame[name] for name in ("name", "args", "kwargs")}
        if self._called >= len(step.calls):
            self._differ(step.number, f"run {step.place}, tool calls", "no more", asked)
            return calls.refuse(frame, _stopped())
        call = step.calls[self._called]
        self._called += 1
        recorded = {"name": call.name, "args": call.args, "kwargs": call.kwargs}
        if asked != recorded:
            self._differ(call.number, f"run {step.place}, tool call {self._called}", recorded, asked)
            return calls.refuse(frame, _stopped())
        is_last = self._called == len(step.calls)
        if self.interruption and is_last:
            self.interruption.begin(step)
        if "stop" in call.answer:
            calls.refusal = from_plain(call.answer["stop"])
        elif is_last and limit_of(step.result) == "total_wall_s":
            calls.refusal = LimitExceeded("the recording ends this run here", limit="total_wall_s", how=HOST_DEADLINE)
            return calls.refuse(frame, calls.refusal)
        return {"t": "answer", "id": frame["id"], **call.answer}

    def opened(self, facts: Mapping[str, Any]) -> None:
        self._same_engine = facts["engine"] == self._engine

    def told(self, done: Frame | None) -> None:
        tape = done.get("tape") if done else None
        self._told = digest_of(done), tape["problem"] if tape else ""

    def end(self, result: Result) -> None:
        step = self._playing()
        value_sha256, problem = self._told
        now = summary_of(result, value_sha256)
        what = f"run {step.place}, "
        if problem and self._same_engine and not is_timed(step.result):
            self._differ(step.number, f"{what}clock and random numbers: {problem}", None, None)
        elif self._called < len(step.calls) and not is_timed(step.result):
            call = step.calls[self._called]
            self._differ(call.number, f"{what}tool call {self._called + 1}", call.name, "no call")
        found = first_difference(step.result, now, same_engine=self._same_engine)
        if found:
            self._differ(step.number, f"{what}{found[0]}", found[1], found[2])

    def _differ(self, step: int, what: str, recorded: Any, now: Any) -> None:
        if self.difference is None:
            self.difference = Difference(step, what, recorded, now)

    def _playing(self) -> RunStep:
        if self._step is None:
            raise ValueError("a replay runs what was recorded and nothing else")
        return self._step


def _stopped() -> LimitExceeded:
    return LimitExceeded("the replay left the recording", limit="interrupt", how="host")
