"""The findings of a scan as one JSON document."""

from __future__ import annotations

import dataclasses
import platform
from collections.abc import Sequence
from typing import Any

from sandbox.findings import Finding
from sandbox.refusals import TABLE

from .scanner import Scanned, readable

VERSION = 1


def json_document(scanned: Sequence[Scanned], engine: str) -> dict[str, Any]:
    """Plain data. ``version`` changes when a field changes its meaning or goes; columns are characters."""
    return {
        "version": VERSION,
        "engine": engine,
        "python": platform.python_version(),
        "clean": all(each.is_clean for each in scanned),
        "files": [
            {
                "path": readable(each.path),
                "problem": readable(each.problem) or None,
                "findings": [_finding(finding) for finding in each.findings],
                "more": each.more,
            }
            for each in scanned
        ],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    row = TABLE.get(finding.code)
    return {
        **dataclasses.asdict(finding),
        "why": row.why if row else None,
        "instead": row.instead if row else None,
        "recovery": row.recovery if row else None,
    }
