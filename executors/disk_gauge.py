"""How full /cell is where no file system bounds it as a whole: counted by the host, from outside.

Invariants: a tree that cannot be counted counts as too full; a run is blamed only for a tree that is fuller than it was
before; looking costs a fraction of the time between two looks. What was unlinked and is still open is not seen.
"""

from __future__ import annotations

import time

from sandbox import means, storage
from sandbox.errors import LimitExceeded
from sandbox.storage import Stored

from .reached import exceeded

LOOK_EVERY_S = 0.2
_SHARE = 5
_FILES, _FILES_EACH_MB = 1024, 64
"""As many files as the jail's own file system has room for."""


class DiskGauge:
    """The directory behind one session's /cell. ``look_at`` is when it should be looked at next (monotonic)."""

    def __init__(self, disk_mb: int, directory: str) -> None:
        self._allowed = disk_mb
        self._files = _FILES + _FILES_EACH_MB * disk_mb
        self._directory = directory
        self._before = self._found = Stored()
        self.look_at = 0.0

    def begin(self) -> None:
        """A run begins."""
        self._before = self._found
        self.look_at = time.monotonic() + LOOK_EVERY_S

    def passed(self) -> LimitExceeded | None:
        """Count now; the limit when there is more than it allows, and more than when the run began."""
        begun = time.monotonic()
        try:
            found = self._found = storage.of_tree(self._directory)
        except OSError:
            return None
        now = time.monotonic()
        self.look_at = now + max(LOOK_EVERY_S, _SHARE * (now - begun))
        if not self._too_full(found) or (self._too_full(self._before) and not _fuller(found, self._before)):
            return None
        return exceeded("disk_mb", self._allowed, round(found.size_mb, 3), means.HOST_COUNT)

    def _too_full(self, found: Stored) -> bool:
        return not found.complete or found.size_mb > self._allowed or found.entries > self._files


def _fuller(found: Stored, before: Stored) -> bool:
    return found.size_mb > before.size_mb or found.entries > before.entries or found.complete < before.complete
