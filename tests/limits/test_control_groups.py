"""Control groups on a double of the kernel's files: which group is used, what is written there, and what is read.

``tests/limits/test_real_control_groups.py`` has the kernel's own, where one was handed to the tests.
"""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from executors import control_groups, create_executor, zygotes
from executors.control_groups import PREFIX, V1, V2, VARIABLE, Group, Home, NoGroup, bytes_for
from executors.exits import Exit, explain_exit
from sandbox.errors import LimitExceeded, WorkerCrashed
from sandbox.limits import Limits

V2_FILES = {
    "memory.max": "max",
    "memory.swap.max": "max",
    "memory.peak": "0",
    "memory.events": "low 0\noom 2\noom_kill 0\noom_group_kill 0",
    "pids.max": "max",
    "cgroup.procs": "",
    "cpu.stat": "usage_usec 0\nuser_usec 0",
}
V1_FILES = {
    "memory.limit_in_bytes": "9",
    "memory.memsw.limit_in_bytes": "9",
    "memory.max_usage_in_bytes": "0",
    "memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 0",
    "pids.max": "max",
    "cgroup.procs": "",
    "cpuacct.usage": "0",
}


def put(directory: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (directory / name).write_text(text)


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Makes the control files of a new group, and removes them with it; the test says which there are."""
    files: dict[str, str] = {}
    mkdir, rmdir = os.mkdir, os.rmdir

    def make(path: str, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
        mkdir(path, mode, dir_fd=dir_fd)
        if PREFIX in str(path) and "/mine/" in str(path):
            put(Path(path), files)

    def remove(path: str, *, dir_fd: int | None = None) -> None:
        if PREFIX in str(path) and "/mine/" in str(path) and os.path.isdir(path):
            for name in files:
                os.unlink(f"{path}/{name}")
        rmdir(path, dir_fd=dir_fd)

    monkeypatch.setattr(os, "mkdir", make)
    monkeypatch.setattr(control_groups.os, "rmdir", remove)
    yield files


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A group of version 2 that was handed to this process and has its controllers enabled."""
    directory = tmp_path / "mine"
    directory.mkdir()
    put(directory, {"cgroup.controllers": "cpu memory pids", "cgroup.subtree_control": "memory pids"})
    found = {"": control_groups._Hierarchy(str(tmp_path), str(tmp_path / "elsewhere"))}
    monkeypatch.setattr(control_groups, "_hierarchies", lambda: found)
    monkeypatch.setenv(VARIABLE, "/mine")
    return directory


def only(directory: Path) -> Path:
    (found,) = [entry for entry in directory.iterdir() if entry.name.startswith(PREFIX)]
    return found


def test_nothing_is_used_that_was_not_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(os, "getxattr", lambda path, name: b"")
    with pytest.raises(NoGroup, match="no control group was handed to this process"):
        Home.find()


def test_a_name_is_written_as_the_kernel_writes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "mine")
    with pytest.raises(NoGroup, match="must be a path as in /proc/self/cgroup, not 'mine'"):
        Home.find()


def test_a_group_of_version_2(mine: Path, kernel: dict[str, str]) -> None:
    kernel |= V2_FILES
    home = Home.find()
    group = home.group(150 << 20, 2)
    directory = only(mine)
    written = {name: (directory / name).read_text() for name in V2_FILES}
    assert written["memory.max"] == str(150 << 20)
    assert (written["memory.swap.max"], written["pids.max"]) == ("0", "18")
    group.place(4711)
    assert (directory / "cgroup.procs").read_text() == "4711"
    assert (group.oom_kills(), group.peak_mb(), group.cpu_s()) == (0, 0.0, 0.0)
    put(
        directory, {"memory.events": "oom 2\noom_kill 1", "memory.peak": str(3 << 20), "cpu.stat": "usage_usec 1500000"}
    )
    assert (group.oom_kills(), group.peak_mb(), group.cpu_s()) == (1, 3.0, 1.5)
    home.retire(group)
    assert not directory.exists()


def test_a_group_of_version_1(tmp_path: Path, kernel: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    kernel |= V1_FILES
    found = {}
    for name in ("memory", "pids", "cpuacct"):
        (tmp_path / name / "mine").mkdir(parents=True)
        found[name] = control_groups._Hierarchy(str(tmp_path / name), str(tmp_path / name))
    monkeypatch.setattr(control_groups, "_hierarchies", lambda: found)
    monkeypatch.setenv(VARIABLE, "/mine")
    group = Home.find().group(1 << 20, 0)
    group.place(4711)
    memory, pids, cpu = (only(tmp_path / name / "mine") for name in ("memory", "pids", "cpuacct"))
    assert (memory / "memory.limit_in_bytes").read_text() == str(1 << 20)
    assert (memory / "memory.memsw.limit_in_bytes").read_text() == str(1 << 20)
    assert (pids / "pids.max").read_text() == "16"
    assert [(each / "cgroup.procs").read_text() for each in (memory, pids, cpu)] == ["4711"] * 3
    put(memory, {"memory.oom_control": "oom_kill 3", "memory.max_usage_in_bytes": str(5 << 20)})
    put(cpu, {"cpuacct.usage": "2500000000"})
    assert (group.oom_kills(), group.peak_mb(), group.cpu_s()) == (3, 5.0, 2.5)
    assert group.remove()
    assert not memory.exists() and not pids.exists() and not cpu.exists()


def test_a_kernel_without_swap_accounts_and_process_controller(kernel: dict[str, str], tmp_path: Path) -> None:
    kernel |= {"memory.max": "max", "cgroup.procs": ""}
    (tmp_path / "mine").mkdir()
    group = Group.make(V2, {"memory": str(tmp_path / "mine")}, 1 << 20, 0)
    assert group.cpu_s() is None
    assert group.peak_mb() == 0.0
    assert group.oom_kills() == 0


def test_a_group_that_cannot_be_made_leaves_nothing(kernel: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(NoGroup, match="ENOENT"):
        Home(V1, {"memory": str(tmp_path / "mine")}).group(1 << 20, 0)
    assert list((tmp_path / "mine").iterdir()) == []


def test_controllers_that_are_not_given_or_not_enabled(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(mine, {"cgroup.subtree_control": "", "cgroup.controllers": "cpu pids"})
    with pytest.raises(NoGroup, match="was given no memory controller"):
        Home.find()
    put(mine, {"cgroup.controllers": "cpu memory pids"})

    def busy(directory: str, name: str, text: str) -> None:
        raise OSError(errno.EBUSY, "Device or resource busy")

    monkeypatch.setattr(control_groups, "_write", busy)
    with pytest.raises(NoGroup, match="holds processes itself; start this process with systemd-run"):
        Home.find()


def test_the_group_that_systemd_delegated_is_used(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    own = {"": control_groups._Hierarchy(str(mine.parent), str(mine / "host"))}
    monkeypatch.setattr(control_groups, "_hierarchies", lambda: own)
    marked = str(mine)
    monkeypatch.setattr(os, "getxattr", lambda path, name: b"1" if path == marked else b"")
    assert Home.find()._parents["memory"] == marked
    marked = str(mine.parent)
    with pytest.raises(NoGroup):
        Home.find()


def test_groups_of_hosts_that_are_gone_are_swept(mine: Path, kernel: dict[str, str]) -> None:
    names = [f"{PREFIX}999999999-ab", f"{PREFIX}{os.getpid()}-cd", f"{PREFIX}x-ef", "other"]
    for name in names:
        os.mkdir(mine / name)
    Home.find().sweep()
    assert [name for name in names if (mine / name).exists()] == names[1:]


def test_a_group_that_the_kernel_still_holds_is_removed_later(mine: Path, kernel: dict[str, str]) -> None:
    kernel |= V2_FILES
    home = Home.find()
    group, busy = home.group(1 << 20, 0), True
    remove = group.remove
    group.remove = lambda: not busy and remove()  # type: ignore[method-assign]
    home.retire(group)
    first = only(mine)
    home.group(1 << 20, 0)
    assert first.exists()
    busy = False
    home.group(1 << 20, 0)
    assert not first.exists()


def test_what_a_group_may_hold() -> None:
    assert bytes_for(64, 8, 20 << 10, 0) == (64 + 8 + 4 + 20) << 20
    assert bytes_for(64, 8, 20 << 10, 4) == 5 * bytes_for(64, 8, 20 << 10, 0)


def test_the_hierarchies_of_this_machine_are_directories() -> None:
    for found in control_groups._hierarchies().values():
        assert os.path.isdir(found.mount)


# ---- a worker in one


@pytest.fixture
def home(mine: Path, kernel: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Path:
    kernel |= V2_FILES
    monkeypatch.setattr(zygotes._pool, "home", None)
    return mine


def test_a_worker_is_in_a_group_from_start_to_end(home: Path) -> None:
    with create_executor("local", engine="cpython", limits=Limits(memory_mb=32, disk_mb=8)) as executor:
        assert executor.isolation.mechanisms["memory cgroup"] == "on"
        assert executor.capabilities.limits["memory_mb"].endswith("; cgroup: all of the session, with its files")
        directory = only(home)
        assert int((directory / "cgroup.procs").read_text()) > 1
        assert int((directory / "memory.max").read_text()) > 44 << 20
        assert executor.run("6 * 7").value == 42
    assert not directory.exists()


def test_a_death_that_the_group_explains_is_the_memory_limit(home: Path) -> None:
    with create_executor("local", engine="cpython", limits=Limits(memory_mb=32, wall_s=20)) as executor:
        executor.run("1")
        directory = only(home)

        def starve() -> None:
            put(directory, {"memory.events": "oom_kill 1", "memory.peak": str(50 << 20)})
            os.kill(int((directory / "cgroup.procs").read_text()), signal.SIGKILL)

        executor.send_tools({"starve": starve})
        result = executor.run("starve()\nwhile True:\n    pass")
        error = result.error
        assert isinstance(error, LimitExceeded)
        assert (error.limit, error.allowed, error.used, error.how) == ("memory_mb", 32, 50.0, "cgroup")
        assert result.state == "lost"
        assert executor.run("6 * 7").value == 42


def test_a_copy_that_the_kernel_killed_for_memory_is_rolled_back(
    home: Path, require_isolation: Callable[[str], None]
) -> None:
    require_isolation("L3")
    with create_executor("local", limits=Limits(memory_mb=32, wall_s=20)) as executor:
        executor.run("x = 1")
        group = next(entry for entry in home.iterdir() if entry.name.startswith(PREFIX))
        first = int((group / "cgroup.procs").read_text())

        def starve() -> None:
            put(group, {"memory.events": "oom_kill 1", "memory.peak": str(50 << 20)})
            for pid in psutil.Process(first).children(recursive=True)[-1:]:
                pid.kill()

        executor.send_tools({"starve": starve})
        result = executor.run("x = 2\nstarve()\nwhile True:\n    pass")
        assert isinstance(result.error, LimitExceeded), result
        assert (result.error.limit, result.error.how, result.state) == ("memory_mb", "cgroup", "rolled_back")
        assert executor.run("x").value == 1


def test_a_worker_that_cannot_be_placed_goes_without(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: Group, pid: int) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Group, "place", refused)
    with create_executor("local") as executor:
        assert executor.isolation.mechanisms["memory cgroup"] == "off: Permission denied"
        assert executor.run("6 * 7").value == 42
    assert [entry for entry in home.iterdir() if entry.name.startswith(PREFIX)] == []


def test_only_a_kill_is_explained_by_a_full_group() -> None:
    limits = Limits(memory_mb=32)
    error = explain_exit(Exit(9, 0, 0.1), killed_for=None, limits=limits, oom_mb=40.5)
    assert isinstance(error, LimitExceeded)
    assert (error.limit, error.used, error.how, error.code) == ("memory_mb", 40.5, "cgroup", "HC603")
    assert type(explain_exit(Exit(11, 0, 0.1), killed_for=None, limits=limits, oom_mb=40.5)) is WorkerCrashed
