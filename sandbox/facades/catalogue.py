"""All shipped facades by name.

Invariants: one table per group file; no name twice; the real modules are imported when a facade is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping

from . import (
    algorithms,
    archives,
    arrays,
    charts,
    classes,
    clock,
    codecs_text,
    commands,
    copies,
    enums,
    files,
    frames,
    functional,
    introspect,
    markup,
    numeric,
    paths,
    patterns,
    records,
    system,
    tables,
    text,
    traces,
    trees,
    warn,
)
from .spec import Spec

_GROUPS = (
    numeric, algorithms, text, patterns, codecs_text, records, functional, classes, enums, copies, files, paths, trees,
    clock, archives, system, traces, warn, markup, commands, introspect, tables, arrays, frames, charts,
)  # fmt: skip

SPECS: Mapping[str, Spec] = {spec.name: spec for group in _GROUPS for spec in group.SPECS}
