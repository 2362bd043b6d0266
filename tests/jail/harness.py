"""Starts host processes for the jail's tests: as root or as an ordinary user, from a copy that every user may read."""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
ORDINARY_UID = 65534
TIMEOUT_S = 60


def need(setting: str, best_level: str) -> None:
    """Skip where the machine has not what the setting takes away."""
    if best_level != "L3" and (setting != "full" or best_level != "L2"):
        pytest.skip(f"needs isolation L3: the jail reaches {best_level} here before anything is taken away")


def copy_tree() -> str:
    """A world-readable copy of what the hosts of these tests import. The caller removes it."""
    target = tempfile.mkdtemp(prefix="hctree-")
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in ("sandbox", "executors"):
        shutil.copytree(ROOT / name, os.path.join(target, name), ignore=ignore)
    shutil.copytree(ROOT / "tests" / "jail", os.path.join(target, "tests", "jail"), ignore=ignore)
    _copy_distribution("RestrictedPython", target)
    probe = os.path.join(target, "probes", "guest_probe")
    os.makedirs(probe)
    shutil.copy(ROOT / "tests" / "jail" / "guest_probe.py", os.path.join(probe, "__init__.py"))
    hangs = os.path.join(target, "probes", "guest_hangs")
    os.makedirs(hangs)
    Path(hangs, "__init__.py").write_text("import signal\nsignal.pause()\n")
    open_to_all(target)
    return target


def _copy_distribution(name: str, target: str) -> None:
    """An installed package and what tells its version, both of which lie where others may not read."""
    for file in importlib.metadata.files(name) or ():
        if file.suffix != ".pyc" and ".." not in file.parts:
            path = os.path.join(target, file)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            shutil.copy(str(file.locate()), path)


def open_to_all(path: str) -> None:
    """Let every user read all below ``path``."""
    for directory, _, files in os.walk(path):
        os.chmod(directory, 0o755)
        for file in files:
            os.chmod(os.path.join(directory, file), 0o644)


def probe(tree: str) -> str:
    """The package directory of ``guest_probe`` in the copy."""
    return os.path.join(tree, "probes", "guest_probe")


def interpreters(user: str) -> list[str]:
    """Interpreters that this user may run and that are new enough, this one first."""
    base = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    named = [base, *(f"/usr/bin/python3.{minor}" for minor in (11, 12, 13, 14)), "/usr/bin/python3"]
    return [path for path in dict.fromkeys(map(os.path.realpath, named)) if _runs(path, user)]


def _runs(path: str, user: str) -> bool:
    code = "import sys; sys.exit(sys.version_info < (3, 11))"
    try:
        done: subprocess.CompletedProcess[bytes] = subprocess.run(
            [path, "-I", "-S", "-c", code], check=False, **_as(user)
        )
    except OSError:
        return False
    return done.returncode == 0


def _as(user: str) -> dict[str, Any]:
    if user == "root" or os.geteuid() != 0:
        return {}
    return {"user": ORDINARY_UID, "group": ORDINARY_UID, "extra_groups": []}


def _command(program: str, tree: str, args: tuple[str, ...], python: str) -> list[str]:
    path = os.path.join(tree, "tests", "jail", program)
    boot = f"import sys, runpy; sys.path.insert(0, {tree!r}); runpy.run_path({path!r}, run_name='__main__')"
    return [python, "-I", "-S", "-c", boot, tree, *args]


def run(program: str, tree: str, *args: str, user: str, python: str) -> subprocess.CompletedProcess[str]:
    """Run a program of this directory, from the copy ``tree``, in its own process as this user."""
    return subprocess.run(
        _command(program, tree, args, python),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
        cwd="/",
        **_as(user),
    )


def popen(program: str, tree: str, *args: str, user: str, python: str) -> subprocess.Popen[str]:
    """The same, running, in a process group of its own and with pipes to talk through."""
    return subprocess.Popen(
        _command(program, tree, args, python),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
        start_new_session=True,
        **_as(user),
    )


def run_json(program: str, tree: str, *args: str, user: str, python: str) -> dict[str, Any]:
    """``run``, whose only output is one JSON object."""
    done = run(program, tree, *args, user=user, python=python)
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found
