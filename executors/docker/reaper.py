"""Whose a container is, and the removal of those that nobody owns any more.

A container normally ends by itself when the host process that started it is gone, and is then left as an exited one;
what a crash of the engine or of the machine left running has an owner that is dead, or a deadline that has passed.

Invariants: only containers with our labels are looked at; one whose owner lives, or lives on a machine or under a boot
that cannot be seen from here, is removed only when it has exited or its deadline has passed; removal is by id.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .client import translated

if TYPE_CHECKING:
    import docker

PROJECT, SESSION, OWNER, DEADLINE = "hardcell.project", "hardcell.session", "hardcell.owner", "hardcell.deadline"
NAME = "hardcell"
_BOOT_ID, _PID_NAMESPACE = "/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"
_ENDED = ("exited", "dead")
_START_FIELD = 19
"""Start time, counted from the state's field, of /proc/PID/stat (proc(5), field 22)."""


@dataclasses.dataclass(frozen=True)
class Reaped:
    """A container that was removed, and why."""

    id: str
    session: str
    why: str


def labels(session: str, *, seconds: float) -> dict[str, str]:
    """The labels of a container of this process, which is to be gone after so many seconds."""
    return {
        PROJECT: NAME,
        SESSION: session,
        OWNER: owner(os.getpid()),
        DEADLINE: str(int(time.time() + seconds) + 1),
    }


def owner(pid: int) -> str:
    """A process as no other will ever be called: its pid and the time of its start, and where pids mean that."""
    return f"{pid} {_started(pid)} {_realm()}"


def _realm() -> str:
    """The boot of the machine and the pid namespace; empty where neither can be told."""
    with contextlib.suppress(OSError), open(_BOOT_ID, encoding="ascii") as file:
        return f"{file.read().strip()} {os.readlink(_PID_NAMESPACE)}"
    return ""


def _started(pid: int) -> str:
    """Clock ticks after boot; empty when there is no such process."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/stat", "rb") as file:
        # The name, in parentheses, may hold anything.
        return file.read().rpartition(b")")[2].split()[_START_FIELD].decode("ascii")
    return ""


def reap(client: docker.DockerClient) -> list[Reaped]:
    """Remove our containers that nobody owns any more; which.

    Raises:
        BackendUnavailable: the engine cannot be asked.
    """
    with translated("to list the containers of hardcell"):
        found = client.api.containers(all=True, filters={"label": f"{PROJECT}={NAME}"})
    removed = []
    for one in found:
        of_it: Mapping[str, str] = one.get("Labels") or {}
        why = _why(of_it, str(one.get("State", "")), time.time())
        if why and _remove(client, str(one["Id"])):
            removed.append(Reaped(str(one["Id"]), of_it.get(SESSION, ""), why))
    return removed


def _why(of_it: Mapping[str, str], state: str, now: float) -> str:
    """Why a container may be removed; empty: it may not."""
    if of_it.get(PROJECT) != NAME:
        return ""
    fate = _fate(of_it.get(OWNER, ""))
    if fate == "dead":
        return "the process that started it is gone"
    deadline = of_it.get(DEADLINE, "")
    if deadline.isascii() and deadline.isdigit() and int(deadline) < now:
        return "its deadline has passed"
    # The owner of one that has just exited may be about to ask how it ended.
    return "it has exited" if state in _ENDED and fate != "alive" else ""


def _fate(named: str) -> str:
    """What became of an owner: alive, dead, or unknown from here."""
    pid, started, realm = [*named.split(" ", 2), "", ""][:3]
    if not (pid.isascii() and pid.isdigit() and started and realm) or realm != _realm():
        return "unknown"
    if now := _started(int(pid)):
        return "alive" if now == started else "dead"
    return "dead" if _nobody(int(pid)) else "unknown"


def _nobody(pid: int) -> bool:
    """Whether there is no such process, rather than one that /proc hides from this user."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def _remove(client: docker.DockerClient, container: str) -> bool:
    """Whether it is gone by this."""
    import docker.errors

    with translated(f"to remove container {container[:12]}"):
        try:
            client.api.remove_container(container, force=True, v=True)
        except docker.errors.NotFound:
            return False
        except docker.errors.APIError as error:
            if "already in progress" not in str(error.explanation):
                raise
            return False  # somebody else is removing it
    return True
