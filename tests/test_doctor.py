"""``hardcell doctor``: backends, isolation verified from inside, clashes of import names."""

from __future__ import annotations

import importlib.metadata
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from executors import doctor
from executors.cli import main
from executors.registry import EXECUTOR_TYPES
from sandbox.errors import BackendUnavailable
from sandbox.result import Isolation


def distributions(monkeypatch: pytest.MonkeyPatch, provided: dict[str, list[str]]) -> None:
    monkeypatch.setattr(importlib.metadata, "packages_distributions", lambda: provided)


def broken(*args: Any, **kwargs: Any) -> Any:
    raise BackendUnavailable("no worker here", repair="sysctl -w x=1")


def test_examine_lists_every_backend() -> None:
    report = doctor.examine()
    assert [backend.name for backend in report.backends] == list(EXECUTOR_TYPES)
    assert report.usable
    for backend in report.backends:
        assert backend.available or backend.reason, backend.name


def test_isolation_is_what_a_worker_verified() -> None:
    report = doctor.examine()
    assert report.isolation is not None
    assert report.isolation.kind == "process" and report.isolation.level in ("L2", "L3")
    assert report.isolation.mechanisms["seccomp"] == "on"
    for state in report.isolation.mechanisms.values():
        assert state == "on" or state.startswith("off: ")


def test_a_jail_that_cannot_be_had_is_told_with_the_repair(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "create_executor", broken)
    report = doctor.examine()
    assert (report.isolation, report.problem, report.repair) == (None, "no worker here", "sysctl -w x=1")
    local = report.backends[0]
    assert (local.name, local.available, local.reason, local.install) == (
        "local", False, "no worker here", "sysctl -w x=1",
    )  # fmt: skip
    assert not report.usable


def test_nothing_clashes_in_a_clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    distributions(monkeypatch, {"sandbox": ["hardcell"], "executors": ["hardcell"], "agents": ["hardcell_agents"]})
    assert doctor.clashes() == ()


def test_another_distribution_of_our_name_clashes(monkeypatch: pytest.MonkeyPatch) -> None:
    distributions(monkeypatch, {"agents": ["hardcell-agents", "openai-agents"], "sandbox": ["hardcell"]})
    (clash,) = doctor.clashes()
    assert clash == doctor.Clash(
        "agents",
        "the import name 'agents' is also provided by openai-agents; the one installed last wins",
        "install hardcell-agents and openai-agents in separate environments",
    )


def test_a_stray_module_of_our_name_clashes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    distributions(monkeypatch, {})
    (tmp_path / "agents.py").write_text("raise AssertionError('imported')")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.delitem(sys.modules, "agents", raising=False)
    (clash,) = doctor.clashes()
    assert clash.problem == f"import agents finds {tmp_path / 'agents.py'}, which is not hardcell's"


def test_json_report(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {
        "python", "system", "user", "backends", "isolation", "problem", "repair", "clashes", "usable",
    }  # fmt: skip
    assert set(found["backends"][0]) == {"name", "available", "reason", "install"}
    assert set(found["isolation"]) == {"kind", "level", "mechanisms"}


def test_text_report(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    distributions(monkeypatch, {"sandbox": ["hardcell", "sandbox"]})
    report = doctor.Report(
        python="3.11.2",
        system="Linux",
        user="root",
        backends=(
            doctor.BackendStatus("local", True),
            doctor.BackendStatus("docker", False, "no [red]daemon\x1b", "do"),
        ),
        isolation=Isolation("process", "L2", {"seccomp": "on", "landlock": "off: kernel too old"}),
        clashes=doctor.clashes(),
    )
    monkeypatch.setattr(sys.modules["executors.cli.doctor_command"], "examine", lambda: report)
    assert main(["doctor"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "Isolation here: L2, as a worker verified it from inside" in shown
    assert "no [red]daemon\\x1b" in shown
    assert "off: kernel too old" in shown
    assert "Import name clash: the import name 'sandbox' is also provided by sandbox;" in shown


def test_status_when_nothing_can_be_had(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "create_executor", broken)
    assert main(["doctor"]) == 5
    assert "sysctl -w x=1" in capsys.readouterr().out
