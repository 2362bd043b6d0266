"""How much a guest may use.

Invariants: frozen; validated at construction; every field has its unit in its name. Per run: wall, cpu,
output, ops, tool calls. At every instant: memory, processes, disk, open files.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping

_INTEGERS = {
    "memory_mb": (1, 1 << 20),
    "output_bytes": (0, 1 << 30),
    "ops": (1, 1 << 62),
    "tool_calls": (0, 1 << 31),
    "processes": (0, 1 << 16),
    "open_files": (8, 1 << 20),
    "disk_mb": (0, 1 << 20),
    "value_bytes": (1 << 10, 1 << 30),
    "snapshot_mb": (1, 1 << 12),
}
_SECONDS = {"wall_s": 86_400.0, "cpu_s": 86_400.0, "tool_wall_s": 86_400.0, "total_wall_s": 604_800.0}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Limits:
    """Limits of one session.

    ``memory_mb`` is growth above the idle worker. ``wall_s`` excludes tool time, which is under
    ``tool_wall_s`` each; ``total_wall_s`` bounds both together. ``ops`` counts loop turns and function
    entries of the guarded engines. ``processes`` is how many processes the guest may add.

    Raises:
        ValueError: a limit is impossible (not a number, negative, out of range).
        TypeError: a limit is not a number.
    """

    wall_s: float = 30.0
    cpu_s: float = 30.0
    memory_mb: int = 512
    output_bytes: int = 1 << 20
    ops: int = 100_000_000
    tool_calls: int = 100
    tool_wall_s: float = 30.0
    total_wall_s: float = 300.0
    processes: int = 0
    open_files: int = 64
    disk_mb: int = 64
    value_bytes: int = 16 << 20
    snapshot_mb: int = 64

    def __post_init__(self) -> None:
        for name, most in _SECONDS.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise TypeError(f"limits.{name} must be a number of seconds, not {type(value).__name__}")
            if not math.isfinite(value) or not 0 < value <= most:
                raise ValueError(f"limits.{name} must be more than 0 and at most {most:g} seconds, not {value!r}")
        for name, (least, most_int) in _INTEGERS.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int):
                raise TypeError(f"limits.{name} must be an integer, not {type(value).__name__}")
            if not least <= value <= most_int:
                raise ValueError(f"limits.{name} must be between {least} and {most_int}, not {value!r}")

    def to_dict(self) -> dict[str, float]:
        """Plain data, for the wire and for TOML."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, float]) -> Limits:
        """The inverse of ``to_dict``; fields that are absent keep their defaults.

        Raises:
            ValueError: an unknown field, or an impossible value.
            TypeError: a value of the wrong type.
        """
        known = {field.name for field in dataclasses.fields(cls)}
        unknown = sorted(set(data) - known)
        if unknown:
            raise ValueError(f"unknown limit {unknown[0]!r}; the limits are {', '.join(sorted(known))}")
        return cls(**data)  # type: ignore[arg-type]
