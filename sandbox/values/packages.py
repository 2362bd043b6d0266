"""Which third-party packages a receiver builds the kinds of: numpy, pandas and PIL come from here and nowhere else.

Invariants: what arrives never decides: a package is used because it is imported already, or because the policy names
it, which is the host's own choice; a kind whose package is missing is neutral data on the host, and refused by a guest.
"""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable
from typing import Any

from ..errors import DecodeError

IMAGES = "PIL.Image"
Packages = Callable[[str], Any]
"""Gives the package of that name (``numpy``, ``pandas``, ``IMAGES``), or None where neutral data is wanted."""


def imported(name: str) -> Any:
    """The package when it is imported already."""
    return sys.modules.get(name)


def on_host(allows: Callable[[str], bool]) -> Packages:
    """For hosts: what is imported already, and what the policy allows and the host has installed."""

    # Asked for every part of a value; a package that is not there is looked for on the whole path each time.
    @functools.cache
    def find(name: str) -> Any:
        return sys.modules.get(name) or (_load(name) if allows(name) else None)

    return find


def in_guest(allows: Callable[[str], bool], meet: Callable[[str], None]) -> Packages:
    """For workers: what the policy allows. Arrays are Records without numpy; other kinds are refused.

    ``meet`` is told of a package before its first object enters the cell.
    """

    @functools.cache
    def find(name: str) -> Any:
        package = name.partition(".")[0]
        found = (sys.modules.get(name) or _load(name)) if allows(name) else None
        if found is not None:
            meet(package)
        elif package != "numpy":
            raise DecodeError(
                f"a value of {package}, which this session does not have: allow it in the policy's imports"
            )
        return found

    return find


def _load(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None
