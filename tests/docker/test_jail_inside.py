"""The other way round: the jail inside a container that was started with Docker's default options.

No capability was added, nothing is privileged, the filter is the engine's own. The tree and the packages of this
Python are mounted into the container read-only; its Python is the image's.
"""

from __future__ import annotations

import json
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from tests.docker import engine_here

ROOT = Path(__file__).parents[2]
SOME, NONE = ["network"], ["none"]
ORDINARY, ADMINISTRATOR = "65532:65532", "0:0"


def _host(user: str, directories: list[str], **options: Any) -> dict[str, Any]:
    """What a host inside told."""
    told: dict[str, Any] = json.loads(
        engine_here.printed(
            *engine_here.engine(),
            ["python3", "-B", "/hardcell/tests/docker/inside_host.py", *directories],
            {str(ROOT): "/hardcell", sysconfig.get_path("purelib"): "/packages"},
            user=user,
            environment={"PYTHONPATH": "/hardcell:/packages"},
            **options,
        )
    )
    return told


@pytest.mark.parametrize(("user", "cases"), [(ORDINARY, NONE), (ADMINISTRATOR, SOME)])
def test_by_default_the_jail_reaches_l2_and_holds(user: str, cases: list[str]) -> None:
    told = _host(user, cases)
    assert (told["uid"], told["value"]) == (int(user.split(":")[0]), 42)
    assert told["level"] == "L2"
    off = {name for name, state in told["mechanisms"].items() if state != "on"}
    assert off == {"namespaces", "memory cgroup"}
    assert told["failed"] == []
    assert told["played"].get("jail-only", 0) >= (7 if cases == SOME else 0)
    # What stands in the way of L3 is told with the options that repair it.
    assert "--security-opt seccomp=PROFILE.json" in told["repair"]
    assert "--security-opt seccomp=unconfined" in told["repair"]


def test_the_option_that_the_repair_names_gives_l3() -> None:
    told = _host(ORDINARY, NONE, security_opt=["seccomp=unconfined"])
    assert (told["level"], told["repair"], told["value"]) == ("L3", "", 42)


@pytest.mark.slow
def test_by_default_nothing_of_the_whole_corpus_gets_out() -> None:
    told = _host(ORDINARY, [])
    assert told["level"] == "L2"
    assert told["failed"] == []
    assert min(told["played"].values()) > 250
