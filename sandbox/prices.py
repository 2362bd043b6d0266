"""What big operations cost, in operations of the budget, before they are done.

Invariants: a price looks at exact builtin types only and never runs guest code; small operands cost nothing.
One operation of the budget buys about a thousand machine words of arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Charge = Callable[[int], None]

_FREE_BITS = 1 << 14
_WORD = 30


def _multiplication(bits: float) -> int:
    """Operations for one multiplication of numbers of this size (Karatsuba, as CPython's longobject.c)."""
    return int((bits / _WORD) ** 1.585 / 1000) + 1


class Arithmetic:
    """Priced ``**`` and ``<<`` of one engine."""

    def __init__(self, charge: Charge) -> None:
        self._charge = charge

    def _pay_power(self, base: Any, exponent: Any) -> None:
        if type(base) is int and type(exponent) is int and exponent > 1:
            bits = base.bit_length() * exponent
            if bits > _FREE_BITS and base not in (0, 1, -1, 2, -2):
                self._charge(2 * _multiplication(bits))
            elif bits > _FREE_BITS:
                self._charge(bits // (_WORD * 1000) + 1)

    def power(self, base: Any, exponent: Any) -> Any:
        """``base ** exponent``."""
        self._pay_power(base, exponent)
        return base**exponent

    def power_inplace(self, base: Any, exponent: Any) -> Any:
        """``base **= exponent``."""
        self._pay_power(base, exponent)
        base **= exponent
        return base

    def _pay_shift(self, value: Any, places: Any) -> None:
        if type(value) is int and type(places) is int and places > _FREE_BITS and value:
            self._charge((value.bit_length() + places) // (_WORD * 1000) + 1)

    def shift(self, value: Any, places: Any) -> Any:
        """``value << places``."""
        self._pay_shift(value, places)
        return value << places

    def shift_inplace(self, value: Any, places: Any) -> Any:
        """``value <<= places``."""
        self._pay_shift(value, places)
        value <<= places
        return value

    def pow(self, base: Any, exponent: Any, modulus: Any = None) -> Any:
        """The builtin ``pow``."""
        if modulus is None:
            return self.power(base, exponent)
        return pow(base, exponent, modulus)
