"""Snapshots taken apart and put together again, for tests of hostile ones."""

from __future__ import annotations

import dataclasses
import json
import zlib
from collections.abc import Callable
from typing import Any

from executors.envelope import seal, unseal

Change = Callable[[dict[str, Any]], None]


def document_of(saved: bytes) -> dict[str, Any]:
    """The session's document in a snapshot."""
    packed = unseal(saved, None, 1 << 30).document
    found: dict[str, Any] = json.loads(packed if packed[:1] == b"{" else zlib.decompress(packed))
    return found


def with_document(saved: bytes, document: object) -> bytes:
    """The snapshot with another document, sealed anew."""
    text = document if isinstance(document, bytes) else json.dumps(document).encode("ascii")
    return seal(dataclasses.replace(unseal(saved, None, 1 << 30), document=text), None)


def changed(saved: bytes, change: Change) -> bytes:
    """The snapshot with a change made in its document, sealed anew."""
    document = document_of(saved)
    change(document)
    return with_document(saved, document)
