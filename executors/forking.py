"""Branching a session off: from a lineage to the link of an independent copy of its process.

Invariants: the session that is forked goes on as it was, whatever becomes of the branch.
"""

from __future__ import annotations

from sandbox.errors import BackendUnavailable

from .copying import NoCopy
from .lineage import Lineage
from .link import Link, LinkFailed


def fork(lineage: Lineage) -> Link:
    """A link to a branch of the session that has this lineage, whose worker is idle.

    Raises:
        BackendUnavailable: there can be none, or the worker failed.
    """
    try:
        link = lineage.live[0].fork()
    except NoCopy as failure:
        raise BackendUnavailable(
            f"this session cannot be forked: {failure}",
            repair="make it with branches=N (guarded engines, isolation L3), or use snapshot() and restore()",
        ) from None
    except LinkFailed as failure:
        lineage.drop(str(failure))
        raise BackendUnavailable(f"the worker failed at a fork: {failure}") from None
    # A run without a checkpoint would be ended with the jail's first process, and the branches with it.
    lineage.touched = True
    return link
