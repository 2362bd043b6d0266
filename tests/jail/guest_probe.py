"""The program of a worker in these tests: runs one attack as plain Python and writes what it got to its stream."""

from __future__ import annotations

import ctypes
import json
import os
import platform
import re
from typing import Any

_CANARY = re.compile(rb"HC" + rb"CANARY-[a-z]+-[0-9a-f]{16}")
_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc.mmap.restype = ctypes.c_void_p
_libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
_libc.write.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t]
_PAGE = 4096
_GAP_PAGES = 2048


def native(number: int, *args: Any) -> int:
    """A system call by number, past everything Python does."""
    return int(_libc.syscall(ctypes.c_long(number), *args))


def mapped(protection: int, flags: int, fd: int) -> int:
    """The address of a new page, or 0."""
    address = _libc.mmap(None, _PAGE, protection, flags, fd, 0)
    return 0 if address in (None, ctypes.c_void_p(-1).value) else int(address)


def found(data: bytes) -> list[str]:
    """The canaries in ``data``."""
    return sorted({match.decode() for match in _CANARY.findall(data)})


def scan() -> list[str]:
    """The canaries in all memory that can be reached from known addresses, page by page, over small gaps. A write
    from an address to a pipe fails without a signal when nothing is there."""
    read, write = os.pipe()
    anchors = [
        id(object()),
        id(_libc),
        ctypes.addressof(ctypes.c_int(1)),
        ctypes.addressof(ctypes.create_string_buffer(1 << 20)),
    ]
    for name in ("malloc", "environ", "Py_None", "_Py_NoneStruct", "Py_GetVersion"):
        try:
            anchors.append(ctypes.addressof(ctypes.c_char.in_dll(_libc, name)))
        except ValueError:
            continue
    # environ[0] lies at the top of the stack, where the kernel put arguments and environment.
    anchors.append(ctypes.c_size_t.from_address(ctypes.c_size_t.in_dll(_libc, "environ").value).value)
    names: set[str] = set()
    seen: set[int] = set()
    for anchor in filter(None, anchors):
        for step in (_PAGE, -_PAGE):
            page = anchor // _PAGE * _PAGE
            gap, tail = 0, b""
            while gap < _GAP_PAGES and page > 0:
                if page in seen and page != anchor // _PAGE * _PAGE:
                    break
                seen.add(page)
                if _libc.write(write, page, _PAGE) == _PAGE:
                    data = os.read(read, _PAGE)
                    joined = tail + data if step > 0 else data + tail
                    names.update(found(joined))
                    tail = data[-64:] if step > 0 else data[:64]
                    gap = 0
                else:
                    gap, tail = gap + 1, b""
                page += step
    return sorted(names)


class Prepared:
    """What a zygote starts ahead: tells its start line, then echoes."""

    def __init__(self, start: str) -> None:
        if start == "refused":
            raise ValueError(start)
        self.start = start

    def play(self) -> None:
        """There is nothing to play."""

    def serve(self, *, isolation: dict[str, Any], setup: dict[str, Any]) -> None:
        """Tell what was prepared, how strong the wall is and what the session's own setup says."""
        os.write(3, json.dumps([self.start, isolation["level"], setup]).encode())
        main(frames_fd=3, setup={})


def main(*, frames_fd: int, setup: dict[str, Any], **_: object) -> None:
    """Run the attack in ``setup`` and reply with what it won; without an attack, echo until the host hangs up."""
    if "code" not in setup:
        while data := os.read(frames_fd, 4096):
            os.write(frames_fd, data)
        return
    names: dict[str, Any] = {
        "T": setup["targets"], "os": os, "ctypes": ctypes, "native": native, "mapped": mapped, "found": found,
        "scan": scan, "X86": platform.machine() == "x86_64", "won": None,
    }  # fmt: skip
    try:
        exec(setup["code"], names)
        reply = {"won": bool(names["won"]), "detail": repr(names["won"])[:500]}
    except AssertionError as error:
        reply = {"won": True, "detail": f"the attack itself is broken: {error}"}
    except BaseException as error:
        reply = {"won": False, "detail": f"{type(error).__name__}: {error}"[:500]}
    os.write(frames_fd, json.dumps(reply).encode() + b"\n")
