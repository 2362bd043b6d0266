"""What a zygote is made for: preloaded modules, visible packages, and the program its workers run.

Invariants: frozen and hashable (one zygote per profile); plain data, since it crosses to the zygote as JSON.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from typing import Any


@dataclasses.dataclass(frozen=True)
class Profile:
    """``preload``: modules imported once, in the zygote. ``packages``: absolute directories or files of allow-listed
    packages, which workers see read-only and import from the directory above; nothing else of that directory shows.
    ``entry``: ``module:function`` called in each worker. ``idle_s``: a zygote without workers ends after this time.
    ``rehearsal``: ``module:function`` that makes what is played in a child that has no session yet, or empty.
    ``prepared``: ``module:class`` of what serves a session whose ``setup["start"]`` was seen before, or empty.
    ``fixed_hashes``: hashes of texts are the same in every process, instead of a secret of this zygote.

    Raises:
        ValueError: a package path that is not absolute, or an entry of another form.
    """

    preload: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    entry: str = "sandbox.worker:main"
    idle_s: float = 60.0
    rehearsal: str = ""
    prepared: str = ""
    fixed_hashes: bool = False

    def __post_init__(self) -> None:
        for path in self.packages:
            if not os.path.isabs(path):
                raise ValueError(f"a package path must be absolute, not {path!r}")
        for entry in (self.entry, self.rehearsal or self.entry, self.prepared or self.entry):
            module, colon, function = entry.partition(":")
            if not colon or not all(part.isidentifier() for part in (*module.split("."), function)):
                raise ValueError(f"an entry is written 'module:function', not {entry!r}")

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for the control socket."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Profile:
        """The inverse of ``to_dict``."""
        return cls(**{**data, "preload": tuple(data["preload"]), "packages": tuple(data["packages"])})
