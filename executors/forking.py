"""Branching a session off: from a lineage to the link of an independent copy of its process.

Invariants: the session that is forked goes on as it was, whatever becomes of the branch.
"""

from __future__ import annotations

from sandbox.errors import BackendUnavailable
from sandbox.events import host_event

from .copying import NoCopy
from .lineage import Lineage
from .link import Link, LinkFailed
from .trail import Trail

_INSTEAD = "use snapshot() and restore()"


def why_never(enclosure: str, engine: str, *, recorded: bool) -> tuple[str, str]:
    """Why sessions of this kind have no branches, and what to do instead; two empty texts where they may have some."""
    if recorded:
        return "a recorded session has no branches: its replay is of one session", "leave the record out"
    if enclosure == "docker":
        return "sessions of executor 'docker' cannot be forked", _INSTEAD
    if enclosure == "inprocess":
        return "sessions of enclosure 'inprocess' cannot be forked, since they share this process", _INSTEAD
    if engine == "cpython":
        return "sessions of engine 'cpython' cannot be forked, since their guests would share /cell", _INSTEAD
    return "", ""


def fork(lineage: Lineage, record: Trail, enclosure: str, engine: str, *, recorded: bool) -> Link:
    """A link to a branch of the session that has this lineage, whose worker is idle.

    Raises:
        BackendUnavailable: there can be none, it cannot be recorded, or the worker failed.
    """
    why, instead = why_never(enclosure, engine, recorded=recorded)
    if why:
        raise BackendUnavailable(why, repair=instead)
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
    try:
        record.certainly(host_event("session.forked"), "there is no branch")
    except BackendUnavailable:
        link.stream.close()
        raise
    # A run without a checkpoint would be ended with the jail's first process, and the branches with it.
    lineage.touched = True
    return link
