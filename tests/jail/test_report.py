"""What a worker verifies of its own walls: each part that does not hold is told by name, and the worker ends."""

from __future__ import annotations

import errno
import os
import resource
import types
from typing import Any

import pytest

from sandbox.jail import kernel, namespaces, privileges, report, rlimits, seccomp

ROOT_FLAGS = os.ST_RDONLY | os.ST_NOSUID | os.ST_NODEV | os.ST_NOEXEC
CELL_FLAGS = os.ST_NOSUID | os.ST_NODEV | os.ST_NOEXEC
TITLES = {
    "user": "user namespace",
    "mnt": "mount namespace",
    "net": "network namespace",
    "ipc": "ipc namespace",
    "uts": "uts namespace",
    "cgroup": "cgroup namespace",
    "pid": "pid namespace",
}


@pytest.fixture
def first_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getpid", lambda: 1)
    monkeypatch.setattr(namespaces, "identities", lambda proc: {name: f"{name}:[2]" for name in TITLES})


def test_namespaces_of_its_own_hold(first_process: None) -> None:
    found = report.verify_namespaces(5, {name: f"{name}:[1]" for name in TITLES})
    assert found == dict.fromkeys(TITLES.values(), "on")


@pytest.mark.parametrize("name", TITLES)
def test_a_namespace_shared_with_the_zygote_is_told(name: str, first_process: None) -> None:
    zygote = {other: f"{other}:[{2 if other == name else 1}]" for other in TITLES}
    with pytest.raises(report.WallBroken, match=f"^{TITLES[name]} was set up and does not hold$"):
        report.verify_namespaces(5, zygote)


def test_another_number_than_1_is_no_pid_namespace(first_process: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getpid", lambda: 2)
    with pytest.raises(report.WallBroken, match="^pid namespace "):
        report.verify_namespaces(5, dict.fromkeys(TITLES, "another"))


def _mounts(monkeypatch: pytest.MonkeyPatch, root: int, cell: int, proc: bool) -> None:
    flags = {"/": root, "/cell": cell}
    monkeypatch.setattr(os, "statvfs", lambda path: types.SimpleNamespace(f_flag=flags[path]))
    monkeypatch.setattr(os.path, "exists", lambda path: proc and path == "/proc/self")


def test_a_closed_root_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    _mounts(monkeypatch, ROOT_FLAGS, CELL_FLAGS, proc=False)
    assert report.verify_root() == {"own root": "on"}


@pytest.mark.parametrize(
    ("missing", "proc"),
    [*((flag, False) for flag in (os.ST_RDONLY, os.ST_NOSUID, os.ST_NODEV, os.ST_NOEXEC)), (0, True)],
)
def test_a_root_that_is_open_is_told(missing: int, proc: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    _mounts(monkeypatch, ROOT_FLAGS & ~missing, CELL_FLAGS, proc)
    with pytest.raises(report.WallBroken, match="^own root "):
        report.verify_root()


@pytest.mark.parametrize("missing", [os.ST_NOSUID, os.ST_NODEV, os.ST_NOEXEC])
def test_a_cell_that_is_open_is_told(missing: int, monkeypatch: pytest.MonkeyPatch) -> None:
    _mounts(monkeypatch, ROOT_FLAGS, CELL_FLAGS & ~missing, proc=False)
    with pytest.raises(report.WallBroken, match="^/cell "):
        report.verify_root()


class Privileges:
    """What the kernel says of this process: of a worker as it should be, but for what a test changes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.capabilities = (0, 0, 0, 0, 0, 0)
        self.uid = 1000
        self.answers = {kernel.PR_CAPBSET_READ: 1, kernel.PR_GET_NO_NEW_PRIVS: 1, kernel.PR_GET_DUMPABLE: 0}
        monkeypatch.setattr(privileges, "capabilities", lambda: self.capabilities)
        monkeypatch.setattr(os, "geteuid", lambda: self.uid)
        monkeypatch.setattr(kernel, "prctl", lambda option, *rest: self.answers[option])


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Privileges:
    return Privileges(monkeypatch)


def test_no_privileges_hold(worker: Privileges) -> None:
    held = {"no capabilities": "on", "no new privileges": "on", "not dumpable": "on"}
    assert report.verify_privileges() == held
    worker.uid, worker.answers[kernel.PR_CAPBSET_READ] = 0, 0
    assert report.verify_privileges() == held


@pytest.mark.parametrize("place", range(6))
def test_a_capability_in_any_set_is_told(place: int, worker: Privileges) -> None:
    worker.capabilities = tuple(1 << 21 if number == place else 0 for number in range(6))
    with pytest.raises(report.WallBroken, match="^no capabilities "):
        report.verify_privileges()


def test_root_with_a_capability_to_gain_is_told(worker: Privileges) -> None:
    worker.uid = 0
    with pytest.raises(report.WallBroken, match="^no capabilities "):
        report.verify_privileges()


@pytest.mark.parametrize(
    ("option", "answer", "what"),
    [(kernel.PR_GET_NO_NEW_PRIVS, 0, "no new privileges"), (kernel.PR_GET_DUMPABLE, 1, "not dumpable")],
)
def test_what_may_be_gained_or_read_is_told(option: int, answer: int, what: str, worker: Privileges) -> None:
    worker.answers[option] = answer
    with pytest.raises(report.WallBroken, match=f"^{what} "):
        report.verify_privileges()


@pytest.mark.parametrize(
    ("soft", "hard", "holds"),
    [(10, 10, True), (9, 9, True), (11, 10, False), (9, 11, False), (11, 11, False), (-1, -1, False), (9, -1, False)],
)
def test_limits_are_read_back(soft: int, hard: int, holds: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (soft, hard))
    assert rlimits.hold({resource.RLIMIT_NOFILE: 10}) is holds
    if holds:
        assert report.verify_limits({resource.RLIMIT_NOFILE: 10}) == {"resource limits": "on"}
        return
    with pytest.raises(report.WallBroken, match="^resource limits "):
        report.verify_limits({resource.RLIMIT_NOFILE: 10})


def test_every_limit_of_a_worker() -> None:
    idle = rlimits.Mapped(100 * rlimits.MB, 10 * rlimits.MB)
    found = rlimits.wanted(idle=idle, memory_mb=50, open_files=64, disk_mb=8, processes=3)
    assert found == {
        resource.RLIMIT_AS: (100 + 50 + rlimits.OWN_MB) * rlimits.MB,
        resource.RLIMIT_DATA: (10 + 50 + rlimits.OWN_MB) * rlimits.MB,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_FSIZE: 8 * rlimits.MB,
        resource.RLIMIT_NPROC: 4,
    }
    without = rlimits.wanted(idle=idle, memory_mb=50, open_files=64, disk_mb=8, processes=None)
    assert without == {kind: value for kind, value in found.items() if kind != resource.RLIMIT_NPROC}


def test_a_root_that_can_be_opened_is_no_landlock() -> None:
    with pytest.raises(report.WallBroken, match="^landlock "):
        report.verify_landlock()


def test_a_root_that_cannot_be_opened_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> int:
        raise PermissionError(errno.EACCES, "denied")

    monkeypatch.setattr(os, "open", denied)
    assert report.verify_landlock() == {"landlock": "on"}


@pytest.mark.parametrize(
    ("mode", "number", "holds"),
    [(2, seccomp.PROBE_ERRNO, True), (0, seccomp.PROBE_ERRNO, False), (2, errno.EPERM, False), (2, 0, False)],
)
def test_a_filter_is_ours_or_told(mode: int, number: int, holds: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def call(name: str, *_: Any) -> int:
        assert name == seccomp.PROBE_CALL
        if number:
            raise OSError(number, "refused")
        return 0

    monkeypatch.setattr(kernel, "prctl", lambda option, *rest: mode)
    monkeypatch.setattr(kernel, "syscall", call)
    if holds:
        assert report.verify_seccomp() == {"seccomp": "on"}
        return
    with pytest.raises(report.WallBroken, match="^seccomp "):
        report.verify_seccomp()


@pytest.mark.parametrize(
    ("standing", "level"),
    [
        ("namespaces landlock seccomp", "L3"),
        ("namespaces seccomp", "L2"),
        ("landlock seccomp", "L2"),
        ("namespaces landlock", "none"),
        ("namespaces landlock limits", "L1"),
        ("seccomp", "L1"),
        ("limits", "L1"),
        ("", "none"),
    ],
)
def test_the_level_follows_from_what_stands(standing: str, level: str) -> None:
    names = {"limits": "resource limits"}
    mechanisms = {names.get(name, name): "on" for name in standing.split()}
    off = dict.fromkeys(("namespaces", "landlock", "seccomp", "resource limits"), "off: EPERM: not here")
    assert report.level(mechanisms) == report.level(off | mechanisms) == level


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.EPERM, "not here"), "off: EPERM: not here"),
        (OSError(errno.ENOSYS, ""), "off: ENOSYS: [Errno 38] "),
        (OSError("nothing to say"), "off: error: nothing to say"),
    ],
)
def test_why_a_mechanism_is_off(error: OSError, told: str) -> None:
    assert report.refusal(error) == told


def test_limits_are_set_for_good_but_for_the_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    ceilings = {resource.RLIMIT_CORE: 5, resource.RLIMIT_NOFILE: 20, resource.RLIMIT_STACK: resource.RLIM_INFINITY}
    told: list[tuple[int, tuple[int, int]]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (0, ceilings[kind]))
    monkeypatch.setattr(resource, "setrlimit", lambda kind, pair: told.append((kind, pair)))
    rlimits.apply({resource.RLIMIT_CORE: 0, resource.RLIMIT_NOFILE: 64})
    stack = (64 << 20, resource.RLIM_INFINITY)
    assert told == [(resource.RLIMIT_CORE, (0, 0)), (resource.RLIMIT_NOFILE, (20, 20)), (resource.RLIMIT_STACK, stack)]
