"""``python -m fuzz injection --count 1000 --seed 1``: faults at random moments of sessions, and what comes of them.

A fault is a signal to a process of the jail (keeper, zygote, worker or copy) the moment a frame of a chosen kind is
sent or received, or a little later; a full disk; a full descriptor table; the kernel's own end of a process for memory;
signals among the workers of a pool; the end of a host. The sessions are of each engine, with rollback and without, some
with branches; a quarter of the faults happens where the jail has no namespaces. After each one every session is asked
what it holds. It must be what the last results said it is. A fault counts when it was seen to happen.

Invariants: the same seed gives the same faults, though not the same moments; only processes of this program's own
sessions are touched; at the end none of them is left, and no descriptor and no directory.
"""

from __future__ import annotations

import collections
import contextlib
import ctypes
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from executors import create_executor, zygotes
from executors.registry import ENGINES
from fuzz.injected import Fault, Gaps, family, few_descriptors, left_behind, memory_bound, stretch
from fuzz.injected_host import kill_a_host
from fuzz.injected_pool import PoolFault
from fuzz.injected_session import EMPTY, FILL, GROW, Session
from fuzz.injected_state import Said
from sandbox.errors import BackendUnavailable, HardcellError, LimitExceeded
from sandbox.events import Event
from sandbox.jail import bpf, kernel
from sandbox.limits import Limits
from sandbox.protocol import Connection
from sandbox.result import Result

FAULTS = 1000
BELOW = 4
"""One of so many faults happens without namespaces."""
WALL_S = 0.5
PAST_DEADLINE_S = 2.0
LIMITS = Limits(wall_s=WALL_S, total_wall_s=5, disk_mb=1, memory_mb=96)
MOST_SESSIONS, SLOWEST = 3, 5
KINDS = ("signal",) * 24 + ("disk",) * 2 + ("descriptors",) * 2 + ("memory",) * 2 + ("pool",) * 3 + ("host",)
_ROOT = Path(__file__).resolve().parents[1]
_PR_SET_CHILD_SUBREAPER = 36


class Campaign:
    """``findings``: what was wrong. ``happened``: how often each fault was seen to; ``missed``: how often not.
    ``slow``: acts that took longer than they may, but not longer than this busy machine explains."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self.findings: list[str] = []
        self.outcomes: collections.Counter[str] = collections.Counter()
        self.happened: collections.Counter[str] = collections.Counter()
        self.missed: collections.Counter[str] = collections.Counter()
        self.directories: set[str] = set()
        self.slow: list[tuple[float, str]] = []
        self._options = options_here()
        self._gaps = Gaps()
        self._fault: Fault | None = None
        self._sessions: list[Session] = []
        self._events: list[Event] = []
        self._trouble = False
        self._what = "before the first"

    # ---- what sessions tell

    def timed(self, session: Session | None, what: str, function: Callable[[], Any]) -> Any:
        """Call; a hang is a finding, and so is an exception that is none of ours."""
        begun, paused = time.monotonic(), self._gaps.total
        self._events.clear()
        outcome: Any
        try:
            outcome = function()
        except HardcellError as error:
            outcome = error
        except Exception as error:
            self.found(f"{what} raised {type(error).__name__}: {error}")
            outcome = error
        spent = time.monotonic() - begun - (self._gaps.total - paused)
        self._judge(what, spent)
        if session is not None:
            session.said.hear(self._events)
        failed = isinstance(outcome, Exception)
        told = outcome.state if isinstance(outcome, Result) else type(outcome).__name__ if failed else "done"
        self.outcomes[told] += 1
        self._trouble |= failed or any(event.type == "checkpoint.failed" for event in self._events)
        self.directories |= {os.path.dirname(worker.cell) for worker in zygotes._pool.workers if worker.cell != "/cell"}
        return outcome

    def _judge(self, what: str, spent_s: float) -> None:
        """2 s past the deadline are 2 s of a machine that has time for us; else as many more as it takes longer."""
        if spent_s > WALL_S + PAST_DEADLINE_S:
            stretched = stretch()
            if spent_s > WALL_S + PAST_DEADLINE_S * stretched:
                self.found(f"{what} took {spent_s:.2f} s")
            else:
                self.slow.append((spent_s, f"{self._what}: {what}"))

    def found(self, what: str) -> None:
        """Something is wrong."""
        self.findings.append(f"{self._what}: {what}")
        print(f"FOUND {self.findings[-1]}", flush=True)

    def any(self, chance: random.Random) -> Session:
        """One of the sessions."""
        return chance.choice(self._sessions)

    def watch(self, kind: str) -> None:
        """A frame passes."""
        if self._fault is not None:
            self._fault.seen(kind)

    # ---- the sessions

    def _open(self, chance: random.Random) -> None:
        options = chance.choice(self._options)
        executor = create_executor("local", limits=LIMITS, on_event=self._events.append, **options)
        executor.send_tools({"tool": lambda: 7})
        capabilities = self.timed(None, "start", lambda: executor.capabilities)
        if isinstance(capabilities, Exception):
            self.timed(None, "close", executor.close)
            return
        self._what += f" {options}"
        self._sessions.append(Session(executor, self, Said(rolls_back=capabilities.rollback)))

    def _act(self, chance: random.Random) -> None:
        session = self.any(chance)
        if len(self._sessions) < MOST_SESSIONS and session.executor.capabilities.fork and chance.random() < 0.3:
            if branch := session.branch():
                self._sessions.append(branch)
        elif len(self._sessions) > 1 and chance.random() < 0.1:
            self._sessions.remove(session)
            session.close()
        else:
            session.act(chance)

    def _probe(self, chance: random.Random) -> None:
        for session in list(self._sessions):
            if not session.probe():
                self._sessions.remove(session)
                session.close()
        for _ in range(3):
            if not self._sessions:
                self._open(chance)

    def close(self, chance: random.Random) -> None:
        """End the sessions, in any order."""
        chance.shuffle(self._sessions)
        while self._sessions:
            self._sessions.pop().close()

    # ---- the faults

    def one(self, number: int) -> None:
        """One fault, and what came of it."""
        chance = random.Random(f"{self._seed} {number}")
        self._what = f"fault {number}"
        self._probe(chance)
        if not self._sessions:
            self.found("no session can be had")
            return
        kind = chance.choice(KINDS)
        self._what = f"fault {number} ({kind})"
        happened = getattr(self, f"_{kind}")(chance)
        (self.happened if happened else self.missed)[happened or kind] += 1
        self._probe(chance)
        if chance.random() < 0.15:
            self.close(chance)

    def _signal(self, chance: random.Random) -> str | None:
        fault = self._fault = Fault(chance)
        self._what += f" ({fault})"
        self._act(chance)
        fault.finish()
        self._fault = None
        return fault.happened

    def _disk(self, chance: random.Random) -> str | None:
        session = self.any(chance)
        filled = session.do("a full disk", lambda: session.executor.run(FILL))
        session.act(chance)
        session.do("an emptied disk", lambda: session.executor.run(EMPTY))
        error = getattr(filled, "error", None)
        limited = isinstance(error, LimitExceeded) and error.limit == "disk_mb"
        return "disk full" if limited or getattr(filled, "value", None) is True else None

    def _descriptors(self, chance: random.Random) -> str | None:
        self._trouble = False
        with few_descriptors(chance.randrange(16)):
            if chance.random() < 0.5:
                self._open(chance)
            self._act(chance)
        return "descriptor table full" if self._trouble else None

    def _memory(self, chance: random.Random) -> str | None:
        session = self.any(chance)
        with memory_bound() as kills:
            session.do("memory", lambda: session.executor.run(GROW), n=0)
        return "out of memory" if kills.count > 0 else None

    def _pool(self, chance: random.Random) -> str | None:
        fault = PoolFault(
            chance, lambda: [pid for depth, pid in family(os.getpid()) if depth >= 1], lambda: self._gaps.total
        )
        try:
            fault.run()
        except Exception as error:
            self.found(f"a pool raised {type(error).__name__}: {error}")
        for problem in fault.problems:
            self.found(problem)
        self._judge("a call of the pool", fault.longest_s)
        return "signals in a pool" if fault.happened else None

    def _host(self, chance: random.Random) -> str | None:
        had, left = kill_a_host(chance, PAST_DEADLINE_S * stretch())
        for what in left:
            self.found(f"a host was killed and left {what}")
        return "SIGKILL of a host" if had else None


def options_here() -> list[dict[str, Any]]:
    """The kinds of sessions: each engine that can be had, with and without rollback, some with branches."""
    found: list[dict[str, Any]] = []
    for engine in ENGINES:
        guarded = engine != "cpython"
        base = {"engine": engine, "min_isolation": "none" if guarded else "L2"}
        for more in ({}, {"branches": 2}, {"rollback": False}) if guarded else ({}, {"rollback": True}):
            try:
                with create_executor("local", **base, **more) as executor:
                    executor.start()
            except BackendUnavailable:
                continue
            found.append(base | more)
    return found


@contextlib.contextmanager
def watched(campaign: Campaign) -> Iterator[None]:
    """The campaign hears of every frame."""
    send, receive = Connection.send, Connection.receive

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
    try:
        yield
    finally:
        Connection.send, Connection.receive = send, receive  # type: ignore[method-assign]


def without_namespaces() -> None:
    """From now on this process and all that it starts are given no user namespace, as in many containers."""
    new = bpf.Rule(((bpf.Check(0, (0,), kernel.CLONE_NEWUSER),),), bpf.refuse(1))
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    rules: dict[str, bpf.Rule | int] = {"unshare": new, "clone": new, "clone3": bpf.refuse(38)}
    kernel.install_filter(bpf.assemble(rules, kernel.MACHINE, bpf.ALLOW).for_pid(os.getpid()))


def level_here() -> str:
    """The level of isolation that the jail reaches."""
    with create_executor("local", min_isolation="none") as executor:
        return executor.isolation.level


def inject(seed: str, count: int) -> int:
    """Inject ``count`` faults in this process; 1 when something was found."""
    # Orphans become our children, so that none is overlooked.
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    level, campaign = level_here(), Campaign(seed)
    zygotes.shut_down()
    time.sleep(0.1)
    descriptors = set(os.listdir("/proc/self/fd"))
    begun = time.monotonic()
    with watched(campaign):
        for number in range(count):
            campaign.one(number)
            if number % 50 == 49 or number == count - 1:
                campaign.close(random.Random(number))
                zygotes.shut_down()
                for what in left_behind(descriptors, campaign.directories):
                    campaign.found(f"left behind: {what}")
                spent = time.monotonic() - begun
                print(f"{number + 1} faults, {spent:.0f} s, {dict(campaign.outcomes)}", flush=True)
    for fault in sorted(campaign.happened):
        print(f"{campaign.happened[fault]:6} {fault}")
    for fault in sorted(campaign.missed):
        print(f"{campaign.missed[fault]:6} did nothing: {fault}")
    if campaign.slow:
        print(f"{len(campaign.slow):6} acts took longer than 2 s past the deadline, as the machine was busy")
    for spent_s, what in sorted(campaign.slow, reverse=True)[:SLOWEST]:
        print(f"{spent_s:6.2f} s: {what}")
    happened = campaign.happened.total()
    print(f"{happened} faults happened at {level}, seed {seed}: {len(campaign.findings)} findings", flush=True)
    return 1 if campaign.findings else 0


def main(seed: int, count: int) -> int:
    """Inject ``count`` faults, some of them in a process that is given no namespaces; 1 when something was found."""
    below = count // BELOW if level_here() == "L3" else 0
    zygotes.shut_down()
    found = inject(str(seed), count - below)
    if below:
        command = [sys.executable, "-m", "fuzz.injection", str(seed), str(below)]
        found |= subprocess.call(command, cwd=_ROOT, env={**os.environ, "PYTHONPATH": str(_ROOT)})
    return found


if __name__ == "__main__":
    without_namespaces()
    sys.exit(inject(f"{sys.argv[1]} below", int(sys.argv[2])))
