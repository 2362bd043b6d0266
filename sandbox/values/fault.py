"""Why a part of a value cannot travel, on its way out of the encoder."""

from __future__ import annotations


class Fault(Exception):
    """A part cannot travel. ``trail`` grows outwards while the error passes the containers."""

    def __init__(self, kind: type, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.trail: list[str] = []
