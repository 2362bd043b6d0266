"""The cases by area, one module each."""

from __future__ import annotations

import importlib

AREAS = (
    "values", "output", "errors", "state", "tools", "answers", "variables", "files", "limits", "imports", "sessions",
    "decisions", "records", "snapshots", "trips",
)  # fmt: skip


def load() -> None:
    """Import every area, which enters its cases."""
    for area in AREAS:
        importlib.import_module(f"{__name__}.{area}")
