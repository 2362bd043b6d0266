"""The jail alone, with full Python behind it, against every attack, in every setting, as root and as a user."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from tests.jail import harness
from tests.jail.attacks import ATTACKS, WIN_WITHOUT_A_JAIL
from tests.jail.settings import RUNNING, SETTINGS


@functools.cache
def _seen(tree: str, setting: str, user: str, python: str) -> dict[str, Any]:
    return harness.run_json("host.py", tree, setting, user=user, python=python)


@pytest.mark.parametrize("setting", RUNNING)
def test_the_level_is_what_the_setting_allows(setting: str, tree: str, user: str, python: str, best_level: str) -> None:
    harness.need("no_user_namespaces", best_level)
    seen = _seen(tree, setting, user, python)
    off = {name for name, state in seen["mechanisms"].items() if state != "on"}
    assert seen["level"] == SETTINGS[setting].level
    assert off == SETTINGS[setting].off | {"memory cgroup"}


@pytest.mark.parametrize("setting", RUNNING)
def test_every_attack_was_tried(setting: str, tree: str, user: str, python: str, best_level: str) -> None:
    harness.need(setting, best_level)
    assert list(_seen(tree, setting, user, python)["attacks"]) == list(ATTACKS)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("setting", RUNNING)
def test_no_attack_wins(setting: str, attack: str, tree: str, user: str, python: str, best_level: str) -> None:
    harness.need(setting, best_level)
    outcome = _seen(tree, setting, user, python)["attacks"][attack]
    assert not outcome["won"], outcome["detail"]


@pytest.mark.parametrize("attack", ["tcp", "udp", "unix", "exec", "ptrace_host", "become_root", "unshare", "bpf"])
@pytest.mark.parametrize("setting", RUNNING)
def test_tripwires_end_the_worker_by_sigsys(
    setting: str, attack: str, tree: str, user: str, python: str, best_level: str
) -> None:
    harness.need(setting, best_level)
    assert _seen(tree, setting, user, python)["attacks"][attack]["signal"] == 31


def test_without_any_file_wall_the_jail_refuses_and_says_how_to_mend_it(tree: str, user: str, python: str) -> None:
    seen = _seen(tree, "neither", user, python)
    assert seen["refused"].startswith("the jail reaches L1 here and L2 was asked; missing: namespaces (off: ")
    assert "landlock (off: ENOSYS: " in seen["refused"]
    assert "--security-opt seccomp=" in seen["repair"]
    assert "CONFIG_SECURITY_LANDLOCK=y" in seen["repair"]
    assert 'create_executor("docker")' in seen["repair"]
    assert seen["attacks"] == {}


def test_the_attacks_win_where_there_is_no_jail(tree: str, user: str, python: str) -> None:
    seen = _seen(tree, "control", user, python)["attacks"]
    lost = {name: found["detail"] for name, found in seen.items() if not (found["won"] and found["seen"])}
    assert (list(seen), lost) == (WIN_WITHOUT_A_JAIL, {})
