"""The pages that every run writes to, so that a copy of a worker has them for its own before it is asked for a run.

A copy shares its memory with its original until it writes; the kernel copies a page at the first write to it. A run of
the smallest cell writes to some five hundred pages, nearly always the same ones: counts of references. The zygote finds
out which by watching a child of its own, and a copy has them copied in one go, while nobody waits for it.

Invariants: nothing here changes what memory holds; where the kernel tells nothing, or cannot do it, copies are as they
would be without; who watches waits for no process that was stopped.
"""

from __future__ import annotations

import array
import contextlib
import os
import resource
import select
import signal
import struct
from collections.abc import Callable
from typing import NoReturn

from .jail import kernel, privileges

_PAGE = resource.getpagesize()
_ENTRY = struct.calcsize("=Q")
_PRESENT, _OF_A_FILE, _EXCLUSIVE = 1 << 63, 1 << 61, 1 << 56
_GAP = 1
"""Pages between two ranges that are copied with them: a call costs about as much as a page."""
_MOST_RANGES, _AT_ONCE = 2000, 8
_LOOK_MS = 250
"""How long a watched process may be silent before it is sent on, in case somebody has stopped it."""

_ranges: list[tuple[int, int]] = []


def learn(play: Callable[[], object], proc: int) -> None:
    """Watch which pages of private memory a process writes to that calls ``play`` as a copy of one that has called it
    before. ``proc``: a descriptor of /proc.

    Raises:
        OSError: there is no room for a process, or /proc does not tell.
    """
    read, write = os.pipe()
    try:
        try:
            pid = kernel.fork()
            if pid == 0:
                _show(play, proc, write)
        finally:
            os.close(write)
        found = array.array("Q", _told(read, pid))
    finally:
        os.close(read)
    os.waitpid(pid, 0)
    _ranges[:] = list(zip(found[::2], found[1::2], strict=True))


def _show(play: Callable[[], object], proc: int, write: int) -> NoReturn:
    """In the child: play, and let a copy play and tell."""
    with contextlib.suppress(BaseException):
        play()
        if copy := kernel.fork():
            while os.WIFSTOPPED(os.waitpid(copy, os.WUNTRACED)[1]):
                os.kill(copy, signal.SIGCONT)
        else:
            privileges.die_with_parent()
            play()
            with open(write, "wb") as answer:
                answer.write(array.array("Q", _written(proc)))
    os._exit(0)


def _told(read: int, pid: int) -> bytes:
    """What the child's copy tells; nothing when the child has ended before it did."""
    told = b""
    poll = select.poll()
    poll.register(read, select.POLLIN)
    while True:
        ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if poll.poll(_LOOK_MS):
            if not (piece := os.read(read, 1 << 16)):
                return told
            told += piece
        elif ended:
            return b""
        else:
            os.kill(pid, signal.SIGCONT)


def have(is_asked: Callable[[], bool]) -> None:
    """Copy them now, or as many as there is time for until something is asked."""
    for at, (start, size) in enumerate(_ranges):
        if at % _AT_ONCE == 0 and is_asked():
            break
        kernel.populate(start, size)


def _written(proc: int) -> list[int]:
    """Start and size of each range of pages that are this process's alone, one after the other.

    See ``Documentation/admin-guide/mm/pagemap.rst`` of the kernel.
    """
    found: list[int] = []
    for first, last in _private(proc):
        for page in _exclusive(proc, first, last):
            if found and page <= found[-2] + found[-1] + _GAP * _PAGE:
                found[-1] = page + _PAGE - found[-2]
            else:
                found += [page, _PAGE]
    return found[: 2 * _MOST_RANGES]


def _private(proc: int) -> list[tuple[int, int]]:
    """The writable mappings that are no file's and no stack."""
    with open(os.open("self/maps", os.O_RDONLY, dir_fd=proc)) as lines:
        rows = [line.split() for line in lines]
    writable = [row for row in rows if row[1] == "rw-p" and (len(row) == 5 or row[5] == "[heap]" or row[5][0] == "/")]
    ends = (row[0].split("-") for row in writable)
    return [(int(first, 16), int(last, 16)) for first, last in ends]


def _exclusive(proc: int, first: int, last: int) -> list[int]:
    with open(os.open("self/pagemap", os.O_RDONLY, dir_fd=proc), "rb", buffering=0) as pages:
        pages.seek(first // _PAGE * _ENTRY)
        entries = array.array("Q", pages.read((last - first) // _PAGE * _ENTRY))
    mask = _PRESENT | _EXCLUSIVE | _OF_A_FILE
    return [first + at * _PAGE for at, entry in enumerate(entries) if entry & mask == _PRESENT | _EXCLUSIVE]
