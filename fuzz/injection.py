"""``python -m fuzz injection --count 1000 --seed 1``: faults at random moments of sessions, and what comes of them.

A fault is a signal to a process of the jail (keeper, zygote, worker or copy) the moment a frame of a chosen kind is
sent or received, or a little later; a full disk; a full descriptor table; the kernel's own end of a process for memory.
After each one the session is asked what it holds. It must be what the last results said it is.

Invariants: the same seed gives the same faults, though not the same moments; only processes of this program's own
sessions are touched; at the end none of them is left, and no descriptor and no directory.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

from executors import create_executor, link, snapshots, zygote_process, zygotes
from executors.base import Executor
from fuzz.injected import Fault, Gaps, directory_names, family, few_descriptors, left_behind, memory_bound
from fuzz.injected_pool import pool_fault
from fuzz.injected_state import Held, Said
from sandbox.errors import BackendUnavailable, HardcellError
from sandbox.events import Event
from sandbox.limits import Limits
from sandbox.protocol import Connection

FAULTS = 1000
WALL_S = 0.5
PAST_DEADLINE_S = 2.0
START_S = 3 * 2.0
"""What a start may take in the campaign: three waits of 2 s each."""
LIMITS = Limits(wall_s=WALL_S, total_wall_s=5, disk_mb=1, memory_mb=96)
_PR_SET_CHILD_SUBREAPER = 36


class Campaign:
    """``faults`` counts what was injected, ``findings`` what was wrong."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.findings: list[str] = []
        self.outcomes: dict[str, int] = {}
        self._gaps = Gaps()
        self._fault: Fault | None = None
        self._executor: Executor | None = None
        self._said = Said()
        self._events: list[Event] = []
        self._what = ""

    # ---- the sessions

    def _open(self) -> Executor:
        if self._executor is None:
            self._executor = create_executor("local", min_isolation="none", limits=LIMITS, on_event=self._events.append)
            self._executor.send_tools({"tool": lambda: 7})
            self._said = Said()
        return self._executor

    def close(self) -> None:
        """End the session."""
        if self._executor is not None:
            self._timed("close", self._executor.close)
            self._executor = None

    def _timed(self, what: str, function: Callable[[], Any]) -> Any:
        """Call; a hang is a finding, and so is an exception that is none of ours."""
        begun, paused = time.monotonic(), self._gaps.total
        self._events.clear()
        try:
            return function()
        except BackendUnavailable as error:
            return error
        except HardcellError as error:
            return error
        except Exception as error:
            self._found(f"{what} raised {type(error).__name__}: {error}")
            return error
        finally:
            self._said.hear(self._events)
            spent = time.monotonic() - begun - (self._gaps.total - paused)
            started = any(event.type == "session.started" for event in self._events) or what != "probe"
            allowed = WALL_S + PAST_DEADLINE_S + (START_S if started else 0.0)
            if spent > allowed:
                self._found(f"{what} took {spent:.2f} s")

    def _found(self, what: str) -> None:
        self.findings.append(f"{self._what}: {what}")
        print(f"FOUND {self.findings[-1]}", flush=True)

    def _after(self, outcome: Any, **changes: Any) -> None:
        """What the session holds now, by what was said of an act that ``changes`` this."""
        state = getattr(outcome, "state", None)
        key = state or (type(outcome).__name__ if isinstance(outcome, Exception) else "done")
        self.outcomes[key] = self.outcomes.get(key, 0) + 1
        if problem := self._said.settle(outcome, changes, self._events):
            self._found(problem)

    # ---- what is done to them

    def _act(self, chance: random.Random) -> None:
        executor, before = self._open(), self._said.now
        way = chance.randrange(9)
        n = max(before.n or 0, 0) + 1
        if way == 0:
            value = chance.randrange(1000)
            self._after(self._timed("send_variables", lambda: executor.send_variables({"v": value})), v=value)
        elif way == 1:
            text = str(chance.randrange(1000)) * chance.choice((1, 100_000))
            self._after(self._timed("files.write", lambda: executor.files.write("f", text)), f=text)
        elif way == 2:
            self._after(self._timed("a run that loops", lambda: executor.run(f"n = {n}\nwhile True: pass")))
        elif way == 3:
            code = f"n = {n}\nwith open('f', 'w') as file: file.write('x')\ngetattr(int, '__sub' + 'classes__')()"
            self._after(self._timed("a refused run", lambda: executor.run(code)), n=n, f="x")
        elif way == 4:
            self._save_and_restore(executor)
        else:
            lines = [f"n = {n}", f"with open('f', 'w') as file: file.write('{n}')"]
            if way in (5, 6):
                lines.insert(chance.randrange(3), "tool()")
            if way == 7:
                lines.append("import time\ntime.sleep(0.01)")
            self._after(self._timed("a run", lambda: executor.run("\n".join(lines))), n=n, f=str(n))

    def _save_and_restore(self, executor: Executor) -> None:
        saved = self._timed("snapshot", lambda: executor.snapshot(leave_out_unsavable=True))
        if isinstance(saved, bytes):
            self._said.saved = self._said.now
            restored = self._timed("restore", lambda: executor.restore(saved))
            self._after(restored if isinstance(restored, Exception) else None)

    def _probe(self) -> None:
        """Ask what the session holds, until it answers."""
        for _ in range(6):
            executor = self._open()
            result = self._timed("probe", functools.partial(executor.run, PROBE))
            if getattr(result, "error", result) is None:
                found = Held(*result.value)
                if not self._said.now.fits(found):
                    self._found(f"the session holds {found}, said was {self._said.now}")
                self._said.now = found
                return
            self._after(result)
        self._found(f"a session that cannot be used again: {result}")
        self.close()

    def one(self, number: int) -> None:
        """One fault, and what came of it."""
        chance = random.Random(f"{self._seed} {number}")
        self._probe()
        kind = chance.choice(("signal",) * 12 + ("disk", "descriptors", "memory", "pool", "pool"))
        self._what = f"fault {number} ({kind})"
        if kind == "signal":
            fault = self._fault = Fault(chance)
            self._what = f"fault {number} ({fault})"
            self._act(chance)
            fault.finish()
            self._fault = None
        elif kind == "disk":
            filled = self._timed("a full disk", lambda: self._open().run(FILL))
            self._after(filled)
            self._act(chance)
            emptied = self._timed("an emptied disk", lambda: self._open().run(EMPTY))
            self._after(emptied)
        elif kind == "descriptors":
            with few_descriptors(chance.randrange(12)):
                self._act(chance)
        elif kind == "memory":
            with memory_bound() as bounded:
                self._what += "" if bounded else " without a cgroup"
                grown = self._timed("memory", lambda: self._open().run(GROW))
                self._after(grown, n=0)
        else:
            for problem in pool_fault(chance, lambda: [pid for depth, pid in family(os.getpid()) if depth >= 1]):
                self._found(problem)
        self._probe()
        if chance.random() < 0.1:
            self.close()

    def watch(self, kind: str) -> None:
        """A frame passes."""
        if self._fault is not None:
            self._fault.seen(kind)


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
try:
    with open('big', 'wb') as file:
        while True: file.write(b'x' * 65536)
except OSError:
    pass
"""
GROW = "n = 0\nbig = [bytearray(1 << 20) for _ in range(64)]\nbig = 0"
EMPTY = "import os\nif os.path.exists('big'): os.remove('big')"


@contextlib.contextmanager
def watched(campaign: Campaign) -> Iterator[None]:
    """The campaign hears of every frame; waits of a start are 2 s each."""
    send, receive = Connection.send, Connection.receive
    waits = [
        (link, "START_S"),
        (link, "REQUEST_S"),
        (snapshots, "SNAPSHOT_S"),
        (zygote_process, "FORK_TIMEOUT_S"),
        (zygotes, "REPORT_TIMEOUT_S"),
    ]
    before = [getattr(module, name) for module, name in waits]

    def sending(self: Connection, frame: Any) -> bytes:
        data = send(self, frame)
        campaign.watch(frame["t"])
        return data

    def receiving(self: Connection, data: bytes) -> list[Any]:
        frames = receive(self, data)
        for frame in frames:
            campaign.watch(frame["t"])
        return frames

    Connection.send, Connection.receive = sending, receiving  # type: ignore[method-assign]
    for module, name in waits:
        setattr(module, name, 2.0)
    try:
        yield
    finally:
        Connection.send, Connection.receive = send, receive  # type: ignore[method-assign]
        for (module, name), value in zip(waits, before, strict=True):
            setattr(module, name, value)


def main(seed: int, count: int) -> int:
    """Inject ``count`` faults; 1 when something was found."""
    # Orphans become our children, so that none is overlooked.
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with create_executor("local", min_isolation="none") as executor:
        directories = None if executor.isolation.level == "L3" else directory_names()
    zygotes.shut_down()
    campaign = Campaign(seed)
    time.sleep(0.1)
    descriptors = set(os.listdir("/proc/self/fd"))
    begun = time.monotonic()
    with watched(campaign):
        for number in range(count):
            campaign.one(number)
            if number % 50 == 49 or number == count - 1:
                campaign.close()
                zygotes.shut_down()
                for what in left_behind(descriptors, directories):
                    campaign._found(f"left behind: {what}")
                print(f"{number + 1} faults, {time.monotonic() - begun:.0f} s, {campaign.outcomes}", flush=True)
    print(f"{count} faults, seed {seed}: {len(campaign.findings)} findings")
    return 1 if campaign.findings else 0
