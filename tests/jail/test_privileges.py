"""Which privileges are taken away, in which order, as the kernel is told."""

from __future__ import annotations

import os
import signal
import struct
from typing import Any

import pytest

from sandbox.jail import kernel, privileges

SECUREBITS = (kernel.PR_SET_SECUREBITS, 0xEF)
NO_NEW_PRIVS = (kernel.PR_SET_NO_NEW_PRIVS, 1)
NOT_DUMPABLE = (kernel.PR_SET_DUMPABLE, 0)
NO_AMBIENT = (kernel.PR_CAP_AMBIENT, 4)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the kernel is told, which does none of it."""
    found: list[tuple[Any, ...]] = []
    monkeypatch.setattr(kernel, "prctl", lambda *args: found.append(args) or 0)
    monkeypatch.setattr(kernel, "syscall", lambda *args: found.append(args) or 0)
    for name in ("setgroups", "setresuid", "setresgid"):
        monkeypatch.setattr(os, name, lambda *args, name=name: found.append((name, *args)))
    monkeypatch.setattr(privileges, "last_capability", lambda: 3)
    return found


def test_with_the_capability_to_do_so_every_way_back_is_closed(
    told: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privileges, "capabilities", lambda: (1 << 8, 0, 0, 0, 0, 0))
    privileges.close_ways_back()
    dropped = [(kernel.PR_CAPBSET_DROP, capability) for capability in range(4)]
    assert told == [SECUREBITS, *dropped, NO_NEW_PRIVS]


def test_without_it_nothing_can_be_gained_all_the_same(
    told: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privileges, "capabilities", lambda: (0, 0, 0, 0, 0, 0))
    privileges.close_ways_back()
    assert told == [NO_NEW_PRIVS]


def test_what_is_left_is_dropped(told: list[tuple[Any, ...]]) -> None:
    privileges.drop()
    assert told == [NO_AMBIENT, ("capset", struct.pack("=Ii", 0x20080522, 0), bytes(24)), NOT_DUMPABLE]


def test_root_is_left_for_an_id_that_nobody_has(told: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getpid", lambda: 77)
    privileges.leave_root()
    uid = 2_000_000_077
    dumpable = (kernel.PR_SET_DUMPABLE, 1)
    assert told == [("setgroups", []), ("setresgid", uid, uid, uid), ("setresuid", uid, uid, uid), dumpable]


def test_death_follows_the_parents(told: list[tuple[Any, ...]]) -> None:
    privileges.die_with_parent()
    assert told == [(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)]
