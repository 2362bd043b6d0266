"""Portable snapshots of a session: its namespace as data, and back.

Invariants: no pickle, no evaluation of anything but function definitions; what is written is read by any engine of
this version's format; the host never looks inside.
"""

from .document import restore, save
from .sources import Definition, Sources
from .world import EMPTY, World

__all__ = ["EMPTY", "Definition", "Sources", "World", "restore", "save"]
