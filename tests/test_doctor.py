"""``hardcell doctor``: backends, isolation verified from inside, clashes of import names."""

from __future__ import annotations

import errno
import importlib.metadata
import json
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from executors import doctor
from executors.cli import main
from executors.docker import diagnosis
from executors.docker.reaper import Reaped
from executors.registry import EXECUTOR_TYPES
from sandbox.errors import BackendUnavailable
from sandbox.result import Isolation


def distributions(monkeypatch: pytest.MonkeyPatch, provided: dict[str, list[str]]) -> None:
    monkeypatch.setattr(importlib.metadata, "packages_distributions", lambda: provided)


def broken(*args: Any, **kwargs: Any) -> Any:
    raise BackendUnavailable("no worker here", repair="sysctl -w x=1")


def no_containers(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where nobody has an engine."""
    monkeypatch.setattr(
        doctor, "_containers", lambda backends: (None, tuple(b for b in backends if b.name != "docker"))
    )


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
    no_containers(monkeypatch)
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
        "python", "system", "user", "backends", "isolation", "problem", "repair", "clashes", "usable", "containers",
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
        containers=Isolation("container", "", {"memory limit": "off: nobody [red]counts"}),
    )
    monkeypatch.setattr(sys.modules["executors.cli.doctor_command"], "examine", lambda: report)
    assert main(["doctor"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "Isolation here: L2, as a worker verified it from inside" in shown
    assert "no [red]daemon\\x1b" in shown
    assert "off: kernel too old" in shown
    assert "Containers here, as one measured it from inside" in shown
    assert "off: nobody [red]counts" in shown
    assert "Import name clash: the import name 'sandbox' is also provided by sandbox;" in shown


def test_status_when_nothing_can_be_had(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "create_executor", broken)
    no_containers(monkeypatch)
    assert main(["doctor"]) == 5
    assert "sysctl -w x=1" in capsys.readouterr().out


# ---- docker


DOCKER = (doctor.BackendStatus("local", True), doctor.BackendStatus("docker", True))


def test_docker_is_available_when_a_container_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    walls = Isolation("container", "", {"seccomp": "on"})
    monkeypatch.setattr(diagnosis, "isolation", lambda: walls)
    assert doctor._containers(DOCKER) == (walls, DOCKER)
    assert doctor._containers(DOCKER[:1]) == (None, DOCKER[:1])


def test_why_docker_cannot_be_had_is_told_with_the_repair(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "isolation", broken)
    found, backends = doctor._containers(DOCKER)
    assert found is None
    assert backends == (DOCKER[0], doctor.BackendStatus("docker", False, "no worker here", "sysctl -w x=1"))


@pytest.mark.parametrize(
    ("why", "reason", "repair"),
    [
        ("absent", "nobody answers", "start it"),
        ("a file", "nobody answers", "start it"),
        ("forbidden", "permission denied on its socket", "usermod -aG docker"),
    ],
)
def test_an_engine_that_cannot_be_spoken_to(
    why: str, reason: str, repair: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = tmp_path / "engine.sock"
    monkeypatch.setenv("DOCKER_HOST", f"unix://{place}")
    pytest.importorskip("docker", reason="needs backend docker: the package docker is not installed")
    if why == "a file":
        place.write_text("")
    elif why == "forbidden":
        monkeypatch.setattr(socket.socket, "connect", _forbidden)
    found, backends = doctor._containers(DOCKER)
    assert found is None
    assert not backends[1].available
    assert reason in backends[1].reason
    assert repair in backends[1].install


def _forbidden(*_: object) -> None:
    raise PermissionError(errno.EACCES, "Permission denied")


def test_reap_tells_what_it_removed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    gone = [Reaped("0123456789abcdef", "s1", "its deadline has passed"), Reaped("f" * 64, "\x1b[31m", "it has exited")]
    monkeypatch.setattr(diagnosis, "strays", lambda: gone)
    assert main(["doctor", "--reap"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Removed container 0123456789ab of session s1: its deadline has passed.",
        "Removed container ffffffffffff of session \\x1b[31m: it has exited.",
        "2 removed.",
    ]
    assert main(["doctor", "--reap", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0] == {
        "id": "0123456789abcdef",
        "session": "s1",
        "why": "its deadline has passed",
    }
    monkeypatch.setattr(diagnosis, "strays", list)
    assert main(["doctor", "--reap"]) == 0
    assert capsys.readouterr().out == "There are no containers that nobody owns any more.\n"


def test_reap_without_an_engine_says_why(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "strays", broken)
    assert main(["doctor", "--reap"]) == 5
    assert "no worker here\nsysctl -w x=1" in capsys.readouterr().err
