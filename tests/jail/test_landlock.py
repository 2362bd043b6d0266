"""What Landlock is told for each version of the kernel's interface: all rights that it knows are handled."""

from __future__ import annotations

import fcntl
import os
import struct
from pathlib import Path
from typing import Any

import pytest

from sandbox.jail import kernel, landlock

EXECUTE, MAKE_SOCK, MAKE_FIFO, MAKE_CHAR, MAKE_BLOCK, MAKE_SYM = 1, 1 << 9, 1 << 10, 1 << 6, 1 << 11, 1 << 12
RULESET = 4242


class Calls:
    """The system calls that were made, in place of the kernel."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[tuple[str, tuple[Any, ...]]] = []
        self.places: list[tuple[int, bool]] = []
        monkeypatch.setattr(kernel, "syscall", self)
        close = os.close
        monkeypatch.setattr(os, "close", lambda fd: None if fd == RULESET else close(fd))

    def __call__(self, name: str, *args: Any) -> int:
        self.made.append((name, args))
        if name == "landlock_add_rule":
            rights, fd = struct.unpack("=Qi", args[2])
            self.places.append((rights, os.path.isdir(f"/proc/self/fd/{fd}")))
            # A place is named, not opened: a descriptor that reads would need the right to.
            assert fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_PATH
        return RULESET


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    return Calls(monkeypatch)


@pytest.mark.parametrize(
    ("version", "handled", "tcp", "scoped", "size"),
    [
        (1, 0x1FFF, 0, 0, 8),
        (2, 0x3FFF, 0, 0, 8),
        (3, 0x7FFF, 0, 0, 8),
        (4, 0x7FFF, 3, 0, 16),
        (5, 0xFFFF, 3, 0, 16),
        (6, 0xFFFF, 3, 3, 24),
        (9, 0xFFFF, 3, 3, 24),
    ],
)
def test_what_is_handled(version: int, handled: int, tcp: int, scoped: int, size: int, calls: Calls) -> None:
    landlock.restrict(version, ())
    assert [name for name, _ in calls.made] == ["landlock_create_ruleset", "landlock_restrict_self"]
    attributes, length, flags = calls.made[0][1]
    assert (struct.unpack("=QQQ", attributes), length.value, flags) == ((handled, tcp, scoped), size, 0)
    assert calls.made[1][1] == (RULESET, 0)


def test_what_is_granted(calls: Calls, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    descriptor = os.open(tmp_path, os.O_PATH)
    places = [
        (str(tmp_path), landlock.CELL_RIGHTS),
        (str(file), landlock.CELL_RIGHTS),
        (str(file), landlock.READ | EXECUTE),
        (descriptor, landlock.READ),
    ]
    landlock.restrict(6, places)
    os.close(descriptor)
    of_file = landlock.READ_FILE | landlock.WRITE_FILE | landlock.TRUNCATE
    assert calls.places == [
        (landlock.CELL_RIGHTS, True),
        (of_file, False),
        (landlock.READ_FILE | EXECUTE, False),
        (landlock.READ, True),
    ]


def test_a_right_that_the_kernel_does_not_know_is_not_asked_for(calls: Calls, tmp_path: Path) -> None:
    landlock.restrict(1, [(str(tmp_path), landlock.CELL_RIGHTS)])
    assert calls.places == [(landlock.CELL_RIGHTS & 0x1FFF, True)]


def test_the_rights_themselves() -> None:
    assert landlock.READ == 1 << 2 | 1 << 3
    assert landlock.CELL_RIGHTS == sum(1 << bit for bit in (1, 2, 3, 4, 5, 7, 8, 13, 14))
    assert not landlock.CELL_RIGHTS & (EXECUTE | MAKE_SOCK | MAKE_FIFO | MAKE_CHAR | MAKE_BLOCK | MAKE_SYM)
