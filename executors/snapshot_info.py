"""What a snapshot says of itself, without restoring it.

Invariants: only the seal and the header are read; files stay packed, and the session's document closed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from .envelope import read_header


@dataclasses.dataclass(frozen=True)
class SnapshotInfo:
    """``files`` are paths of files and directories with sizes in bytes; ``left_out`` names variables, and
    files as ``/cell/…``, and tells why.

    All of it is what the writer says; it is worth as much as the signature.
    """

    digest: str
    hardcell: str
    python: str
    engine: str
    files: Mapping[str, int]
    left_out: Mapping[str, str]


def describe_snapshot(saved: bytes, *, key: bytes | None = None) -> SnapshotInfo:
    """What is in a snapshot.

    Raises:
        SnapshotError: it is none, damaged, of another format, or without the signature of ``key``.
    """
    found = read_header(saved, key)
    files = {row.path: row.size for row in found.rows}
    return SnapshotInfo(found.digest, found.hardcell, found.python, found.engine, files, found.left_out)
