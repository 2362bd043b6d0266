"""Copies of the tree, each with a warm process that runs tests in it."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from .source import ROOT
from .tree import Tree

_Item = TypeVar("_Item")


class Job:
    """One copy and its process. ``preload``: what many tests need is imported once, before the first."""

    def __init__(self, tree: Tree, *, preload: bool = True) -> None:
        self.tree = tree
        command = [sys.executable, "-m", "fuzz.mutation.warm", *(["--preload"] if preload else [])]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, tests: list[str], deadline_s: float) -> dict[str, Any]:
        """What these tests say.

        Raises:
            RuntimeError: the process has ended.
        """
        assert self._process.stdin is not None and self._process.stdout is not None
        asked = {"root": str(self.tree.root), "tests": tests, "deadline_s": deadline_s}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("the process that runs the tests has ended")
        told: dict[str, Any] = json.loads(answer)
        if told["status"] == "unusable":
            # Some texts in the name of a test are more than pytest finds again.
            functions = list(dict.fromkeys(test.partition("[")[0] for test in tests))
            if functions == tests:
                raise RuntimeError(f"pytest cannot run {' '.join(tests)}: {told['why']}")
            return self.run(functions, deadline_s)
        return told

    def close(self) -> None:
        """End the process, remove the copy."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()
        self.tree.remove()


def trees(count: int) -> list[Tree]:
    """So many copies; only the first is compiled by running, the others are copies of it."""
    first = Tree()
    first.compile()
    return [first, *(first.copy() for _ in range(count - 1))]


def spread_over(jobs: Iterable[Job], items: Iterable[_Item], work: Callable[[Job, _Item], None]) -> None:
    """Do ``work`` for each item, each job in a thread of its own.

    Raises:
        Exception: the first that one of them raised.
    """
    waiting: queue.SimpleQueue[_Item] = queue.SimpleQueue()
    for item in items:
        waiting.put(item)
    failures: list[BaseException] = []

    def serve(job: Job) -> None:
        while not failures:
            try:
                item = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                work(job, item)
            except BaseException as error:
                failures.append(error)

    threads = [threading.Thread(target=serve, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
