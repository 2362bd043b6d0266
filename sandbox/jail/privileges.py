"""Taking away what a process may do by who it is: uid, capabilities, securebits, new privileges, dumps.

Invariants: nothing here can be given back; ``close_ways_back`` and ``drop`` leave no capability in any
set and no way to gain one.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import signal
import struct

from . import kernel

_CAPABILITY_VERSION_3 = 0x20080522
_SETPCAP = 8
_LAST_POSSIBLE_CAPABILITY = 63
_SECUREBITS_NO_ROOT_LOCKED = 0xEF
_FIRST_PRIVATE_UID = 2_000_000_000
_NOBODY = 65534


def leave_root() -> None:
    """Become a uid that nobody else on this machine has; 65534 where such ids are not mapped.

    Raises:
        OSError: this process may not change its uid.
    """
    os.setgroups([])
    try:
        _become(_FIRST_PRIVATE_UID + os.getpid())
    except OSError:
        _become(_NOBODY)


def _become(uid: int) -> None:
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    # Cleared by the change of uid; needed to write our own id maps.
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)


def capabilities() -> tuple[int, ...]:
    """The effective, permitted and inheritable sets of this process (two words each)."""
    data = bytearray(24)
    buffer = (ctypes.c_char * 24).from_buffer(data)
    kernel.syscall("capget", struct.pack("=Ii", _CAPABILITY_VERSION_3, 0), buffer)
    return struct.unpack("=6I", data)


@functools.cache
def last_capability() -> int:
    """The highest capability that this kernel knows."""
    last = _LAST_POSSIBLE_CAPABILITY
    while last:
        with contextlib.suppress(OSError):
            kernel.prctl(kernel.PR_CAPBSET_READ, last)
            return last
        last -= 1
    return last


def close_ways_back() -> None:
    """No capability can be gained by exec any more; those in use now stay until ``drop``."""
    if capabilities()[0] >> _SETPCAP & 1:
        kernel.prctl(kernel.PR_SET_SECUREBITS, _SECUREBITS_NO_ROOT_LOCKED)
        for capability in range(last_capability() + 1):
            kernel.prctl(kernel.PR_CAPBSET_DROP, capability)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)


def drop() -> None:
    """No capability in any set, no dump, no debugger of the same user."""
    with contextlib.suppress(OSError):
        kernel.prctl(kernel.PR_CAP_AMBIENT, 4)
    kernel.syscall("capset", struct.pack("=Ii", _CAPABILITY_VERSION_3, 0), bytes(24))
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)


def die_with_parent() -> None:
    """SIGKILL for this process when the thread that forked it ends. Cleared by a change of uid, so set it after."""
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
