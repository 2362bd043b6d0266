"""A process of a session as the host holds it: a pidfd, and what /proc and the clocks tell.

Invariants: signals go through the pidfd, never to a number; what is read by number is believed only if the process
was still alive afterwards, since no other can have had its number until then.
"""

from __future__ import annotations

import contextlib
import os
import resource
import select
import signal
import time

from . import process_tree

_CLOCK_OF_PROCESS = 2
_STAT_BYTES = 512
_STATES = {b"T": "stopped", b"t": "stopped", b"Z": "ended", b"X": "ended", b"S": "asleep", b"I": "asleep"}
_PAGE_KB = resource.getpagesize() / 1024


class Process:
    """Owns ``pidfd``. ``pid`` is found out when it is first needed, unless it is given."""

    def __init__(self, pidfd: int, pid: int = 0) -> None:
        self.pidfd = pidfd
        self._pid = pid
        self._owner = os.getpid()
        self._last_cpu = 0.0
        self._life = select.poll()
        self._life.register(pidfd, select.POLLIN)

    @property
    def owned(self) -> bool:
        """False in a forked child of the host that made this."""
        return self._owner == os.getpid()

    @property
    def pid(self) -> int:
        """The pid as this host sees it, 0 when the process has ended or /proc does not tell."""
        if not self._pid and self.pidfd >= 0:
            with contextlib.suppress(OSError, ValueError), open(f"/proc/self/fdinfo/{self.pidfd}") as lines:
                for line in lines:
                    if line.startswith("Pid:"):
                        self._pid = max(0, int(line[4:]))
        return self._pid

    def ended(self, timeout_s: float = 0.0) -> bool:
        """Whether it has ended, or does within the time."""
        return self.pidfd < 0 or bool(self._life.poll(max(0.0, timeout_s) * 1000))

    def signal(self, number: signal.Signals) -> None:
        """Send a signal; nothing happens when it has ended, or belongs to the parent of this forked host."""
        if self.pidfd >= 0 and self.owned:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, number)

    def state(self) -> str:
        """``ended``, ``stopped``, ``asleep`` or ``busy``, of its main thread; where /proc is hidden only an end can be
        told, and all else is ``busy``."""
        state = self._stat(0)
        if state is None:
            return "ended" if self.ended() else "busy"
        return _STATES.get(state, "busy")

    def can_serve(self) -> bool:
        """Whether it has neither ended nor been stopped, as far as anybody can tell."""
        return self.state() not in ("ended", "stopped")

    def children(self) -> list[Process]:
        """Its children, held; whoever asks closes them. None where nobody can tell."""
        found: list[Process] = []
        if pid := self.pid:
            with contextlib.suppress(OSError, ValueError), open(f"/proc/{pid}/task/{pid}/children") as file:
                for number in map(int, file.read().split()):
                    child = Process(os.pidfd_open(number), number)
                    found.append(child)
                    if child.parent() != pid:
                        found.pop().close()
        while self.ended() and found:
            found.pop().close()
        return found

    def cpu_s(self, *, with_descendants: bool = False) -> float:
        """CPU seconds so far, its children not counted before they end, unless all that descend from it are looked
        for; what was last read, once it has ended."""
        if pid := self.pid:
            try:
                # The clock of another process; its id is the pid, negated, over the clock's kind.
                value = (
                    process_tree.cpu_s(pid) if with_descendants else time.clock_gettime((~pid << 3) | _CLOCK_OF_PROCESS)
                )
            except OSError:
                return self._last_cpu
            if not self.ended():
                self._last_cpu = max(self._last_cpu, value)
        return self._last_cpu

    def peak_kb(self) -> int:
        """Resident memory at the most, 0 when nobody can tell."""
        if self.pid:
            with contextlib.suppress(OSError, ValueError), open(f"/proc/{self.pid}/status") as lines:
                for line in lines:
                    if line.startswith("VmHWM:"):
                        return 0 if self.ended() else int(line.split()[1])
        return 0

    def resident_kb(self) -> float:
        """Resident memory now, 0 when nobody can tell."""
        if self.pid:
            with contextlib.suppress(OSError, ValueError, IndexError), open(f"/proc/{self.pid}/statm", "rb") as file:
                pages = int(file.read(128).split()[1])
                return 0.0 if self.ended() else pages * _PAGE_KB
        return 0.0

    def parent(self) -> int:
        """The pid of its parent, 0 when nobody can tell."""
        parent = self._stat(1)
        return int(parent) if parent else 0

    def _stat(self, number: int) -> bytes | None:
        """A field of /proc/PID/stat, counted from the one after the name; None when nobody can tell."""
        if self.pid:
            with contextlib.suppress(OSError, IndexError), open(f"/proc/{self.pid}/stat", "rb", buffering=0) as file:
                field = file.read(_STAT_BYTES).rpartition(b") ")[2].split()[number]
                return None if self.ended() else field
        return None

    def close(self) -> None:
        """Let go of the pidfd; the process goes on. Idempotent."""
        if self.pidfd >= 0:
            os.close(self.pidfd)
            self.pidfd = -1
