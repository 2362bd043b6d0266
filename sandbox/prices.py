"""What big operations cost, in operations of the budget, before they are done.

Invariants: a price is the same on every machine and Python; it never runs guest code; small operands cost nothing;
what would not fit into the memory limit is a MemoryError before anything is allocated. One operation of the budget
buys about a hundred machine words, or a thousand steps of multiplying two numbers digit by digit.
"""

from __future__ import annotations

import collections
import sys
from collections.abc import Callable
from typing import Any

from .widths import loaded, spec_size, template_size

Charge = Callable[[int], None]

SMALL = 1 << 30
"""Integers below it are one digit of CPython's: arithmetic on them is never priced."""
FREE_BYTES = 1 << 13
_BYTES_AN_OPERATION = 10
_FREE_BITS = 1 << 14
_WORD = 30
_WORDS_AN_OPERATION = 128
_STEPS_AN_OPERATION = 1024
_CUTOFF = 70
_POINTER = 8

_SEQUENCES: tuple[tuple[Any, int], ...] = (
    (list, _POINTER), (tuple, _POINTER), (bytes, 1), (bytearray, 1), (collections.deque, _POINTER),
)  # fmt: skip
TEXTS = (str, bytes, bytearray)


def multiplication(bits: int) -> int:
    """Operations for one multiplication of numbers of this size (Karatsuba, as CPython's longobject.c)."""
    words, parts = bits // _WORD, 1
    while words > _CUTOFF:
        words, parts = (words + 1) // 2, parts * 3
    return parts * words * words // _STEPS_AN_OPERATION + 1


def _product(left: int, right: int) -> int:
    """Operations for multiplying numbers of these many bits."""
    small, big = sorted((left, right))
    return (big // small + 1) * multiplication(small) if small else 0


def text_width(text: str) -> int:
    """Bytes for each character of a text."""
    if text.isascii():
        return 1
    top = max(text)
    return 1 if top < "\u0100" else 2 if top < "\U00010000" else 4


def sequence_size(value: object) -> int:
    """Bytes of what a sequence holds; 0 for what is none of the language's own."""
    cls = type(value)
    if issubclass(cls, str):
        text = str.__str__(value)
        return len(text) * text_width(text)
    for base, item in _SEQUENCES:
        if issubclass(cls, base):
            length: int = base.__len__(value)
            return length * item
    return len(value) * value.itemsize if cls is loaded("array", "array") else 0  # type: ignore[arg-type, attr-defined]


def _whole(value: object) -> int | None:
    """An integer as it is, whatever a guest's subclass says of it; None for anything else."""
    return int.__pos__(value) if issubclass(type(value), int) else None  # type: ignore[arg-type]


class Prices:
    """The prices of one engine. ``charge`` pays; ``memory`` is the most bytes that one object may have."""

    def __init__(self, charge: Charge, memory: int) -> None:
        self.charge = charge
        self._memory = memory

    def room(self, size: int) -> None:
        """Pay for an object of so many bytes before it is made.

        Raises:
            MemoryError: it is more than the memory limit.
            Stop: the budget does not cover it.
        """
        if size > FREE_BYTES:
            if size > self._memory:
                raise MemoryError
            self.charge(size >> _BYTES_AN_OPERATION)

    def _number(self, operations: int, bits: int) -> None:
        """Pay for a number of so many bits."""
        self.charge(operations)
        if bits >> 3 > self._memory:
            raise MemoryError

    def most(self, item: int) -> int:
        """How many items of so many bytes the memory limit allows."""
        return self._memory // item

    # -- numbers
    def pay_power(self, base: Any, exponent: Any) -> None:
        """Pay for ``base ** exponent``."""
        kind: Any = loaded("fractions", "Fraction")
        if type(base) is kind:
            self.pay_power(base.numerator, exponent)
            base = base.denominator
        number, times = _whole(base), _whole(exponent)
        if number is None or times is None or times <= 1 or -1 <= number <= 1:
            return
        bits = number.bit_length() * times
        if bits > _FREE_BITS:
            self._number(
                bits // (_WORD * _WORDS_AN_OPERATION) + 1 if number in (2, -2) else 2 * multiplication(bits), bits
            )

    def power(self, base: Any, exponent: Any) -> Any:
        """``base ** exponent``."""
        self.pay_power(base, exponent)
        return base**exponent

    def power_inplace(self, base: Any, exponent: Any) -> Any:
        """``base **= exponent``."""
        self.pay_power(base, exponent)
        base **= exponent
        return base

    def pow(self, base: Any, exp: Any, mod: Any = None) -> Any:
        """The builtin ``pow``."""
        if mod is None:
            return self.power(base, exp)
        times, modulus = _whole(exp), _whole(mod)
        if times is not None and modulus is not None and modulus.bit_length() > 10 * _WORD:
            self.charge(2 * times.bit_length() * (modulus.bit_length() // _WORD) ** 2 // _STEPS_AN_OPERATION)
        return pow(base, exp, mod)

    def pay_shift(self, value: Any, places: Any) -> None:
        """Pay for ``value << places``."""
        number, far = _whole(value), _whole(places)
        if number and far is not None and far > _FREE_BITS:
            bits = number.bit_length() + far
            self._number(bits // (_WORD * _WORDS_AN_OPERATION) + 1, bits)

    def shift(self, value: Any, places: Any) -> Any:
        """``value << places``."""
        self.pay_shift(value, places)
        return value << places

    def shift_inplace(self, value: Any, places: Any) -> Any:
        """``value <<= places``."""
        self.pay_shift(value, places)
        value <<= places
        return value

    def pay_times(self, left: Any, right: Any) -> None:
        """Pay for ``left * right``: a product of numbers, or a sequence repeated."""
        one, other = _whole(left), _whole(right)
        if one is not None and other is not None:
            bits = one.bit_length(), other.bit_length()
            if sum(bits) > _FREE_BITS:
                self._number(_product(*bits), sum(bits))
            return
        turns = one if one is not None else other
        if turns is not None and 0 < turns < sys.maxsize:  # beyond it CPython's own error follows
            self.room(sequence_size(right if one is not None else left) * turns)

    def times(self, left: Any, right: Any) -> Any:
        """``left * right``."""
        self.pay_times(left, right)
        return left * right

    def times_inplace(self, left: Any, right: Any) -> Any:
        """``left *= right``."""
        self.pay_times(left, right)
        left *= right
        return left

    # -- text
    def format(self, value: Any, format_spec: Any = "", /) -> str:
        """The builtin ``format``."""
        if type(format_spec) is str and format_spec:
            self.pay_format(value, format_spec)
        return format(value, format_spec)

    def pay_format(self, value: Any, format_spec: str) -> None:
        """Pay for ``format(value, format_spec)``."""
        size = spec_size(value, format_spec)
        if size > FREE_BYTES:
            self.room(size * text_width(format_spec))

    def pay_modulo(self, template: Any, values: Any) -> None:
        """Pay for ``template % values`` where the template is text."""
        if isinstance(template, TEXTS):
            self.room(template_size(template, values))

    def modulo(self, left: Any, right: Any) -> Any:
        """``left % right``."""
        self.pay_modulo(left, right)
        return left % right

    def modulo_inplace(self, left: Any, right: Any) -> Any:
        """``left %= right``."""
        self.pay_modulo(left, right)
        left %= right
        return left
