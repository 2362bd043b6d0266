"""How wide a text comes out of formatting, read off the format before anything is formatted.

Invariants: never below the width that a format asks for in numbers; no guest code is run.
"""

from __future__ import annotations

import re
import sys
from typing import Any

_NUMBER = re.compile(r"\d+")
MOST_DIGITS = 1_000_000
"""The largest precision of decimal arithmetic; its operations are not priced one by one."""
_READABLE = 18  # CPython itself refuses widths beyond sys.maxsize
_NATIVE = frozenset({str, int, float, complex})
_type_mro = type.__dict__["__mro__"].__get__
_type_dict = type.__dict__["__dict__"].__get__


_FLOATING = frozenset("eEfFgG%")
"""Presentation types that make a float of an int."""


def loaded(module: str, name: str) -> type | None:
    """A class of the library, if its module has been imported."""
    found: type | None = getattr(sys.modules.get(module), name, None)
    return found


def widest(text: str) -> int:
    """The largest number written in a text; numbers that CPython's formatting cannot read count as 0."""
    if len(text) < 4:
        return 0
    return max((int(digits) for digits in _NUMBER.findall(text) if len(digits) <= _READABLE), default=0)


def spec_size(value: object, spec: str) -> int:
    """Characters that ``format(value, spec)`` is asked for; 0 where a type has a format language of its own."""
    cls = type(value)
    if cls is loaded("decimal", "Decimal"):
        return widest(spec) + _digits(value, spec)
    if cls is loaded("fractions", "Fraction"):
        return widest(spec)
    if cls in (int, bool) and spec[-1:] not in _FLOATING:
        return widest(spec.partition(".")[0])  # a precision is an error of its own
    for base in _type_mro(cls):
        if base in _NATIVE:
            return widest(spec)
        if "__format__" in _type_dict(base):
            return 0
    return 0


def _digits(value: Any, spec: str) -> int:
    """Digits of a Decimal that is written out in full."""
    return abs(int(value.adjusted())) if spec[-1] in "fF%" and value.is_finite() else 0


def template_size(template: str | bytes | bytearray, values: object) -> int:
    """Characters of ``template % values`` that its widths and precisions ask for."""
    text = str.__str__(template) if isinstance(template, str) else bytes(template).decode("latin-1")
    size = widest(text)
    if "*" in text and isinstance(values, tuple):
        numbers = (abs(int.__int__(value)) for value in tuple.__iter__(values) if isinstance(value, int))
        size = max(size, *numbers, 0)
    return size


def is_narrow(text: str, most: int) -> bool:
    """Whether a format's text alone shows that no field is wider than ``most``."""
    return "*" not in text and widest(text) <= most
