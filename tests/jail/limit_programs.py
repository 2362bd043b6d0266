"""One program for each limit, and how its end must be told: which limit, how much was used, and what enforced it."""

from __future__ import annotations

import dataclasses
from typing import Any

_LOOP = "while True:\n    pass"
_BUSY_CHILDREN = """
import os
for _ in range(2):
    if os.fork() == 0:
        while True:
            pass
while True:
    os.waitpid(-1, 0)
"""
_SQLITE = """
import sqlite3
connection = sqlite3.connect({!r})
connection.execute("create table t (a)")
while True:
    connection.execute("insert into t values (?)", ("x" * 10_000,))
"""
_FILES = "for n in range(40):\n    with open(f'f{n}', 'wb') as file:\n        file.write(bytes(200_000))"
_FILES_LOOP = "import time\n" + _FILES + "\nwhile True:\n    time.sleep(0.01)"


@dataclasses.dataclass(frozen=True)
class Row:
    """``how``: what enforces it with an own root, and without one. ``used`` lies between the two numbers."""

    limit: str
    code: str
    program: str
    limits: dict[str, Any]
    how: tuple[str, str]
    used: tuple[float, float]
    engines: tuple[str, ...] = ("interpreter", "cpython")


_ALL = ("interpreter", "restricted", "cpython")
"""For some limits: what holds the others is the jail, which knows nothing of engines."""


def _both(how: str) -> tuple[str, str]:
    return how, how


_NATIVE = ("cpython",)
ROWS = {
    "wall": Row("wall_s", "HC601", _LOOP, {"wall_s": 0.3}, _both("host deadline"), (0.3, 5), _ALL),
    "sleep": Row("wall_s", "HC601", "import time\ntime.sleep(99)", {"wall_s": 0.3}, _both("host deadline"), (0.3, 5)),
    "total wall": Row(
        "total_wall_s", "HC610", _LOOP, {"wall_s": 20, "total_wall_s": 0.3}, _both("host deadline"), (0.3, 5)
    ),
    "cpu": Row("cpu_s", "HC602", _LOOP, {"cpu_s": 0.3}, _both("host clock"), (0.3, 5)),
    "cpu of children": Row(
        "cpu_s", "HC602", _BUSY_CHILDREN, {"cpu_s": 0.5, "processes": 2}, ("host clock", ""), (0.5, 5), _NATIVE
    ),
    "memory": Row(
        "memory_mb", "HC603", "x = []\nwhile True:\n    x.append('a' * 1_000_000)", {"memory_mb": 32}, _both("rlimit"),
        (20, 40), _ALL,
    ),
    "memory at once": Row("memory_mb", "HC603", "x = bytearray(1 << 30)", {"memory_mb": 32}, _both("rlimit"), (0, 40)),
    "memory of a library": Row(
        "memory_mb", "HC603", _SQLITE.format(":memory:"), {"memory_mb": 32}, _both("rlimit"), (20, 40)
    ),
    "output": Row(
        "output_bytes", "HC604", "while True:\n    print('x' * 99)", {"output_bytes": 1000}, _both("host count"),
        (1001, 1 << 20), _ALL,
    ),
    "operations": Row(
        "ops", "HC605", "for n in range(5000):\n    pass", {"ops": 1000}, _both("engine"), (1000, 1000),
        ("interpreter", "restricted"),
    ),
    "tool calls": Row(
        "tool_calls", "HC606", "for n in range(9):\n    search(n)", {"tool_calls": 3}, _both("host count"), (4, 4)
    ),
    "processes": Row(
        "processes", "HC607", "import os, time\nfor _ in range(9):\n    if os.fork() == 0:\n        time.sleep(99)",
        {"processes": 2}, ("rlimit", "seccomp"), (0, 2), _NATIVE,
    ),
    "no processes": Row(
        "processes", "HC607", "import os\nos.fork()", {"processes": 0}, _both("seccomp"), (0, 0), _NATIVE
    ),
    "disk by one file": Row(
        "disk_mb", "HC608", "with open('f', 'wb') as file:\n    while True:\n        file.write(bytes(65536))",
        {"disk_mb": 2}, _both("rlimit"), (1.9, 2.1),
    ),
    "disk by many files": Row("disk_mb", "HC608", _FILES, {"disk_mb": 2}, ("file system", "host count"), (1.9, 20)),
    "disk while it goes on": Row(
        "disk_mb", "HC608", _FILES_LOOP, {"disk_mb": 2}, ("file system", "host count"), (1.9, 20)
    ),
    "disk by file names": Row(
        "disk_mb", "HC608", "for n in range(5000):\n    open(f'f{n}', 'w').close()", {"disk_mb": 2},
        ("file system", "host count"), (0, 1),
    ),
    "disk by a database": Row(
        "disk_mb", "HC608", _SQLITE.format("d.db"), {"disk_mb": 2}, ("file system", ""), (1.8, 2.1)
    ),
    "disk by an archive": Row(
        "disk_mb", "HC608",
        "import zipfile\nwith zipfile.ZipFile('a.zip', 'w') as archive:\n    for n in range(100):\n"
        "        archive.writestr(str(n), bytes(100_000))",
        {"disk_mb": 2}, _both("rlimit"), (1.8, 2.1),
    ),
    "open files": Row(
        "open_files", "HC611", "x = [open(f'f{n}', 'w') for n in range(99)]", {"open_files": 16}, _both("rlimit"),
        (16, 16),
    ),
}  # fmt: skip
