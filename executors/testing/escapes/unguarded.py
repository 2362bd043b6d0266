"""A program on plain CPython in a throw-away process that its host shares: the control for what a worker's limits
would end by themselves, and for what our host does not believe.

Invariants: the process and its group end with the call; its address space is bounded, so that the machine lives on.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from . import believing
from .case import EscapeCase
from .evidence import EVIDENCE
from .fingerprint import Fingerprint

_MOST_OUTPUT = 1 << 20
_ROOM = 4
"""Address space, as a multiple of the case's memory limit, that a program may take before the kernel says no."""


@dataclasses.dataclass(frozen=True)
class Played:
    """What came of it. ``told``: what it printed; ``evidence``: kinds found without looking at the bait."""

    told: str
    evidence: tuple[str, ...]


def play(case: EscapeCase, bait: Mapping[str, Any], treasure: str) -> Played:
    """Run the cells of a case with plain ``exec``. ``treasure`` is the secret of the neighbour, if it has one."""
    cell = tempfile.mkdtemp(prefix="hc-control-")
    reading, writing = os.pipe()
    calls, calling = os.pipe()
    pid = os.fork()
    if pid == 0:
        _live(case, bait, treasure, cell, writing, calling)
    os.close(writing)
    os.close(calling)
    began = time.monotonic()
    told = _read(reading, case.limits.wall_s)
    ran_over = time.monotonic() - began >= case.limits.wall_s
    used = _end(pid)
    called = _read(calls, 0.1)
    os.close(reading)
    os.close(calls)
    evidence = [kind for kind in EVIDENCE if kind in called.split()]
    if believing.steers(told):
        evidence.append("host-failed")
    disk = sum(path.stat().st_size for path in Path(cell).rglob("*") if path.is_file() and not path.is_symlink())
    shutil.rmtree(cell, ignore_errors=True)
    if (
        ran_over
        or used.ru_maxrss >> 10 > case.limits.memory_mb
        or disk > case.limits.disk_mb << 20
        or len(told) > case.limits.output_bytes
    ):
        evidence.append("overran")
    return Played(told, tuple(evidence))


def _read(descriptor: int, timeout_s: float) -> str:
    """What is written until the other end is closed, at most a megabyte; the rest of the time it is thrown away."""
    ends, data = time.monotonic() + timeout_s, b""
    while (left := ends - time.monotonic()) > 0:
        if not select.select([descriptor], [], [], left)[0]:
            break
        piece = os.read(descriptor, 1 << 16)
        if not piece:
            break
        data += piece[: max(0, _MOST_OUTPUT - len(data))]
    return data.decode("utf-8", "backslashreplace")


def _end(pid: int) -> resource.struct_rusage:
    for target in (-pid, pid):
        with contextlib.suppress(OSError):
            os.kill(target, signal.SIGKILL)
    return os.wait4(pid, 0)[2]


def _live(case: EscapeCase, bait: Mapping[str, Any], treasure: str, cell: str, output: int, calls: int) -> None:
    """The child's life. Never returns."""
    try:
        os.setsid()
        calls = believing.above(calls)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.chdir(cell)
        sys.stdout = sys.stderr = open(1, "w", encoding="utf-8", errors="backslashreplace", closefd=False, buffering=1)
        room = case.limits.memory_mb * _ROOM << 20
        resource.setrlimit(resource.RLIMIT_AS, (room + (1 << 30), room + (1 << 30)))

        def tell(kind: str) -> None:
            os.write(calls, f"{kind} ".encode())

        def report(text: object) -> str:
            tell("went-on")
            print(text)
            return "reported"

        def withheld(text: object) -> str:
            tell("tool-called")
            return "withheld"

        given = {"bait": dict(bait), "report": report, "withheld": withheld}
        frames = believing.Frames({"report": report, "withheld": withheld}, cell)
        _host(case, given, treasure, tell)
        if frames.believe():
            tell("host-failed")
    finally:
        os._exit(0)


def _host(case: EscapeCase, given: Mapping[str, Any], treasure: str, tell: Callable[[str], None]) -> None:
    """What a host does that shares its process with the program, and believes it."""
    neighbours = None
    if case.neighbour is not None:
        code, wanted = case.neighbour.code, case.neighbour.value
        neighbours = believing.Neighbours(code, wanted, {"treasure": treasure}, tell)
    before = Fingerprint()
    space = {"__name__": "__main__", **given}
    for number, code in enumerate(case.cells):
        try:
            failed = believing.take(believing.run(code, f"<cell {number}>", space))
        except BaseException as error:
            failed = believing.tell(error)
        if failed:
            tell("host-failed")
    try:
        changed = bool(before.changed())
    except Exception:  # the program may have replaced what the look itself needs
        changed = True
    if changed:
        tell("host-changed")
    if neighbours is not None:
        neighbours.look_again()
