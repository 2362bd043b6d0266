"""All shipped facades by name.

Invariants: one table per group file; no name twice; importing this imports no guest-facing real module on purpose.
"""

from __future__ import annotations

from collections.abc import Mapping

from . import algorithms, classes, functional, numeric, records, text
from .spec import Spec

_GROUPS = (numeric.SPECS, algorithms.SPECS, text.SPECS, records.SPECS, functional.SPECS, classes.SPECS)

SPECS: Mapping[str, Spec] = {spec.name: spec for group in _GROUPS for spec in group}
