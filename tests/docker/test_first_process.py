"""The first process of a container, the relay, where the kernel has no other wall between it and the guest than its own
rules: signals to a first process count only where that has a handler."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from executors import create_executor
from executors.docker import kept_probes, seccomp
from sandbox.limits import Limits
from sandbox.policy import Policy
from tests.docker import engine_here

EVERY_SIGNAL = """
import os, signal, time
sent = 0
for number in sorted(signal.valid_signals()):
    try:
        os.kill(1, number)
        sent += 1
    except OSError:
        pass
sent
"""


def _without_landlock() -> str:
    """As on a kernel before 5.13; before 6.12 it lets signals through as well."""
    document = seccomp.document()
    for rule in document["syscalls"]:
        rule["names"] = [name for name in rule["names"] if not name.startswith("landlock_")]
    document["syscalls"] = [rule for rule in document["syscalls"] if rule["names"]]
    return json.dumps(document)


def test_no_signal_of_a_guest_ends_the_relay(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    engine_here.engine()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    profile = _without_landlock()
    monkeypatch.setattr(seccomp, "profile", lambda: profile)
    policy = Policy(imports=("os", "signal", "time"))
    with create_executor("docker", policy=policy, limits=Limits(wall_s=30)) as executor:
        assert executor.isolation.mechanisms["landlock"].startswith("off: ")
        before = executor.run("kept = 1")
        assert before.error is None
        assert executor.run(EVERY_SIGNAL).value >= 60
        assert (executor.run("kept").value, executor.run("kept").state) == (1, "kept")
    kept_probes.forget()
