"""Addresses: numbers in the place of places in memory, given in the order in which they are first told.

``<object at 0x7f…>`` differs from session to session. In a deterministic one, ``id`` and every text that leaves the
cell tell such numbers instead.

Invariants: two objects that live at the same time have different numbers; the same object always has the same; only
what stands in a text as CPython's reprs write an address is replaced.
"""

from __future__ import annotations

import io
import re
from typing import Any

_FIRST = 0x7F00_0000_0010
_STEP = 16
_LONGEST = 300
"""Characters between the ``<`` that a repr begins with and its address."""
_SHOWN = re.compile(
    r"(?<= at 0x)(?:[0-9a-f]{6,12}(?=[>;, ])|7[0-9A-F]{11}(?![0-9A-Za-z]))|(?<= 0x)7[0-9a-f]{11}(?=[>;, ])"
)
"""As CPython writes them; as numpy does: in capitals, at the end of a text; and as ``gzip`` does, without ``at``."""
_COUNTED = re.compile(r"(?<= id=')[0-9]{9,15}(?='>)")
"""As ``unittest.mock`` writes them."""


class Addresses:
    """The numbers of one session."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._told: set[int] = set()

    def id(self, obj: object, /) -> int:
        """``id`` of a guest."""
        return self._number(id(obj))

    def text(self, text: str) -> str:
        """The text with its addresses replaced; those that came from here stay as they are."""
        if " 0x" in text:
            text = _SHOWN.sub(self._replaced, text)
        return _COUNTED.sub(self._recounted, text) if " id='" in text else text

    def plain(self, value: Any) -> Any:
        """The same for all texts of plain JSON data, names of fields left as they are."""
        if type(value) is str:
            return self.text(value)
        if type(value) is list:
            return [self.plain(one) for one in value]
        if type(value) is dict:
            return {name: self.plain(one) for name, one in value.items()}
        return value

    def _number(self, address: int) -> int:
        number = self._numbers.get(address)
        if number is None:
            number = self._numbers[address] = _FIRST + _STEP * len(self._numbers)
            self._told.add(number)
        return number

    def _replaced(self, found: re.Match[str]) -> str:
        number = int(found[0], 16)
        if number in self._told or not (found[0].isupper() or _in_repr(found)):
            return found[0]
        told = f"{self._number(number):x}"
        return told if found[0].islower() or found[0].isdigit() else told.upper()

    def _recounted(self, found: re.Match[str]) -> str:
        number = int(found[0])
        return found[0] if number in self._told or not _in_repr(found) else str(self._number(number))


def _in_repr(found: re.Match[str]) -> bool:
    """Whether a repr may have begun before this."""
    return found.string.rfind("<", max(0, found.start() - _LONGEST), found.start()) >= 0


class AddressFree(io.TextIOWrapper):
    """A text stream that writes numbers in the place of addresses. ``over`` makes one of another stream."""

    _addresses: Addresses

    @classmethod
    def over(cls, stream: io.TextIOWrapper, addresses: Addresses) -> AddressFree:
        """A stream in the place of ``stream``, which can be used no more."""
        encoding, errors, by_line = stream.encoding, stream.errors, stream.line_buffering
        made = cls(stream.detach(), encoding=encoding, errors=errors, newline="\n", line_buffering=by_line)
        made._addresses = addresses
        return made

    def write(self, text: str, /) -> int:
        written = super().write(self._addresses.text(text) if type(text) is str else text)
        return len(text) if written else written
