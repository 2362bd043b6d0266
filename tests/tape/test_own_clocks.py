"""The worker's own code reads the machine's clocks, not those that a tape or a fixed clock stands in for."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SANDBOX = Path(__file__).parents[2] / "sandbox"
PATCHED = {
    "time": {
        "time",
        "time_ns",
        "monotonic",
        "monotonic_ns",
        "perf_counter",
        "perf_counter_ns",
        "process_time",
        "sleep",
    },
    "os": {"stat", "lstat", "fstat", "urandom", "getrandom"},
}
ALLOWED = {
    "cellfiles.py": "the kinds of files that guests name",
    "events.py": "the host's side of events",
    "keeper.py": "runs before there is a worker",
    "probing.py": "runs in a container of its own, without a worker",
    "zygote.py": "runs before there is a worker",
}
FILES = sorted(path for path in SANDBOX.glob("*.py") if path.name not in ALLOWED)


def reads(tree: ast.Module) -> list[str]:
    """Patched functions that bodies of functions take from their module when they run."""
    found = []
    for function in ast.walk(tree):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for node in (inner for statement in function.body for inner in ast.walk(statement)):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    if node.attr in PATCHED.get(node.value.id, ()):
                        found.append(f"line {node.lineno}: {node.value.id}.{node.attr}")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_worker_keeps_its_own_clocks(path: Path) -> None:
    assert reads(ast.parse(path.read_text(encoding="utf-8"))) == [], "take it from sandbox.machine"


def test_the_check_sees_what_it_looks_for() -> None:
    assert reads(ast.parse("import time\ndef f(clock=time.monotonic):\n    return time.monotonic()")) == [
        "line 3: time.monotonic"
    ]
