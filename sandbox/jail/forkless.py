"""A filter that refuses new processes and threads and nothing else, for workers whose enclosure cannot count them.

Invariants: the refusal is the error that a full process table gives, which every library knows.
"""

from __future__ import annotations

import errno
import os

from . import kernel
from .bpf import ALLOW, assemble, refuse
from .report import WallBroken

_CALLS = ("fork", "vfork", "clone")


def install() -> None:
    """From now on this process stays alone. Needs no_new_privs.

    Raises:
        OSError: the kernel refused.
    """
    rules = {**dict.fromkeys(_CALLS, refuse(errno.EAGAIN)), "clone3": refuse(errno.ENOSYS)}
    kernel.install_filter(assemble(rules, kernel.MACHINE, ALLOW).for_pid(os.getpid()))


def verify() -> dict[str, str]:
    """A fork is refused.

    Raises:
        WallBroken: it is not.
    """
    try:
        child = os.fork()
    except BlockingIOError:
        return {"processes": "on"}
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    raise WallBroken("processes were refused, and one could be made")
