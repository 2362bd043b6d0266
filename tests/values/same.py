"""The way of a value over the wire."""

from __future__ import annotations

import json
from typing import Any

from executors.testing.sameness import same
from sandbox.values import decode, encode

__all__ = ["same", "travelled", "wire"]


def wire(value: Any, **options: Any) -> Any:
    """What ``json`` carries: the document as the other side reads it."""
    return json.loads(json.dumps(encode(value, strict=True, **options), allow_nan=False, ensure_ascii=True))


def travelled(value: Any, **options: Any) -> Any:
    """The value as it arrives."""
    return decode(wire(value, **options))
