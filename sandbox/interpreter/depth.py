"""How deep guest calls may nest. CPython counts the engine's frames; a guest call takes one to twelve of them.

Invariants: past the bound RecursionError is raised in the guest, and the session lives on; ``CALLS_DEEP`` holds on each
supported Python, for every form of a call.
"""

from __future__ import annotations

import dataclasses

_MOST_FRAMES = 12_000
_STACK_OF_A_FRAME = 2048
_USUAL_STACK = 8 << 20


@dataclasses.dataclass(frozen=True)
class Deep:
    """Calls that surely nest: in the jail, and in process.

    ``native`` is for those that pass through native code at each level: CPython 3.12 counts these apart, and lets
    nobody move the bound.
    """

    jailed: int = 1000
    in_process: int = 500
    native: int = 250


CALLS_DEEP = Deep()


def recursion_limit(in_process: bool) -> int:
    """Host frames that a run may nest.

    The costliest recursion known (through ``sorted(key=…)``) takes under 2 KiB of C stack a frame, so 8 MiB bear
    4,000 frames. A thread's stack is not known: in process, the usual 8 MiB are assumed.
    """
    return min(_MOST_FRAMES, (_USUAL_STACK if in_process else _stack()) // _STACK_OF_A_FRAME)


def _stack() -> int:
    """Bytes of the main thread's stack."""
    try:
        import resource
    except ImportError:  # a platform without such limits
        return _USUAL_STACK
    stack = resource.getrlimit(resource.RLIMIT_STACK)[0]
    return _USUAL_STACK if stack == resource.RLIM_INFINITY else stack
