"""The five settings in which the jail is tried, made by restricting the host process that the test starts.

Each setting is one function called in that process, before anything of hardcell runs there.
"""

from __future__ import annotations

import ctypes
import dataclasses
import os
import struct
from collections.abc import Callable

from sandbox.jail import kernel, landlock
from sandbox.jail.bpf import ALLOW, Check, Rule, assemble, refuse

EPERM, ENOSYS = refuse(1), refuse(38)
_NAMESPACE_FLAGS = 0x7E020000
"""Every CLONE_NEW* flag."""


def _filter(rules: dict[str, Rule | int]) -> None:
    """Everything allowed but these: how a container's filter looks from inside."""
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.install_filter(assemble(rules, kernel.MACHINE, ALLOW).for_pid(os.getpid()))


def _without(flags: int) -> Rule:
    return Rule(((Check(0, (0,), flags),),), EPERM)


def full() -> None:
    """Nothing is restricted."""


def no_user_namespaces() -> None:
    """As with user.max_user_namespaces=0: no new user namespace, by any way."""
    flag = kernel.CLONE_NEWUSER
    _filter({"unshare": _without(flag), "clone": _without(flag), "clone3": ENOSYS})


def uid_map_denied() -> None:
    """As on Ubuntu with AppArmor: the namespace is given, writing its uid map is not. A Landlock domain in which
    nothing below /proc may be written does it."""
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    ruleset = kernel.syscall("landlock_create_ruleset", struct.pack("=Q", landlock.WRITE_FILE), ctypes.c_size_t(8), 0)
    for name in os.listdir("/"):
        if name == "proc" or os.path.islink("/" + name):
            continue
        fd = os.open("/" + name, os.O_PATH)
        kernel.syscall("landlock_add_rule", ruleset, 1, struct.pack("=Qi", landlock.WRITE_FILE, fd), 0)
        os.close(fd)
    kernel.syscall("landlock_restrict_self", ruleset, 0)
    os.close(ruleset)


def docker() -> None:
    """Docker's default filter for a container without CAP_SYS_ADMIN, as far as the jail is concerned."""
    calls = "unshare mount umount2 pivot_root setns open_tree move_mount mount_setattr fsopen fsconfig fsmount fspick"
    refused: dict[str, Rule | int] = dict.fromkeys(calls.split(), EPERM)
    _filter(refused | {"clone": _without(_NAMESPACE_FLAGS), "clone3": ENOSYS})


def no_landlock() -> None:
    """A kernel without Landlock."""
    _filter(dict.fromkeys(("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"), ENOSYS))


def neither() -> None:
    """No file wall at all: a kernel without Landlock inside a container that refuses namespaces."""
    no_landlock()
    docker()


@dataclasses.dataclass(frozen=True)
class Setting:
    """``level``: what the jail must reach there. ``off``: the mechanisms that must be reported missing."""

    name: str
    restrict: Callable[[], None]
    level: str
    off: frozenset[str]


SETTINGS = {
    setting.name: setting
    for setting in (
        Setting("full", full, "L3", frozenset()),
        Setting("no_user_namespaces", no_user_namespaces, "L2", frozenset({"namespaces"})),
        Setting("uid_map_denied", uid_map_denied, "L2", frozenset({"namespaces"})),
        Setting("docker", docker, "L2", frozenset({"namespaces"})),
        Setting("no_landlock", no_landlock, "L2", frozenset({"landlock"})),
        Setting("neither", neither, "L1", frozenset({"namespaces", "landlock"})),
    )
}
RUNNING = [name for name, setting in SETTINGS.items() if setting.level in ("L2", "L3")]
"""Those in which the jail starts a worker."""
