"""The operations budget: one C-level iterator that loops and function entries advance.

Invariants: a tick runs no Python code in a jailed worker; past the budget, or after ``kill``, every tick raises the
recorded stop again, so swallowing it is useless; a budget is renewed for each run without being replaced, because
compiled guest functions hold its ``tick`` for as long as they live. Not for use by several threads at once.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from typing import Any

from .engine import Stop

_CHECK_EVERY = 64


def _relative_setstate() -> bool:
    """Since 3.12 a range iterator's ``__setstate__`` moves on from where it is; before, from the beginning."""
    probe: Any = iter(range(10))
    next(probe)
    probe.__setstate__(1)
    return bool(next(probe) == 2)


_RELATIVE = _relative_setstate()


class Budget:
    """Counts operations: ``ticks`` for ``itertools.compress``, ``tick()`` for everything else.

    ``exhausted(allowed)`` makes the Stop to raise once the operations are used up. One unit is one loop turn or one
    function entry; ``charge`` adds the price of a big operation. ``stops`` is empty until the run has its outcome, so
    that bytecode can look without a call.
    """

    def __init__(self, exhausted: Callable[[int], Stop]) -> None:
        self._exhausted = exhausted
        self.stop: Stop | None = None
        self.stops: list[Stop] = []
        self._allowed = 0
        self._used_at_stop = 0
        self._turns: Any = iter(range(0))
        self._run = 0
        self._segments: list[Iterator[int]] = []
        self._next_segment: Any = iter(self._segments)
        self.ticks: Iterator[int] = itertools.chain.from_iterable(self._next_segment)
        self.tick: Callable[[], int] = self.ticks.__next__

    def renew(self, operations: int) -> None:
        """Begin a run: ``operations`` ticks from now, whatever was left or had stopped before."""
        left = self.remaining
        if left:
            self._skip(left)
        self.stop = None
        self.stops.clear()
        self._allowed = operations
        self._run += 1
        self._turns = iter(range(1, operations + 1))
        # map, not a generator: at the recursion limit a C iterator survives the error and raises again
        self._segments[:] = self._segment(), map(self._over, itertools.repeat(self._run))
        self._next_segment.__setstate__(0)

    def _segment(self) -> Iterator[int]:
        """What ticks advance until the operations are used up."""
        turns: Iterator[int] = self._turns
        return turns

    def _over(self, run: int) -> int:
        if run != self._run:
            raise StopIteration
        if self.stop is None:
            self.kill(self._exhausted(self._allowed))
        assert self.stop is not None
        raise self.stop.with_traceback(None)

    @property
    def remaining(self) -> int:
        """Operations left in this run."""
        return int(self._turns.__length_hint__())

    @property
    def used(self) -> int:
        """Operations used in this run."""
        return self._used_at_stop if self.stop is not None else self._allowed - self.remaining

    def charge(self, operations: int) -> None:
        """Pay for one big operation before doing it.

        Raises:
            Stop: the budget does not cover it.
        """
        if type(operations) is not int:
            raise TypeError("a price must be an exact int")
        if operations > self.remaining:
            self._skip(self.remaining)
            self.tick()
        self._skip(operations)

    def kill(self, stop: Stop) -> Stop:
        """Record the outcome of the run, if it is the first; from now on every tick raises it."""
        if self.stop is None:
            self._used_at_stop = self._allowed - self.remaining
            self.stop = stop
            self.stops.append(stop)
            self._skip(self.remaining)
        return self.stop

    def _skip(self, operations: int) -> None:
        if operations > 0:
            self._turns.__setstate__(operations if _RELATIVE else self._allowed - self.remaining + operations)


class ClockedBudget(Budget):
    """A budget that also looks at the wall clock, for an engine with no process around it.

    ``late()`` makes the Stop once ``wall_s`` seconds have passed since ``renew``. The clock is looked at every 64
    operations; the ticks between are as cheap as those of a plain budget.
    """

    def __init__(
        self,
        exhausted: Callable[[int], Stop],
        late: Callable[[float], Stop],
        wall_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(exhausted)
        self._late = late
        self._wall_s = wall_s
        self._clock = clock
        self._until = 0.0

    def renew(self, operations: int) -> None:
        super().renew(operations)
        self._until = self._clock() + self._wall_s

    def _segment(self) -> Iterator[int]:
        # Spans of the turns with a look at the clock after each. All of it is C but the look, which is a part of a
        # span: an error in making a span would drop the rest of the turns, an error inside one does not.
        turns, again = self._turns, itertools.repeat
        rest = map(itertools.islice, again(turns), again(_CHECK_EVERY - 1))
        looks = map(filter, again(self._look), again((0,)))
        return itertools.chain.from_iterable(map(itertools.chain, zip(turns, strict=False), rest, looks))

    def _look(self, _: int) -> bool:
        self.check_clock()
        return False

    def extend(self, seconds: float) -> None:
        """Move the deadline: time spent in host tools is not the guest's."""
        self._until += seconds

    def check_clock(self) -> None:
        """Look at the clock now.

        Raises:
            Stop: the wall clock limit has passed.
        """
        if self.stop is None and self._clock() > self._until:
            self.kill(self._late(self._wall_s))
        if self.stop is not None:
            raise self.stop.with_traceback(None)
