"""Jailed workers on demand: one zygote per profile, started when first needed, replaced when it has died.

Invariants: a worker below the asked isolation is ended before it can be given guest code, and the refusal names what
is missing and the repair; zygotes belong to the process that started them, a forked child starts its own.
"""

from __future__ import annotations

import os
import sys
import threading
import weakref
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

from sandbox.errors import BackendUnavailable
from sandbox.jail.profile import Profile
from sandbox.limits import Limits
from sandbox.result import Isolation

from .control_groups import Home, NoGroup
from .ctrl_c import let_through
from .jailed_worker import JailedWorker
from .repairs import elsewhere, missing
from .zygote_process import Zygote, ZygoteGone

__all__ = ["JailedWorker", "Profile", "shut_down", "start_worker", "survey"]

LEVELS = ("none", "L1", "L2", "L3")
REPORT_TIMEOUT_S = 10.0
_ATTEMPTS = 3


class _Pool:
    """The zygotes of this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.zygotes: dict[Profile, Zygote] = {}
        self.home: Home | str | None = None
        self.workers: weakref.WeakSet[JailedWorker] = weakref.WeakSet()

    def get(self, profile: Profile, start: str) -> Zygote:
        """The profile's zygote; a new one prepares for the line ``start``.

        It is started in a thread of its own: Ctrl-C ends the waiting for it, and never leaves a process half started.
        """
        zygote = self.zygotes.get(profile)
        if zygote is not None and not zygote.gone:
            return zygote
        started: Future[Zygote] = Future()
        threading.Thread(target=self._start, args=(profile, start, started), name="hardcell-zygote").start()
        with let_through():
            return started.result()

    def _start(self, profile: Profile, start: str, started: Future[Zygote]) -> None:
        try:
            with self.lock:
                zygote = self.zygotes.get(profile)
                if zygote is None or zygote.gone:
                    if zygote is not None:
                        zygote.close()
                    zygote = self.zygotes[profile] = Zygote(profile, start)
        except BaseException as error:
            started.set_exception(error)
        else:
            started.set_result(zygote)

    def confine(self, worker: JailedWorker) -> None:
        """Give the worker a control group, where one was handed to this process; else say why it has none."""
        if self.home is None:
            try:
                self.home = Home.find()
                self.home.sweep()
            except (NoGroup, OSError) as error:
                self.home = str(error)
        if isinstance(self.home, str):
            worker.say(f"off: {self.home}")
        else:
            worker.join(self.home)


_pool = _Pool()


def start_worker(
    profile: Profile,
    limits: Limits,
    *,
    min_isolation: str = "L2",
    setup: Mapping[str, Any] | None = None,
    copies: int = 0,
    branches: int = 0,
) -> JailedWorker:
    """A fresh jailed worker that runs ``profile.entry``. ``setup`` is small JSON data handed to the entry; it passes
    through the zygote, so it must hold nothing secret. ``copies``: how many copies of itself it may have beside
    it, of which ``branches`` may be sessions of their own.

    Raises:
        ValueError: ``min_isolation`` is no level, or ``setup`` is too large.
        BackendUnavailable: no worker can be had here, or not at the asked level; names the repair.
    """
    if min_isolation not in LEVELS:
        raise ValueError(f"min_isolation must be one of {', '.join(LEVELS)}, not {min_isolation!r}")
    if not sys.platform.startswith("linux"):
        raise BackendUnavailable(f"the jail needs Linux; this is {sys.platform}", repair=elsewhere())
    bounds = {name: getattr(limits, name) for name in ("memory_mb", "disk_mb", "open_files", "processes")}
    bounds |= {"copies": copies, "branches": branches}
    for attempt in range(_ATTEMPTS):
        zygote = _pool.get(profile, (setup or {}).get("start", ""))
        try:
            worker = JailedWorker(
                zygote, bounds, {**(setup or {}), **({"copies": copies} if copies else {})}, REPORT_TIMEOUT_S
            )
            break
        except ZygoteGone as error:
            if attempt == _ATTEMPTS - 1:
                raise BackendUnavailable(f"workers die before they report: {error}") from error
    if LEVELS.index(worker.isolation.level) < LEVELS.index(min_isolation):
        found = worker.isolation
        worker.close()
        message, repair = missing(found, min_isolation)
        raise BackendUnavailable(message, repair=repair)
    _pool.confine(worker)
    _pool.workers.add(worker)
    return worker


def survey() -> Isolation:
    """What the jail's worker really gets on this machine, as verified from inside one.

    Raises:
        BackendUnavailable: no worker can be had at all.
    """
    profile = Profile(entry="sandbox.inmate:idle", idle_s=1.0)
    with start_worker(profile, Limits(), min_isolation="none") as worker:
        return worker.isolation


def shut_down() -> None:
    """End every zygote of this process, and with them all workers."""
    with _pool.lock:
        for zygote in _pool.zygotes.values():
            zygote.close()
        _pool.zygotes.clear()


def _forget_in_child() -> None:
    """A forked child of the host owns no zygote: it lets go of the descriptors and starts afresh."""
    global _pool
    inherited, _pool = _pool, _Pool()
    for worker in list(inherited.workers):
        worker.close()
    for zygote in inherited.zygotes.values():
        zygote.abandon()


os.register_at_fork(after_in_child=_forget_in_child)
