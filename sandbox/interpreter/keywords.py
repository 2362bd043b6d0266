"""Keyword arguments that are unpacked before a call is complete, since what comes after them suspends.

Invariants: CPython's errors, told of the function that will be called.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def keywords_now(function: Any, given: Any, *before: str | Mapping[str, Any]) -> dict[str, Any]:
    """``**given`` in a call of ``function`` that has been given the keywords ``before``: names, and mappings of them.

    Raises:
        TypeError: it is no mapping, or has one of the keywords before.
    """
    if not hasattr(given, "keys"):
        raise TypeError(f"{_told(function)} argument after ** must be a mapping, not {type(given).__name__}")
    made: dict[str, Any] = {}
    known = {name for each in before for name in ([each] if isinstance(each, str) else each)}
    for name in given.keys():  # what CPython asks for
        if name in known:
            raise TypeError(f"{_told(function)} got multiple values for keyword argument '{name}'")
        made[name] = given[name]
    return made


def _told(function: Any) -> str:
    """The function as CPython's own errors name it."""
    name = getattr(function, "__qualname__", None)
    if not isinstance(name, str):
        return str(function)
    module = getattr(function, "__module__", None)
    return f"{name}()" if module in (None, "builtins") else f"{module}.{name}()"
