"""How a worker's interpreter is started: its environment, made from nothing, and Python's own options.

Invariants: nothing of the caller's environment or user directories is believed; numerical libraries start no threads,
which would count as processes of the guest's.
"""

from __future__ import annotations

_THREADS = ("OPENBLAS", "OMP", "MKL", "NUMEXPR", "VECLIB_MAXIMUM", "BLIS")


def environment(*, fixed_hashes: bool) -> dict[str, str]:
    """All variables. ``fixed_hashes``: hashes of texts are the same in every process."""
    found = {"LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "1", **{f"{name}_NUM_THREADS": "1" for name in _THREADS}}
    return found | ({"PYTHONHASHSEED": "0"} if fixed_hashes else {})


def options(*, fixed_hashes: bool) -> tuple[str, ...]:
    """Of the command line: isolated; where hashes are fixed without ``-E``, which would ignore the variable for it."""
    return ("-s", "-P") if fixed_hashes else ("-I",)
