"""What to do when the jail is weaker than asked: the missing mechanism and the exact repair.

Invariants: text only; each repair is a command or setting to copy.
"""

from __future__ import annotations

import os

from sandbox.result import Isolation

_APPARMOR = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns"
_MAX_NAMESPACES = "/proc/sys/user/max_user_namespaces"
_DEBIAN_SWITCH = "/proc/sys/kernel/unprivileged_userns_clone"


def elsewhere() -> str:
    """The ways on for machines where the jail cannot be had."""
    return 'use another enclosure: create_executor("docker") or create_executor("wasm")'


def missing(found: Isolation, wanted: str) -> tuple[str, str]:
    """What to tell a user who asked for more than this machine gives: (message, repair)."""
    off = {
        name: why
        for name in ("namespaces", "landlock", "seccomp", "resource limits")
        if (why := found.mechanisms.get(name, "off: not tried")) != "on"
    }
    parts = ", ".join(f"{name} ({why})" for name, why in off.items()) or "nothing that can be named"
    repairs = [text for name in off for text in _repair(name)]
    ways = "\n".join(f"- {text}" for text in [*repairs, elsewhere(), f'or accept less: min_isolation="{found.level}"'])
    return f"the jail reaches {found.level or 'none'} here and {wanted} was asked; missing: {parts}", ways


def _repair(mechanism: str) -> list[str]:
    if mechanism == "namespaces":
        return _namespace_repairs()
    if mechanism == "landlock":
        return [
            "Landlock: needs Linux 5.13 with CONFIG_SECURITY_LANDLOCK=y and landlock in the boot option lsm= "
            "(see /sys/kernel/security/lsm); in a container the seccomp profile must allow landlock_create_ruleset, "
            "landlock_add_rule and landlock_restrict_self"
        ]
    if mechanism == "seccomp":
        return ["seccomp: needs a kernel with CONFIG_SECCOMP_FILTER=y and an x86_64 or aarch64 machine"]
    return []


def _namespace_repairs() -> list[str]:
    repairs = []
    if _read(_APPARMOR) == "1":
        from .zygote_process import interpreter

        binary = interpreter()
        repairs.append(
            "Ubuntu's AppArmor forbids user namespaces. Allow them for this interpreter: write to "
            "/etc/apparmor.d/hardcell the text\n"
            f"    abi <abi/4.0>,\n    profile hardcell {binary} flags=(unconfined) {{\n      userns,\n    }}\n"
            "  and run: sudo apparmor_parser -r /etc/apparmor.d/hardcell"
        )
    if _read(_MAX_NAMESPACES) == "0":
        repairs.append("user namespaces are switched off: sudo sysctl -w user.max_user_namespaces=10000")
    if _read(_DEBIAN_SWITCH) == "0":
        repairs.append("user namespaces are switched off: sudo sysctl -w kernel.unprivileged_userns_clone=1")
    if os.path.exists("/.dockerenv") or os.path.exists("/run/.containerenv") or not repairs:
        repairs.append(
            "in a container, start it with --security-opt seccomp=PROFILE.json, where PROFILE.json is the default "
            "profile plus unshare, setns, mount, umount2, pivot_root, open_tree, move_mount, mount_setattr and "
            "sethostname without a capability condition; with Docker on AppArmor hosts also "
            "--security-opt apparmor=unconfined. No capability has to be added. Where nothing else in the container "
            "needs a filter, --security-opt seccomp=unconfined does the same: each worker of the jail has its own"
        )
    return repairs


def _read(path: str) -> str:
    try:
        with open(path) as file:
            return file.read().strip()
    except OSError:
        return ""
