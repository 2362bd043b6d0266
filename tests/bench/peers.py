"""Other runtimes for generated Python, each in an environment of its own: started, fed with programs, read from.

``make smolagents-venv monty-venv`` makes the environments. A runtime is driven by a script of tests/bench/runtimes in
a subprocess: one JSON line for each program, one JSON line back. What it runs is trusted: our own programs.
"""

from __future__ import annotations

import dataclasses
import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sandbox.policy import Policy

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPTS = Path(__file__).parent / "runtimes"
SECONDS_EACH = 60
PEERS = {"smolagents": ".cache/smolagents-venv", "monty": ".cache/monty-venv"}


@dataclasses.dataclass(frozen=True)
class Reply:
    """What one cell came to. ``error`` is the name of what was raised, ``value_repr`` None when the cell raised."""

    stdout: str
    value_repr: str | None
    error: str | None
    message: str
    cpu_ms: float


class Peer:
    """One running runtime."""

    def __init__(self, name: str, process: subprocess.Popen[str]) -> None:
        self.name = name
        self._process = process
        self.version = str(self._read()["version"])

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the runtime {self.name} ended with status {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def run(self, cells: Sequence[str]) -> list[Reply]:
        """The cells in one fresh session, up to the first that raises."""
        assert self._process.stdin is not None
        asked = {"cells": list(cells), "seconds": SECONDS_EACH, "imports": sorted(Policy.standard().imports)}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return [Reply(**cell) for cell in self._read()["cells"]]


def installed(name: str) -> bool:
    """Whether the environment of this runtime has been made."""
    return (ROOT / PEERS[name] / "bin" / "python").exists()


@contextmanager
def started(name: str) -> Iterator[Peer]:
    """A running runtime, ended afterwards."""
    interpreter = ROOT / PEERS[name] / "bin" / "python"
    command = [str(interpreter), "-I", str(SCRIPTS / f"{name}_runtime.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Peer(name, process)
        finally:
            process.kill()
