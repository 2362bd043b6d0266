"""Whether a process that owes an answer is at work on it: looked at now and then while it is waited for.

What computes, or waits for the disk, may take its time. What was stopped will not answer, nor will what sleeps without
using its processor, since nothing it is asked for needs a sleep.

Invariants: one look decides nothing but an end: a host that was paused together with its workers goes on a moment
before they do; where /proc is hidden an end is all that is seen.
"""

from __future__ import annotations

from .process import Process

LOOK_S = 0.25
"""How long to wait between two looks."""
_LOOKS = {"stopped": 2, "asleep": 5}
"""So many looks in a row in this state, and without a change of the processor time, are enough."""


class Pulse:
    """Of ``process``; None: of one that nobody can look at. ``work_s``: the CPU seconds that it may spend from the
    first look on, for what takes none to speak of."""

    def __init__(self, process: Process | None, work_s: float = float("inf")) -> None:
        self._process = process
        self._work_s = work_s
        self._begun_s: float | None = None
        self._last: tuple[str, float] | None = None
        self._same = 0

    def beats(self) -> bool:
        """To be asked after each wait of ``LOOK_S`` in vain: whether it is worth waiting on."""
        if self._process is None:
            return True
        state, cpu_s = self._process.state(), self._process.cpu_s()
        if self._begun_s is None:
            self._begun_s = cpu_s
        self._same = self._same + 1 if (state, cpu_s) == self._last else 1
        self._last = state, cpu_s
        over = state == "ended" or self._same >= _LOOKS.get(state, self._same + 1)
        return not over and cpu_s - self._begun_s < self._work_s
