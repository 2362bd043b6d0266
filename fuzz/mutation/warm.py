"""A process that has imported what the tests need and nothing of ours, and forks once for each run of tests.

``python -m fuzz.mutation.warm`` reads a line of JSON (``root``, ``tests``, ``deadline_s``) for each run and answers
with one: ``status`` is passed, failed, unusable (there are no such tests), died or late; ``test`` is the first that
failed and ``why`` its last line;
``probes`` is what the probes of the tree told. The tests ``["escapes"]`` are the escape corpus (see ``escapes``).
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import resource
import select
import signal
import sys
import time
from typing import Any

from . import isolation

_PRELOADED = (
    "pytest", "_pytest.assertion.rewrite", "hypothesis", "hypothesis.strategies", "hypothesis.extra.pytestplugin",
    "numpy", "numpy.ma", "pandas", "matplotlib.pyplot", "PIL.Image", "asyncio", "sqlite3", "subprocess",
    "xml.etree.ElementTree", "unittest.mock", "logging.handlers", "typer", "rich.console", "psutil", "RestrictedPython",
)  # fmt: skip
_OURS = ("sandbox", "executors", "agents", "tests", "fuzz")
_GOOD = frozenset({0, 5})
"""Exit statuses of pytest: all passed, nothing collected."""


class Watcher:
    """A plugin of pytest that remembers the first failure and takes what the probes told."""

    def __init__(self) -> None:
        self.test = ""
        self.why = ""

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Of one test, or of setting it up."""
        self._failed(report)

    def pytest_collectreport(self, report: Any) -> None:
        """Of a file that cannot be imported."""
        self._failed(report)

    def _failed(self, report: Any) -> None:
        if report.failed and not self.test:
            lines = [line for line in str(report.longrepr).splitlines() if line.startswith("E ")]
            self.test, self.why = report.nodeid, (lines[0][2:].strip() if lines else str(report.longrepr)[-200:])[:300]


def _run(root: str, tests: list[str], out: int) -> None:
    """In the new namespaces: the tests, their outcome to ``out``."""
    isolation.furnish()
    isolation.leave_first()
    for name in [name for name in sys.modules if name.partition(".")[0] in _OURS]:
        del sys.modules[name]
    os.chdir(root)
    sys.path[:] = [root, *(path for path in sys.path if path not in ("", root) and not _holds_ours(path))]
    os.environ["PYTHONPATH"] = root
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = "/tmp/hypothesis"
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    told = importlib.import_module("fuzz.mutation.escapes").play_all() if tests == ["escapes"] else _pytest(tests)
    data = memoryview(json.dumps(told).encode())
    while data:
        data = data[os.write(out, data) :]


def _pytest(tests: list[str]) -> dict[str, Any]:
    import pytest

    watcher = Watcher()
    first = [] if os.path.exists("sandbox/_probe.py") else ["-x"]
    status = pytest.main(["-q", "-p", "no:cacheprovider", "--no-header", *first, *tests], plugins=[watcher])
    probe = sys.modules.get("sandbox._probe")
    failed = "failed" if watcher.test else "unusable"
    told: dict[str, Any] = {"status": "passed" if int(status) in _GOOD else failed}
    told |= {"test": watcher.test, "why": watcher.why, "exit": int(status)}
    if probe is not None:
        told["probes"] = {name: list(found) for name, found in probe.found.items()}
    return told


def _holds_ours(path: str) -> bool:
    return os.path.isdir(os.path.join(path, "sandbox")) and os.path.isdir(os.path.join(path, "executors"))


def run(root: str, tests: list[str], deadline_s: float) -> dict[str, Any]:
    """The outcome of these tests in the tree at ``root``."""
    begun, before = time.monotonic(), _cpu_s()
    read, write = os.pipe()
    pids, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            isolation.enter()
            first = os.fork()
            if first == 0:
                try:
                    _run(root, tests, write)
                except BaseException as error:
                    os.write(write, json.dumps({"status": "died", "test": "", "why": repr(error)}).encode())
                finally:
                    os._exit(0)
            os.write(tell, str(first).encode())
            os.close(write)
            os.waitpid(first, 0)
        finally:
            os._exit(0)
    os.close(write)
    os.close(tell)
    data = b""
    late = False
    try:
        while not late:
            ready = select.select([read], [], [], max(0.0, begun + deadline_s - time.monotonic()))[0]
            piece = os.read(read, 1 << 20) if ready else b""
            data += piece
            if ready and not piece:
                break
            late = not ready
        if late:
            with contextlib.suppress(ProcessLookupError, ValueError):
                os.kill(int(os.read(pids, 32)), signal.SIGKILL)
    finally:
        os.close(read)
        os.close(pids)
        os.waitpid(child, 0)
    told: dict[str, Any] = {"status": "late", "test": "", "why": f"not done after {deadline_s:g} s"}
    if not late:
        told = {"status": "died", "test": "", "why": "the process of the tests died"}
        with contextlib.suppress(ValueError):  # a mutant may have spoilt what tells
            told = json.loads(data)
    return told | {"cpu_s": round(_cpu_s() - before, 2), "wall_s": round(time.monotonic() - begun, 2)}


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Answer lines until there are no more."""
    for name in _PRELOADED if "--preload" in sys.argv else ():
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()
    for line in sys.stdin:
        print(json.dumps(run(**json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
