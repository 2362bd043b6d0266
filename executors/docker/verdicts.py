"""What the probe's sightings amount to: each wall of a container as "on", or "off: why".

Invariants: a check that gave no answer is off; what a container could not tell because it ended as a whole counts only
where the engine itself says how it ended; nothing is on because it was asked for.
"""

from __future__ import annotations

import dataclasses
import errno
import signal
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.surroundings import CAPABILITIES, CELL_MOUNT, NETWORK, NO_NEW_PRIVILEGES, ROOT, SECCOMP, USER

from . import seccomp

MEMORY, PROCESSES, CORES, DEVICES = "memory limit", "process limit", "no core files", "no devices"
OWN_KERNEL = "own kernel"
REQUIRED = (MEMORY, PROCESSES, NETWORK, ROOT, CELL_MOUNT, USER, CAPABILITIES, NO_NEW_PRIVILEGES, CORES, DEVICES)
"""What every container must have; beside it the filter of system calls, or a kernel of its own."""

_REFUSED = (errno.EPERM, errno.ENOSYS)
_NO_WAY = (*_REFUSED, errno.EACCES, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EAFNOSUPPORT)
_FILTERED = 2
_PLAIN_DEVICES = {(1, 3), (1, 5), (1, 7), (1, 8), (1, 9), (5, 0), (5, 1), (5, 2)}
"""null, zero, full, random, urandom, tty, console, ptmx (admin-guide/devices.txt of the kernel)."""
_TERMINALS = range(136, 144)
_EMULATED = {(10, 200), (10, 229)}
"""tun and fuse, which gVisor shows without giving either."""
_OWN_KERNELS = ("runsc", "kata")
_SANDBOX_DIED = 2
"""The status of a gVisor sandbox whose own threads met the process limit."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Asked:
    """What the container was made with: its user, sizes in bytes, and how many processes."""

    uid: int
    memory: int
    disk: int
    processes: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class Ending:
    """How a container ended, as its engine tells: the check that it was in then, and whether memory was the reason."""

    check: str
    status: int
    out_of_memory: bool

    @property
    def told(self) -> bool:
        """Whether it says what was to be measured."""
        return self.check != "memory" or self.out_of_memory


@dataclasses.dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What the host knows by itself. ``program``: of the runtime; ``release``: of the engine's kernel."""

    asked: Asked
    runtime: str
    program: str
    release: str
    endings: tuple[Ending, ...] = ()


def judge(seen: Mapping[str, Mapping[str, Any]], known: Circumstances) -> dict[str, str]:
    """Every mechanism, "on" or "off: why"."""
    found = {OWN_KERNEL: _told(_own_kernel, seen, known, ("calls",))}
    own = found[OWN_KERNEL] == "on"
    for name, (verdict, checks) in _VERDICTS.items():
        found[name] = _told(verdict, seen, known, checks)
    found[MEMORY] = _memory(seen, known)
    found[PROCESSES] = _processes(seen, known, own)
    found[CELL_MOUNT] = _told(lambda s, k: _cell(s, k, own), seen, known, ("cell", "disk"))
    found[DEVICES] = _told(lambda s, _: _devices(s, own), seen, known, ("devices",))
    return {name: found[name] for name in (*REQUIRED, SECCOMP, OWN_KERNEL)}


def missing(mechanisms: Mapping[str, str]) -> dict[str, str]:
    """What must hold and does not, with its reason."""
    lacking = {name: mechanisms.get(name, "off: not measured") for name in REQUIRED}
    lacking = {name: why for name, why in lacking.items() if why != "on"}
    if "on" not in (mechanisms.get(SECCOMP), mechanisms.get(OWN_KERNEL)):
        lacking[SECCOMP] = mechanisms.get(SECCOMP, "off: not measured")
    return lacking


Seen = Mapping[str, Mapping[str, Any]]
_Verdict = Callable[[Seen, Circumstances], str]
"""An empty text where the mechanism holds, else why not."""


def _told(verdict: _Verdict, seen: Seen, known: Circumstances, checks: tuple[str, ...]) -> str:
    if not all(check in seen for check in checks):
        return "off: the probe could not tell"
    why = verdict(seen, known)
    return f"off: {why}" if why else "on"


def _user(seen: Seen, known: Circumstances) -> str:
    found, uid = seen["user"], known.asked.uid
    ids = {*found["uids"], *found["gids"], *found["groups"]}
    return "" if ids == {uid} else f"processes have the ids {sorted(ids)} where {uid} was asked"


def _capabilities(seen: Seen, known: Circumstances) -> str:
    sets = seen["rights"]["sets"]
    if not {"CapInh", "CapPrm", "CapEff", "CapBnd"} <= sets.keys():
        return "the kernel does not tell which there are"
    held = [name for name, mask in sets.items() if mask.strip("0")]
    return f"there are some in {', '.join(sorted(held))}" if held else ""


def _no_new_privileges(seen: Seen, known: Circumstances) -> str:
    return "" if seen["rights"]["no_new_privs"] == 1 else "programs may gain some"


def _seccomp(seen: Seen, known: Circumstances) -> str:
    found = seen["calls"]
    if found["mode"] != _FILTERED:
        return "no filter of system calls is in force"
    if found["marked"] != seccomp.PROBE_ERRNO:
        return "the filter in force is not ours"
    reached = sorted(name for name, code in found["refused"].items() if code not in _REFUSED)
    return f"the kernel is reached by {', '.join(reached)}" if reached or not found["refused"] else ""


def _own_kernel(seen: Seen, known: Circumstances) -> str:
    """The engine names such a runtime, and the kernel inside is another one and heeds no filter of this one's."""
    if not any(name in known.program for name in _OWN_KERNELS):
        return f"containers of runtime {known.runtime} share the machine's kernel"
    if seen["calls"]["release"] == known.release:
        return f"runtime {known.runtime} should bring a kernel of its own, and shows the machine's"
    if seen["calls"]["marked"] == seccomp.PROBE_ERRNO:
        return f"runtime {known.runtime} should bring a kernel of its own, and the machine's filter is in force"
    return ""


def _network(seen: Seen, known: Circumstances) -> str:
    found = seen["network"]
    if others := [name for name in found["interfaces"] if name != "lo"]:
        return f"there are interfaces beside the loopback: {', '.join(others)}"
    if len(found["connect"]) != 2 or not all(code in _NO_WAY for code in found["connect"]):
        return "an attempt to reach another machine was not refused"
    return ""


def _root(seen: Seen, known: Circumstances) -> str:
    found = seen["root"]
    if "ro" not in found["options"]:
        return "it is mounted to be written to"
    return f"files can be made in {', '.join(found['written'])}" if found["written"] else ""


def _cell(seen: Seen, known: Circumstances, own_kernel: bool) -> str:
    found, most = seen["cell"], known.asked.disk
    if found["execute"] not in (errno.EACCES, errno.EPERM):
        return "programs in it can be started"
    # Another kernel may not show what it has no use for: nothing gains rights there, and no device can be made.
    wanted = {"noexec"} if own_kernel else {"noexec", "nosuid", "nodev"}
    if lacking := wanted.difference(found["options"]):
        return f"it is mounted without {', '.join(sorted(lacking))}"
    held = max(found["bytes"], seen["disk"]["written"])
    if held > most or seen["disk"]["errno"] != errno.ENOSPC:
        return f"it holds {held} bytes or more where {most} were asked"
    return ""


def _cores(seen: Seen, known: Circumstances) -> str:
    return "" if seen["cores"]["limit"] == [0, 0] else "a process that crashes may leave one"


def _devices(seen: Seen, own_kernel: bool) -> str:
    plain = _PLAIN_DEVICES | (_EMULATED if own_kernel else set())
    others = [
        name
        for name, kind, major, minor in seen["devices"]["nodes"]
        if kind != "c" or ((major, minor) not in plain and major not in _TERMINALS)
    ]
    return f"there are {', '.join(others)}" if others else ""


def _memory(seen: Seen, known: Circumstances) -> str:
    """The kernel ended the process, or the sandbox as a whole, before it had written to all that it tried."""
    if any(ending.check == "memory" and ending.out_of_memory for ending in known.endings):
        return "on"
    found = seen.get("memory")
    if found is None:
        return "off: the probe could not tell"
    if found["signal"] == signal.SIGKILL and found["touched"] <= known.asked.memory:
        return "on"
    return f"off: a process wrote to {found['touched'] >> 20} MB where the limit was {known.asked.memory >> 20} MB"


def ended_by(seen: Seen, known: Circumstances) -> str:
    """What ended the process that wrote to more memory than it may, for people; empty when nothing did."""
    if any(ending.check == "memory" and ending.out_of_memory for ending in known.endings):
        return "the out-of-memory killer, as the engine tells, with the whole container"
    found = seen.get("memory", {"signal": 0, "oom_kills": 0, "touched": 0})
    if found["signal"] != signal.SIGKILL:
        return ""
    who = "the out-of-memory killer of its control group" if found["oom_kills"] > 0 else "the kernel"
    return f"{who}, at {found['touched'] >> 20} of {known.asked.memory >> 20} MB"


def _processes(seen: Seen, known: Circumstances, own_kernel: bool) -> str:
    if own_kernel and any(e.check == "processes" and e.status == _SANDBOX_DIED for e in known.endings):
        return "on"
    found = seen.get("processes")
    if found is None:
        return "off: the probe could not tell"
    if found["errno"] == errno.EAGAIN and found["made"] < known.asked.processes:
        return "on"
    return f"off: there were {found['made'] + 1} processes where {known.asked.processes} were asked"


_VERDICTS: dict[str, tuple[_Verdict, tuple[str, ...]]] = {
    NETWORK: (_network, ("network",)),
    ROOT: (_root, ("root",)),
    USER: (_user, ("user",)),
    CAPABILITIES: (_capabilities, ("rights",)),
    NO_NEW_PRIVILEGES: (_no_new_privileges, ("rights",)),
    CORES: (_cores, ("cores",)),
    SECCOMP: (_seccomp, ("calls",)),
}
