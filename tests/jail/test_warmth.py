"""The pages that runs write to: found by watching a child, made a copy's own on request."""

from __future__ import annotations

import ctypes
import mmap
import os
import resource
from collections.abc import Callable, Iterator

import pytest

from sandbox import warmth

PAGE = resource.getpagesize()
WRITTEN, UNTOUCHED = 3, 9


@pytest.fixture
def proc() -> Iterator[int]:
    descriptor = os.open("/proc", os.O_RDONLY)
    yield descriptor
    os.close(descriptor)


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> mmap.mmap:
    """Twelve pages of private memory, all written to."""
    monkeypatch.setattr(warmth, "_ranges", [])
    pages = mmap.mmap(-1, 12 * PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    pages[:] = b"x" * len(pages)
    return pages


def address(memory: mmap.mmap, page: int) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(memory)) + page * PAGE


def known(place: int) -> bool:
    return any(start <= place < start + size for start, size in warmth._ranges)


def in_a_child(function: Callable[[], bool]) -> bool:
    pid = os.fork()
    if pid == 0:
        os._exit(function())
    return bool(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def test_what_a_play_writes_to_is_found_and_nothing_else(memory: mmap.mmap, proc: int) -> None:
    warmth.learn(lambda: memory.__setitem__(WRITTEN * PAGE, 1), proc)
    assert known(address(memory, WRITTEN)) and not known(address(memory, UNTOUCHED))
    assert memory[WRITTEN * PAGE] == ord("x")


def test_a_copy_has_them_for_its_own(memory: mmap.mmap, proc: int) -> None:
    warmth.learn(lambda: memory.__setitem__(WRITTEN * PAGE, 1), proc)

    def own() -> bool:
        first = address(memory, 0)
        before = warmth._exclusive(proc, first, first + len(memory))
        warmth.have(lambda: False)
        after = warmth._exclusive(proc, first, first + len(memory))
        return (before, after) == ([], [address(memory, WRITTEN)]) and memory[WRITTEN * PAGE] == ord("x")

    assert in_a_child(own)


def test_nothing_is_copied_once_a_run_is_asked_for(memory: mmap.mmap, proc: int) -> None:
    warmth.learn(lambda: memory.__setitem__(WRITTEN * PAGE, 1), proc)

    def none() -> bool:
        warmth.have(lambda: True)
        first = address(memory, 0)
        return warmth._exclusive(proc, first, first + len(memory)) == []

    assert in_a_child(none)


def test_a_play_that_fails_and_a_proc_that_does_not_tell_teach_nothing(memory: mmap.mmap, proc: int) -> None:
    warmth.learn(lambda: 1 / 0, proc)
    assert warmth._ranges == []
    elsewhere = os.open("/", os.O_RDONLY)
    warmth.learn(lambda: None, elsewhere)
    os.close(elsewhere)
    assert warmth._ranges == []
    assert in_a_child(lambda: warmth.have(lambda: False) is None)
