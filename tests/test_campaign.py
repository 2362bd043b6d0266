"""The fuzz campaign finds what it should, keeps it, and runs it first the next time."""

from __future__ import annotations

import types
from pathlib import Path

import pytest

from fuzz import campaign
from fuzz.__main__ import names


def target(code: str, name: str = "sandbox.fuzzed") -> types.ModuleType:
    """A target module whose own lines count as coverage."""
    module = types.ModuleType(name)
    exec(compile(code, "target.py", "exec"), module.__dict__)
    return module


STAIRS = """
SEEDS = (b"[]",)
def fuzz(data):
    if data[:1] == b"{":
        if data[1:2] == b"[":
            if data[2:3] == b"}":
                raise AssertionError("reached")
"""


@pytest.fixture(autouse=True)
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(campaign, "FOUND", tmp_path)
    return tmp_path


def test_coverage_leads_to_the_finding_and_it_is_kept(found: Path) -> None:
    outcome = campaign.run(target(STAIRS), "stairs", seconds=60, seed=1)
    assert outcome.finding is not None
    assert outcome.finding.path.read_bytes()[:3] == b"{[}"
    assert "AssertionError: reached" in outcome.finding.report
    again = campaign.run(target(STAIRS), "stairs", seconds=60, seed=2)
    assert (again.turns, again.finding) == (1, outcome.finding)


def test_the_same_seed_gives_the_same_campaign(found: Path) -> None:
    first = campaign.run(target(STAIRS), "one", seconds=60, seed=5)
    second = campaign.run(target(STAIRS), "two", seconds=60, seed=5)
    assert (first.turns, first.kept) == (second.turns, second.kept)


def test_nothing_found_writes_nothing(found: Path) -> None:
    outcome = campaign.run(target("def fuzz(data):\n    pass\n"), "calm", seconds=0, seed=0)
    assert outcome.finding is None
    assert list(found.iterdir()) == []


@pytest.mark.parametrize("name", names())
def test_each_target_survives_a_short_campaign(name: str) -> None:
    module = __import__(f"fuzz.target_{name}", fromlist=["fuzz"])
    outcome = campaign.run(module, name, seconds=0.5, seed=0)
    assert outcome.finding is None, outcome.finding
