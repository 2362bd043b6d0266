"""All shipped facades by name.

Invariants: one table per group file; no name twice; importing this imports no guest-facing real module on purpose.
"""

from __future__ import annotations

from collections.abc import Mapping

from . import (
    algorithms,
    archives,
    classes,
    clock,
    codecs_text,
    commands,
    copies,
    database,
    enums,
    files,
    functional,
    introspect,
    log,
    loops,
    markup,
    numeric,
    paths,
    records,
    system,
    testing,
    text,
    trees,
    warn,
    workers,
)
from .spec import Spec

_GROUPS = (
    numeric, algorithms, text, codecs_text, records, functional, classes, enums, copies, files, paths, trees,
    clock, archives, system, warn, log, loops, workers, database, markup,
    commands, introspect, testing,
)  # fmt: skip

SPECS: Mapping[str, Spec] = {spec.name: spec for group in _GROUPS for spec in group.SPECS}
