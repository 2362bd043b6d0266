"""The worker protocol, sans-I/O: one ``Connection`` class serves both ends.

Newline-delimited ASCII JSON, one object a line. A line is at most 1 MiB; a frame above 256 KiB travels as parts.
The host asks (start, run, tools, set, file, bye); the worker answers (hello, done, ok, fail) and, during a run,
reports (event) and calls tools (call, which the host answers). Nothing else is ever legal, and every frame of the
peer is checked for size, depth, count, schema, order and number before it is believed.

Invariants: no input or output happens here; a connection that raised once is broken for good.
"""

from __future__ import annotations

from .connection import Connection
from .frames import PROTO, SENDER, Frame, Role
from .lines import Budget
from .states import TRANSITIONS, State

__all__ = ["PROTO", "SENDER", "TRANSITIONS", "Budget", "Connection", "Frame", "Role", "State"]
