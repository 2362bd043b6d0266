"""The engines by name; each is imported when it is first asked for."""

from __future__ import annotations

import importlib

from .engine import Engine, EngineHost

ENGINES: dict[str, tuple[str, str]] = {
    "interpreter": ("sandbox.interpreter", "Interpreter"),
    "restricted": ("sandbox.restricted", "Restricted"),
    "cpython": ("sandbox.cpython", "CPython"),
}
SCAN = "scan:"
"""Before the name of an engine: it reads source, and runs nothing."""


def load_engine(name: str, host: EngineHost) -> Engine:
    """The engine of that name, fresh; after ``SCAN``, one that reads as that engine does and runs nothing.

    Raises:
        ValueError: no such engine.
    """
    if name.startswith(SCAN):
        scanning: Engine = importlib.import_module("sandbox.scanning").Scanning(name, load_engine, host)
        return scanning
    if name not in ENGINES:
        raise ValueError(f"unknown engine {name!r}; the engines are {', '.join(sorted(ENGINES))}")
    module, attribute = ENGINES[name]
    engine: Engine = getattr(importlib.import_module(module), attribute)(host)
    return engine
