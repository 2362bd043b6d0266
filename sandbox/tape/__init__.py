"""Tape: where guest code has its time and its chance from, when that is not simply the machine.

A session is live (the real functions, nothing of this package), fixed (``Policy(deterministic=True)``) or taped: what
the clock and the random source gave is noted, so that a replay can give the same again.

Invariants: a live session pays nothing; the patches are made in a process that serves one guest and before its code;
the worker's own clocks stay the real ones.
"""

from __future__ import annotations

from .addresses import Addresses
from .fixed import EPOCH_S, Fixed
from .sources import Live, Sources
from .tape import Tape, is_tape

__all__ = ["EPOCH_S", "Addresses", "Fixed", "Live", "Sources", "Tape", "is_tape"]
