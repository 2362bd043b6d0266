"""One session of the campaign: what is done to it, and what it must hold afterwards.

Invariants: what is known of a session is what its results and events said; each act is timed, and one that takes
longer than its deadline and 2 s is a finding.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable
from typing import Any, Protocol

from executors.base import Executor
from fuzz.injected_state import Held, Said

PROBE = """
def _one(name):
    return globals().get(name)
try:
    with open('f') as _file: _text = _file.read()
except FileNotFoundError:
    _text = None
(_one('n'), _one('v'), _text)
"""
FILL = """
full = False
try:
    with open('big', 'wb') as file:
        while True: file.write(b'x' * 65536)
except OSError:
    full = True
full
"""
GROW = "n = 0\nbig = [bytearray(1 << 20) for _ in range(64)]\nbig = 0"
EMPTY = "import os\nif os.path.exists('big'): os.remove('big')"
_PROBES = 6


class Watch(Protocol):
    """What a session's acts are told to: the campaign."""

    def timed(self, session: Session, what: str, function: Callable[[], Any]) -> Any:
        """Call, hear of the events, and give what came of it: a result, an exception or None."""
        ...

    def found(self, what: str) -> None:
        """Something is wrong."""
        ...

    def any(self, chance: random.Random) -> Session:
        """One of the sessions."""
        ...


class Session:
    """``executor`` under the acts of the campaign; ``said``: what it is said to hold."""

    def __init__(self, executor: Executor, watch: Watch, said: Said) -> None:
        self.executor = executor
        self.said = said
        self._watch = watch

    def do(self, what: str, function: Callable[[], Any], **changes: Any) -> Any:
        """An act that ``changes`` what the session holds, if it is not said to have failed."""
        outcome = self._watch.timed(self, what, function)
        if problem := self.said.settle(outcome, changes):
            self._watch.found(f"{what}: {problem}")
        return outcome

    def act(self, chance: random.Random) -> None:
        """Do something that may happen in any session."""
        executor = self.executor
        way = chance.randrange(9)
        n = max(self.said.now.n or 0, 0) + 1
        if way == 0:
            value = chance.randrange(1000)
            self.do("send_variables", lambda: executor.send_variables({"v": value}), v=value)
        elif way == 1:
            text = str(chance.randrange(1000)) * chance.choice((1, 100_000))
            self.do("files.write", lambda: executor.files.write("f", text), f=text)
        elif way == 2:
            self.do("a run that loops", lambda: executor.run(f"n = {n}\nwhile True: pass"))
        elif way == 3:
            code = f"n = {n}\nwith open('f', 'w') as file: file.write('x')\ngetattr(int, '__sub' + 'classes__')()"
            self.do("a refused run", lambda: executor.run(code), n=n, f="x")
        elif way == 4:
            self._save_and_restore(self._watch.any(chance))
        else:
            lines = [f"n = {n}", f"with open('f', 'w') as file: file.write('{n}')"]
            if way in (5, 6):
                lines.insert(chance.randrange(3), "tool()")
            if way == 7:
                lines.append("import time\ntime.sleep(0.01)")
            self.do("a run", lambda: executor.run("\n".join(lines)), n=n, f=str(n))

    def _save_and_restore(self, target: Session) -> None:
        held = self.said.now
        saved = self._watch.timed(self, "snapshot", lambda: self.executor.snapshot(leave_out_unsavable=True))
        if isinstance(saved, bytes):
            self.said.saved = held
            changes = dataclasses.asdict(held)
            if target.do("restore", lambda: target.executor.restore(saved) and None, **changes) is None:
                target.said.saved = held

    def branch(self) -> Session | None:
        """A branch of it, which holds the same; None when there is none."""
        held = self.said.now
        made = self._watch.timed(self, "fork", self.executor.fork)
        if not isinstance(made, Executor):
            return None
        if held != self.said.now:
            self._watch.found("a session was forked and lost")
        return Session(made, self._watch, Said(held, rolls_back=self.said.rolls_back))

    def probe(self) -> bool:
        """Ask what it holds until it answers; False when it never does."""
        result: Any = None
        for _ in range(_PROBES):
            result = self._watch.timed(self, "probe", lambda: self.executor.run(PROBE))
            if getattr(result, "error", result) is None:
                found = Held(*result.value)
                if not self.said.now.fits(found):
                    self._watch.found(f"the session holds {found}, said was {self.said.now}")
                self.said.now = found
                return True
            if problem := self.said.settle(result, {}):
                self._watch.found(f"probe: {problem}")
        self._watch.found(f"a session that cannot be used again: {result}")
        return False

    def close(self) -> None:
        """End it."""
        self._watch.timed(self, "close", self.executor.close)
