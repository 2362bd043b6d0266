"""Plays the corpus: every case on every backend, and on its controls if asked.

Invariants: two host processes at most play at a time; what cannot be played is told with its reason and never counted
as held; whoever stops listening ends all of it.
"""

from __future__ import annotations

import dataclasses
import queue
import sys
import threading
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from .backends import BACKENDS, missing
from .case import Control, EscapeCase
from .slot import Outcome, Slot, Unplayable

JOBS = 2
HERE = ("walls-off", "cpython")
"""Controls that need nothing but this Python."""


@dataclasses.dataclass(frozen=True)
class Task:
    """A case on a backend, or on one of its controls. ``why``: the reason it cannot be played, known beforehand."""

    case: EscapeCase
    backend: str
    path: Path
    why: str = ""

    @property
    def is_control(self) -> bool:
        """Whether the trick has to work here."""
        return self.backend in HERE


@dataclasses.dataclass(frozen=True)
class Played:
    """``outcome`` is None where the task could not be played; ``why`` tells the reason."""

    task: Task
    outcome: Outcome | None
    why: str = ""

    @property
    def failed(self) -> bool:
        """Whether a wall failed, or a control did not show its trick."""
        if self.outcome is None:
            return False
        if self.task.is_control:
            return not self.shows_the_trick
        return self.outcome.verdict.failed

    @property
    def shows_the_trick(self) -> bool:
        """Whether all evidence that the case names was found."""
        return self.outcome is not None and set(self.task.case.escape) <= set(self.outcome.evidence)

    @property
    def expected(self) -> bool:
        """Whether the verdict is one that the case file has."""
        if self.outcome is None or self.task.is_control:
            return True
        return self.task.case.agrees(BACKENDS[self.task.backend].column, self.outcome.verdict)


def plan(cases: Mapping[str, EscapeCase], directory: Path, backends: Collection[str]) -> list[Task]:
    """The tasks of some backends: each case on each that it is for.

    Raises:
        ValueError: an unknown backend.
    """
    if unknown := [name for name in backends if name not in BACKENDS]:
        raise ValueError(f"there is no backend {unknown[0]!r}; there are {', '.join(BACKENDS)}")
    return [
        Task(case, name, directory / f"{case.name}.toml", missing(case))
        for name in backends
        for case in cases.values()
        if BACKENDS[name].plays(case)
    ]


def plan_controls(cases: Mapping[str, EscapeCase], directory: Path) -> list[Task]:
    """The controls that need no peer."""
    return [
        Task(case, control.by, directory / f"{case.name}.toml", missing(case) or _too_new(control))
        for case in cases.values()
        for control in case.controls
        if control.by in HERE
    ]


def _too_new(control: Control) -> str:
    return "" if control.works_on(sys.version_info[:3]) else f"the trick works on Python {control.python}"


def play(tasks: Collection[Task], jobs: int = JOBS) -> Iterator[Played]:
    """Every task as it is done. Closing the iterator stops what is under way."""
    waiting: queue.SimpleQueue[Task] = queue.SimpleQueue()
    done: queue.SimpleQueue[Played] = queue.SimpleQueue()
    for task in tasks:
        waiting.put(task)
    slots = [Slot() for _ in range(min(jobs, len(tasks)))]
    threads = [threading.Thread(target=_work, args=(slot, waiting, done), daemon=True) for slot in slots]
    for thread in threads:
        thread.start()
    try:
        for _ in tasks:
            yield done.get()
    finally:
        for slot in slots:
            slot.stop()
        for thread in threads:
            thread.join()
        for slot in slots:
            slot.close()


def _work(slot: Slot, waiting: queue.SimpleQueue[Task], done: queue.SimpleQueue[Played]) -> None:
    while not slot.stopped:
        try:
            task = waiting.get_nowait()
        except queue.Empty:
            return
        done.put(_one(slot, task))


def _one(slot: Slot, task: Task) -> Played:
    if task.why:
        return Played(task, None, task.why)
    try:
        return Played(task, slot.play(task.backend, task.case, task.path))
    except Unplayable as reason:
        return Played(task, None, str(reason))
    except OSError as error:
        return Played(task, None, f"the runner could not lay out its bait: {error}")
