"""Landlock: the second wall around files, and one around TCP, abstract sockets and signals where the kernel has it.

Invariants: every right that the kernel's version knows is handled, so what is not granted is denied; making devices,
sockets, fifos and symlinks is granted nowhere, executing a file nowhere in the jail.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

from . import kernel

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = 1, 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 5
MAKE_DIR, MAKE_REG, REFER, TRUNCATE = 1 << 7, 1 << 8, 1 << 13, 1 << 14
READ = READ_FILE | READ_DIR
CELL_RIGHTS = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER | TRUNCATE
_OF_FILES = EXECUTE | READ_FILE | WRITE_FILE | TRUNCATE
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_NEWEST = (1 << 16) - 1
_TCP_BIND_CONNECT = 0b11
_SCOPE_ABSTRACT_SOCKETS_SIGNALS = 0b11


def abi() -> int:
    """The kernel's Landlock version; 0 when it has none or refuses to say."""
    try:
        return kernel.syscall("landlock_create_ruleset", None, ctypes.c_size_t(0), 1)
    except OSError:
        return 0


def restrict(version: int, rules: Iterable[tuple[str | int, int]]) -> None:
    """Confine this process to ``(place, rights)``; a place is a path, or the descriptor of a directory. Needs
    no_new_privs.

    Raises:
        OSError: the kernel refused, or a path is not there.
    """
    handled = _FILE_RIGHTS.get(version, _NEWEST)
    attr = struct.pack(
        "=QQQ",
        handled,
        _TCP_BIND_CONNECT if version >= 4 else 0,
        _SCOPE_ABSTRACT_SOCKETS_SIGNALS if version >= 6 else 0,
    )
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = kernel.syscall("landlock_create_ruleset", attr, ctypes.c_size_t(size), 0)
    try:
        for place, rights in rules:
            if isinstance(place, int):
                _add(ruleset, place, rights & handled)
            else:
                _grant(ruleset, place, rights & handled)
        kernel.syscall("landlock_restrict_self", ruleset, 0)
    finally:
        os.close(ruleset)


def _grant(ruleset: int, path: str, rights: int) -> None:
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC | os.O_DIRECTORY)
    except NotADirectoryError:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rights &= _OF_FILES
    try:
        _add(ruleset, fd, rights)
    finally:
        os.close(fd)


def _add(ruleset: int, fd: int, rights: int) -> None:
    kernel.syscall("landlock_add_rule", ruleset, 1, struct.pack("=Qi", rights, fd), 0)
