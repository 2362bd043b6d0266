"""The search for lines that cost the host too much: its parts, and the host's survival of what it found before."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from fuzz import host_cost, shapes
from fuzz.coverage import Hunt, Scales

FOUND = sorted((Path(shapes.__file__).parent / "dear").glob("*.json"))


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_host_survives_what_was_dear(path: Path) -> None:
    line = shapes.blown_up(json.loads(path.read_bytes()))
    assert 500_000 < len(line) <= 1 << 20
    assert host_cost.cpu_s(line) > 0


def test_trees_grow_into_lines_of_a_megabyte() -> None:
    for tree in shapes.seeds()[:40]:
        line = shapes.blown_up(tree)
        assert (1 << 20) - 5000 < len(line) <= 1 << 20
        json.loads(line)


def test_running_numbers_make_members_differ() -> None:
    line = shapes.blown_up({"as": "set", "of": ["a@", "@@"], "most": 4})
    assert json.loads(line)["value"] == {"$": "set", "v": ["a0", 1, "a2", 3]}


def test_mutation_is_deterministic_and_stays_a_tree() -> None:
    tree = shapes.seeds()[0]
    grown = [tree]
    for seed in range(200):
        one = shapes.mutated(grown[-1], grown, random.Random(seed))
        assert one == shapes.mutated(grown[-1], grown, random.Random(seed))
        if shapes.text_of(one):
            assert shapes.tree_of(shapes.text_of(one)) == one
            shapes.blown_up({**one, "most": 2})
            grown.append(one)
    assert len(grown) > 100


def test_what_is_too_dear_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fuzz.coverage.FOUND", tmp_path)

    class Heavy(Scales):
        def __init__(self) -> None:
            """It weighs without a process."""

        def cpu_s(self, line: bytes) -> float:
            return 0.2

        def close(self) -> None:
            """There is nothing to end."""

    hunt = Hunt(Heavy(), 60.0)
    data = shapes.text_of(shapes.seeds()[0])
    hunt.weigh(data)
    assert hunt.over and hunt.found is not None and hunt.found.read_bytes() == data
    assert hunt.conclude() == 1
