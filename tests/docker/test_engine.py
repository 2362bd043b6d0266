"""The throw-away engine of `.ci/engine`: it answers, and when it has ended the machine is the one before."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from executors.docker.client import connect

COMMAND = Path(__file__).parents[2] / ".ci/engine"


def ci_engine(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([COMMAND, *arguments], capture_output=True, text=True, timeout=300)


def machine() -> dict[str, list[str]]:
    """What a daemon that is run by hand leaves behind: files of the system, mounts, control groups, links."""
    groups = [path for pattern in ("hardcell-*", "*/hardcell-*") for path in Path("/sys/fs/cgroup").glob(pattern)]
    mounts = Path("/proc/self/mounts").read_text().splitlines()
    return {
        "files": [f"{top}/{name}" for top in ("/etc", "/run", "/var/lib") for name in sorted(os.listdir(top))],
        "mounts": [line for line in mounts if "docker" in line or "hardcell" in line],
        "groups": sorted(path.name for path in groups if "eng-test" in path.name),
        "links": sorted(os.listdir("/sys/class/net")),
    }


@pytest.fixture
def folder() -> Iterator[Path]:
    """A new folder with a short path: that of a socket has at most 107 bytes."""
    path = Path(tempfile.mkdtemp(prefix="eng-test-", dir="/tmp"))
    yield path
    if path.exists() and not ci_engine("stop", path).returncode:
        shutil.rmtree(path, ignore_errors=True)


@pytest.mark.slow
def test_it_answers_and_leaves_nothing(folder: Path) -> None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        pytest.skip("needs backend docker: a throw-away engine needs root and Debian's packages")
    before = machine()
    started = ci_engine("start", folder)
    assert (started.returncode, started.stdout) == (0, f"unix://{folder}/docker.sock\n"), started.stderr
    client = connect(started.stdout.strip())
    assert client.ping()
    client.close()
    assert ci_engine("start", folder).stdout == started.stdout
    assert ci_engine("stop", folder).returncode == 0
    assert not folder.exists()
    left = [pid for pid in filter(str.isdigit, os.listdir("/proc")) if str(folder) in program_of(pid)]
    assert (left, machine()) == ([], before)


def program_of(pid: str) -> str:
    try:
        return os.readlink(f"/proc/{pid}/exe")
    except OSError:
        return ""


def test_a_folder_with_other_things_is_left_alone(folder: Path) -> None:
    (folder / "mine").write_text("")
    for verb in ("start", "stop"):
        done = ci_engine(verb, folder)
        assert done.returncode == 2 and done.stdout == "", verb
    assert [path.name for path in folder.iterdir()] == ["mine"]
    shutil.rmtree(folder)


def test_what_is_not_there_is_stopped_already(folder: Path) -> None:
    folder.rmdir()
    assert (ci_engine("stop", folder).returncode, folder.exists()) == (0, False)


@pytest.mark.parametrize("arguments", [(), ("start",), ("pause", "/tmp/none"), ("start", "/tmp/none", "--all")])
def test_other_words_are_refused(arguments: tuple[str, ...]) -> None:
    done = ci_engine(*arguments)
    assert done.returncode == 64 and ".ci/engine start DIR [--gvisor]" in done.stderr
