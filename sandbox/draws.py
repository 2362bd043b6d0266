"""Native iterators read to their end by native code: one operation for each item, and no more items than memory holds.

Loops of guest code pay for their turns by themselves. Where ``list`` or ``sum`` reads ``map(f, range(n))``, no guest
loop runs, so the iterator is wrapped on its way into the call.

Invariants: only iterators of the language's and the library's own are wrapped, and only for callees that read them
natively; the items and their order are the same; what is read to its end is never seen by guest code.
"""

from __future__ import annotations

import itertools
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

from .budget import Budget
from .prices import Prices

ENDLESS: frozenset[type] = frozenset(
    {
        enumerate, filter, map, range, reversed, zip, type(iter(range(0))), type(iter(range(1 << 70))),
        type(iter(int, 1)), type(itertools.tee(())[0]),
        *(value for value in vars(itertools).values() if isinstance(value, type)),
    }
)  # fmt: skip
"""Types of iterators that can give more items than there is memory: of the language and of ``itertools``."""

CALLEES: Mapping[str, int] = {
    **dict.fromkeys(
        """list tuple set frozenset sorted sum min max any all bytes bytearray dict deque Counter OrderedDict
        join extend extendleft update union intersection difference symmetric_difference intersection_update
        difference_update symmetric_difference_update issubset issuperset isdisjoint fromkeys writelines writerows
        islice from_iterable compress product permutations combinations combinations_with_replacement
        fsum prod sumprod mean fmean geometric_mean harmonic_mean median median_low median_high mode
        multimode stdev variance pstdev pvariance quantiles countOf indexOf contains""".split(),
        0,
    ),
    **dict.fromkeys("array reduce nlargest nsmallest round filter filterfalse dropwhile".split(), 1),
}
"""Names of functions, classes and methods that read an iterable to its end, and which argument that is.

``bytes`` and ``bytearray`` also make as many bytes as a number says, ``round`` as many digits.
"""
COUNTING: frozenset[str] = frozenset({"bytes", "bytearray", "round"})

REDUCING: frozenset[str] = frozenset(
    """sum min max any all fsum prod sumprod reduce nlargest nsmallest mean fmean countOf indexOf contains islice
    from_iterable compress filter filterfalse dropwhile""".split()
)
"""Those of the callees that keep none of the items, or few; some give few of them on."""

_NATIVE = (types.BuiltinFunctionType, types.MethodDescriptorType, types.FunctionType, types.MethodType)
_SHORT = 1000
_REFERENCE = 8
_NUMBER = 40


class Draws:
    """The wrapping of one engine; ``is_guests`` tells functions and classes of guest code."""

    def __init__(self, budget: Budget, prices: Prices, is_guests: Callable[[object], bool]) -> None:
        self._ticks = budget.ticks
        self._prices = prices
        self._is_guests = is_guests

    def spread(self, source: Any) -> Any:
        """``source`` on its way into a list or tuple, by a star."""
        return self._kept(source) if type(source) in ENDLESS else source

    def searched(self, source: Any) -> Any:
        """``source`` on the right of ``in``; a range finds numbers without a search."""
        return self._counted(source) if type(source) in ENDLESS and type(source) is not range else source

    def delegated(self, source: Any) -> Any:
        """``source`` of a ``yield from``."""
        if type(source) not in ENDLESS or (type(source) is range and _size(source) <= _SHORT):
            return source
        return self._counted(source)

    def given(self, callee: Any, argument: Any, keeps: bool) -> Any:
        """The argument as a callee gets it: an iterator of ``ENDLESS``, or a number for one of ``COUNTING``.

        Raises:
            MemoryError: what the callee makes of it would be more than the memory limit.
            Stop: the budget does not cover it.
        """
        if not self._is_native(callee):
            return argument
        if type(argument) is int:
            if callee is bytes or callee is bytearray:
                self._prices.room(argument)
            elif callee is round:
                self._prices.pay_power(10, -argument)
            return argument
        return self._kept(argument) if keeps else self._counted(argument)

    def _is_native(self, callee: Any) -> bool:
        if not isinstance(callee, (*_NATIVE, type)):
            return False
        return not self._is_guests(callee.__func__ if type(callee) is types.MethodType else callee)

    def _counted(self, source: Any) -> Iterator[Any]:
        return itertools.compress(source, self._ticks)

    def _kept(self, source: Any) -> Iterator[Any]:
        """For callees that keep the items."""
        if type(source) is range:
            size = _size(source)
            if size <= _SHORT or size > sys.maxsize:  # CPython's own error follows
                return source  # type: ignore[return-value]
            self._prices.room(size * _NUMBER)
            return self._counted(source)
        each = _NUMBER if type(source) in (itertools.count, enumerate) else _REFERENCE
        return self._counted(_bounded(iter(source), self._prices.most(each)))


def _size(source: range) -> int:
    return max(0, -((source.start - source.stop) // source.step))


def _bounded(source: Iterator[Any], most: int) -> Iterator[Any]:
    """As many items as memory holds; a MemoryError if there are more."""
    return itertools.chain(itertools.islice(source, most), map(_no_room, source))


def _no_room(_: object) -> NoReturn:
    raise MemoryError
