"""Snapshots of the kept sessions as other Pythons wrote them: ``python -m tests.snapshots.saved`` adds those of the
Python that runs it, in a file of its own in the directory of that name."""

from __future__ import annotations

import base64
import json
import platform
from pathlib import Path

from executors import create_executor
from executors.testing.kept import KEPT

DIRECTORY = Path(__file__).with_name("saved")


def write() -> Path:
    """Make a snapshot of each kept session here; the file."""
    path = DIRECTORY / f"{platform.python_version()}.json"
    made = {}
    for name, (program, _) in sorted(KEPT.items()):
        with create_executor("local", enclosure="inprocess", min_isolation="none") as executor:
            if executor.run(program).error is None:
                made[name] = base64.b64encode(executor.snapshot()).decode("ascii")
    DIRECTORY.mkdir(exist_ok=True)
    path.write_text(json.dumps(made, indent=0) + "\n", encoding="ascii")
    return path


def read(path: Path) -> dict[str, bytes]:
    """The snapshots of a file, by the names of their sessions."""
    return {name: base64.b64decode(text) for name, text in json.loads(path.read_text(encoding="ascii")).items()}


if __name__ == "__main__":
    print(write())
