"""Caches of the standard library that guest code can fill with keys of its own, and how they are emptied.

Invariants: matters only where other code shares the process; importing nothing that is not loaded already.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


def _forget_typing(typing: Any) -> None:
    for clear in typing._cleanups:
        clear()


_CACHES: dict[str, Callable[[Any], None]] = {
    "typing": _forget_typing,
    "re": lambda re: re.purge(),
    "urllib.parse": lambda parse: parse.clear_cache(),
    "zoneinfo": lambda zoneinfo: zoneinfo.ZoneInfo.clear_cache(),
    "_strptime": lambda strptime: strptime._regex_cache.clear(),
}


def forget() -> None:
    """Empty them: a cached key may be a guest's object that claims to equal any other."""
    for name, clear in _CACHES.items():
        module = sys.modules.get(name)
        if module is not None:
            clear(module)
