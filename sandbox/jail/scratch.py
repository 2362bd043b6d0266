"""The directories that a jail without a mount namespace needs on the machine itself: one with its workers' cells, and
one for what packages write when they are imported.

Invariants: their names begin with one that the host has chosen at random, so that it can remove them when everybody
who used them has been killed; nobody but the jail's user may enter them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time

from .removal import remove_tree

CELLS, PACKAGES = "", "-packages"
_PLACES = ("/tmp", "/var/tmp", "/dev/shm")
_ATTEMPTS, _PAUSE_S = 50, 0.01


def new_name() -> str:
    """A name that nobody can guess."""
    return f"hardcell-{os.urandom(8).hex()}"


def make(name: str, purpose: str) -> str:
    """Make the directory for ``purpose`` (``CELLS`` or ``PACKAGES``); its path.

    Raises:
        OSError: none can be made anywhere.
    """
    for place in _PLACES:
        path = os.path.join(place, name + purpose)
        with contextlib.suppress(OSError):
            os.mkdir(path, 0o700)
            return path
    raise OSError(errno.EACCES, f"no directory for /cell can be made in any of {', '.join(_PLACES)}")


def remove(name: str) -> None:
    """Remove what was made under this name, once all who wrote there have been sent a signal that ends them: what the
    last of them may still write is waited for, half a second at most."""
    for place in _PLACES:
        for purpose in (CELLS, PACKAGES):
            path = os.path.join(place, name + purpose)
            for _ in range(_ATTEMPTS):
                if not os.path.lexists(path) or remove_tree(path):
                    break
                time.sleep(_PAUSE_S)
