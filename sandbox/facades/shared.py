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


def _forget_patterns(re: Any) -> None:
    """Combinations of flags are kept for good, with the number that was first given for them."""
    re.purge()
    known = re.RegexFlag._value2member_map_
    plain = [(key, flag) for key, flag in known.items() if type(key) is int and type(flag._value_) is int]
    if len(plain) < len(known):
        known.clear()
        known.update(plain)


def _cleared(*path: str) -> Callable[[Any], None]:
    """Clears the cache of that dotted name in the module, where this version has it."""

    def clear(module: Any) -> None:
        found = module
        for name in path:
            found = getattr(found, name, None)
        wipe = getattr(found, "cache_clear", None) or getattr(found, "clear", None)
        if wipe is not None:
            wipe()

    return clear


_CACHES: dict[str, Callable[[Any], None]] = {
    "typing": _forget_typing,
    "re": _forget_patterns,
    "urllib.parse": lambda parse: parse.clear_cache(),
    "zoneinfo": lambda zoneinfo: zoneinfo.ZoneInfo.clear_cache(),
    "_strptime": _cleared("_regex_cache"),
    "fractions": _cleared("_hash_algorithm"),
    "pathlib": _cleared("_make_selector"),
    "glob": _cleared("_compile_pattern"),
    "xml.etree.ElementPath": _cleared("_cache"),
    "numpy._core.einsumfunc": _cleared("_parse_eq_to_batch_matmul"),
    "pandas._libs.tslibs.strptime": _cleared("_regex_cache"),
    "PIL.ImageColor": _cleared("getrgb"),
    "matplotlib.colors": _cleared("_colors_full_map", "cache"),
    "matplotlib.font_manager": _cleared("fontManager", "_findfont_cached"),
    "matplotlib.mathtext": _cleared("MathTextParser", "_parse_cached"),
    "matplotlib.path": _cleared("Path", "hatch"),
}


def forget() -> None:
    """Empty them: a cached key may be a guest's object that claims to equal any other."""
    for name, clear in _CACHES.items():
        module = sys.modules.get(name)
        if module is not None:
            clear(module)
